"""Prior-to-posterior contraction: how much the evidence adds to the prior."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.fit import Fit
from petfit.results.curve_draws import curve_draws
from petfit.results.quantiles import check_prob

__all__ = ["LOW_CONTRACTION", "contraction", "overlap", "prior_contraction"]

LOW_CONTRACTION = 0.5
"""Below a contraction of one half, the prior contributes more to the answer than the evidence."""

_BINS = 40


def prior_contraction(fit: Fit, occupancy: float = 0.8) -> pd.DataFrame:
    """Compare the posterior of each drug's answers with their prior.

    Parameters
    ----------
    fit : Fit
        A fit.
    occupancy : float
        Target occupancy, a fraction, of the compared dose.

    Returns
    -------
    pandas.DataFrame
        One row per ``parameter`` (those of the curve, and ``dose``) and ``drug``: ``contraction``,
        the share of the prior's variance that the evidence removed, and ``overlap``, the shared area of
        the prior and the posterior density, 1 if they are equal.

    Examples
    --------
    >>> len(prior_contraction(fit))  # EC50, Emax and dose of 2 drugs
    6
    """
    drugs, posterior = _answers(fit, occupancy)
    _, prior = _answers(fit.with_prior_draws(), occupancy)
    rows = [
        (name, drug, contraction(after, before), overlap(after, before))
        for name in posterior
        for i, drug in enumerate(drugs)
        for after, before in [(posterior[name][..., i].ravel(), prior[name][..., i].ravel())]
        if before.min() < before.max()
    ]
    return pd.DataFrame(rows, columns=["parameter", "drug", "contraction", "overlap"])


def _answers(fit: Fit, occupancy: float) -> tuple[tuple[str, ...], dict[str, NDArray[np.float64]]]:
    """Return the drugs, and draws of each parameter and the dose: chain, draw, drug."""
    curves = curve_draws(fit)
    dose = curves.exposure([check_prob(occupancy, "occupancy")])[..., 0]
    return curves.drugs, {**curves.parameters, "dose": dose}


def contraction(posterior: NDArray[np.float64], prior: NDArray[np.float64]) -> float:
    """Return one minus the ratio of the posterior to the prior variance, of ranks among the prior's draws.

    With ranks it does not depend on the scale, and is finite for any draws. It is 0 if the posterior equals
    the prior, near 1 if the evidence dominates, and may be negative.

    Parameters
    ----------
    posterior, prior : array
        Draws, of one axis.

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
    """Return the shared area of two densities, from bins with equal shares of the prior.

    Parameters
    ----------
    posterior, prior : array
        Draws, of one axis.

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
