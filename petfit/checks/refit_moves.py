"""How far the answers of other fits lie from those of the fit itself; shared by two checks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from petfit.checks.record import Check, Finding
from petfit.fit import Fit
from petfit.results import answers, summary

__all__ = [
    "CENTRAL",
    "FAR",
    "HELD",
    "INTERVAL",
    "NOT_RUN",
    "R_HAT_MOST",
    "farthest",
    "found_of",
    "is_far",
    "moves",
    "not_run",
    "passed",
    "problems",
    "refused",
    "said",
]

FAR = 0.68
"""Where a dose has moved far: another fit's median beyond this central share of the draws, one SD of a normal
posterior. An influence of one SD (DFBETAS above 1) is the usual flag for small sets of studies: Viechtbauer
and Cheung, Research Synthesis Methods 2010;1:112-125."""

HELD = 0.95
"""The probability of the equal-tailed interval that must hold another fit's median: the interval that is
reported, which otherwise understates how uncertain the dose is."""

R_HAT_MOST = 1.05
DIVERGENT_MOST = 0.01
"""R-hat of an answer, and share of divergent draws, up to which another fit, which has fewer draws, is good
enough to compare medians; the figures are ours."""

CENTRAL = f"the central {100 * FAR:g} % of the fit's draws"
INTERVAL = f"the fit's {100 * HELD:g} % interval"

NOT_RUN = "Not run: petfit check FIT --refit makes the other fits that this needs."


def moves(fit: Fit, refits: xr.Dataset) -> pd.DataFrame:
    """Return the answers of other fits beside those of the fit itself.

    Returns
    -------
    pandas.DataFrame
        One row per ``refit`` and ``drug``: ``rows``, how many of the drug were left; the ``median``,
        ``low`` and ``high`` of the dose for 80 % in the drug's unit, ``ratio`` to the median of the fit,
        ``rank``, the share of the fit's draws below that median, and ``held``, whether the fit's interval
        holds it; ``ec50_ratio`` and ``emax_difference`` of the medians; ``divergent``, the share of
        divergent draws, and the largest ``r_hat``.
    """
    dose = answers.dose_for_occupancy(fit, 0.8).isel(occupancy=0, drop=True)
    here = {"dose": summary.summarise(dose, HELD), **summary.parameters(fit)}
    other = {name: refits["median"].sel(answer=name, drop=True) for name in here if name in refits["answer"]}
    median = other["dose"]
    table = refits[["rows", "divergent", "r_hat"]]
    for name in ("median", "low", "high"):
        table[name] = refits[name].sel(answer="dose", drop=True)
    table["ratio"] = _ratio(median, here["dose"]["median"])
    below, equal = (dose < median).mean(("chain", "draw")), (dose == median).mean(("chain", "draw"))
    table["rank"] = (below + equal / 2).where(median.notnull())
    table["held"] = (median >= here["dose"]["low"]) & (median <= here["dose"]["high"])
    table["ec50_ratio"] = _ratio(other["ec50"], here["ec50"]["median"])
    table["emax_difference"] = other["emax"] - here["emax"]["median"]
    return table.drop_vars("unit", errors="ignore").to_dataframe(dim_order=["refit", "drug"]).reset_index()


def _ratio(other: xr.DataArray, here: xr.DataArray) -> xr.DataArray:
    """Return a ratio of medians; 1 where both are infinite."""
    both = (other == np.inf) & (here == np.inf)
    return (other / here).where(~both, 1.0)


def farthest(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `moves` with evidence on the drug, those in which its dose moved farthest first."""
    known = table[(table["rows"] > 0) & table["rank"].notna()]
    return known.loc[_share(known).sort_values(ascending=False, kind="stable").index]


def is_far(table: pd.DataFrame) -> pd.Series:
    """Return in which rows of `moves` the dose has moved far."""
    return _share(table) > FAR


def _share(table: pd.DataFrame) -> pd.Series:
    """Return the central share of the fit's draws that reaches to the dose in each row of `moves`."""
    return 2 * (table["rank"] - 0.5).abs()


def found_of(refits: xr.Dataset, ordered: pd.DataFrame) -> list[Finding]:
    """Return what is found of other fits, whose moves are in the order of `farthest`."""
    findings = [
        Finding("other fits", refits.sizes["refit"]),
        Finding("of them not made", int((refits["problem"] != "").sum()), "at most", 0, "WARN"),
        Finding("of them not to be relied on", len(_poor(refits)), "at most", 0, "WARN"),
        Finding("of them that move a dose for 80 % far", ordered.loc[is_far(ordered), "refit"].nunique()),
        Finding(
            "doses that the fit's interval does not hold", int((~ordered["held"]).sum()), "at most", 0, "FAIL"
        ),
    ]
    for share, ratio in zip(_share(ordered)[:1], ordered["ratio"][:1], strict=True):
        quantity = "central share of the draws that reaches to the farthest dose"
        findings += [
            Finding("farthest move, ratio of medians", ratio),
            Finding(quantity, share, "at most", FAR, "WARN"),
        ]
    return findings


def said(table: pd.DataFrame) -> list[str]:
    """Return the rows of `moves` in words."""
    rows = zip(table["drug"], table["ratio"], table["refit"], strict=True)
    return [f"{drug} to {ratio:.2f} times its median ({refit})" for drug, ratio, refit in rows]


def passed(ordered: pd.DataFrame) -> str:
    """Return which doses lie beyond which bound, in words; "" where all lie within."""
    lost, far = ~ordered["held"], is_far(ordered)
    bounds = {INTERVAL: ordered[lost], CENTRAL: ordered[far & ~lost]}
    return ", and ".join(
        f"beyond {bound}: {'; '.join(said(rows))}" for bound, rows in bounds.items() if len(rows)
    )


def refused(ordered: pd.DataFrame) -> Iterator[str]:
    """Yield a sentence that names the drugs whose dose is not to be used, if any."""
    if drugs := list(dict.fromkeys(ordered.loc[~ordered["held"], "drug"])):
        yield f"Do not use the dose of {', '.join(drugs)}: its interval leaves out what another fit answers."


def problems(refits: xr.Dataset) -> list[str]:
    """Return a sentence for each fit that could not be made, or that cannot be relied on."""
    said = [
        f"{name} could not be fitted ({one.item()})."
        for name, one in zip(refits["refit"].to_numpy(), refits["problem"], strict=True)
        if one.item()
    ]
    if poor := _poor(refits):
        said.append(f"Not to be relied on, for R-hat or divergences: {', '.join(poor)}.")
    return said


def _poor(refits: xr.Dataset) -> list[str]:
    poor = (refits["r_hat"] > R_HAT_MOST) | (refits["divergent"] > DIVERGENT_MOST)
    return list(refits["refit"].to_numpy()[poor.to_numpy()])


def not_run(name: str) -> Check:
    """Return the record of a check whose fits have not been made."""
    return Check(name, "WARN", NOT_RUN, pd.DataFrame())
