import numpy as np
import pandas as pd
import pytest

from petfit.checks import CHECKS, run

VERDICTS = {"PASS", "WARN", "FAIL"}
every_check = pytest.mark.parametrize("name", CHECKS)


@every_check
def test_every_check_passes_on_the_bundled_fit(ssri_fit, name):
    check = CHECKS[name](ssri_fit.stored)
    assert check.verdict == "PASS", check.sentence
    assert check.name == name
    assert check.sentence.endswith(".")
    assert isinstance(check.table, pd.DataFrame)
    assert len(check.table)


def test_the_bundled_fit_is_good_in_every_unknown_and_every_answer(ssri_fit):
    table = CHECKS["convergence"](ssri_fit.stored).table
    assert (table["r_hat"] < 1.01).all()
    assert (table[["ess_bulk", "ess_tail"]] > 400).all(axis=None)
    assert not ssri_fit.tree["sample_stats"]["diverging"].any()
    for drug in ssri_fit.stored.layout.drugs:
        for quantity in ("ec50", "emax", "dose for 80 %"):
            assert f"{quantity} of {drug}" in table.index
    unknowns = sum(np.prod(v.shape[2:], dtype=int) for v in ssri_fit.stored.posterior.values())
    assert len(table) == unknowns + 15


def test_run_runs_every_check_in_order(ssri_fit):
    assert [check.name for check in run(ssri_fit.stored)] == list(CHECKS)


def one_chain_apart(draws):
    draws[0] += 10 * draws.std()
    return draws


def few_different(draws):
    return np.repeat(draws[:, ::100], 100, axis=1)


def one_not_a_number(draws):
    draws[0, 0] = np.nan
    return draws


def one_infinite(draws):
    draws[0, 0] = np.inf
    return draws


def stuck(draws):
    return np.full_like(draws, draws.mean())


@pytest.mark.parametrize("change", [one_chain_apart, few_different, one_not_a_number, one_infinite, stuck])
@pytest.mark.parametrize("name", ["sigma", "log_ec50_study_sd"])
def test_an_unknown_that_did_not_converge_fails_and_is_named(ssri_fit, tampered, change, name):
    check = CHECKS["convergence"](tampered(ssri_fit.stored, "posterior", **{name: change}))
    assert check.verdict == "FAIL"
    assert name in check.sentence


def test_an_answer_that_did_not_converge_fails_though_it_is_one_level(ssri_fit, tampered):
    def one_drug(draws):
        draws[0, :, 2] += 5
        return draws

    check = CHECKS["convergence"](tampered(ssri_fit.stored, "posterior", logit_emax_drug=one_drug))
    assert check.verdict == "FAIL"
    assert check.table.loc["dose for 80 % of escitalopram", "r_hat"] > 1.01


@pytest.mark.parametrize(("count", "verdict"), [(1, "WARN"), (400, "FAIL")])
def test_divergences_warn_and_many_fail(ssri_fit, tampered, count, verdict):
    def some(diverging):
        diverging.reshape(-1)[:count] = True
        return diverging

    check = CHECKS["divergences"](tampered(ssri_fit.stored, "sample_stats", diverging=some))
    assert check.verdict == verdict
    assert f"{count} of 8000" in check.sentence
    assert check.table["divergent"].sum() == count


def test_trees_of_the_largest_depth_warn(ssri_fit, tampered):
    deepest = int(ssri_fit.tree.attrs["max_depth"])
    check = CHECKS["divergences"](
        tampered(ssri_fit.stored, "sample_stats", tree_depth=lambda depth: np.full_like(depth, deepest))
    )
    assert check.verdict == "WARN"


def test_energies_that_wander_warn(ssri_fit, tampered):
    def wandering(energy):
        return np.random.default_rng(0).normal(size=energy.shape).cumsum(axis=1)

    check = CHECKS["energy"](tampered(ssri_fit.stored, "sample_stats", energy=wandering))
    assert check.verdict == "WARN"
    assert check.table["e_bfmi"].max() < 0.3
