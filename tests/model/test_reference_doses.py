import pandas as pd
import pytest

import petfit
from petfit.errors import SpecError
from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drug_table
from petfit.model.exposures import add_exposures
from petfit.model.problems import Problems
from petfit.model.reference_doses import find_reference_doses, reject_misspelled_drugs
from petfit.model.row_selection import select_rows
from petfit.model.specification import parse_model

CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
MODEL = f"[ec50]\ncentre = {CENTRE}\n[emax]\ncentre = {CENTRE}\n"
DRUG_TABLE = read_drug_table(
    pd.DataFrame({"drug": ["A", "B"], "reference_dose": [20, None], "dose_unit": "mg/day"})
)


def reference_doses(table, model=MODEL, drug_table=DRUG_TABLE):
    spec = parse_model(model)
    problems = Problems()
    rows = add_exposures(spec, select_rows(spec, read_evidence(pd.DataFrame(table)), problems), problems)
    found = find_reference_doses(spec, rows, drug_table, problems)
    problems.raise_all("the table")
    return found


def people(drug, doses, **columns):
    return {"drug": drug, "dose": doses, "value": 0.5, **columns}


def test_the_model_precedes_the_drug_table_which_precedes_the_tested_doses():
    reference = reference_doses(people("A", [4.0, 9.0]), f"[reference_doses]\nA = 3.0\n{MODEL}")["A"]
    assert (reference.value, reference.unit, reference.origin) == (3.0, "mg/day", "the model")
    listed = reference_doses(people("A", [4.0, 9.0]))["A"]
    assert (listed.value, listed.origin) == (20.0, "the drug table")
    tested = reference_doses(people("C", [4.0, 9.0]))["C"]
    assert tested.value == pytest.approx(6.0)
    assert tested.origin == "geometric mean of the tested doses"


def test_a_drug_without_a_listed_dose_has_the_geometric_mean_of_the_tested_doses():
    assert reference_doses(people("B", [4.0, 9.0]))["B"].value == pytest.approx(6.0)


def test_a_listed_dose_in_another_unit_is_ignored():
    assert reference_doses(people("A", [4.0, 9.0], dose_unit="mg/kg"))["A"].value == pytest.approx(6.0)


def test_dose_0_is_ignored_and_rejected_if_it_is_the_only_dose():
    assert reference_doses(people("C", [0.0, 4.0, 9.0]))["C"].value == pytest.approx(6.0)
    with pytest.raises(SpecError, match="C was given at dose 0 only"):
        reference_doses(people("C", [0.0, 0.0], subject=["1", "2"]))


@pytest.mark.parametrize("name", ["sertralin", "Sertraline", "sertralline"])
def test_a_misspelled_drug_is_rejected(name):
    table = pd.DataFrame(people("sertraline", [25.0, 50.0]))
    model = parse_model(f"[reference_doses]\n{name} = 50.0\n{MODEL}")
    with pytest.raises(SpecError, match=f"{name}.*'sertraline'"):
        petfit.fit(table, model)


@pytest.mark.parametrize(
    ("name", "drug"),
    [
        ("escitalopram", "citalopram"),
        ("prednisone", "prednisolone"),
        ("quetiapine XR", "quetiapine IR"),
        ("(R)-citalopram", "(S)-citalopram"),
        ("paliperidone 1-month", "paliperidone 3-month"),
        ("lithium carbonate", "lithium"),
    ],
)
def test_other_drugs_formulations_and_isomers_are_not_misspellings(name, drug):
    reject_misspelled_drugs([name], [drug])


def test_a_drug_with_a_reference_dose_is_not_the_target_of_a_misspelling():
    reject_misspelled_drugs(["sertraline", "Sertraline"], ["sertraline"])


def test_the_reference_of_a_concentration_is_1():
    table = {"drug": "A", "concentration": [4.0, 9.0], "concentration_unit": "ng/mL", "value": 0.5}
    reference = reference_doses(table, f'exposure = "concentration"\n{MODEL}')["A"]
    assert (reference.value, reference.unit) == (1.0, "ng/mL")
