import pandas as pd
import pytest

import petfit
from petfit import checks
from petfit.checks import Finding, stored_checks


@pytest.fixture(scope="module")
def again(prior_fit, tmp_path_factory):
    path = prior_fit.checked().save(tmp_path_factory.mktemp("checked") / "fit.nc")
    return petfit.load(path)


def test_verdicts_come_back_from_the_file_as_they_were_made(prior_fit, again):
    made = checks.run(prior_fit)
    assert [one.name for one in again.check()] == [one.name for one in made]
    for ours, theirs in zip(again.check(), made, strict=True):
        assert (ours.verdict, ours.sentence) == (theirs.verdict, theirs.sentence)
        pd.testing.assert_frame_equal(
            ours.table, theirs.table, check_index_type=False, check_column_type=False
        )
        pd.testing.assert_frame_equal(
            pd.DataFrame(ours.findings), pd.DataFrame(theirs.findings), check_exact=True
        )


def test_a_figure_that_is_infinite_or_no_number_comes_back_as_it_is(prior_fit, monkeypatch):
    findings = (Finding("a", float("inf"), "at most", 1.0, "FAIL"), Finding("b", float("nan")))
    odd = checks.Check("odd", "FAIL", "All is odd.", pd.DataFrame(), findings)
    monkeypatch.setattr(checks, "run", lambda _stored: [odd])
    (kept,) = prior_fit.checked().check()
    assert str(kept.findings) == str(findings)


def test_verdicts_that_are_kept_are_not_made_again(again, monkeypatch):
    monkeypatch.setattr(checks, "run", lambda _stored: 1 / 0)
    assert again.check()


def test_a_fit_that_keeps_no_verdicts_makes_them(prior_fit, monkeypatch):
    monkeypatch.setattr(checks, "run", lambda _stored: ["made"])
    assert stored_checks.verdicts(prior_fit) == ["made"]


def test_other_fits_make_the_verdicts_void(again):
    refits = again.tree["prior"].to_dataset()  # any table stands in for them
    assert stored_checks.CHECKS in again.tree.attrs
    assert stored_checks.CHECKS not in again.with_refits(refits).tree.attrs


def test_verdicts_of_another_version_are_made_again(again, monkeypatch):
    monkeypatch.setattr(stored_checks, "version", lambda _: "another")
    monkeypatch.setattr(checks, "run", lambda _stored: ["made"])
    assert again.check() == ["made"]
