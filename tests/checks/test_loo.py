import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.checks import loo
from petfit.results.leave_one_out import PARETO_K_LIMIT
from tests.checks.small_fits import NARROW, many_people, sampled_fit, values_of_every_kind
from tests.helpers import fit_from_prior, with_changed_draws


def figures(check):
    return {finding.quantity: finding.value for finding in check.findings}


def with_heavy_tail(density):
    density[..., 1] -= np.log1p(np.random.default_rng(0).pareto(1.1, density.shape[:2]))
    return density


def test_influential_row_warns_and_is_named():
    fit = fit_from_prior(NARROW, values_of_every_kind())
    check = loo.check(fit)
    assert check.verdict == "PASS", check.text
    changed = loo.check(with_changed_draws(fit, "log_likelihood", value=with_heavy_tail))
    assert changed.verdict == "WARN"
    assert "row 1" in changed.text
    assert list(changed.table.index[changed.table["pareto_k"] > PARETO_K_LIMIT]) == ["row 1"]


def test_rows_of_a_complete_set_are_left_out_together():
    fit = fit_from_prior(NARROW, values_of_every_kind())
    table = loo.check(fit).table
    assert sorted(table.index) == ["row 0", "row 1", "row 2", "row 3", "set S"]
    in_set = (fit.design.rows["range_set"] == "S").to_numpy()
    density = fit.log_likelihood.to_numpy()[..., in_set].sum(axis=-1)
    # With regular weights, importance sampling estimates the harmonic mean.
    assert table.loc["set S", "elpd"] == pytest.approx(-np.log(np.exp(-density).mean()), abs=0.02)


@pytest.mark.parametrize("value", [np.nan, -np.inf, np.inf])
def test_density_that_is_not_finite_fails_and_its_row_is_named(value):
    def replace_one(density):
        density[0, 0, 0] = value
        return density

    fit = fit_from_prior(NARROW, values_of_every_kind())
    check = loo.check(with_changed_draws(fit, "log_likelihood", value=replace_one))
    assert check.verdict == "FAIL"
    assert "The model rules out row 0 in some draws" in check.text


@pytest.mark.parametrize(("outlier", "verdict"), [(None, "PASS"), (1.2, "FAIL")])
def test_p_loo_above_the_number_of_parameters_fails(people_table, outlier, verdict):
    table = people_table.assign(subject=people_table.index.astype(str))
    if outlier is not None:
        table.loc[0, "value"] = outlier
    check = loo.check(sampled_fit(NARROW, table))
    assert figures(check)["parameters"] == 3
    assert (figures(check)["p_loo"] > 3) == (verdict == "FAIL")
    assert check.verdict == verdict
    assert ("misspecified" in check.text) == (verdict == "FAIL")


def test_p_loo_above_the_number_of_parameters_passes_if_no_pareto_k_is_large():
    fit = fit_from_prior(NARROW, many_people())
    rng = np.random.default_rng(0)
    fit = with_changed_draws(fit, "log_likelihood", value=lambda density: rng.normal(0, 0.9, density.shape))
    check = loo.check(fit)
    assert figures(check)["p_loo"] > 10
    assert check.verdict == "PASS", check.text


def test_a_single_cohort_cannot_be_left_out():
    rows = [
        {"drug": "A", "cohort": "c", "dose": 10, "value": 0.5, "n": 6, "region": region} for region in "xy"
    ]
    check = loo.check(fit_from_prior(petfit.read_model("emax"), pd.DataFrame(rows), draws=100))
    assert check.verdict == "PASS"
    assert "single person or cohort" in check.sentence
