"""Attainment: how surely, and in how many people, a dose reaches an occupancy; which strength is enough."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy import special

from petfit.errors import PetfitError
from petfit.evidence.drug_table import strengths
from petfit.fit import At, Fit
from petfit.results import answers
from petfit.results.quantiles import INTERVAL, PROB, check_prob, quantile

__all__ = ["CERTAINTIES", "marketed", "smallest_strength", "target_attainment"]

CERTAINTIES = (0.5, 0.8, 0.95)
"""As likely as not, probable, and all but sure: what a smallest strength is looked up for."""


def marketed(fit: Fit, drug: str) -> tuple[tuple[float, ...], str]:
    """Return the marketed strengths of a drug as doses of the fit, and why there are none.

    Parameters
    ----------
    fit : Fit
        A fit.
    drug : str
        One of its drugs, or any other.

    Returns
    -------
    tuple
        Strengths, one unit a day, in the unit of the fit's doses; and "" or the reason why there are none.
    """
    known = tuple(sorted(strengths(fit.drug_table, drug)))
    if not known:
        return (), "no strengths known"
    if fit.spec.exposure != "dose":
        return (), f"strengths are doses, the exposure is the {fit.spec.exposure_words}"
    unit, listed = fit.design.reference_doses[drug].unit, str(fit.drug_table.loc[drug, "dose_unit"])
    if unit != listed:
        return (), f"strengths are known for {listed or 'a dose without unit'}, the fit's doses are in {unit}"
    return known, ""


def target_attainment(
    fit: Fit,
    dose: float | Iterable[float] | None = None,
    occupancy: float | Iterable[float] = 0.8,
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    prob: float = PROB,
    at: At | None = None,
) -> xr.Dataset:
    """Return how surely, and in how many people, doses reach occupancies.

    Parameters
    ----------
    fit : Fit
        A fit.
    dose : float or iterable of float, optional
        In each drug's unit; every marketed strength of every drug, one unit a day, if not given.
    occupancy : float or iterable of float
        Absolute occupancies, fractions.
    predict_for, drugs, at
        See `petfit.results.answers.curves`.
    prob : float
        Probability of the interval of the share.

    Returns
    -------
    xarray.Dataset
        By drug, occupancy and dose: ``probability`` that the occupancy of `predict_for` at the dose is at least that;
        ``marketed``, whether the dose is a strength of the drug; and, where the model has differences between
        people and `predict_for` is not one person already, the ``share`` of people who reach it,
        ``Phi(log(dose / dose for occupancy) / omega)`` per draw: its median and equal-tailed interval.

    Raises
    ------
    PetfitError
        When no dose is given and no drug has strengths in the fit's unit; and see `petfit.results.answers.curves`.
    """
    needed = answers.dose_for_occupancy(fit, occupancy, predict_for, drugs, at=at)
    sold = {str(drug): marketed(fit, str(drug)) for drug in needed["drug"].to_numpy()}
    doses = _every_strength(sold) if dose is None else answers.check_doses(dose)
    given = xr.DataArray(doses, dims="dose", coords={"dose": doses})
    reached = (given >= needed).mean(("chain", "draw")).transpose("drug", "occupancy", "dose")
    coords = {name: reached[name] for name in ("drug", "unit", *reached.dims[1:])}
    attrs = {**needed.attrs, "interval": INTERVAL, "prob": check_prob(prob)}
    found = xr.Dataset({"probability": reached}, coords, attrs)
    found["marketed"] = (("drug", "dose"), [[one in strong for one in doses] for strong, _ in sold.values()])
    if "omega" in fit.posterior and predict_for != "new_subject":
        share = _share(np.array(doses), needed.to_numpy(), fit.posterior["omega"])
        low, median, high = quantile(share, [(1 - prob) / 2, 0.5, (1 + prob) / 2])
        for name, values in (("share", median), ("share_low", low), ("share_high", high)):
            found[name] = (reached.dims, values)
    return found


def _every_strength(sold: dict[str, tuple[tuple[float, ...], str]]) -> list[float]:
    doses = sorted({one for strong, _ in sold.values() for one in strong})
    if not doses:
        reasons = "; ".join(f"{drug}: {why}" for drug, (_, why) in sold.items())
        raise PetfitError(f"no marketed strength to answer for ({reasons}). Give doses.")
    return doses


def _share(
    doses: NDArray[np.float64], needed: NDArray[np.float64], omega: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the share of people who reach an occupancy: chain, draw, drug, occupancy, dose."""
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.log(doses) - np.log(needed)[..., None]
        share = special.ndtr(distance / omega[..., None, None, None])
    return np.where(needed[..., None] == 0, 1.0, share)


def smallest_strength(
    fit: Fit,
    occupancy: float | Iterable[float] = 0.8,
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    certainty: float | Iterable[float] = CERTAINTIES,
    at: At | None = None,
) -> xr.Dataset:
    """Return the smallest marketed strength that reaches an occupancy surely enough.

    Parameters
    ----------
    fit : Fit
        A fit.
    occupancy : float or iterable of float
        Absolute occupancies, fractions.
    predict_for, drugs, at
        See `petfit.results.answers.curves`.
    certainty : float or iterable of float
        Least probabilities of reaching the occupancy.

    Returns
    -------
    xarray.Dataset
        By drug, occupancy and certainty: ``strength``, one unit a day in the drug's unit, NaN where there is
        none, and then ``why_none``: ``none`` where no strength is sure enough, or why none is known.
    """
    needed = answers.dose_for_occupancy(fit, occupancy, predict_for, drugs, at=at)
    wanted = [check_prob(one, "certainty") for one in answers.listed(certainty)]
    names, targets = needed["drug"].to_numpy(), needed["occupancy"].to_numpy()
    strength = np.full((len(names), len(targets), len(wanted)), np.nan)
    why_none = np.full(strength.shape, "", dtype=object)
    for i, drug in enumerate(names):
        sold, why = marketed(fit, str(drug))
        for one in reversed(sold):
            sure = (needed.isel(drug=i) <= one).mean(("chain", "draw")).to_numpy()
            strength[i] = np.where(sure[:, None] >= wanted, one, strength[i])
        why_none[i] = np.where(np.isnan(strength[i]), why or "none", "")
    dims = ("drug", "occupancy", "certainty")
    coords = {"drug": names, "unit": needed["unit"], "occupancy": targets, "certainty": wanted}
    attrs = {**needed.attrs, "certainty": "least probability of reaching the occupancy"}
    return xr.Dataset({"strength": (dims, strength), "why_none": (dims, why_none)}, coords, attrs)
