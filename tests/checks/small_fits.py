"""Small fits and changes to their draws, shared by the tests of the checks."""

import numpy as np
import pandas as pd
import xarray as xr

import petfit
from petfit.model.specification import parse_model
from petfit.results.curve_draws import curve_draws
from petfit.results.curve_parameters import curve_parameters

NARROW = """
[reference_doses]
A = 10.0
B = 10.0
[ec50.centre]
dist = "Normal"
mu = -0.22
sigma = 0.03
[emax.centre]
dist = "Normal"
mu = 2.2
sigma = 0.03
[noise.sigma]
dist = "LogNormal"
mu = -3.0
sigma = 0.05
"""
"""A model with narrow priors around EC50 = 8 mg/day, Emax = 0.9 and SIGMA."""

SIGMA = np.exp(-3.0)


def expected(dose):
    """The occupancy that NARROW expects."""
    return 0.9 * dose / (8.0 + dose)


def values_of_every_kind():
    """One value of each kind, all as NARROW expects them."""
    group = {"drug": "A", "n": 16, "level": "group"}
    ranges = {"drug": "B", "n": 16, "level": "range"}
    complete_set = {
        **ranges,
        "low": expected(5),
        "high": expected(60),
        "range_set": "S",
        "set_complete": "yes",
    }
    rows = [
        {"drug": "A", "dose": 10, "value": expected(10), "level": "subject"},
        {**group, "dose": 20, "value": expected(20), "sd": SIGMA},
        {**ranges, "dose": 30, "low": 0.70, "high": 0.72},
        {**ranges, "dose": 40, "low": 0.65, "high": 0.82, "level": "extremes"},
        {**complete_set, "dose": 5},
        {**complete_set, "dose": 60},
    ]
    return pd.DataFrame(rows).assign(outcome="occupancy")


def many_people():
    """Thirty people of two drugs, as NARROW expects them."""
    doses = np.tile([2.0, 10.0, 40.0], 10)
    table = pd.DataFrame({"drug": np.tile(["A", "B"], 15), "dose": doses, "value": expected(doses)})
    return table.assign(subject=table.index.astype(str))


def sampled_fit(model, table):
    """A fit of a small table by few draws of the sampler."""
    settings = petfit.Settings(draws=500, tune=500, target_accept=0.95, seed=3)
    return petfit.fit(table, parse_model(model), settings=settings)


def with_refits(fit, names, kind, **changes):
    """The fit with refits that give its own answers, but for `changes`: by name, a selection and a value."""
    answers = {
        "dose": fit.dose_for_occupancy().isel(occupancy=0, drop=True),
        **curve_parameters(curve_draws(fit)),
    }
    columns = ["median", "low", "high"]
    refit = xr.concat([table[columns].drop_vars("unit") for table in answers.values()], "answer")
    refit = refit.assign_coords(answer=list(answers)).drop_attrs()
    refit = refit.assign(
        rows=("drug", [3] * refit.sizes["drug"]),
        problem=((), np.array("", object)),
        kind=kind,
        divergent=0.0,
        r_hat=1.0,
        elpd=1.0,
        elpd_mcse=0.01,
    )
    refits = xr.concat([refit] * len(names), "refit", data_vars="all")
    refits = refits.assign_coords(refit=names).copy(deep=True)
    for name, (selection, value) in changes.items():
        refits[name].loc[selection] = value
    return fit.assign_groups({"petfit/refits": refits})


def one_chain_shifted(draws):
    draws[0] += 10 * draws.std()
    return draws


def few_different(draws):
    return np.repeat(draws[:, ::100], 100, axis=1)


def one_nan(draws):
    draws[0, 0] = np.nan
    return draws


def one_infinite(draws):
    draws[0, 0] = np.inf
    return draws


def constant(draws):
    return np.full_like(draws, draws.mean())


def zero(density):
    return np.zeros_like(density)
