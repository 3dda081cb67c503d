"""Refits of the same evidence, through the compiled model."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.special import logsumexp

import petfit
from petfit import checks
from petfit.inference import sample
from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.ops import NUMPY
from petfit.model.specification import parse_model
from petfit.results import refit_plan, refits
from petfit.results.leave_one_out import loo
from petfit.results.log_predictive import log_predictive
from tests.helpers import MODELS, fit_from_prior, make_design, monte_carlo_error

STUDIES = ("s1", "s2", "s3", "s4")
OUTLIER = 0.6
QUICK = petfit.Settings(draws=1000, tune=1000, chains=2, target_accept=0.98, seed=3)


@pytest.fixture(scope="module")
def pooled():
    """Studies are partially pooled in EC50."""
    term = '[ec50.study.pooled]\ndist = "HalfNormal"\nsigma = 0.3\n[emax.centre]'
    return parse_model(MODELS["plain"].replace("[emax.centre]", term))


@pytest.fixture(scope="module")
def studies():
    """Four studies of drug A, each with an EC50 of its own, and one with a few rows of drug B.

    One occupancy lies so far off that leaving it out needs a refit on any machine.
    """
    rng, shifts = np.random.default_rng(5), dict(zip(STUDIES, (0.3, -0.2, 0.1, -0.3), strict=True))
    doses = [2.0, 5.0, 10.0, 30.0, 80.0, 160.0]
    rows = [
        {"study": study, "drug": "A", "dose": dose, "value": 0.9 * dose / (8.0 * np.exp(shift) + dose)}
        for study, shift in shifts.items()
        for dose in doses
    ]
    rows += [
        {"study": "s4", "drug": "B", "dose": dose, "value": 0.9 * dose / (8.0 + dose)} for dose in doses[2:]
    ]
    table = pd.DataFrame(rows)
    table["value"] += rng.normal(0, 0.04, len(table)).round(3)
    table.loc[0, "value"] += OUTLIER
    return table


@pytest.fixture(scope="module")
def fitted(studies, pooled):
    return petfit.fit(studies, pooled, settings=QUICK)


@pytest.fixture(scope="module")
def refitted(fitted):
    return refits.with_refits(fitted, QUICK)


def z_scores(ours, theirs, probs=(0.1, 0.5, 0.9)):
    """Differences of the mean and of quantiles of two samples in their Monte Carlo standard errors."""
    gaps = [(ours.mean() - theirs.mean()) / np.hypot(monte_carlo_error(ours), monte_carlo_error(theirs))]
    for q in probs:
        error = np.hypot(monte_carlo_error(ours, q), monte_carlo_error(theirs, q))
        gaps.append((np.quantile(ours, q) - np.quantile(theirs, q)) / error)
    return np.abs(gaps)


# --- the plan ------------------------------------------------------------------------------------


def test_people_and_cohorts_too_influential_for_importance_sampling_are_left_out(ssri_fit):
    result = loo(ssri_fit)
    expected = result.pareto_k["person"].to_numpy()[(result.pareto_k > result.good_k).to_numpy()]
    parts = [refit for refit in refit_plan.plan(ssri_fit) if refit.kind == "part"]
    assert len(parts) > 0
    assert [refit.name for refit in parts] == [f"without {person}" for person in expected]
    for refit, person in zip(parts, expected, strict=True):
        assert set(ssri_fit.design.rows["person"][refit.left_out]) == {person}


# --- rows left out -------------------------------------------------------------------------------


def test_leaving_a_study_out_equals_a_fit_without_its_rows(fitted, studies, pooled):
    design = fitted.design
    left_out = (design.rows["study"] == "s2").to_numpy()
    without = sample.sample(design, QUICK, left_out=left_out).draws
    fewer = make_design(pooled, studies[studies["study"] != "s2"])
    other = sample.sample(fewer, QUICK).draws
    for name in design.scalar_priors:
        assert z_scores(without[name], other[name]).max() < 4.5, name
    ours, theirs = (
        next(effect for effect in d.effects if effect.name == "log_ec50_study") for d in (design, fewer)
    )
    for level in theirs.levels:
        draws = without[ours.name][..., ours.levels.index(level)]
        assert z_scores(draws, other[ours.name][..., theirs.levels.index(level)]).max() < 4.5, level
    new = without[ours.name][..., ours.levels.index(("s2",))] / without[ours.scale]
    assert abs(new.mean()) < 5 * monte_carlo_error(new)
    assert new.std() == pytest.approx(1.0, abs=0.1)
    assert not np.allclose(fitted.posterior["sigma"], without["sigma"])


def test_leaving_nothing_out_gives_the_same_draws(fitted):
    design = fitted.design
    none = np.zeros(len(design.rows), bool)
    left = sample.sample(design, QUICK, left_out=none).draws
    assert all(np.array_equal(left[name], draws) for name, draws in fitted.posterior.items())


# --- refits --------------------------------------------------------------------------------------


def test_every_planned_refit_is_made_and_stored(tmp_path, fitted, refitted):
    found = refitted.refits
    assert fitted.refits is None
    assert [refit.name for refit in refit_plan.plan(fitted)] == list(found["refit"].to_numpy())
    assert set(found["kind"].to_numpy()) == {"study", "part", "reference doses"}
    assert (found["problem"] == "").all()
    assert (found["low"] <= found["median"]).all()
    assert (found["median"] <= found["high"]).all()
    xr.testing.assert_identical(petfit.load(refitted.save(tmp_path / "fit.nc")).refits, found)


def test_only_refits_without_rows_have_an_elpd(refitted):
    found = refitted.refits
    without_rows = found["kind"].isin(["study", "part"])
    assert (np.isfinite(found["elpd"]) == without_rows).all()
    assert (found["elpd_mcse"].where(without_rows, drop=True) < 0.5).all()


def test_a_drug_may_lose_all_rows_with_its_only_study(refitted):
    found = refitted.refits.sel(refit="without s4")
    assert found["rows"].sel(drug=["A", "B"]).to_numpy().tolist() == [18, 0]
    assert np.isfinite(found["median"].sel(answer="ec50")).all()
    check = checks.CHECKS["leave_one_study_out"](refitted)
    assert check.verdict == "WARN"
    assert "B has no rows without s4" in check.details


def test_refits_depend_on_the_seed_but_not_on_their_order(fitted, refitted, monkeypatch):
    some = refit_plan.plan(fitted)[2:0:-1]
    monkeypatch.setattr(refits, "plan", lambda _: some)
    again = refits.with_refits(fitted, QUICK).refits
    xr.testing.assert_identical(again, refitted.refits.sel(refit=[refit.name for refit in some]))


@pytest.mark.slow
def test_refits_do_not_depend_on_the_order_of_rows(studies, pooled, refitted):
    reversed_fit = petfit.fit(studies[::-1], pooled, settings=QUICK)
    assert refits.with_refits(reversed_fit, QUICK).refits.equals(refitted.refits)


# --- the predictive density ----------------------------------------------------------------------


def test_predictive_density_integrates_over_new_levels(studies, pooled):
    design = make_design(pooled, studies)
    left_out = (design.rows["study"] == "s4").to_numpy()
    rng = np.random.default_rng(1)
    sure = {"log_ec50": -0.2, "logit_emax": 2.2, "sigma": 0.05, "log_ec50_study_sd": 0.3}
    draws = {name: np.full((2, 400), value) for name, value in sure.items()}
    draws["log_ec50_study"] = np.zeros((2, 400, 4))
    found, error = log_predictive(design, draws, left_out, rng)
    # With everything else known it is one integral over the effect of the study.
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    grid = {name: np.full((1, 60), value) for name, value in sure.items()}
    grid["log_ec50_study"] = np.repeat(0.3 * nodes[None, :, None], 4, axis=-1)
    few = design.subset(left_out)
    densities = likelihood.log_likelihood(NUMPY, few, grid, likelihood.inputs(few))
    by_node = sum(density.sum(axis=-1) for density in densities.values())[0]
    exact = logsumexp(by_node, b=weights / weights.sum())
    assert error < 0.1
    assert found == pytest.approx(exact, abs=5 * error)


def test_a_subset_of_a_design_keeps_all_levels(studies, pooled):
    design = make_design(pooled, studies)
    few = design.subset((design.rows["study"] == "s4").to_numpy())
    assert few.effects == design.effects
    assert len(few.rows) == 10
    draws = design.draw_prior(np.random.default_rng(1), 5)
    whole = likelihood.log_likelihood(NUMPY, design, draws, likelihood.inputs(design))["subject"]
    part = likelihood.log_likelihood(NUMPY, few, draws, likelihood.inputs(few))["subject"]
    assert np.array_equal(part, whole[:, -10:])


# --- the plan ------------------------------------------------------------------------------------


def test_one_study_of_one_drug_allows_only_other_reference_doses(people_table):
    kinds = [refit.kind for refit in refit_plan.plan(fit_from_prior(MODELS["plain"], people_table))]
    assert set(kinds) - {"part"} == {"reference doses"}


def test_plan_includes_no_pooling_and_a_common_emax(prior_fit):
    by_kind = {refit.kind: refit for refit in refit_plan.plan(prior_fit)}
    fit = prior_fit
    designs = {
        kind: Design.build(refit.spec, fit.evidence, fit.drug_table) for kind, refit in by_kind.items()
    }
    names = {kind: {effect.name for effect in design.effects} for kind, design in designs.items()}
    assert {"log_ec50_drug_sd", "logit_emax_drug_sd"} <= set(fit.design.scalar_priors)
    assert not {"log_ec50_drug_sd", "logit_emax_drug_sd"} & set(designs["pooling"].scalar_priors)
    assert {"log_ec50_drug", "logit_emax_drug"} <= names["pooling"]
    assert "log_ec50_drug" in names["emax"]
    assert "logit_emax_drug" not in names["emax"]


def test_assumed_group_sizes_are_halved_and_doubled(prior_fit):
    fit = prior_fit
    assert fit.spec.n_assumed == 5
    sizes = [refit.spec for refit in refit_plan.plan(fit) if refit.kind == "n_assumed"]
    assert [spec.n_assumed for spec in sizes] == [2, 10]
    assumed = fit.evidence.table["n"].isna() & (fit.evidence.table["level"] == "range")
    for spec in sizes:
        rows = Design.build(spec, fit.evidence, fit.drug_table).rows
        assert (rows.loc[assumed[assumed].index, "n"] == spec.n_assumed).all()


def test_other_reference_doses_rescale_the_exposure(prior_fit):
    fit = prior_fit
    half = next(refit for refit in refit_plan.plan(fit) if refit.name.startswith("B at half"))
    design = Design.build(half.spec, fit.evidence, fit.drug_table)
    of_b = (design.rows["drug"] == "B").to_numpy()
    ratio = design.rows["x"] / fit.design.rows["x"]
    assert ratio[of_b].to_numpy() == pytest.approx(2.0)
    assert design.rows["x"][~of_b].equals(fit.design.rows["x"][~of_b])
    assert design.rows["dose"].equals(fit.design.rows["dose"])


def test_a_failed_refit_is_stored_with_its_reason(prior_fit, monkeypatch):
    def refuse(*_args, **_more):
        raise petfit.PetfitError("no starting point")

    monkeypatch.setattr(refits.sample, "sample", refuse)
    fit = refits.with_refits(prior_fit)
    assert (fit.refits["problem"] == "no starting point").all()
    check = checks.CHECKS["assumptions"](fit)
    assert check.verdict == "WARN"
    assert "no starting point" in check.details


def test_a_run_that_was_stopped_makes_only_the_refits_that_are_missing(fitted, monkeypatch, tmp_path):
    few = petfit.Settings(draws=100, tune=100, chains=2, target_accept=0.8, seed=3)
    planned = refit_plan.plan(fitted)[:2]
    monkeypatch.setattr(refits, "plan", lambda _: planned[:1])
    finished = refits.with_refits(fitted, few, folder=tmp_path).refits
    xr.testing.assert_identical(finished, refits.with_refits(fitted, few).refits)
    monkeypatch.setattr(refits.sample, "sample", lambda *_, **__: 1 / 0)
    monkeypatch.setattr(refits, "plan", lambda _: planned)
    continued = refits.with_refits(fitted, few, folder=tmp_path).refits
    assert continued["problem"].to_numpy().tolist() == ["", "ZeroDivisionError: division by zero"]
    assert continued["median"].isel(refit=0).equals(finished["median"].isel(refit=0))
    with_other_seed = refits.with_refits(fitted, petfit.Settings(seed=4), folder=tmp_path).refits
    assert (with_other_seed["problem"] != "").all()


def test_a_complete_set_across_studies_is_left_out_with_each_of_them():
    row = {"drug": "A", "low": 0.3, "high": 0.8, "n": 5, "range_set": "S", "set_complete": "yes"}
    table = pd.DataFrame(
        [
            {**row, "study": "s1", "dose": 5},
            {**row, "study": "s2", "dose": 50},
            {"study": "s2", "drug": "A", "dose": 20, "value": 0.6, "n": 5},
        ]
    )
    fit = fit_from_prior(MODELS["plain"], table)
    plan = {refit.name: refit for refit in refit_plan.plan(fit)}
    doses = fit.design.rows["dose"]
    assert sorted(doses[plan["without s1"].left_out]) == [5, 50]
    assert sorted(doses[plan["without s2"].left_out]) == [5, 20, 50]


@pytest.mark.slow
def test_refits_in_processes_are_the_same(fitted):
    settings = petfit.Settings(draws=100, tune=100, chains=2, target_accept=0.8, seed=3)
    here, elsewhere = (refits.with_refits(fitted, settings, workers=n).refits for n in (1, 2))
    xr.testing.assert_identical(here, elsewhere)
