"""LOO over rows by importance sampling: quick, and honest where no single row decides the posterior."""

from __future__ import annotations

import numpy as np
import pandas as pd
from arviz_stats.base import array_stats

from petfit.checks.base import Check, Verdict
from petfit.evidence.ranges import in_complete_set
from petfit.store import Stored

__all__ = ["K_MOST", "check", "table"]

K_MOST = 0.7
"""The largest Pareto k at which Pareto-smoothed importance sampling can be relied on, with 2,200 draws or
more: Vehtari et al., J Mach Learn Res 2024;25(72). Below it no row is so influential that the posterior
without it is out of reach of the draws with it."""


def check(stored: Stored) -> Check:
    """Compare the Pareto k of every row with its threshold, and name the rows above it."""
    found = table(stored)
    draws = stored.tree["log_likelihood"].sizes["chain"] * stored.tree["log_likelihood"].sizes["draw"]
    most = min(K_MOST, 1.0 - 1.0 / np.log10(draws))
    over = found[~(found["pareto_k"] <= most)]
    elpd, error = found["elpd"].sum(), np.sqrt(len(found) * found["elpd"].var())
    verdict: Verdict = "WARN" if len(over) else "PASS"
    sentence = (
        f"Leaving out one of {len(found)} rows at a time, by importance sampling: elpd {elpd:.1f} (SE "
        f"{error:.1f}), {found['p_loo'].sum():.1f} effective parameters; the largest Pareto k is "
        f"{found['pareto_k'].max():.2f} (at most {most:.2f} wanted)."
    )
    if verdict == "WARN":
        sentence += (
            f" Too influential to be left out by weights: {', '.join(over.index)}. Where these are many or "
            "of one study, petfit check FIT --refit says what hangs on it."
        )
    return Check("loo", verdict, sentence, found)


def table(stored: Stored) -> pd.DataFrame:
    """Return the expected log predictive density of every row given the others, ``elpd``.

    The rows of a complete set of ranges share one density: they are added up and left out together.

    Returns
    -------
    pandas.DataFrame
        Indexed by the row's place, or ``set NAME``: ``elpd``, ``pareto_k`` and ``p_loo``, the effective
        number of parameters.
    """
    rows = stored.layout.rows
    sets = "set " + rows["range_set"].to_numpy(object)
    units = np.where(in_complete_set(rows), sets, rows.index.astype(str))
    density = stored.tree["log_likelihood"]["evidence"].to_numpy()
    names = list(dict.fromkeys(units))
    figures = []
    for name in names:
        one = density[..., units == name].sum(axis=-1)
        with np.errstate(all="ignore"):  # densities without bounds overflow, and their k is then no number
            relative = array_stats.ess(np.exp(one - one.max()), method="mean", relative=True)
            figures.append([float(value) for value in array_stats.loo(one, r_eff=relative)])
    return pd.DataFrame(figures, pd.Index(names, name="row"), ["elpd", "pareto_k", "p_loo"])
