"""Doses at which the occupancy is shown: the usual one of a marketed drug, otherwise those tested."""

from __future__ import annotations

import math

import numpy as np

from petfit.fit import Fit
from petfit.results.marketed_strengths import marketed_strengths
from petfit.results.tested_range import fitted_exposures, tested_range

__all__ = ["exposures_tested", "usual_dose", "usual_doses"]

_MOST_EXPOSURES = 6


def usual_dose(fit: Fit, drug: str) -> tuple[float, str]:
    """Return the dose (or concentration) of a drug that readers know best, and what kind of dose it is.

    Parameters
    ----------
    fit : Fit
        A fit.
    drug : str
        One of its drugs.

    Returns
    -------
    tuple of float and str
        In the drug's unit: its reference dose in the drug table, ``"usual"``, if it is marketed in this unit;
        otherwise the highest exposure among the fitted rows, ``"highest tested"``, under the regimen of the
        answers if there is such a row.

    Examples
    --------
    >>> usual_dose(fit, "A")
    (60.0, 'highest tested')
    """
    strengths, _ = marketed_strengths(fit, drug)
    if strengths:
        usual = float(fit.drug_table["reference_dose"].to_dict()[drug])
        return (max(strengths) if math.isnan(usual) else usual), "usual"
    _, highest = tested_range(fit.design, drug, fit.design.usual_regimen, "")
    return (tested_range(fit.design, drug, "", "")[1] if math.isnan(highest) else highest), "highest tested"


def exposures_tested(fit: Fit, drug: str) -> tuple[float, ...]:
    """Return the exposures above 0 at which a drug was tested, at most six of them, from lowest to highest.

    Examples
    --------
    >>> exposures_tested(fit, "A")
    (5.0, 15.0, 60.0)
    """
    exposures = fitted_exposures(fit.design, drug)
    count = min(len(exposures), _MOST_EXPOSURES)
    return tuple(exposures[i] for i in np.linspace(0, len(exposures) - 1, count).round().astype(int))


def usual_doses(fit: Fit, drug: str) -> tuple[float, ...]:
    """Return the marketed strengths of a drug, or the exposures at which it was tested if there are none.

    Examples
    --------
    >>> usual_doses(fit, "A")
    (5.0, 15.0, 60.0)
    """
    return marketed_strengths(fit, drug)[0] or exposures_tested(fit, drug)
