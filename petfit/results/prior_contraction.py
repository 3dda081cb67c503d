"""How much of an answer came from the evidence: the posterior held against the prior."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.fit import Fit
from petfit.results import answers

__all__ = ["LITTLE", "contraction", "learned", "overlap"]

LITTLE = 0.5
"""A contraction below one half: the prior holds more of the answer than the evidence does."""

_BINS = 40


def learned(fit: Fit, occupancy: float = 0.8) -> pd.DataFrame:
    """Compare each drug's answers with what the model said before the evidence.

    Parameters
    ----------
    fit : Fit
        A fit.
    occupancy : float
        Whose dose is compared.

    Returns
    -------
    pandas.DataFrame
        One row per ``parameter`` (``ec50``, ``emax``, ``hill``, ``dose``) and ``drug``: ``contraction``,
        the share of the prior's variance that the evidence removed, and ``overlap``, the shared area of
        the prior and the posterior density, 1 where nothing was learned.
    """
    rows = []
    after, before = answers.curves(fit), answers.curves(fit.prior_fit)
    dose = answers.dose_for_occupancy(fit, occupancy).to_numpy()[..., 0]
    dose_before = answers.dose_for_occupancy(fit.prior_fit, occupancy).to_numpy()[..., 0]
    pairs = {name: (values, before.parameters[name]) for name, values in after.parameters.items()}
    for name, (posterior, prior) in {**pairs, "dose": (dose, dose_before)}.items():
        for i, drug in enumerate(after.drugs):
            one, other = posterior[..., i].reshape(-1), prior[..., i].reshape(-1)
            if other.min() < other.max():
                rows.append((name, drug, contraction(one, other), overlap(one, other)))
    return pd.DataFrame(rows, columns=["parameter", "drug", "contraction", "overlap"])


def contraction(posterior: NDArray[np.float64], prior: NDArray[np.float64]) -> float:
    """Return one minus the ratio of the variances, of ranks among the prior's draws.

    Ranks make it the same on any scale, and finite for any draws; it is 0 where the posterior is the prior
    and near 1 where the evidence decides. It may be below 0.

    References
    ----------
    Schad, Betancourt and Vasishth, Psychological Methods 2021;26:103-126, for the idea.

    Examples
    --------
    >>> draws = np.random.default_rng(1).normal(size=4000)
    >>> round(contraction(draws, draws), 6)
    0.0
    """
    ordered = np.sort(prior)
    ranks = [np.searchsorted(ordered, draws, side="right") / len(ordered) for draws in (posterior, prior)]
    return float(1.0 - ranks[0].var() / ranks[1].var())


def overlap(posterior: NDArray[np.float64], prior: NDArray[np.float64]) -> float:
    """Return the shared area of two densities, from bins that hold equal shares of the prior.

    Examples
    --------
    >>> draws = np.random.default_rng(1).normal(size=4000)
    >>> overlap(draws, draws) > 0.99, overlap(draws + 100, draws) < 0.03
    (True, True)
    """
    edges = np.unique(np.quantile(prior, np.linspace(0, 1, _BINS + 1)[1:-1], method="inverted_cdf"))
    shares = [
        np.bincount(np.searchsorted(edges, draws), minlength=len(edges) + 1) for draws in (posterior, prior)
    ]
    return float(np.minimum(shares[0] / len(posterior), shares[1] / len(prior)).sum())
