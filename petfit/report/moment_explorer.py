"""The data of the explorer of a model with kinetics: occupancies that the package computed, by dose."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from petfit.fit import Fit
from petfit.results.answer_dosing import WHEN
from petfit.results.populations import population
from petfit.results.tested_range import tested_range
from petfit.results.time_course import plasma_curves
from petfit.results.usual_dose import usual_dose, usual_doses

__all__ = ["explored_doses", "moment_explorer"]

_SPACED = 15
"""Doses between the lowest and the highest, beside the usual ones."""
_SUMMARY = ("low", "inner_low", "median", "inner_high", "high", "probability")


def explored_doses(fit: Fit, drug: str) -> list[float]:
    """Return the daily doses among which a reader chooses: the usual ones, and round ones around them.

    Examples
    --------
    >>> doses = explored_doses(fit, "A")
    >>> doses[0], doses[-1]
    (1.2, 120.0)
    """
    usual = usual_doses(fit, drug)
    spaced = np.geomspace(min(usual) / 4, 2 * max(usual), _SPACED)
    return sorted({*usual, *(float(f"{dose:.2g}") for dose in spaced)})


def moment_explorer(fit: Fit, moments: pd.DataFrame, occupancy: float = 0.8) -> dict[str, Any]:
    """Return the data of the explorer of a model with kinetics, for JSON.

    Parameters
    ----------
    fit : Fit
        A fit of a model with kinetics.
    moments : pandas.DataFrame
        From `petfit.results.occupancy_moments.occupancy_moments`, for `explored_doses`.
    occupancy : float
        The occupancy, a fraction, that is marked.

    Returns
    -------
    dict
        By drug its doses, the place of the usual one, the doses tested, its schedule, and by population and
        moment a summary for each dose.
    """
    return {
        "unavailable": "",
        "kind": "moment_explorer",
        "target": occupancy,
        "predict_for": {person: population(fit.design, person) for person in moments["predict_for"].unique()},
        "at": plasma_curves(fit).place_of_moments,
        "drugs": {drug: _drug(fit, drug, moments[moments["drug"] == drug]) for drug in fit.design.drugs},
    }


def _drug(fit: Fit, drug: str, moments: pd.DataFrame) -> dict[str, Any]:
    doses = moments["dose"].unique()
    tested = tested_range(fit.design, drug, fit.design.usual_regimen, "")
    return {
        "unit": fit.design.exposure_unit(drug),
        "every": fit.spec.pk[drug].schedule.every_h,
        "doses": doses.tolist(),
        "usual": int(np.abs(np.log(doses / usual_dose(fit, drug)[0])).argmin()),
        "tested": None if np.isnan(tested[0]) else list(tested),
        "occupancy": {
            person: {when: _records(moments, person, when) for when in WHEN}
            for person in moments["predict_for"].unique()
        },
    }


def _records(moments: pd.DataFrame, person: str, when: str) -> list[dict[str, float]]:
    chosen = moments[(moments["predict_for"] == person) & (moments["when"] == when)]
    return [
        dict(zip(_SUMMARY, values, strict=True)) for values in chosen[list(_SUMMARY)].to_numpy(float).tolist()
    ]
