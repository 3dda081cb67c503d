"""R-hat, ESS and MCSE: one distribution found by all chains, and draws enough, for every number reported."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit import answers
from petfit.checks.base import Check, Verdict
from petfit.diagnose import diagnose, monte_carlo_error
from petfit.store import Stored
from petfit.summaries import inverse

__all__ = ["ENDS_MOST", "ESS_LEAST", "MEAN_MOST", "R_HAT_MOST", "check", "table"]

R_HAT_MOST = 1.01
ESS_LEAST = 400
"""Both from Vehtari et al., Bayesian Analysis 2021;16:667-718, for four chains."""

MEAN_MOST = 0.05
"""MCSE of a mean over the posterior SD: from Spiegelhalter et al., WinBUGS User Manual 1.4, 2003."""

ENDS_MOST = 0.1
"""MCSE of an end of an interval over the interval's width; the figure is ours: more, and a second fit could
print an interval that looks like another one."""


def check(stored: Stored) -> Check:
    """Compare R-hat, bulk and tail ESS and MCSE of every unknown and every answer with their thresholds."""
    found = table(stored)
    stuck = list(found.index[found["r_hat"].isna() & found["unknown"]])
    if stuck:
        sentence = f"The draws of {', '.join(stuck)} never vary or are not finite: the sampler was stuck."
        return Check("convergence", "FAIL", sentence, found)
    varying = found.dropna(subset=["r_hat"])
    r_hat, mean, ends = (varying[name] for name in ("r_hat", "mcse_mean", "mcse_ends"))
    ess = varying[["ess_bulk", "ess_tail"]].min(axis=1)
    good = r_hat.max() < R_HAT_MOST and ess.min() > ESS_LEAST and mean.max() < MEAN_MOST
    verdict: Verdict = "FAIL" if not good else "WARN" if ends.max() > ENDS_MOST else "PASS"
    sentence = (
        f"Over {len(found)} unknowns and answers the largest R-hat is {r_hat.max():.4f} ({r_hat.idxmax()}; "
        f"below {R_HAT_MOST} wanted), the smallest ESS, bulk or tail, {ess.min():.0f} ({ess.idxmin()}; above "
        f"{ESS_LEAST} wanted), the largest MCSE of a mean {mean.max():.3f} posterior SDs ({mean.idxmax()}; "
        f"below {MEAN_MOST} wanted) and of an end of a 95 % interval {ends.max():.3f} of its width "
        f"({ends.idxmax()}; at most {ENDS_MOST} wanted)."
    )
    if verdict != "PASS":
        sentence += " Draw more, or raise target_accept."
    return Check("convergence", verdict, sentence, found)


def table(stored: Stored) -> pd.DataFrame:
    """Return R-hat, ESS and MCSE of every unknown and every answer, one row each."""
    parts = []
    for unknown, names, draws in _quantities(stored):
        figures = diagnose(draws) | monte_carlo_error(draws)
        columns = {name: values.reshape(-1) for name, values in figures.items()}
        parts.append(pd.DataFrame({**columns, "unknown": unknown}, index=pd.Index(names, name="quantity")))
    return pd.concat(parts)


def _quantities(stored: Stored) -> Iterator[tuple[bool, list[str], NDArray[np.float64]]]:
    """Yield whether it is an unknown, names, and draws (chain, draw, level); of doses, their inverses."""
    for name, values in stored.tree["posterior"].to_dataset().data_vars.items():
        levels = [""] if values.ndim == 2 else [f"[{level}]" for level in values[values.dims[2]].to_numpy()]
        yield True, [f"{name}{level}" for level in levels], values.to_numpy()
    curves = answers.curves(stored)
    dose = inverse(curves.exposure([0.8])[..., 0])
    for name, draws in (*curves.parameters.items(), ("dose for 80 %", dose)):
        yield False, [f"{name} of {drug}" for drug in curves.drugs], draws
