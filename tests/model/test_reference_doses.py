import pandas as pd
import pytest

import petfit
from petfit.errors import SpecError
from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drugs
from petfit.model.exposures import add_exposures
from petfit.model.reference_doses import find_reference_doses, reject_misspelled_drugs
from petfit.model.row_selection import select_rows
from petfit.model.specification import parse_model

CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
MODEL = f"[ec50]\ncentre = {CENTRE}\n[emax]\ncentre = {CENTRE}\n"
DRUGS = read_drugs(pd.DataFrame({"drug": ["A", "B"], "reference_dose": [20, None], "dose_unit": "mg/day"}))


def reference_doses(table, model=MODEL, drugs=DRUGS):
    spec = parse_model(model)
    rows = add_exposures(spec, select_rows(spec, read_evidence(pd.DataFrame(table))))
    return find_reference_doses(spec, rows, drugs)


def people(drug, doses, **columns):
    return {"drug": drug, "dose": doses, "value": 0.5, **columns}


def test_the_model_comes_before_the_drug_table_and_that_before_the_doses():
    reference = reference_doses(people("A", [4.0, 9.0]), f"[reference_doses]\nA = 3.0\n{MODEL}")["A"]
    assert (reference.value, reference.unit, reference.origin) == (3.0, "mg/day", "the model")
    listed = reference_doses(people("A", [4.0, 9.0]))["A"]
    assert (listed.value, listed.origin) == (20.0, "the drug table")
    tested = reference_doses(people("C", [4.0, 9.0]))["C"]
    assert tested.value == pytest.approx(6.0)
    assert tested.origin == "geometric mean of the tested doses"


def test_a_drug_that_the_table_lists_without_a_dose_gets_the_mean_of_those_tested():
    assert reference_doses(people("B", [4.0, 9.0]))["B"].value == pytest.approx(6.0)


def test_a_listed_dose_counts_in_its_own_unit_only():
    assert reference_doses(people("A", [4.0, 9.0], dose_unit="mg/kg"))["A"].value == pytest.approx(6.0)


def test_placebo_does_not_count_and_placebo_alone_is_refused():
    assert reference_doses(people("C", [0.0, 4.0, 9.0]))["C"].value == pytest.approx(6.0)
    with pytest.raises(SpecError, match="C was given at dose 0 only"):
        reference_doses(people("C", [0.0, 0.0], subject=["1", "2"]))


@pytest.mark.parametrize("name", ["sertralin", "Sertraline", "sertralline"])
def test_a_misspelt_drug_is_refused_by_name(name):
    table = pd.DataFrame(people("sertraline", [25.0, 50.0]))
    model = parse_model(f"[reference_doses]\n{name} = 50.0\n{MODEL}")
    with pytest.raises(SpecError, match=f"{name}.*'sertraline'"):
        petfit.fit(table, model)


@pytest.mark.parametrize(
    ("told", "drug"),
    [
        ("escitalopram", "citalopram"),
        ("prednisone", "prednisolone"),
        ("quetiapine XR", "quetiapine IR"),
        ("(R)-citalopram", "(S)-citalopram"),
        ("paliperidone 1-month", "paliperidone 3-month"),
        ("lithium carbonate", "lithium"),
    ],
)
def test_another_drug_form_or_isomer_is_no_slip(told, drug):
    reject_misspelled_drugs([told], [drug])


def test_a_drug_with_a_reference_of_its_own_is_not_what_another_was_meant_for():
    reject_misspelled_drugs(["sertraline", "Sertraline"], ["sertraline"])


def test_a_concentration_counts_in_its_own_unit():
    table = {"drug": "A", "concentration": [4.0, 9.0], "concentration_unit": "ng/mL", "value": 0.5}
    reference = reference_doses(table, f'exposure = "concentration"\n{MODEL}')["A"]
    assert (reference.value, reference.unit) == (1.0, "ng/mL")
