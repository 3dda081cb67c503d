"""The share of the uncertainty of EC50 that comes from the kinetics."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.fit import Fit

__all__ = ["kinetic_share"]


def kinetic_share(fit: Fit) -> pd.Series:
    """Return the share of the posterior variance of log EC50 that the kinetics of the drug explain.

    Doses alone determine only the ratio of EC50 to the concentration that a unit dose produces, so EC50 is no
    more certain than the kinetics unless concentrations were measured. The share is the R squared of the
    regression of log EC50 on the logs of the quantities of the drug, over the posterior draws.

    Parameters
    ----------
    fit : Fit
        A fit.

    Returns
    -------
    pandas.Series
        By drug; empty if the model has no kinetics with priors.
    """
    ec50 = fit.ec50_draws()
    shares = {}
    for drug in map(str, ec50["drug"].to_numpy()):
        columns = [
            np.log(fit.posterior[effect.name][..., effect.level_index[drug,]]).ravel()
            for effect in fit.design.effects
            if effect.kind == "kinetic" and (drug,) in effect.level_index
        ]
        if columns:
            shares[drug] = _r_squared(
                np.log(ec50.sel(drug=drug).to_numpy()).ravel(), np.stack(columns, axis=-1)
            )
    return pd.Series(shares, dtype=float)


def _r_squared(values: NDArray[np.float64], columns: NDArray[np.float64]) -> float:
    centred, design = values - values.mean(), columns - columns.mean(axis=0)
    fitted = design @ np.linalg.lstsq(design, centred)[0]
    return float((fitted**2).sum() / (centred**2).sum())
