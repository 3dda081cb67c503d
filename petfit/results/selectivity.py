"""Occupancy at the other targets of each drug, at the dose that occupies the first or at given doses."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from petfit.errors import PetfitError
from petfit.fit import At, Fit
from petfit.results.arguments import as_conditions, as_list, check_doses, drug_names
from petfit.results.curve_draws import curve_draws
from petfit.results.drug_curves import CurveDraws
from petfit.results.ec50_ratio import affinity_ratio, fitted_ratio, is_second_target, log_ratio_draws
from petfit.results.formatting import number
from petfit.results.quantiles import PROB, check_prob, equal_tailed, quantile
from petfit.results.summary import summarise

__all__ = ["has_second_targets", "second_occupancy_draws", "selectivity"]


def has_second_targets(fit: Fit) -> bool:
    """Return whether the model says anything about a second target of any drug of the fit."""
    is_of_first = set(fit.design.rows["target"]) - set(fit.spec.selectivity) == {fit.spec.first_target}
    return is_of_first and any(
        affinity_ratio(fit, drug, target) for drug in fit.design.drugs for target in fit.spec.selectivity
    )


def selectivity(
    fit: Fit,
    occupancy: float | Iterable[float] = 0.8,
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    dose: float | Iterable[float] | None = None,
    at: At | None = None,
    prob: float = PROB,
    with_diagnostics: bool = True,
) -> xr.Dataset:
    """Summarise the occupancy of every second target; see `petfit.Fit.selectivity`.

    R-hat and ESS, which take most of the time, are left out if `with_diagnostics` is False.
    """
    draws = second_occupancy_draws(fit, occupancy, predict_for, drugs, dose=dose, at=at)
    table = summarise(draws, prob, with_diagnostics=with_diagnostics)
    names = map(str, draws["drug"].to_numpy())
    targets = [str(target) for target in draws["target"].to_numpy()]
    pairs = [[_ratio(fit, name, target, prob) for target in targets] for name in names]
    for column in ("ratio", "ratio_low", "ratio_high", "affinity_ratio", "from"):
        table[column] = (("drug", "target"), [[pair[column] for pair in row] for row in pairs])
    return table.assign_attrs(first_target=fit.spec.first_target)


def second_occupancy_draws(
    fit: Fit,
    occupancy: float | Iterable[float] = 0.8,
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    dose: float | Iterable[float] | None = None,
    at: At | None = None,
) -> xr.DataArray:
    """Return draws of the occupancy of every second target; see `selectivity` for the arguments.

    Returns
    -------
    xarray.DataArray
        ``occupancy``: chain, draw, drug, target, and ``first_occupancy`` or ``dose``; NaN where there are no
        affinities.
    """
    if not fit.spec.selectivity:
        raise PetfitError(
            'the model has no second target. Add one, such as [selectivity.DAT] with from = "SERT", and fit '
            "it again."
        )
    names = drug_names(fit.design, drugs)
    at = as_conditions(at)
    targets = [str(at.pop("target"))] if "target" in at else list(fit.spec.selectivity)
    if not is_second_target(fit, targets[0]):
        raise PetfitError(
            f"{targets[0]} is the first target. Ask for another one: {', '.join(fit.spec.selectivity)}."
        )
    first = curve_draws(fit, predict_for, names, at=at)
    dim, coords = (
        ("first_occupancy", as_list(occupancy, "occupancy")) if dose is None else ("dose", check_doses(dose))
    )
    if dose is None:
        doses = first.exposure([check_prob(value, "occupancy") for value in coords])
    else:
        doses = np.broadcast_to(coords, (*first.parameters["ec50"].shape, len(coords)))
    arrays = []
    for target in targets:
        known = [name for name in names if affinity_ratio(fit, name, target)]
        values = np.full(doses.shape, np.nan)
        if known:
            chosen = [names.index(name) for name in known]
            second = curve_draws(fit, predict_for, known, at={**at, "target": target})
            values[:, :, chosen] = _occupancy(second, doses[:, :, chosen])
        arrays.append(first.array(values, dim, coords))
    stacked = xr.concat(arrays, xr.Variable("target", targets))
    return stacked.transpose("chain", "draw", "drug", "target", dim).rename("occupancy")


def _occupancy(curves: CurveDraws, doses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the occupancy at doses, which is Emax at an infinite dose."""
    is_infinite = np.isinf(doses)
    occupancy = curves.occupancy(np.where(is_infinite, 0.0, doses))
    return np.where(is_infinite, curves.parameters["emax"][..., None], occupancy)


def _ratio(fit: Fit, drug: str, target: str, prob: float) -> dict[str, float | str]:
    """Return the ratio of two EC50s in people, that of the affinities, and where they come from."""
    ratio = affinity_ratio(fit, drug, target)
    if ratio is None:
        unknown = dict.fromkeys(("ratio", "ratio_low", "ratio_high"), math.nan)
        return {**unknown, "affinity_ratio": "", "from": ""}
    draws = xr.DataArray(np.exp(log_ratio_draws(fit, drug, target)), dims=("chain", "draw"))
    low, median, high = quantile(draws, equal_tailed(prob))
    affinities = [number(math.exp(log_ratio)) for log_ratio in ratio.log_ratios]
    affinities += [f"> {number(math.exp(bound))}" for bound in ratio.lower]
    affinities += [f"< {number(math.exp(bound))}" for bound in ratio.upper]
    origin = [*ratio.laboratories, *(["PET"] if fitted_ratio(fit, drug, target) else [])]
    return {
        "ratio": float(median),
        "ratio_low": float(low),
        "ratio_high": float(high),
        "affinity_ratio": ", ".join(affinities),
        "from": ", ".join(origin),
    }
