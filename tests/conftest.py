"""Shared by the tests: tables, layouts, fits, and PyMC models as functions."""

import copy
import re

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from arviz_stats.base import array_stats
from hypothesis import settings as hypothesis_settings
from pytensor.compile import Mode
from scipy import stats

import petfit
from petfit import likelihood, store
from petfit.api import Fit
from petfit.drugs import read_drugs
from petfit.evidence import read_evidence
from petfit.layout import Layout
from petfit.ops import NUMPY
from petfit.spec import parse_model

hypothesis_settings.register_profile(
    "petfit", derandomize=True, deadline=None, max_examples=60, database=None
)
hypothesis_settings.register_profile("fuzz", deadline=None, max_examples=10_000, database=None)  # `make fuzz`
hypothesis_settings.load_profile("petfit")

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
SHORT = petfit.Settings(draws=1000, tune=1000, target_accept=0.95, seed=7)


def _layout(model, table):
    spec = parse_model(model) if isinstance(model, str) else model
    return Layout.build(spec, read_evidence(table, extra=spec.columns), read_drugs())


def _fit_of_prior(model, table, *, draws=500, seed=11):
    """A whole fit whose draws come from the prior: nothing has to be sampled."""
    spec = parse_model(model) if isinstance(model, str) else model
    evidence, drugs = read_evidence(table, extra=spec.columns), read_drugs()
    layout = Layout.build(spec, evidence, drugs)
    rng = np.random.default_rng(seed)
    prior = layout.draw_prior(rng, 4 * draws)
    chains = {name: values.reshape(4, draws, *values.shape[1:]) for name, values in prior.items()}
    stats = {
        "diverging": np.zeros((4, draws), bool),
        "tree_depth": np.full((4, draws), 3),
        "energy": rng.normal(size=(4, draws)),
    }
    how = petfit.Settings(draws=draws, seed=seed)
    notes = {"created": "now", "seconds_compiling": 0.0, "seconds_sampling": 0.0, "seconds_in_all": 0.0}
    return Fit(store.assemble(layout, evidence, drugs, chains, stats, how, notes))


def _tampered(stored, group, **variables):
    """The same fit with other values of some variables; `group` is one of its tables."""
    groups = {name: node.to_dataset() for name, node in stored.tree.children.items()}
    table = groups[group].copy(deep=True)
    for name, change in variables.items():
        table[name] = (table[name].dims, change(table[name].to_numpy().copy()))
    tree = xr.DataTree.from_dict({**groups, group: table})
    tree.attrs = copy.copy(stored.tree.attrs)
    return store.Stored(tree)


def _unconstrained(built, rng):
    """A random point of a PyMC model, as its sampler sees it."""
    return {name: rng.normal(0, 0.7, np.shape(value)) for name, value in built.initial_point().items()}


def _with_gradient(built):
    """A PyMC model's log density and gradient as one function, without compiling machine code."""
    return built.compile_fn([built.logp(), built.dlogp()], mode=Mode("py", None))


def _in_order(built, point):
    """The same point as one vector, in the order of the model's variables."""
    return np.concatenate([np.ravel(point[built.rvs_to_values[one].name]) for one in built.free_RVs])


_LINES = {
    "identity": (lambda v, _: v, lambda v, _: np.zeros_like(v)),
    "exp": (lambda v, _: np.exp(v), lambda v, _: v),
    "expit": (lambda v, _: 1 / (1 + np.exp(-v)), lambda v, _: -v - 2 * np.log1p(np.exp(-v))),
    "softplus": (lambda v, s: s * np.log1p(np.exp(v)), lambda v, s: np.log(s) - np.log1p(np.exp(-v))),
}


def _from_line(prior, point):
    """An unknown from a point of the sampler's real line, and the log of the slope there."""
    back, log_slope = _LINES[prior.family.line]
    return back(point, prior.scale), log_slope(point, prior.scale)


_LOG_SLOPES = {
    "identity": np.zeros_like,
    "exp": np.log,
    "expit": lambda x: np.log(x) + np.log1p(-x),
    "softplus": lambda x: np.log(-np.expm1(-x)),
}


def _log_slope(prior, values):
    """The log of the slope where the line has led to an unknown, up to a constant."""
    return _LOG_SLOPES[prior.family.line](values / prior.scale)


def _coordinates(layout, effect, levels, sd):
    """Log density of a pool's coordinates, levels and SD being known, up to a constant."""
    density = stats.norm.logpdf(levels, 0, np.asarray(sd)[..., None]).sum(axis=-1)
    return density + layout.normals(effect) * np.log(sd)


