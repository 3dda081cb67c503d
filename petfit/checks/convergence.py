"""R-hat and ESS: one distribution found by all chains, and draws enough, for every number reported."""

from __future__ import annotations

import pandas as pd

from petfit import summaries
from petfit.checks.base import Check, Verdict
from petfit.quantiles import diagnose
from petfit.store import Stored

__all__ = ["ESS_LEAST", "R_HAT_MOST", "check", "table"]

R_HAT_MOST = 1.01
ESS_LEAST = 400
"""Both from Vehtari et al., Bayesian Analysis 2021;16:667-718, for four chains."""


def check(stored: Stored) -> Check:
    """Compare R-hat, bulk and tail ESS of every unknown and every answer with their thresholds."""
    found = table(stored)
    stuck = list(found.index[found["r_hat"].isna() & found["unknown"]])
    if stuck:
        sentence = f"The draws of {', '.join(stuck)} never vary or are not finite: the sampler was stuck."
        return Check("convergence", "FAIL", sentence, found)
    varying = found.dropna(subset=["r_hat"])
    r_hat, ess = varying["r_hat"].max(), varying[["ess_bulk", "ess_tail"]].min(axis=1)
    worst_r_hat, worst_ess = varying["r_hat"].idxmax(), ess.idxmin()
    verdict: Verdict = "PASS" if r_hat < R_HAT_MOST and ess.min() > ESS_LEAST else "FAIL"
    sentence = (
        f"Over {len(found)} unknowns and answers the largest R-hat is {r_hat:.4f} ({worst_r_hat}; below "
        f"{R_HAT_MOST} wanted) and the smallest ESS, bulk or tail, {ess.min():.0f} ({worst_ess}; above "
        f"{ESS_LEAST} wanted)."
    )
    if verdict == "FAIL":
        sentence += " Draw more, or raise target_accept."
    return Check("convergence", verdict, sentence, found)


def table(stored: Stored) -> pd.DataFrame:
    """Return R-hat and ESS of every unknown and every answer, one row each."""
    names: list[str] = []
    columns: dict[str, list[float]] = {"r_hat": [], "ess_bulk": [], "ess_tail": []}
    for name, values in stored.tree["posterior"].to_dataset().data_vars.items():
        levels = [""] if values.ndim == 2 else [f"[{level}]" for level in values[values.dims[2]].to_numpy()]
        names += [f"{name}{level}" for level in levels]
        for key, found in diagnose(values).items():
            columns[key] += found.reshape(-1).tolist()
    unknowns = set(names)
    answers = {**summaries.parameters(stored), "dose for 80 %": summaries.doses(stored)}
    answers.pop("ec50_other_unit", None)
    for name, answer in answers.items():
        names += [f"{name} of {drug}" for drug in answer["drug"].to_numpy()]
        for key, values_of in columns.items():
            values_of += answer[key].to_numpy().reshape(-1).tolist()
    unknown = {"unknown": [name in unknowns for name in names]}
    return pd.DataFrame({**columns, **unknown}, index=pd.Index(names, name="quantity"))
