"""Functions that the tests share: designs, fits from prior draws, log densities."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from arviz_stats.base import array_stats
from pytensor.compile import Mode
from scipy import stats

import petfit
from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drug_table
from petfit.fit import Fit
from petfit.inference import datatree
from petfit.inference.pointwise_log_likelihood import log_likelihood_without_kernel
from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.ops import NUMPY
from petfit.model.parametrisation import from_free_parameters, unit_of_coordinates
from petfit.model.specification import parse_model

PLAIN = """
[reference_doses]
A = 10.0
[ec50.centre]
dist = "Normal"
mu = 0.0
sigma = 1.5
[emax.centre]
dist = "Normal"
mu = 2.0
sigma = 1.0
[noise.sigma]
dist = "HalfNormal"
sigma = 0.2
"""
PEOPLE = PLAIN.replace(
    "[emax.centre]",
    '[ec50.people.sd]\ndist = "LogNormal"\nmu = -0.9162907\nsigma = 0.5\n[emax.centre]',
)
MIXED_TABLE = pd.DataFrame(
    [
        {"drug": "A", "dose": 5, "value": 0.41, "subject": "01"},
        {"drug": "A", "dose": 15, "value": 0.62, "subject": "01"},
        {"drug": "A", "dose": 15, "value": 0.57, "subject": "02"},
        {"drug": "A", "dose": 0, "value": 0.02, "subject": "03"},
        {"drug": "B", "dose": 10, "value": 0.48, "sd": 0.07, "n": 6},
        {"drug": "B", "dose": 40, "value": 0.71, "se": 0.02, "n": 9},
        {"drug": "B", "dose": 80, "value": 0.80, "n": 4},
        {"drug": "B", "dose": 60, "low": 0.70, "high": 0.80, "n": 5},
        {"drug": "A", "dose": 60, "low": 0.75, "high": 0.85},
    ]
)
"""Two drugs, every level of evidence, with and without SD."""
INTERPRETED = Mode("py", None)
"""How PyTensor evaluates an expression without compiling machine code."""
QUICK = petfit.Settings(draws=1000, tune=1000, target_accept=0.95, seed=7)


def make_design(model, table):
    spec = parse_model(model) if isinstance(model, str) else model
    return Design.build(spec, read_evidence(table, extra=spec.columns), read_drug_table())


def slow_but(quick, cases):
    """The parameters of a test, as slow tests but for the quick ones."""
    return [case if case in quick else pytest.param(case, marks=pytest.mark.slow) for case in cases]


def fit_from_prior(model, table, *, draws=500, seed=11):
    """A whole fit whose draws come from the prior: nothing has to be sampled."""
    spec = parse_model(model) if isinstance(model, str) else model
    evidence, drugs = read_evidence(table, extra=spec.columns), read_drug_table()
    design = Design.build(spec, evidence, drugs)
    rng = np.random.default_rng(seed)
    prior = design.draw_prior(rng, 4 * draws)
    chains = {name: values.reshape(4, draws, *values.shape[1:]) for name, values in prior.items()}
    stats = {
        "diverging": np.zeros((4, draws), bool),
        "tree_depth": np.full((4, draws), 3),
        "energy": rng.normal(size=(4, draws)),
    }
    settings = petfit.Settings(draws=draws, seed=seed)
    notes = {"created": "now", "seconds_compiling": 0.0, "seconds_sampling": 0.0, "seconds_in_all": 0.0}
    density = log_likelihood_without_kernel(design, chains)
    return Fit(datatree.assemble(design, evidence, drugs, chains, stats, density, settings, notes))


def with_changed_draws(fit, group, **variables):
    """The same fit with other values of some variables of a group."""
    table = fit.group(group).copy(deep=True)
    for name, change in variables.items():
        table[name] = (table[name].dims, change(table[name].to_numpy().copy()))
    return Fit(fit.assign_groups({group: table}).tree)


def fail_to_write(monkeypatch, error, *, name="", written=b""):
    """Files whose name contains `name` cannot be written: an error is raised after the first bytes.

    The paths of these files are added to the list that is returned.
    """
    open_file, failed = Path.open, []

    def fail(path, mode="r", *args, **options):
        if mode != "wb" or name not in path.name:
            return open_file(path, mode, *args, **options)
        with open_file(path, mode) as file:
            file.write(written)
        failed.append(path)
        raise error

    monkeypatch.setattr(Path, "open", fail)
    return failed


def random_point(built, rng):
    """A random point of a PyMC model, as its sampler sees it."""
    return {name: rng.normal(0, 0.7, np.shape(value)) for name, value in built.initial_point().items()}


def log_density_and_gradient(built):
    """A PyMC model's log density and gradient as one function, without compiling machine code."""
    return built.compile_fn([built.logp(), built.dlogp()], mode=INTERPRETED)


