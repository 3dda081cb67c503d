"""R-hat, ESS and MCSE: one distribution found by all chains, and draws enough, for every number reported."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.checks.record import Check, Finding, worst
from petfit.fit import Fit
from petfit.results import answers
from petfit.results.diagnostics import diagnose, monte_carlo_error
from petfit.results.summary import inverse

__all__ = ["ENDS_MOST", "ESS_LEAST", "MEAN_MOST", "R_HAT_MOST", "check", "table"]

R_HAT_MOST = 1.01
ESS_LEAST = 400
"""Both from Vehtari et al., Bayesian Analysis 2021;16:667-718, for four chains."""

MEAN_MOST = 0.05
"""MCSE of a mean over the posterior SD: from Spiegelhalter et al., WinBUGS User Manual 1.4, 2003."""

ENDS_MOST = 0.1
"""MCSE of an end of an interval over the interval's width; the figure is ours: more, and a second fit could
print an interval that looks like another one."""


def check(fit: Fit) -> Check:
    """Compare R-hat, bulk and tail ESS and MCSE of every unknown and every answer with their thresholds."""
    found = table(fit)
    stuck = list(found.index[found["r_hat"].isna() & found["unknown"]])
    if stuck:
        count = Finding("unknowns that never vary or are not finite", len(stuck), "at most", 0, "FAIL")
        sentence = (
            f"The draws of {', '.join(stuck)} never vary or are not finite: the sampler was stuck. Do not "
            "use the answers."
        )
        return Check("convergence", "FAIL", sentence, found, (count,))
    varying = found.dropna(subset=["r_hat"])
    r_hat, mean, ends = (varying[name] for name in ("r_hat", "mcse_mean", "mcse_ends"))
    ess = varying[["ess_bulk", "ess_tail"]].min(axis=1)
    limits = (
        Finding("largest R-hat", r_hat.max(), "below", R_HAT_MOST, "FAIL"),
        Finding("smallest ESS", ess.min(), "above", ESS_LEAST, "FAIL"),
        Finding("largest MCSE of a mean, in SDs", mean.max(), "below", MEAN_MOST, "FAIL"),
        Finding(
            "largest MCSE of an end of an interval, in its widths", ends.max(), "at most", ENDS_MOST, "WARN"
        ),
    )
    verdict = worst(limits)
    of_r_hat, of_ess, of_mean, of_ends = limits
    sentence = (
        f"Over {len(found)} unknowns and answers the largest R-hat is {of_r_hat.value:.4f} "
        f"({r_hat.idxmax()}; {of_r_hat.bound}), the smallest ESS, bulk or tail, {of_ess.value:.0f} "
        f"({ess.idxmin()}; {of_ess.bound}), the largest MCSE of a mean {of_mean.value:.3f} posterior SDs "
        f"({mean.idxmax()}; {of_mean.bound}) and of an end of a 95 % interval {of_ends.value:.3f} of its "
        f"width ({ends.idxmax()}; {of_ends.bound})."
    )
    if verdict == "FAIL":
        sentence += " The draws are not yet those of the posterior, or too few: do not use the answers."
    if verdict != "PASS":
        sentence += " Draw more, or raise target_accept."
    return Check(
        "convergence", verdict, sentence, found, (Finding("unknowns and answers", len(found)), *limits)
    )


def table(fit: Fit) -> pd.DataFrame:
    """Return R-hat, ESS and MCSE of every unknown and every answer, one row each."""
    unknown, names, draws = zip(*_quantities(fit), strict=True)
    every = np.concatenate([values.reshape(*values.shape[:2], -1) for values in draws], axis=-1)
    index = pd.Index([name for several in names for name in several], name="quantity")
    is_unknown = np.repeat(unknown, [len(several) for several in names])
    return pd.DataFrame({**diagnose(every), **monte_carlo_error(every), "unknown": is_unknown}, index)


def _quantities(fit: Fit) -> Iterator[tuple[bool, list[str], NDArray[np.float64]]]:
    """Yield whether it is an unknown, names, and draws (chain, draw, level); of doses, their inverses."""
    for name, values in fit.group("posterior").data_vars.items():
        levels = [""] if values.ndim == 2 else [f"[{level}]" for level in values[values.dims[2]].to_numpy()]
        yield True, [f"{name}{level}" for level in levels], values.to_numpy()
    curves = answers.curves(fit)
    dose = inverse(curves.exposure([0.8])[..., 0])
    for name, draws in (*curves.parameters.items(), ("dose for 80 %", dose)):
        yield False, [f"{name} of {drug}" for drug in curves.drugs], draws
