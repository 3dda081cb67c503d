import json

import pytest

from petfit.cli.screen import screen
from petfit.report.json_records import json_records
from petfit.results.main_answers import main_answers
from tests.cli.runner import run


def test_summary_prints_the_screen_of_the_fit(saved, prior_fit):
    code, out, err = run("summary", saved)
    assert (code, err) == (0, "")
    assert out == screen(prior_fit, saved) + "\n"
    code, out, _ = run("summary", saved, "--occupancy", "0.6")
    assert "dose for 60 %" in out


def test_json_of_the_summary_holds_the_unrounded_answers(saved, prior_fit):
    code, out, err = run("summary", saved, "--format", "json")
    assert (code, err) == (0, "")
    assert json.loads(out) == json_records(main_answers(prior_fit))


def test_evidence_lists_rows_references_and_assumptions(saved, prior_fit):
    code, out, err = run("evidence", saved)
    assert (code, err) == (0, "")
    assert "Rows fitted (9)" in out
    assert "Reference exposures" in out
    for clause in prior_fit.evidence.assumptions:
        assert f"Assumed: {clause}." in " ".join(out.split())


def test_json_of_the_evidence_says_which_rows_were_fitted(ssri, ssri_fit):
    rows = json.loads(run("evidence", ssri, "--format", "json")[1])
    assert sum(row["fitted"] for row in rows) == len(ssri_fit.design.rows)
    assert len(rows) == len(ssri_fit.evidence.table)


@pytest.mark.parametrize(
    "words", [["--at", "region=nowhere"], ["--occupancy", "80"], ["--for", "new_subject"]]
)
def test_wrong_options_are_refused(saved, words):
    assert run("summary", saved, *words)[0] == 2
