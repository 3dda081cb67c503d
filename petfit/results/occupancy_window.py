"""An occupancy window: the doses whose occupancy lies between a lower and an upper end."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from petfit.errors import PetfitError, short_repr
from petfit.fit import At, Fit
from petfit.results.arguments import check_doses
from petfit.results.curve_draws import curve_draws
from petfit.results.marketed_strengths import marketed_strengths
from petfit.results.populations import people_of
from petfit.results.quantiles import INTERVAL, PROB, check_prob, equal_tailed, quantile
from petfit.results.target_attainment import share_of_people
from petfit.results.usual_dose import usual_doses

__all__ = ["check_window", "occupancy_window", "probability_inside"]


def check_window(window: tuple[float, float]) -> tuple[float, float]:
    """Return the lower and the upper end of a window.

    Raises
    ------
    PetfitError
        If there are not two, one of them does not lie between 0 and 1, or the lower end is not below the
        upper end.

    Examples
    --------
    >>> check_window((0.65, 0.8))
    (0.65, 0.8)
    """
    try:
        low, high = window
    except (TypeError, ValueError):
        raise PetfitError(f"window must be two occupancies: (0.65, 0.8), not {short_repr(window)}.") from None
    low = check_prob(low, "the lower end of the window")
    high = check_prob(high, "the upper end of the window")
    if low >= high:
        raise PetfitError(f"the window from {low:g} to {high:g} is empty. Give the lower occupancy first.")
    return low, high


def occupancy_window(
    fit: Fit,
    low: float,
    high: float,
    dose: float | Iterable[float] | None = None,
    *,
    at: At | None = None,
    prob: float = PROB,
) -> xr.Dataset:
    """Return the doses inside a window; see `petfit.Fit.window`."""
    low, high = check_window((low, high))
    tails = equal_tailed(prob)
    people = people_of(fit.design)
    curves = {person: curve_draws(fit, person, at=at) for person in people}
    typical = curves["typical"]
    ends = np.stack([curve.exposure([low, high]) for curve in curves.values()], axis=-2)
    ec50 = np.stack([curve.parameters["ec50"] for curve in curves.values()], axis=-1)
    usual = {drug: usual_doses(fit, drug) for drug in typical.drugs}
    doses = (
        sorted({value for known in usual.values() for value in known}) if dose is None else check_doses(dose)
    )
    coords = {
        "drug": list(typical.drugs),
        "unit": ("drug", list(typical.units)),
        "ec50_unit": ("drug", list(typical.ec50_units)),
        "predict_for": people,
        "dose": doses,
    }
    attrs = {**typical.attrs, "window_low": low, "window_high": high, "interval": INTERVAL, "prob": prob}
    del attrs["predict_for"]
    inside = probability_inside(ends, doses)
    table = xr.Dataset({"probability_inside": (("drug", "predict_for", "dose"), inside)}, coords, attrs)
    table["usual"] = ("drug", "dose"), [[value in known for value in doses] for known in usual.values()]
    for name, draws in (("ec50", ec50), ("lower_dose", ends[..., 0]), ("upper_dose", ends[..., 1])):
        for suffix, values in zip(("_low", "", "_high"), quantile(draws, tails), strict=True):
            table[f"{name}{suffix}"] = ("drug", "predict_for"), values
    by_drug = np.moveaxis(ends, (2, 3), (0, 1))
    best_doses = [[_best_dose(draws) for draws in by_person] for by_person in by_drug]
    best_strengths = [
        [_best_strength(draws, marketed_strengths(fit, drug)[0]) for draws in by_person]
        for drug, by_person in zip(typical.drugs, by_drug, strict=True)
    ]
    for name, best in (("best_dose", best_doses), ("best_strength", best_strengths)):
        for suffix, values in zip(("", "_probability"), np.moveaxis(np.array(best), -1, 0), strict=True):
            table[f"{name}{suffix}"] = ("drug", "predict_for"), values
    if "omega" in fit.posterior:
        reached = share_of_people(np.array(doses), ends[..., 0, :], typical.people_sd)
        share = quantile(reached[..., 0, :] - reached[..., 1, :], tails)
        for suffix, values in zip(("_low", "", "_high"), share, strict=True):
            table[f"share{suffix}"] = ("drug", "dose"), values
    return table


def probability_inside(ends: NDArray[np.float64], doses: Iterable[float]) -> NDArray[np.float64]:
    """Return the share of draws in which doses lie between the doses for both ends.

    Parameters
    ----------
    ends : array
        Doses for the lower and for the upper end: chain, draw, any axes, 2.
    doses : iterable of float
        Doses.

    Returns
    -------
    array
        The axes of `ends` after the second but the last, then dose.

    Examples
    --------
    >>> probability_inside(np.array([[[1.0, 3.0], [2.0, np.inf]]]), [1.0, 2.5, 9.0]).tolist()
    [0.5, 1.0, 0.5]
    """
    return np.stack(
        [((ends[..., 0] <= dose) & (dose <= ends[..., 1])).mean(axis=(0, 1)) for dose in doses], -1
    )


def _best_dose(ends: NDArray[np.float64]) -> tuple[float, float]:
    """Return the dose with the highest probability of lying inside, and this probability.

    Each draw gives an interval of doses, and the number of intervals that contain a dose changes only at
    their ends, so the maximum is exact. Where a range of doses shares it, the geometric mean of the ends of
    the range is returned, or its lower end if it has no upper one.
    """
    finite = ends.reshape(-1, 2)[np.isfinite(ends[..., 0].ravel())]
    if not len(finite):
        return np.nan, 0.0
    lower, upper = np.sort(finite, axis=0).T
    n_below = np.searchsorted(upper, lower, side="left")
    n_inside = np.arange(1, len(lower) + 1) - n_below
    best = int(np.argmax(n_inside))
    lowest, highest = float(lower[best]), float(upper[n_below[best]])
    dose = float(np.sqrt(lowest * highest)) if np.isfinite(highest) else lowest
    return dose, float(n_inside[best]) / (ends.size / 2)


def _best_strength(ends: NDArray[np.float64], strengths: tuple[float, ...]) -> tuple[float, float]:
    """Return the marketed strength with the highest probability, NaN if there is none."""
    if not strengths:
        return np.nan, np.nan
    inside = probability_inside(ends, strengths)
    return strengths[int(np.argmax(inside))], float(inside.max())
