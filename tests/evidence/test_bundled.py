import json
import re

import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.evidence import COLUMNS
from petfit.evidence.bundled import data_folder, models_folder
from petfit.evidence.drug_table import DRUG_COLUMNS, read_drug_table, strengths

TABLE = petfit.read_evidence().table
KEYS = re.findall(r"^@\w+\{([^,\s]+),", (data_folder() / "references.bib").read_text(encoding="utf-8"), re.M)


def header(name):
    return list(pd.read_csv(data_folder() / f"{name}.csv", nrows=0).columns)


def dictionary(name):
    return json.loads((data_folder() / f"{name}.json").read_text(encoding="utf-8"))


# --- evidence -----------------------------------------------------------------------------------


def test_25_rows_of_5_drugs_are_used():
    used = petfit.read_evidence().used
    assert len(used) == 25
    assert set(used["drug"]) == {"citalopram", "duloxetine", "escitalopram", "paroxetine", "sertraline"}
    assert set(used["level"]) == {"group", "range"}


def test_used_rows_were_scanned_within_8_hours():
    used = petfit.read_evidence().used
    assert not (used["time_h"] > 8).any()


def test_every_row_has_a_source_in_the_bibliography():
    assert set(TABLE["source"]) <= set(KEYS)
    assert (TABLE["source"] != "").all()


def test_every_bibliography_entry_is_unique_and_complete():
    assert len(KEYS) == len(set(KEYS)) > 10
    text = (data_folder() / "references.bib").read_text(encoding="utf-8")
    for entry in text.split("\n@")[1:]:
        assert re.search(r"(title|author)\s*=", entry)
        assert re.search(r"(year|howpublished|date)\s*=", entry)


def cited(text):
    return {
        key.strip()
        for group in re.findall(r"\[([A-Z][A-Za-z]+\d{4}[a-z]*|Label[A-Z][a-z]+)\]", text)
        for key in group.split(",")
    }


@pytest.mark.parametrize(
    "path", [*models_folder().glob("*.toml"), *data_folder().glob("*.csv")], ids=lambda p: p.name
)
def test_every_citation_in_brackets_is_in_the_bibliography(path):
    keys = cited(path.read_text(encoding="utf-8"))
    assert keys or path.suffix == ".csv"
    assert keys <= set(KEYS)


def test_groups_without_n_are_not_used():
    without_n = TABLE[(TABLE["level"] == "group") & TABLE["n"].isna()]
    assert set(without_n["use"]) <= {"no"}


def test_a_cohort_has_one_study_and_one_size():
    for _, rows in TABLE.groupby("cohort"):
        assert rows["study"].nunique() == 1
        assert rows["n"].dropna().nunique() <= 1


# --- data dictionaries --------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(path.stem for path in data_folder().glob("*.csv")))
def test_the_columns_of_a_table_are_described_in_order(name):
    assert list(dictionary(name)) == header(name)
    assert all(entry["Description"] for entry in dictionary(name).values())


def test_described_columns_are_canonical():
    described = dictionary("sert_occupancy")
    assert set(described) <= COLUMNS.keys()
    for name, column in COLUMNS.items():
        if column.kind == "choice" and name in described:
            assert list(described[name]["Levels"]) == list(column.levels)


def test_every_word_of_a_choice_is_described():
    for name, entry in dictionary("sert_occupancy").items():
        if "Levels" in entry:
            assert set(TABLE[name]) - {""} <= set(entry["Levels"])


def test_every_column_of_the_drug_table_is_described():
    assert tuple(dictionary("drugs")) == DRUG_COLUMNS


def test_every_affinity_has_a_laboratory_and_a_source_in_the_bibliography():
    affinities = pd.read_csv(data_folder() / "affinities.csv")
    assert set(affinities["source"]) | set(affinities["laboratory"]) <= set(KEYS)


# --- drugs --------------------------------------------------------------------------------------

REFERENCE_DOSES = {"citalopram": 20, "escitalopram": 10, "paroxetine": 20, "sertraline": 50, "duloxetine": 60}


