from dataclasses import replace

import arviz
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from arviz_stats.base import array_stats
from scipy import special, stats

import petfit
from petfit.inference.sample import sample
from petfit.model import likelihood
from petfit.model.ops import NUMPY
from petfit.model.specification import parse_model
from petfit.results.leave_one_out import PARETO_K_LIMIT, log_likelihood_parts, loo, rows_of_part, study_elpd
from petfit.results.refits import log_predictive
from tests.helpers import QUICK, fit_from_prior, with_changed_draws

EMAX = petfit.read_model("emax")


def test_loo_agrees_with_plain_importance_sampling(ssri_fit):
    result = loo(ssri_fit)
    assert result.elpd_i["person"].to_numpy().tolist() == list(dict.fromkeys(ssri_fit.design.rows["person"]))
    values = ssri_fit.log_likelihood.to_numpy()
    harmonic_mean = -np.log(np.mean(np.exp(-values), axis=(0, 1)))
    reliable = result.pareto_k.to_numpy() < PARETO_K_LIMIT
    assert reliable.sum() > 10
    assert result.elpd_i.to_numpy()[reliable] == pytest.approx(harmonic_mean[reliable], abs=0.5)
    assert result.elpd == pytest.approx(float(result.elpd_i.sum()))


KINETIC = """
exposure = "plasma"
[ec50.centre]
dist = "Normal"
mu = 2.3
sigma = 0.5
[emax]
fixed = 1.0
[noise]
fixed = 0.2
[plasma]
assay_cv = 0.8
study = { dist = "HalfNormal", sigma = 0.001 }
[pk.A]
clearance = 30.0
half_life = 24.0
absorption = 1.0
people = { clearance = 0.4 }
"""
SAMPLED = pd.DataFrame(
    {
        "drug": "A",
        "dose": 20.0,
        "regimen": "repeated",
        "study": "s",
        "subject": ["1", "1", "2", "2", "3", "3", "4", "4"],
        "time_h": [6.0, 24.0] * 4,
        "concentration": [55.0, None, 36.0, None, 30.0, None, 20.0, None],
        "concentration_unit": "ng/mL",
        "value": [0.85, 0.8, 0.7, 0.75, 0.8, 0.6, 0.7, 0.5],
    }
)
"""One sample and two scans each of four people."""


def dense_elpd(design):
    """The log predictive density of each person given the others, on a grid of EC50 and deviations."""
    log_ec50, deviation = np.linspace(0.0, 4.6, 185), np.linspace(-5.0, 5.0, 201)
    centre, deviations = (grid.ravel() for grid in np.meshgrid(log_ec50, deviation, indexing="ij"))
    draws = {name: np.zeros(centre.size) for name in design.scalar_priors} | {"log_ec50": centre}
    for effect in design.effects:
        values = deviations if effect.kind == "kinetic_people" else np.zeros(centre.size)
        draws[effect.name] = np.repeat(values[:, None], len(effect.levels), axis=1)
    numbers = likelihood.inputs(design)
    ((level, density),) = likelihood.log_likelihood(NUMPY, design, draws, numbers).items()
    assert numbers[f"{level}.rows"].tolist() == list(range(len(design.rows)))
    of_person = density.reshape(log_ec50.size, deviation.size, -1, 2).sum(axis=-1)
    integrand = of_person + stats.norm.logpdf(deviation)[:, None]
    by_person = special.logsumexp(integrand, axis=1) + np.log(deviation[1] - deviation[0])
    log_prior = stats.norm.logpdf(log_ec50, 2.3, 0.5)[:, None]
    everyone = by_person.sum(axis=1, keepdims=True) + log_prior
    return special.logsumexp(everyone, axis=0) - special.logsumexp(everyone - by_person, axis=0)


def test_a_person_is_left_out_with_their_kinetics_and_their_sample():
    fit = petfit.fit(SAMPLED, parse_model(KINETIC), settings=replace(QUICK, draws=4000))
    found = arviz.loo(fit.to_datatree(), pointwise=True)
    assert (found.pareto_k < PARETO_K_LIMIT).all()
    expected = dense_elpd(fit.design)
    assert found.elpd_i.to_numpy() == pytest.approx(expected, abs=0.05)
    left_out = rows_of_part(fit, found.elpd_i["person"].item(0))
    sampled = sample(fit.design, QUICK, left_out=left_out)
    elpd, mcse = log_predictive(fit.design, sampled.draws, left_out, np.random.default_rng(1))
    assert elpd == pytest.approx(expected[0], abs=4 * mcse)


