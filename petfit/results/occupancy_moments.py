"""Occupancy at trough, on average and at peak, by dose, for a typical and a new person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import xarray as xr

from petfit.fit import Fit
from petfit.results.answer_dosing import WHEN
from petfit.results.curve_draws import curve_draws
from petfit.results.populations import people_of
from petfit.results.quantiles import PROB, check_prob, equal_tailed, quantile

__all__ = ["occupancy_moments"]


def occupancy_moments(fit: Fit, doses: Mapping[str, Sequence[float]], occupancy: float = 0.8) -> pd.DataFrame:
    """Summarise the occupancy at trough, on average and at peak at doses of each drug.

    Parameters
    ----------
    fit : Fit
        A fit of a model with kinetics.
    doses : mapping of str to sequence of float
        By drug: daily doses in mg, taken on the schedule of the model.
    occupancy : float
        An occupancy, a fraction, that may be reached.

    Returns
    -------
    pandas.DataFrame
        By drug, population (``predict_for``), moment (``when``) and ``dose``: ``median``, ``low`` and
        ``high`` (95 % equal-tailed interval), ``inner_low`` and ``inner_high`` (50 %), and ``probability``,
        the share of draws that reach `occupancy`.

    Raises
    ------
    PetfitError
        If the model has no kinetics, or an argument is not a dose or a fraction.
    """
    target = check_prob(occupancy, "occupancy")
    tables = [
        _summary(curve_draws(fit, person, [drug], at={"when": when}).occupancy_draws(given), target).assign(
            when=when
        )
        for drug, given in doses.items()
        for person in people_of(fit.design)
        for when in WHEN
    ]
    return pd.concat(tables, ignore_index=True)


def _summary(draws: xr.DataArray, occupancy: float) -> pd.DataFrame:
    low, median, high = quantile(draws[:, :, 0], equal_tailed(PROB))
    inner_low, _, inner_high = quantile(draws[:, :, 0], equal_tailed(0.5))
    return pd.DataFrame(
        {
            "drug": str(draws["drug"].item()),
            "predict_for": draws.attrs["predict_for"],
            "dose": draws["dose"].to_numpy(),
            "unit": str(draws["unit"].item()),
            "median": median,
            "low": low,
            "high": high,
            "inner_low": inner_low,
            "inner_high": inner_high,
            "probability": (draws >= occupancy).mean(("chain", "draw")).to_numpy()[0],
        }
    )