def test_every_drug_of_the_evidence_is_in_the_drug_table():
    assert set(TABLE["drug"]) == set(read_drug_table().index)


def test_the_drug_table_and_the_model_agree_on_the_reference_doses():
    assert petfit.read_model("ssri").reference_doses == REFERENCE_DOSES
    for drug, dose in REFERENCE_DOSES.items():
        assert read_drug_table().loc[drug, "reference_dose"] == dose


def test_strengths_of_every_fitted_drug_are_increasing_numbers():
    for drug in REFERENCE_DOSES:
        found = strengths(read_drug_table(), drug)
        assert len(found) >= 3
        assert list(found) == sorted(set(found))


def test_every_number_of_the_drug_table_has_a_source():
    drugs = read_drug_table()
    for numbers, source in (
        (["reference_dose"], "reference_dose_source"),
        (["half_life_h", "accumulation"], "accumulation_source"),
        (["molar_mass"], "molar_mass_source"),
    ):
        known = drugs[numbers].notna().any(axis=1)
        assert (drugs.loc[known, source] != "").all()
    assert (drugs.loc[drugs["strengths"] != "", "strengths_source"] != "").all()


# --- models -------------------------------------------------------------------------------------


def accumulation(half_life):
    return 1 / (1 - np.exp(-np.log(2) * 24 / half_life))


SHIFTS = {
    "citalopram": np.log(accumulation(35)),
    "escitalopram": np.log(accumulation(np.log(2) * 815 / 16.3)),
    "sertraline": np.log(accumulation(28)),
    "duloxetine": np.log(accumulation(12.5)),
    "paroxetine": np.log(8),
}
SSRI = {
    "ec50.centre": ("Normal", np.log(0.25), 0.8),
    "ec50.drug.pooled": ("HalfNormal", 0.5),
    "ec50.study.pooled": ("HalfNormal", 0.3),
    "ec50.region.pooled": ("HalfNormal", 0.3),
    **{f"ec50.drug:regimen.shift.{drug}": ("Normal", shift, 0.3) for drug, shift in SHIFTS.items()},
    "ec50.people.sd": ("LogNormal", np.log(0.4), 0.3),
    "emax.centre": ("Normal", 2.2, 0.7),
    "emax.drug.pooled": ("HalfNormal", 0.4),
    "emax.tracer.shift.[123I]ADAM": ("Normal", 0.0, 1.0),
    "noise.sigma": ("HalfNormal", 0.1),
    **{f"selectivity.{target}.in_vivo": ("Normal", 0.0, 1.4) for target in ("DAT", "NET", "sigma-1")},
}


def test_the_ssri_model_has_exactly_these_priors():
    priors = dict(petfit.read_model("ssri").each_prior())
    assert priors.keys() == SSRI.keys()
    for path, (dist, *numbers) in SSRI.items():
        assert priors[path].dist == dist, path
        assert priors[path].numbers == pytest.approx(numbers, rel=1e-4), path


def test_the_ssri_model_has_this_shape():
    spec = petfit.read_model("ssri")
    assert (spec.curve, spec.exposure, spec.n_assumed, spec.hill.fixed) == ("emax", "dose", 5, 1.0)
    assert spec.answers_for == {"region": "striatum", "tracer": "[11C]DASB", "regimen": "repeated"}
    assert spec.ec50.terms["drug:regimen"].reference == {"regimen": "repeated"}
    assert spec.emax.terms["tracer"].reference == {"tracer": "[11C]DASB"}


def test_the_default_model_contains_no_drug():
    text = (models_folder() / "emax.toml").read_text(encoding="utf-8").lower()
    assert petfit.read_model("emax").reference_doses == {}
    assert not [drug for drug in read_drug_table().index if drug in text]
    assert petfit.read_model("emax").factors == ("drug",)


def test_no_drug_name_occurs_in_the_code_outside_examples():
    for path in (models_folder().parent / "petfit").rglob("*.py"):
        code = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.S)
        assert not [drug for drug in read_drug_table().index if drug in code], path
