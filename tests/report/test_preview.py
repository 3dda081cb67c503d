import json

import pandas as pd
import pytest

from petfit.errors import EvidenceError, SpecError
from petfit.report.preview import preview, preview_record, problem_record


@pytest.fixture
def write_table(tmp_path):
    def write(**columns):
        path = tmp_path / "mine.csv"
        pd.DataFrame({"drug": "A", "dose": [5.0, 20.0], "value": 0.4, **columns}).to_csv(path, index=False)
        return path

    return write


def test_a_preview_has_the_rows_that_the_model_would_fit():
    found = preview("sert_occupancy", "ssri")
    assert found.design is not None
    assert found.evidence.used == len(found.design.rows)
    with_times = preview("sert_occupancy", "ssri_time")
    assert len(with_times.design.rows) > with_times.evidence.used


def test_the_model_is_the_default_one_if_none_is_given(write_table):
    default = preview(write_table())
    assert default.design.spec == preview(write_table(), "emax").design.spec
    assert preview_record(default)["model"] == preview_record(preview(write_table(), "emax"))["model"]


def test_references_and_molar_masses_come_from_the_drug_table(write_table, tmp_path):
    drugs = tmp_path / "drugs.csv"
    drugs.write_text("drug,reference_dose,dose_unit,molar_mass\nA,0.007,g,250\n")
    path = write_table(concentration=[1, 2], concentration_unit=["nM", "ng/mL"])
    found = preview(path, "emax", drugs)
    assert found.design.reference_doses["A"].value == 7.0
    assert found.evidence.exposures["concentration_low"].tolist() == [0.25]


def test_a_model_that_cannot_use_the_table_is_rejected(write_table):
    with pytest.raises(SpecError, match=r"mine\.csv.*concentration"):
        preview(write_table(), "emax_concentration")


def test_a_record_is_json_with_the_counts(write_table):
    record = json.loads(json.dumps(preview_record(preview(write_table(), "emax")), allow_nan=False))
    assert (record["table"].endswith("mine.csv"), record["problems"], record["rows"], record["used"]) == (
        True,
        [],
        2,
        2,
    )
    assert record["model"]["rows"] == 2
    assert record["model"]["references"][0]["drug"] == "A"
    assert record["exposures"][0]["concentration_low"] is None


def test_every_problem_is_recorded_with_its_row(write_table):
    with pytest.raises(EvidenceError) as caught:
        preview(write_table(dose=[-5, -6]))
    record = problem_record("mine.csv", caught.value)
    assert record["table"] == "mine.csv"
    assert [(problem["row"], problem["column"], problem["seen"]) for problem in record["problems"]] == [
        ("line 2", "dose", "-5"),
        ("line 3", "dose", "-6"),
    ]
    assert all(problem["rule"] and problem["remedy"] for problem in record["problems"])


def test_an_error_without_a_row_is_one_problem(write_table):
    with pytest.raises(SpecError) as caught:
        preview(write_table(), "emax_concentration")
    (problem,) = problem_record("mine.csv", caught.value)["problems"]
    assert problem["rule"] == str(caught.value)
