"""Target attainment: the probability that a dose reaches an occupancy, and the share of people who do."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import special

from petfit.fit import MIN_PROBABILITIES
from petfit.results.arguments import as_list, check_doses
from petfit.results.drug_curves import CurveDraws
from petfit.results.marketed_strengths import marketed_strengths
from petfit.results.quantiles import INTERVAL, PROB, check_prob, equal_tailed, quantile
from petfit.results.usual_dose import usual_doses

__all__ = ["share_of_people", "smallest_strength", "target_attainment"]


def target_attainment(
    curves: CurveDraws,
    dose: float | Iterable[float] | None = None,
    occupancy: float | Iterable[float] = 0.8,
    prob: float = PROB,
) -> xr.Dataset:
    """Return the target attainment of doses; see `petfit.Fit.target_attainment`."""
    needed = curves.dose_draws(occupancy)
    usual = {str(drug): usual_doses(curves.fit, str(drug)) for drug in needed["drug"].to_numpy()}
    doses = check_doses(sorted(set().union(*usual.values()))) if dose is None else check_doses(dose)
    given = xr.DataArray(doses, dims="dose", coords={"dose": doses})
    reached = (given >= needed).mean(("chain", "draw")).transpose("drug", "occupancy", "dose")
    coords = {name: reached[name] for name in ("drug", "unit", *reached.dims[1:])}
    attrs = {**needed.attrs, "interval": INTERVAL, "prob": check_prob(prob)}
    table = xr.Dataset({"probability": reached}, coords, attrs)
    marketed = {drug: marketed_strengths(curves.fit, drug)[0] for drug in usual}
    for name, known in (("marketed", marketed), ("usual", usual)):
        table[name] = (("drug", "dose"), [[value in known[drug] for value in doses] for drug in usual])
    if "omega" in curves.fit.posterior and curves.predict_for != "new_subject":
        share = share_of_people(np.array(doses), needed.to_numpy(), curves.people_sd)
        low, median, high = quantile(share, equal_tailed(prob))
        for name, values in (("share", median), ("share_low", low), ("share_high", high)):
            table[name] = (reached.dims, values)
    return table


def share_of_people(
    doses: NDArray[np.float64], needed: NDArray[np.float64], people_sd: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the share of people who reach an occupancy: chain, draw, drug, occupancy, dose."""
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.log(doses) - np.log(needed)[..., None]
        share = special.ndtr(distance / people_sd[..., None, None])
    return np.where(needed[..., None] == 0, 1.0, share)


def smallest_strength(
    curves: CurveDraws,
    occupancy: float | Iterable[float] = 0.8,
    min_probability: float | Iterable[float] = MIN_PROBABILITIES,
) -> xr.Dataset:
    """Return the smallest strengths; see `petfit.Fit.smallest_strength`."""
    needed = curves.dose_draws(occupancy)
    required = [check_prob(value, "min_probability") for value in as_list(min_probability, "min_probability")]
    names, targets = needed["drug"].to_numpy(), needed["occupancy"].to_numpy()
    strength = np.full((len(names), len(targets), len(required)), np.nan)
    why_none = np.full(strength.shape, "", dtype=object)
    for i, drug in enumerate(names):
        known, reason = marketed_strengths(curves.fit, str(drug))
        for value in reversed(known):
            reached = (needed.isel(drug=i) <= value).mean(("chain", "draw")).to_numpy()
            strength[i] = np.where(reached[:, None] >= required, value, strength[i])
        why_none[i] = np.where(np.isnan(strength[i]), reason or "none", "")
    dims = ("drug", "occupancy", "min_probability")
    coords = {"drug": names, "unit": needed["unit"], "occupancy": targets, "min_probability": required}
    attrs = {**needed.attrs, "min_probability": "least probability of reaching the occupancy"}
    return xr.Dataset({"strength": (dims, strength), "why_none": (dims, why_none)}, coords, attrs)