def test_rows_of_a_complete_set_are_left_out_together():
    row = {"drug": "A", "low": 0.4, "high": 0.7, "n": 5, "range_set": "all", "set_complete": "yes"}
    rows = [{**row, "dose": dose} for dose in (5, 10, 20)]
    fit = fit_from_prior(EMAX, pd.DataFrame([*rows, {"drug": "A", "dose": 40, "value": 0.7}]), draws=200)
    parts = log_likelihood_parts(fit)
    assert parts["row"].to_numpy().tolist() == ["set all", "row 3"]
    summed = fit.log_likelihood.to_numpy()[..., :3].sum(axis=-1)
    assert parts.sel(row="set all").to_numpy() == pytest.approx(summed)
    assert loo(fit).elpd_i.sel(row="set all").item() == pytest.approx(
        float(array_stats.loo(summed)[0]), abs=0.2
    )


def test_the_rows_of_all_parts_are_all_rows_once():
    row = {"drug": "A", "low": 0.4, "high": 0.7, "n": 5, "range_set": "all", "set_complete": "yes"}
    rows = [{**row, "dose": dose} for dose in (5, 10, 20)]
    for table in ([*rows, {"drug": "A", "dose": 40, "value": 0.7}], [{**rows[0], "set_complete": "no"}] * 2):
        fit = fit_from_prior(EMAX, pd.DataFrame(table).assign(study=range(len(table))), draws=200)
        parts = log_likelihood_parts(fit)
        masks = [rows_of_part(fit, part) for part in parts[parts.dims[-1]].to_numpy()]
        assert np.array_equal(np.sum(masks, axis=0), np.ones(len(table)))


def test_a_part_that_was_left_out_in_a_refit_has_its_log_predictive_density(prior_fit):
    before = loo(prior_fit)
    dim = before.elpd_i.dims[0]
    names = before.elpd_i[dim].to_numpy()
    refits = xr.Dataset(
        {"kind": ("refit", ["part", "part", "study"]), "elpd": ("refit", [-3.5, np.nan, -9.0])},
        {"refit": [f"without {names[1]}", f"without {names[2]}", "without a study"]},
    )
    after = loo(prior_fit.assign_groups({"petfit/refits": refits}))
    assert after.elpd_i[1] == -3.5
    assert after.pareto_k[1] == 0
    unchanged = np.delete(np.arange(names.size), 1)
    for name in ("elpd_i", "pareto_k"):
        assert getattr(after, name)[unchanged].equals(getattr(before, name)[unchanged])
    assert after.elpd - before.elpd == pytest.approx(-3.5 - before.elpd_i[1].item())
    assert before.elpd + before.p == pytest.approx(after.elpd + after.p)


def with_log_likelihood(fit, row, change):
    """The same fit with another log likelihood of one row."""

    def changed(values):
        values[..., row] = change(values[..., row])
        return values

    return with_changed_draws(fit, "log_likelihood", value=changed)


def impossible_in_one_draw(values):
    values[0, 0] = -np.inf
    return values


def test_a_row_that_one_draw_rules_out_has_an_elpd_of_minus_infinity(prior_fit):
    result = loo(with_log_likelihood(prior_fit, 2, impossible_in_one_draw))
    assert result.elpd_i[2] == result.elpd == -np.inf
    assert result.pareto_k[2] == np.inf
    assert np.isnan(result.se)
    others = np.delete(np.arange(result.n_data_points), 2)
    assert result.elpd_i.to_numpy()[others] == pytest.approx(loo(prior_fit).elpd_i.to_numpy()[others])


def test_a_row_with_the_same_density_in_all_draws_keeps_it(prior_fit):
    result = loo(with_log_likelihood(prior_fit, 2, lambda values: np.full_like(values, -1.5)))
    assert result.elpd_i[2] == -1.5
    assert np.isnan(result.pareto_k[2])
    assert np.isfinite(result.elpd)
    assert np.isfinite(result.se)


def with_refits(fit, elpd):
    """The same fit with refits without each of some studies."""
    names = [f"without {study}" for study in "xyz"[: len(elpd)]]
    refits = xr.Dataset(
        {"kind": ("refit", ["study"] * len(names)), "elpd": ("refit", elpd)}, {"refit": names}
    )
    return fit.assign_groups({"petfit/refits": refits})


def test_elpd_by_study_comes_from_the_refits(prior_fit):
    assert study_elpd(prior_fit) is None
    result = study_elpd(with_refits(prior_fit, [1.0, 2.0, 4.0]))
    assert result.elpd == 7.0
    assert result.se == pytest.approx(np.sqrt(3 * np.var([1.0, 2.0, 4.0], ddof=1)))
    assert result.elpd_i["study"].to_numpy().tolist() == ["without x", "without y", "without z"]


def test_a_failed_refit_leaves_no_elpd_by_study(prior_fit):
    assert study_elpd(with_refits(prior_fit, [1.0, np.nan, 3.0])) is None
