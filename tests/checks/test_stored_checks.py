import pandas as pd
import pytest

import petfit
from petfit import checks
from petfit.checks import Finding, stored_checks
from petfit.fit import STORED_CHECKS


@pytest.fixture(scope="module")
def loaded(prior_fit, tmp_path_factory):
    path = prior_fit.with_checks().save(tmp_path_factory.mktemp("checked") / "fit.nc")
    return petfit.load(path)


def test_stored_checks_equal_those_that_were_run(prior_fit, loaded):
    expected = checks.run(prior_fit)
    assert len(repr(loaded.check()).splitlines()) == len(expected)
    assert [check.name for check in loaded.check()] == [check.name for check in expected]
    for stored, check in zip(loaded.check(), expected, strict=True):
        assert (stored.verdict, stored.text) == (check.verdict, check.text)
        pd.testing.assert_frame_equal(
            stored.table, check.table, check_index_type=False, check_column_type=False
        )
        pd.testing.assert_frame_equal(
            pd.DataFrame(stored.findings), pd.DataFrame(check.findings), check_exact=True, check_dtype=False
        )


def test_infinite_and_nan_findings_are_stored(prior_fit, monkeypatch):
    findings = (Finding("a", float("inf"), "at most", 1.0, "FAIL"), Finding("b", float("nan")))
    check = checks.Check("any", "FAIL", "Figures are not finite.", pd.DataFrame(), findings)
    monkeypatch.setattr(checks, "run", lambda _fit: [check])
    (stored,) = prior_fit.with_checks().check()
    assert str(stored.findings) == str(findings)


def test_stored_checks_are_not_run_again(loaded, monkeypatch):
    monkeypatch.setattr(checks, "run", lambda _fit: 1 / 0)
    assert loaded.check()


def test_checks_that_are_not_stored_are_run(prior_fit, monkeypatch):
    monkeypatch.setattr(checks, "run", lambda _fit: ["run"])
    assert stored_checks.checks_of(prior_fit.assign_groups({})) == ["run"]


def test_stored_checks_are_dropped_when_groups_change(loaded):
    refits = loaded.group("prior")  # stands in for refits
    assert STORED_CHECKS in loaded.attrs
    assert STORED_CHECKS not in loaded.assign_groups({"petfit/refits": refits}).attrs


def test_checks_stored_by_another_version_are_run_again(loaded, monkeypatch):
    monkeypatch.setattr(stored_checks, "version", lambda _: "another")
    monkeypatch.setattr(checks, "run", lambda _fit: ["run"])
    assert loaded.check() == ["run"]