def _log_posterior(layout, point):
    """Log posterior from the NumPy likelihood, the priors, and the transforms' Jacobians."""
    values = {re.sub("_(log|logodds|softplus)__$", "", name): value for name, value in point.items()}
    total = 0.0
    priors = {name: (prior,) for name, prior in layout.scalars.items()}
    priors |= {effect.name: effect.priors for effect in layout.effects if effect.priors}
    for name, of_levels in priors.items():
        if name not in layout.anchored:
            at = np.ravel(values[name])
            there = [_from_line(prior, one) for prior, one in zip(of_levels, at, strict=True)]
            total += sum(log_slope for _, log_slope in there)
            values[name] = np.reshape([value for value, _ in there], np.shape(values[name]))
    draws = layout.settle(values)
    for name, of_levels in priors.items():
        for prior, x in zip(of_levels, np.atleast_1d(draws[name]), strict=True):
            total += float(prior.log_density(x))
    for effect in layout.effects:
        if effect.scale:
            total += _coordinates(layout, effect, draws[effect.name], draws[effect.scale])
    found = likelihood.log_likelihood(NUMPY, layout, draws, likelihood.inputs(layout))
    return total + sum(density.sum() for density in found.values())


def _mcse(draws, q=None):
    """Monte Carlo standard error of the mean, or of a quantile, of draws (chain, draw)."""
    if q is None:
        return float(array_stats.mcse(np.asarray(draws), method="mean"))
    return float(array_stats.mcse(np.asarray(draws), method="quantile", prob=q))


@pytest.fixture(scope="session")
def models():
    return {"plain": PLAIN, "people": PEOPLE}


@pytest.fixture(scope="session")
def short():
    return SHORT


@pytest.fixture(scope="session")
def with_gradient():
    return _with_gradient


@pytest.fixture(scope="session")
def in_order():
    return _in_order


@pytest.fixture(scope="session")
def lay():
    return _layout


@pytest.fixture(scope="session")
def fit_of_prior():
    return _fit_of_prior


@pytest.fixture(scope="session")
def tampered():
    return _tampered


@pytest.fixture(scope="session")
def unconstrained():
    return _unconstrained


@pytest.fixture(scope="session")
def from_line():
    return _from_line


@pytest.fixture(scope="session")
def log_slope():
    return _log_slope


@pytest.fixture(scope="session")
def coordinates():
    return _coordinates


@pytest.fixture(scope="session")
def log_posterior():
    return _log_posterior


@pytest.fixture(scope="session")
def mcse():
    return _mcse


@pytest.fixture(scope="session")
def people_table():
    """Six people at each of five doses of one drug; Emax is about 0.9 and EC50 about 8 mg/day."""
    doses = np.repeat([2.0, 5.0, 10.0, 30.0, 80.0], 6)
    noise = np.random.default_rng(3).normal(0.0, 0.04, doses.size)
    return pd.DataFrame({"drug": "A", "dose": doses, "value": (0.9 * doses / (8.0 + doses) + noise).round(3)})


@pytest.fixture(scope="session")
def group_table(people_table):
    """The same people as means and SDs."""
    groups = people_table.groupby("dose")["value"].agg(["mean", "std", "size"]).reset_index()
    named = groups.rename(columns={"mean": "value", "std": "sd", "size": "n"})
    return named.assign(drug="A")


@pytest.fixture(scope="session")
def mixed_table():
    """Two drugs, every level of evidence, with and without SD."""
    return pd.DataFrame(
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


@pytest.fixture(scope="session")
def scans_table():
    """BP_ND in two regions: two people with a baseline of their own, one without, and a control."""
    scans = [("1", 0, [2.0, 1.0]), ("1", 10, [0.9, 0.4]), ("2", 0, [2.4, 1.3]), ("2", 40, [0.5, 0.3])]
    scans += [("3", 20, [0.7, -0.02]), ("4", 0, [1.8, 0.9])]
    rows = [
        {"subject": subject, "dose": dose, "region": region, "value": value}
        for subject, dose, values in scans
        for region, value in zip(["midbrain", "putamen"], values, strict=True)
    ]
    table = pd.DataFrame(rows).assign(study="ours", level="scan", outcome="bpnd")
    return table.assign(drug=np.where(table["dose"] > 0, "A", ""))


@pytest.fixture(scope="session")
def scans_fit(scans_table):
    """The model of BP_ND, its draws from the prior."""
    return _fit_of_prior(petfit.read_model("scan"), scans_table)


@pytest.fixture(scope="session")
def both_fit(scans_table, mixed_table):
    """Scans, and occupancies of other people, under one model; its draws from the prior."""
    others = mixed_table.assign(study="other", region="midbrain")
    table = pd.concat([scans_table, others], ignore_index=True)
    return _fit_of_prior(petfit.read_model("scan"), table)


@pytest.fixture(scope="session")
def ssri_fit():
    """The bundled model on the bundled evidence, everything at its default."""
    return petfit.fit()


@pytest.fixture(scope="session")
def plain_fit(people_table):
    """People without differences between them."""
    return petfit.fit(people_table, parse_model(PLAIN), settings=SHORT)


@pytest.fixture(scope="session")
def prior_fit(mixed_table):
    """The default model for a table of one's own, its draws from the prior."""
    return _fit_of_prior(petfit.read_model("emax"), mixed_table)
