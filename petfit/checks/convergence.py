"""R-hat, ESS and MCSE of every sampled parameter and every answer.

Deviations of people that were integrated out are left aside: given the parameters, they were drawn
independently of each other, not sampled by the chains.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import arviz_stats
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.checks.record import Check, Finding, Verdict
from petfit.fit import Fit
from petfit.model.parameters import PARAMETERS
from petfit.results.curve_draws import curve_draws
from petfit.results.quantiles import PROB, quantile
from petfit.results.summary import convergence, inverse_dose, of_varying

__all__ = ["MAX_INTERVAL_MCSE", "MAX_MEAN_MCSE", "MAX_R_HAT", "MIN_ESS", "check", "table"]

MAX_R_HAT = 1.01
MIN_ESS = 400
"""Both from Vehtari et al., Bayesian Analysis 2021;16:667-718, for four chains."""

MAX_MEAN_MCSE = 0.05
"""MCSE of a mean over the posterior SD: Spiegelhalter et al., WinBUGS User Manual 1.4, 2003."""

MAX_INTERVAL_MCSE = 0.1
"""MCSE of an interval limit over the width of the interval; chosen here so that a second fit would not print
a visibly different interval."""

_TAILS = ((1 - PROB) / 2, (1 + PROB) / 2)


def check(fit: Fit) -> Check:
    """Compare R-hat, ESS and MCSE of every sampled parameter and every answer with their limits."""
    diagnostics = table(fit)
    stuck = list(diagnostics.index[diagnostics["r_hat"].isna() & diagnostics["is_parameter"]])
    if stuck:
        return _stuck(stuck, diagnostics)
    varying = diagnostics.dropna(subset=["r_hat"])
    ess = varying[["ess_bulk", "ess_tail"]].min(axis=1)
    r_hat, mean, interval = (varying[name] for name in ("r_hat", "mcse_mean", "mcse_interval"))
    limits = (
        Finding("largest R-hat", r_hat.max(), "below", MAX_R_HAT, "FAIL"),
        Finding("smallest ESS", ess.min(), "above", MIN_ESS, "FAIL"),
        Finding("largest MCSE of a mean, in posterior SDs", mean.max(), "below", MAX_MEAN_MCSE, "FAIL"),
        Finding(
            "largest MCSE of an interval limit, in interval widths",
            interval.max(),
            "at most",
            MAX_INTERVAL_MCSE,
            "WARN",
        ),
    )
    worst = (r_hat.idxmax(), ess.idxmin(), mean.idxmax(), interval.idxmax())
    figures = "; ".join(
        f"{words.format(finding.value)} ({quantity}; {finding.limit_words})"
        for words, finding, quantity in zip(_WORDS, limits, worst, strict=True)
    )
    details = f"Worst of {len(diagnostics)} sampled parameters and answers: {figures}."
    findings = (Finding("parameters and answers", len(diagnostics)), *limits)
    agree = r_hat.max() < MAX_R_HAT
    return Check.judge("convergence", _OF_AGREEING if agree else _OF_OTHERS, diagnostics, findings, details)


_WORDS = (
    "R-hat {:.4f}",
    "ESS {:.0f}",
    "MCSE of a mean {:.3f} posterior SDs",
    "MCSE of an interval limit {:.3f} interval widths",
)

_OF_AGREEING: dict[Verdict, str] = {
    "PASS": "The chains agree, with enough draws.",
    "WARN": "A second fit could print a different interval: draw more.",
    "FAIL": "The draws are too few: do not use the answers. Draw more.",
}
_OF_OTHERS: dict[Verdict, str] = {
    "FAIL": "The chains disagree: do not use the answers. Raise target_accept, or draw more."
}

_STUCK = "The sampler was stuck: do not use the answers. Check the model and the unit of the exposures."


def _stuck(parameters: list[str], diagnostics: pd.DataFrame) -> Check:
    count = Finding("parameters that never vary or are not finite", len(parameters), "at most", 0, "FAIL")
    details = f"The draws of {', '.join(parameters)} never vary or are not finite."
    return Check("convergence", "FAIL", _STUCK, diagnostics, (count,), details)


def table(fit: Fit) -> pd.DataFrame:
    """Return R-hat, ESS and MCSE of every sampled parameter and every answer.

    Parameters
    ----------
    fit : Fit
        A fit.

    Returns
    -------
    pandas.DataFrame
        By ``quantity``: ``r_hat``, ``ess_bulk``, ``ess_tail``, ``mcse_mean`` in posterior SDs and
        ``mcse_interval`` in widths of the 95 % interval (NaN for draws that never vary or are not finite),
        and whether it ``is_parameter``.

    References
    ----------
    Vehtari et al., Bayesian Analysis 2021;16:667-718.
    """
    is_parameter, names, draws = zip(*_quantities(fit), strict=True)
    every = np.concatenate([values.reshape(*values.shape[:2], -1) for values in draws], axis=-1)
    index = pd.Index([name for group in names for name in group], name="quantity")
    columns = {**convergence(every), **_monte_carlo_errors(every)}
    return pd.DataFrame(columns, index).assign(is_parameter=np.repeat(is_parameter, list(map(len, names))))


def _monte_carlo_errors(draws: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Return the MCSE of means and of interval limits (chain, draw, quantity), relative to their spread."""
    low, high = quantile(draws, _TAILS)
    limits = [of_varying(draws, partial(arviz_stats.mcse, method="quantile", prob=tail)) for tail in _TAILS]
    return {
        "mcse_mean": of_varying(
            draws, lambda varying: arviz_stats.mcse(varying) / varying.std((0, 1), ddof=1)
        ),
        "mcse_interval": np.maximum(*limits) / np.where(low < high, high - low, np.nan),
    }


def _quantities(fit: Fit) -> Iterator[tuple[bool, list[str], NDArray[np.float64]]]:
    """Yield whether it is a parameter or an answer, names, and draws: chain, draw, level; doses inverted."""
    posterior = fit.group("posterior")
    if fit.attrs.get("people_integrated"):
        posterior = posterior.drop_vars(
            [effect.name for effect in fit.design.effects if effect.kind == "people"]
        )
    for name, values in posterior.items():
        levels = [""] if values.ndim == 2 else [f"[{level}]" for level in values[values.dims[2]].to_numpy()]
        yield True, [f"{name}{level}" for level in levels], values.to_numpy()
    curves = curve_draws(fit)
    dose = inverse_dose(curves.exposure([0.8])[..., 0])
    answers = {PARAMETERS[name].label: draws for name, draws in curves.parameters.items()}
    for name, draws in (*answers.items(), ("dose for 80 %", dose)):
        yield False, [f"{name} of {drug}" for drug in curves.drugs], draws