def as_vector(built, point):
    """The same point as one vector, in the order of the model's variables."""
    return np.concatenate(
        [np.ravel(point[built.rvs_to_values[variable].name]) for variable in built.free_RVs]
    )


_TRANSFORMS = {
    "identity": (lambda v, _: v, lambda v, _: np.zeros_like(v)),
    "exp": (lambda v, _: np.exp(v), lambda v, _: v),
    "expit": (lambda v, _: 1 / (1 + np.exp(-v)), lambda v, _: -v - 2 * np.log1p(np.exp(-v))),
    "softplus": (lambda v, s: s * np.log1p(np.exp(v)), lambda v, s: np.log(s) - np.log1p(np.exp(-v))),
}


def from_real_line(prior, point):
    """A parameter from an unconstrained value, and the log of the transform's derivative there."""
    transform, log_derivative = _TRANSFORMS[prior.family.transform]
    return transform(point, prior.scale), log_derivative(point, prior.scale)


_LOG_SLOPES = {
    "identity": np.zeros_like,
    "exp": np.log,
    "expit": lambda x: np.log(x) + np.log1p(-x),
    "softplus": lambda x: np.log(-np.expm1(-x)),
}


def log_slope(prior, values):
    """The log of the transform's derivative at values of a parameter, up to a constant."""
    return _LOG_SLOPES[prior.family.transform](values / prior.scale)


def design_as_sampled(fit):
    """The design of a fit with the parametrisations that the pilot run chose."""
    centred = dict(line.split() for line in fit.attrs["centred"].splitlines())
    effects = tuple(
        replace(effect, centred=effect.name in centred, evidence_sd=float(centred.get(effect.name, 0)))
        for effect in fit.design.effects
    )
    return replace(fit.design, given_effects=effects)


def log_density_of_random_effect(design, effect, levels, sd):
    """Log density of the free parameters of a random effect given its SD, up to a constant."""
    density = stats.norm.logpdf(levels, 0, np.asarray(sd)[..., None]).sum(axis=-1)
    return density + np.log(unit_of_coordinates(design, effect, np.asarray(sd))).sum(axis=-1)


def log_posterior(design, point):
    """Log posterior from the NumPy likelihood, the priors, and the transforms' Jacobians."""
    values = {re.sub("_(log|logodds|softplus)__$", "", name): value for name, value in point.items()}
    total = 0.0
    priors = {name: (prior,) for name, prior in design.scalar_priors.items()}
    priors |= {effect.name: effect.priors for effect in design.effects if effect.priors}
    for name, level_priors in priors.items():
        if name not in design.grand_means:
            points = zip(level_priors, np.ravel(values[name]), strict=True)
            levels, log_slopes = zip(*(from_real_line(prior, point) for prior, point in points), strict=True)
            total += sum(log_slopes)
            values[name] = np.reshape(levels, np.shape(values[name]))
    draws = from_free_parameters(design, values)
    for name, level_priors in priors.items():
        for prior, x in zip(level_priors, np.atleast_1d(draws[name]), strict=True):
            total += float(prior.log_density(x))
    for effect in design.effects:
        if effect.scale:
            total += log_density_of_random_effect(design, effect, draws[effect.name], draws[effect.scale])
    log_density = likelihood.log_likelihood(NUMPY, design, draws, likelihood.inputs(design))
    return total + sum(density.sum() for density in log_density.values())


def monte_carlo_error(draws, q=None):
    """Monte Carlo standard error of the mean, or of a quantile, of draws (chain, draw)."""
    if q is None:
        return float(array_stats.mcse(np.asarray(draws), method="mean"))
    return float(array_stats.mcse(np.asarray(draws), method="quantile", prob=q))


MODELS = {"plain": PLAIN, "people": PEOPLE}
"""Small models, as TOML."""


def by_title(axes):
    """Axes by their titles."""
    return {ax.get_title(loc="left"): ax for ax in axes}


def tick_labels(ax):
    """The labels of a horizontal axis after it was drawn."""
    ax.figure.draw_without_rendering()
    return [label.get_text() for label in ax.get_xticklabels() if label.get_text()]


def legend_labels(ax):
    """The labels of the only legend of a figure."""
    (legend,) = ax.figure.legends
    return [text.get_text() for text in legend.get_texts()]


def drawn_points(ax):
    """The points (x, y) of all lines with markers."""
    lines = [line for line in ax.get_lines() if line.get_marker() not in ("None", None, "")]
    return [(float(x), float(y)) for line in lines for x, y in zip(*line.get_data(), strict=True)]


def drawn_ranges(ax):
    """The thick vertical bars, as (x, low, high)."""
    bars = [line for line in ax.get_lines() if line.get_linewidth() > 2 and len(set(line.get_xdata())) == 1]
    return [(bar.get_xdata()[0], *bar.get_ydata()) for bar in bars]
