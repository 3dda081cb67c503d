import numpy as np
import pytest

from petfit.checks import posterior_predictive
from tests.checks.small_fits import NARROW, many_people, values_of_every_kind
from tests.helpers import fit_from_prior

OUTLIERS = {
    "row 0, person": (0, {"value": 0.1}),
    "row 1, mean": (1, {"value": 0.1}),
    "row 1, SD": (1, {"sd": 0.3}),
    "row 2, range of a mean": (2, {"low": 0.1, "high": 0.2}),
    "row 3, lowest of people": (3, {"low": 0.1}),
    "row 3, highest of people": (3, {"high": 1.3}),
    "set S, lowest of means": (slice(4, 6), {"low": 0.05}),
}


def test_expected_values_of_every_kind_pass():
    check = posterior_predictive.check(fit_from_prior(NARROW, values_of_every_kind()))
    assert check.verdict == "PASS", check.text
    values = check.table[check.table["set"] == "value"]
    assert len(values) == 8
    assert set(OUTLIERS) < set(values.index)
    assert (values["low"] <= values["predicted_high"]).all()
    assert (values["high"] >= values["predicted_low"]).all()


@pytest.mark.parametrize("name", OUTLIERS)
def test_one_outlier_of_any_kind_fails_and_is_named(name):
    position, change = OUTLIERS[name]
    table = values_of_every_kind()
    table.loc[table.index[position], list(change)] = list(change.values())
    check = posterior_predictive.check(fit_from_prior(NARROW, table))
    assert check.verdict == "FAIL"
    assert name in check.text
    assert check.table.loc["all", "p_largest"] == 0


@pytest.mark.parametrize(
    ("censored", "limit", "verdict"),
    [("below", 0.9, "PASS"), ("above", 0.1, "PASS"), ("below", 0.1, "FAIL"), ("above", 0.9, "FAIL")],
)
def test_a_limit_fails_only_if_the_number_cannot_lie_beyond_it(censored, limit, verdict):
    table = values_of_every_kind().assign(censored="")
    table.loc[0, ["value", "censored"]] = [limit, censored]
    check = posterior_predictive.check(fit_from_prior(NARROW, table))
    assert check.verdict == verdict
    assert ("row 0, limit of a person" in check.text) == (verdict == "FAIL")
    assert np.isinf(check.table.loc["row 0, limit of a person", ["low", "high"]].astype(float)).sum() == 1


@pytest.mark.parametrize(("factor", "verdict"), [(0.866, "WARN"), (0.8, "FAIL")])
def test_values_that_are_all_too_low_warn_or_fail(factor, verdict):
    table = many_people()
    check = posterior_predictive.check(fit_from_prior(NARROW, table.assign(value=table["value"] * factor)))
    assert check.verdict == verdict


@pytest.mark.slow
def test_values_that_the_model_produced_seldom_warn():
    table = many_people()
    fit = fit_from_prior(NARROW, table)
    rows = [f"row {i}" for i in table.index]
    replicates = fit.posterior_predictive["value"].sel(row=rows).to_numpy()[0]
    n_warnings = 0
    for values in replicates[:40]:
        produced = fit_from_prior(NARROW, table.assign(value=values))
        n_warnings += posterior_predictive.check(produced).verdict != "PASS"
    assert n_warnings <= 6  # at most one in twenty is expected, and the comparisons overlap
