"""How far the dose for 80 % shifts between a fit and its refits; shared by two checks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from petfit.checks.record import NOT_RUN, Check, Finding
from petfit.fit import Fit
from petfit.results.curve_draws import curve_draws
from petfit.results.curve_parameters import curve_parameters
from petfit.results.summary import summarise

__all__ = [
    "CENTRAL_WORDS",
    "INTERVAL_WORDS",
    "LARGE_SHIFT",
    "MAX_DIVERGENT_SHARE",
    "MAX_R_HAT",
    "by_size",
    "describe",
    "findings",
    "is_large",
    "not_run",
    "shifts",
    "shifts_beyond_limits",
    "unreliable_refits",
    "unusable_doses",
]

LARGE_SHIFT = 0.68
"""A shift is large if the median of a refit lies beyond this central share of the fit's draws, one SD of a
normal posterior. An influence of one SD (DFBETAS above 1) is the usual flag for small sets of studies:
Viechtbauer and Cheung, Research Synthesis Methods 2010;1:112-125."""

_INTERVAL = 0.95
"""The probability of the reported interval: if it misses the median of a refit, it understates the
uncertainty."""

MAX_R_HAT = 1.05
MAX_DIVERGENT_SHARE = 0.01
"""R-hat of an answer, and share of divergent draws, up to which a refit, which has fewer draws, is good
enough to compare medians; chosen here."""

CENTRAL_WORDS = f"the central {100 * LARGE_SHIFT:g} % of the fit's draws"
INTERVAL_WORDS = f"the fit's {100 * _INTERVAL:g} % interval"


def shifts(fit: Fit, refits: xr.Dataset) -> pd.DataFrame:
    """Return the answers of refits, and how far they lie from those of the fit itself.

    Parameters
    ----------
    fit : Fit
        The fit.
    refits : xarray.Dataset
        Some of its refits, from `petfit.results.refits.with_refits`.

    Returns
    -------
    pandas.DataFrame
        One row per ``refit`` and ``drug``: ``rows``, the number of rows of the drug that were fitted; the
        ``median``, ``low`` and ``high`` of the dose for 80 % in the drug's unit; ``ratio`` to the median of
        the fit; ``rank``, the share of the fit's draws below that median; ``in_interval``, whether the fit's
        interval holds it; ``ec50_ratio`` and ``emax_difference`` of the medians; ``divergent``, the share of
        divergent draws; and the largest ``r_hat``.
    """
    curves = curve_draws(fit)
    dose = curves.dose_draws(0.8).isel(occupancy=0, drop=True)
    own = {
        "dose": summarise(dose, _INTERVAL, with_diagnostics=False),
        **curve_parameters(curves, with_diagnostics=False),
    }
    medians = {name: refits["median"].sel(answer=name, drop=True) for name in own if name in refits["answer"]}
    table = refits[["rows", "divergent", "r_hat"]]
    for name in ("median", "low", "high"):
        table[name] = refits[name].sel(answer="dose", drop=True)
    median = medians["dose"]
    table["ratio"] = _ratio(median, own["dose"]["median"])
    below, equal = (dose < median).mean(("chain", "draw")), (dose == median).mean(("chain", "draw"))
    table["rank"] = (below + equal / 2).where(median.notnull())
    table["in_interval"] = (median >= own["dose"]["low"]) & (median <= own["dose"]["high"])
    table["ec50_ratio"] = _ratio(medians["ec50"], own["ec50"]["median"])
    table["emax_difference"] = medians["emax"] - own["emax"]["median"]
    return table.drop_vars("unit", errors="ignore").to_dataframe(dim_order=["refit", "drug"]).reset_index()


def _ratio(refit: xr.DataArray, own: xr.DataArray) -> xr.DataArray:
    """Return a ratio of medians, 1 if both are infinite."""
    both = (refit == np.inf) & (own == np.inf)
    return (refit / own).where(~both, 1.0)


def by_size(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `shifts` with evidence on the drug, the largest shift first."""
    known = table[(table["rows"] > 0) & table["rank"].notna()]
    return known.loc[_central_share(known).sort_values(ascending=False, kind="stable").index]


def is_large(table: pd.DataFrame) -> pd.Series:
    """Return which rows of `shifts` hold a large shift."""
    return _central_share(table) > LARGE_SHIFT


def _central_share(table: pd.DataFrame) -> pd.Series:
    """Return the smallest central share of the fit's draws that contains the dose of each refit."""
    return 2 * (table["rank"] - 0.5).abs()


def findings(refits: xr.Dataset, ordered: pd.DataFrame) -> list[Finding]:
    """Return the findings of refits, whose shifts are ordered as by `by_size`."""
    outside = int((~ordered["in_interval"]).sum())
    result = [
        Finding("refits", refits.sizes["refit"]),
        Finding("refits that failed", int((refits["problem"] != "").sum()), "at most", 0, "WARN"),
        Finding("unreliable refits", len(_unreliable(refits)), "at most", 0, "WARN"),
        Finding("refits with a large shift", ordered.loc[is_large(ordered), "refit"].nunique()),
        Finding("doses outside the fit's interval", outside, "at most", 0, "FAIL"),
    ]
    for share, ratio in zip(_central_share(ordered)[:1], ordered["ratio"][:1], strict=True):
        result += [
            Finding("largest shift, ratio of medians", ratio),
            Finding("largest shift, central share of the fit's draws", share, "at most", LARGE_SHIFT, "WARN"),
        ]
    return result


def describe(table: pd.DataFrame) -> list[str]:
    """Return rows of `shifts` in words."""
    rows = zip(table["drug"], table["ratio"], table["refit"], strict=True)
    return [f"{drug} to {ratio:.2f} times its median ({refit})" for drug, ratio, refit in rows]


def shifts_beyond_limits(ordered: pd.DataFrame) -> str:
    """Return in words which doses shift beyond which limit, "" if none does."""
    outside, large = ~ordered["in_interval"], is_large(ordered)
    groups = {INTERVAL_WORDS: ordered[outside], CENTRAL_WORDS: ordered[large & ~outside]}
    return ", and ".join(
        f"beyond {limit}: {'; '.join(describe(rows))}" for limit, rows in groups.items() if len(rows)
    )


def unusable_doses(ordered: pd.DataFrame) -> Iterator[str]:
    """Yield a sentence that names the drugs whose dose is not to be used, if any."""
    if drugs := list(dict.fromkeys(ordered.loc[~ordered["in_interval"], "drug"])):
        yield f"Do not use the dose of {', '.join(drugs)}: the median of a refit lies outside its interval."


def unreliable_refits(refits: xr.Dataset) -> list[str]:
    """Return a sentence for each refit that failed, and one for those that are unreliable."""
    sentences = [
        f"{name} could not be fitted ({problem.item()})."
        for name, problem in zip(refits["refit"].to_numpy(), refits["problem"], strict=True)
        if problem.item()
    ]
    if unreliable := _unreliable(refits):
        sentences.append(f"Unreliable, because of R-hat or divergences: {', '.join(unreliable)}.")
    return sentences


def _unreliable(refits: xr.Dataset) -> list[str]:
    unreliable = (refits["r_hat"] > MAX_R_HAT) | (refits["divergent"] > MAX_DIVERGENT_SHARE)
    return list(refits["refit"].to_numpy()[unreliable.to_numpy()])


def not_run(name: str) -> Check:
    """Return the record of a check whose refits have not been made."""
    sentence = "Needs refits (petfit check FIT --refit, or fit.with_refits() in Python)."
    return Check(name, NOT_RUN, sentence, pd.DataFrame())
