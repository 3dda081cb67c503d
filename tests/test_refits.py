"""Other fits of the same evidence, through the model that is compiled already."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.special import logsumexp

import petfit
from petfit import checks, likelihood, refits, sampling
from petfit.layout import Layout
from petfit.ops import NUMPY
from petfit.spec import parse_model

STUDIES = ("s1", "s2", "s3", "s4")
QUICK = petfit.Settings(draws=1000, tune=1000, chains=2, target_accept=0.98, seed=3)


@pytest.fixture(scope="module")
def pooled(models):
    """Studies are partially pooled in EC50."""
    term = '[ec50.study.pooled]\ndist = "HalfNormal"\nsigma = 0.3\n[emax.centre]'
    return parse_model(models["plain"].replace("[emax.centre]", term))


@pytest.fixture(scope="module")
def studies():
    """Four studies of drug A, each with an EC50 of its own, and one with a few rows of drug B."""
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
    return table.assign(value=table["value"] + rng.normal(0, 0.04, len(table)).round(3))


@pytest.fixture(scope="module")
def fitted(studies, pooled):
    return petfit.fit(studies, pooled, settings=QUICK)


@pytest.fixture(scope="module")
def refitted(fitted):
    return petfit.api.Fit(refits.refit(fitted.stored, QUICK))


def z_scores(ours, theirs, mcse, probs=(0.1, 0.5, 0.9)):
    """Differences of the mean and of quantiles of two samples in their Monte Carlo standard errors."""
    gaps = [(ours.mean() - theirs.mean()) / np.hypot(mcse(ours), mcse(theirs))]
    for q in probs:
        error = np.hypot(mcse(ours, q), mcse(theirs, q))
        gaps.append((np.quantile(ours, q) - np.quantile(theirs, q)) / error)
    return np.abs(gaps)


# --- rows left out -------------------------------------------------------------------------------


def test_leaving_a_study_out_is_fitting_the_table_without_its_rows(fitted, studies, pooled, lay, mcse):
    layout = fitted.stored.layout
    left_out = (layout.rows["study"] == "s2").to_numpy()
    without = sampling.sample(layout, QUICK, left_out=left_out).draws
    fewer = lay(pooled, studies[studies["study"] != "s2"])
    other = sampling.sample(fewer, QUICK).draws
    for name in layout.scalars:
        assert z_scores(without[name], other[name], mcse).max() < 4.5, name
    (ours,), (theirs,) = ([e for e in one.effects if e.name == "log_ec50_study"] for one in (layout, fewer))
    for level in theirs.levels:
        draws = without[ours.name][..., ours.levels.index(level)]
        assert z_scores(draws, other[ours.name][..., theirs.levels.index(level)], mcse).max() < 4.5, level
    new = without[ours.name][..., ours.levels.index(("s2",))] / without[ours.scale]
    assert abs(new.mean()) < 5 * mcse(new)
    assert new.std() == pytest.approx(1.0, abs=0.1)
    assert not np.allclose(fitted.stored.posterior["sigma"], without["sigma"])


def test_a_row_that_counts_once_is_a_row(fitted):
    layout = fitted.stored.layout
    none = np.zeros(len(layout.rows), bool)
    left = sampling.sample(layout, QUICK, left_out=none).draws
    assert all(np.array_equal(left[name], draws) for name, draws in fitted.stored.posterior.items())


# --- all other fits ------------------------------------------------------------------------------


def test_every_other_fit_is_made_and_kept_with_the_fit(tmp_path, fitted, refitted):
    found = refitted.stored.refits
    assert fitted.stored.refits is None
    assert [one.name for one in refits.plan(fitted.stored)] == list(found["refit"].to_numpy())
    assert set(found["kind"].to_numpy()) == {"study", "reference doses"}
    assert (found["problem"] == "").all()
    assert (found["low"] <= found["median"]).all()
    assert (found["median"] <= found["high"]).all()
    xr.testing.assert_identical(petfit.load(refitted.save(tmp_path / "fit.nc")).stored.refits, found)


def test_only_left_out_studies_have_a_predictive_density(refitted):
    found = refitted.stored.refits
    study = found["kind"] == "study"
    assert (np.isfinite(found["elpd"]) == study).all()
    assert (found["elpd_mcse"].where(study, drop=True) < 0.5).all()


def test_a_drug_of_one_study_has_no_row_left_without_it_and_the_fit_is_made_all_the_same(refitted):
    found = refitted.stored.refits.sel(refit="without s4")
    assert found["rows"].sel(drug=["A", "B"]).to_numpy().tolist() == [18, 0]
    assert np.isfinite(found["median"].sel(answer="ec50")).all()
    check = checks.CHECKS["studies"](refitted.stored)
    assert check.verdict == "WARN"
    assert "No row of B is left without s4" in check.sentence


def test_the_same_seed_makes_the_same_fits_and_their_order_does_not_matter(fitted, refitted, monkeypatch):
    some = refits.plan(fitted.stored)[2:0:-1]
    monkeypatch.setattr(refits, "plan", lambda _: some)
    again = refits.refit(fitted.stored, QUICK).refits
    xr.testing.assert_identical(again, refitted.stored.refits.sel(refit=[one.name for one in some]))


def test_the_order_of_rows_changes_nothing(studies, pooled, refitted):
    turned = petfit.fit(studies[::-1], pooled, settings=QUICK)
    assert refits.refit(turned.stored, QUICK).refits.equals(refitted.stored.refits)


# --- the predictive density ----------------------------------------------------------------------


def test_the_predictive_density_integrates_new_levels_out(studies, pooled, lay):
    layout = lay(pooled, studies)
    left_out = (layout.rows["study"] == "s4").to_numpy()
    rng = np.random.default_rng(1)
    sure = {"log_ec50": -0.2, "logit_emax": 2.2, "sigma": 0.05, "log_ec50_study_sd": 0.3}
    draws = {name: np.full((2, 400), value) for name, value in sure.items()}
    draws["log_ec50_study"] = np.zeros((2, 400, 4))
    found, error = refits.log_predictive(layout, draws, left_out, rng)
    # With everything else known it is one integral over the effect of the study.
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    grid = {name: np.full((1, 60), value) for name, value in sure.items()}
    grid["log_ec50_study"] = np.repeat(0.3 * nodes[None, :, None], 4, axis=-1)
    few = layout.only(left_out)
    densities = likelihood.log_likelihood(NUMPY, few, grid, likelihood.inputs(few))
    by_node = sum(density.sum(axis=-1) for density in densities.values())[0]
    exact = logsumexp(by_node, b=weights / weights.sum())
    assert error < 0.1
    assert found == pytest.approx(exact, abs=5 * error)


def test_some_rows_of_a_layout_keep_every_level_of_its_effects(studies, pooled, lay):
    layout = lay(pooled, studies)
    few = layout.only((layout.rows["study"] == "s4").to_numpy())
    assert few.effects == layout.effects
    assert len(few.rows) == 10
    draws = layout.draw_prior(np.random.default_rng(1), 5)
    whole = likelihood.log_likelihood(NUMPY, layout, draws, likelihood.inputs(layout))["subject"]
    part = likelihood.log_likelihood(NUMPY, few, draws, likelihood.inputs(few))["subject"]
    assert np.array_equal(part, whole[:, -10:])


# --- the plan ------------------------------------------------------------------------------------


def test_one_study_and_one_drug_leave_only_reference_doses_to_change(fit_of_prior, models, people_table):
    kinds = [one.kind for one in refits.plan(fit_of_prior(models["plain"], people_table).stored)]
    assert set(kinds) == {"reference doses"}


def test_two_drugs_pooled_are_fitted_without_pooling_and_with_one_emax(prior_fit):
    by_kind = {one.kind: one for one in refits.plan(prior_fit.stored)}
    stored = prior_fit.stored
    layouts = {kind: Layout.build(one.spec, stored.evidence, stored.drugs) for kind, one in by_kind.items()}
    names = {kind: {effect.name for effect in layout.effects} for kind, layout in layouts.items()}
    assert {"log_ec50_drug_sd", "logit_emax_drug_sd"} <= set(stored.layout.scalars)
    assert not {"log_ec50_drug_sd", "logit_emax_drug_sd"} & set(layouts["pooling"].scalars)
    assert {"log_ec50_drug", "logit_emax_drug"} <= names["pooling"]
    assert "log_ec50_drug" in names["emax"]
    assert "logit_emax_drug" not in names["emax"]


def test_group_sizes_that_are_assumed_are_halved_and_doubled(prior_fit):
    stored = prior_fit.stored
    assert stored.spec.n_assumed == 5
    sizes = [one.spec for one in refits.plan(stored) if one.kind == "n_assumed"]
    assert [spec.n_assumed for spec in sizes] == [2, 10]
    assumed = stored.evidence.table["n"].isna() & (stored.evidence.table["level"] == "range")
    for spec in sizes:
        rows = Layout.build(spec, stored.evidence, stored.drugs).rows
        assert (rows.loc[assumed[assumed].index, "n"] == spec.n_assumed).all()


def test_other_reference_doses_keep_the_doses_and_move_the_scale(prior_fit):
    stored = prior_fit.stored
    half = next(one for one in refits.plan(stored) if one.name.startswith("B at half"))
    layout = Layout.build(half.spec, stored.evidence, stored.drugs)
    of_b = (layout.rows["drug"] == "B").to_numpy()
    ratio = layout.rows["x"] / stored.layout.rows["x"]
    assert ratio[of_b].to_numpy() == pytest.approx(2.0)
    assert layout.rows["x"][~of_b].equals(stored.layout.rows["x"][~of_b])
    assert layout.rows["dose"].equals(stored.layout.rows["dose"])


def test_a_fit_that_cannot_be_made_is_kept_with_its_reason(prior_fit, monkeypatch):
    def refuse(*_args, **_more):
        raise petfit.PetfitError("no starting point")

    monkeypatch.setattr(refits.sampling, "sample", refuse)
    stored = refits.refit(prior_fit.stored)
    assert (stored.refits["problem"] == "no starting point").all()
    check = checks.CHECKS["assumptions"](stored)
    assert check.verdict == "WARN"
    assert "no starting point" in check.sentence


def test_the_rows_of_a_complete_set_that_spans_studies_are_left_out_with_either(fit_of_prior, models):
    row = {"drug": "A", "low": 0.3, "high": 0.8, "n": 5, "range_set": "S", "set_complete": "yes"}
    table = pd.DataFrame(
        [
            {**row, "study": "s1", "dose": 5},
            {**row, "study": "s2", "dose": 50},
            {"study": "s2", "drug": "A", "dose": 20, "value": 0.6, "n": 5},
        ]
    )
    fit = fit_of_prior(models["plain"], table)
    plan = {one.name: one for one in refits.plan(fit.stored)}
    doses = fit.stored.layout.rows["dose"]
    assert sorted(doses[plan["without s1"].left_out]) == [5, 50]
    assert sorted(doses[plan["without s2"].left_out]) == [5, 20, 50]
