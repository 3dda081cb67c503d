"""Measures of simulated studies, each with its Monte Carlo standard error."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from petfit.planning.question import Question
from petfit.results.quantiles import interval_ratio

__all__ = ["measures", "median_error"]

type Record = dict[str, Any]


def measures(table: pd.DataFrame, drug: str, question: Question) -> list[Record]:
    """Return the measures of simulated studies of one drug.

    Parameters
    ----------
    table : pandas.DataFrame
        Simulated studies, as in `Evaluation`.
    drug : str
        The drug.
    question : Question
        What was asked.

    Returns
    -------
    list of dict
        ``quantity`` (ec50, a name of `Question.occupancies`, or study), ``measure``, ``estimate`` and its
        Monte Carlo standard error ``mcse``. The ratio of an interval without an upper end is infinite:
        quantiles of the ratio are order statistics in which it counts, and it is not below any limit.
    """
    trials = table[(table["drug"] == drug) & (table["problem"] == "")]
    rows: list[Record] = []
    for name in ("ec50", *question.occupancies):
        low, high = trials[f"{name}_low"].to_numpy(float), trials[f"{name}_high"].to_numpy(float)
        ratio = interval_ratio(low, high)
        for label, q in (("median ratio", 0.5), ("10 % of ratios", 0.1), ("90 % of ratios", 0.9)):
            rows.append({"quantity": name, "measure": label, **_order_statistic(ratio, q)})
        inside = (low <= trials[name].to_numpy(float)) & (trials[name].to_numpy(float) <= high)
        for label, holds in (
            ("P(precise)", ratio < question.ratio),
            ("P(no upper end)", ~np.isfinite(high)),
            ("coverage", inside),
        ):
            rows.append({"quantity": name, "measure": label, **_share(holds)})
    rows.append({"quantity": "study", "measure": "P(bracketed)", **_share(trials["bracketed"])})
    if trials["right"].notna().any():
        rows.append({"quantity": "study", "measure": "P(right strength)", **_share(trials["right"])})
    return rows


def _share(holds: Any) -> Record:
    """Return a share with its binomial error, which is not 0 where all or none hold (Agresti and Coull)."""
    values = np.asarray(holds, float)
    n = len(values) + 4.0
    adjusted = (values.sum() + 2.0) / n
    return {"estimate": float(values.mean()), "mcse": float(np.sqrt(adjusted * (1 - adjusted) / n))}


def _order_statistic(values: NDArray[np.float64], q: float) -> Record:
    return {
        "estimate": float(np.quantile(values, q, method="inverted_cdf")),
        "mcse": median_error(values, q),
    }


def median_error(values: NDArray[np.float64], q: float = 0.5) -> float:
    """Return the Monte Carlo standard error of a quantile of independent draws, which may be infinite.

    Half the distance between the order statistics that are one SE of the rank away (Vehtari et al. 2021,
    Bayesian Analysis 16:667-718, for independent draws); infinite if one of them is.

    Examples
    --------
    >>> median_error(np.arange(1.0, 101.0))
    4.5
    """
    n = len(values)
    rank = stats.beta(n * q + 1, n * (1 - q) + 1)
    low, high = (
        float(np.quantile(values, rank.ppf(stats.norm.cdf(z)), method="inverted_cdf")) for z in (-1.0, 1.0)
    )
    return (high - low) / 2 if np.isfinite(high) else float("inf")
