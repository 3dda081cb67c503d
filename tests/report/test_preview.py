import json

import pandas as pd
import pytest

from petfit.errors import EvidenceError, SpecError
from petfit.report.preview import preview, record, refusal


@pytest.fixture
def mine(tmp_path):
    def write(**columns):
        path = tmp_path / "mine.csv"
        pd.DataFrame({"drug": "A", "dose": [5.0, 20.0], "value": 0.4, **columns}).to_csv(path, index=False)
        return path

    return write


def test_a_model_s_rows_and_references_are_those_it_would_fit():
    found = preview("sert_occupancy", "ssri")
    assert found.design is not None
    assert found.evidence.used == len(found.design.rows)
    late = preview("sert_occupancy", "ssri_time")
    assert len(late.design.rows) > late.evidence.used


def test_without_a_model_no_model_is_laid_out(mine):
    assert preview(mine()).design is None
    assert "model" not in record(preview(mine()))


def test_a_drug_table_gives_references_and_molar_masses(mine, tmp_path):
    drugs = tmp_path / "drugs.csv"
    drugs.write_text("drug,reference_dose,dose_unit,molar_mass\nA,0.007,g,250\n")
    path = mine(concentration=[1, 2], concentration_unit=["nM", "ng/mL"])
    found = preview(path, "emax", drugs)
    assert found.design.references["A"].value == 7.0
    assert found.evidence.exposures["concentration_low"].tolist() == [0.25]


def test_a_model_that_cannot_use_the_table_is_refused(mine):
    with pytest.raises(SpecError, match=r"mine\.csv.*concentration"):
        preview(mine(), "emax_concentration")


def test_a_record_is_json_with_the_counts(mine):
    said = json.loads(json.dumps(record(preview(mine(), "emax")), allow_nan=False))
    assert (said["table"].endswith("mine.csv"), said["problems"], said["rows"], said["used"]) == (
        True,
        [],
        2,
        2,
    )
    assert said["model"]["rows"] == 2
    assert said["model"]["references"][0]["drug"] == "A"
    assert said["exposures"][0]["concentration_low"] is None


def test_a_refusal_has_every_problem_by_its_row(mine):
    with pytest.raises(EvidenceError) as caught:
        preview(mine(dose=[-5, -6]))
    said = refusal("mine.csv", caught.value)
    assert said["table"] == "mine.csv"
    assert [(one["row"], one["column"], one["seen"]) for one in said["problems"]] == [
        ("line 2", "dose", "-5"),
        ("line 3", "dose", "-6"),
    ]
    assert all(one["rule"] and one["remedy"] for one in said["problems"])


def test_an_error_that_is_no_row_s_is_one_problem(mine):
    with pytest.raises(SpecError) as caught:
        preview(mine(), "emax_concentration")
    (one,) = refusal("mine.csv", caught.value)["problems"]
    assert one["rule"] == str(caught.value)
