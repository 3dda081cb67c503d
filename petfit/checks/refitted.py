"""How far the answers of other fits lie from those of the fit itself; shared by two checks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from petfit import answers, summaries
from petfit.checks.base import Check
from petfit.store import Stored

__all__ = [
    "CENTRAL",
    "FAR",
    "NOT_RUN",
    "R_HAT_MOST",
    "farthest",
    "is_far",
    "moves",
    "not_run",
    "problems",
    "said",
]

FAR = (0.16, 0.84)
"""Where a dose has moved far: another fit's median beyond the central 68 % of the draws, one SD of a normal
posterior. An influence of one SD (DFBETAS above 1) is the usual flag for small sets of studies: Viechtbauer
and Cheung, Research Synthesis Methods 2010;1:112-125."""

CENTRAL = f"the central {100 * (FAR[1] - FAR[0]):.0f} % of the fit's draws"

R_HAT_MOST = 1.05
DIVERGENT_MOST = 0.01
"""R-hat of an answer, and share of divergent draws, up to which another fit, which has fewer draws, is good
enough to compare medians; the figures are ours."""

NOT_RUN = "Not run: petfit check FIT --refit makes the other fits that this needs."


def moves(stored: Stored, refits: xr.Dataset) -> pd.DataFrame:
    """Return the answers of other fits beside those of the fit itself.

    Returns
    -------
    pandas.DataFrame
        One row per ``refit`` and ``drug``: ``rows``, how many of the drug were left; the ``median``,
        ``low`` and ``high`` of the dose for 80 % in the drug's unit, ``ratio`` to the median of the fit, and
        ``rank``, the share of the fit's draws below that median; ``ec50_ratio`` and ``emax_difference`` of
        the medians; ``divergent``, the share of divergent draws, and the largest ``r_hat``.
    """
    dose = answers.dose_for_occupancy(stored, 0.8).isel(occupancy=0, drop=True)
    here = {"dose": summaries.summarise(dose), **summaries.parameters(stored)}
    other = {name: refits["median"].sel(answer=name, drop=True) for name in here if name in refits["answer"]}
    median = other["dose"]
    table = refits[["rows", "divergent", "r_hat"]]
    for name in ("median", "low", "high"):
        table[name] = refits[name].sel(answer="dose", drop=True)
    table["ratio"] = _ratio(median, here["dose"]["median"])
    below, equal = (dose < median).mean(("chain", "draw")), (dose == median).mean(("chain", "draw"))
    table["rank"] = (below + equal / 2).where(median.notnull())
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
    return known.loc[(known["rank"] - 0.5).abs().sort_values(ascending=False, kind="stable").index]


def is_far(table: pd.DataFrame) -> pd.Series:
    """Return in which rows of `moves` the dose has moved far."""
    return ~table["rank"].between(*FAR)


def said(table: pd.DataFrame) -> list[str]:
    """Return the rows of `moves` in words."""
    rows = zip(table["drug"], table["ratio"], table["refit"], strict=True)
    return [f"{drug} to {ratio:.2f} times its median ({refit})" for drug, ratio, refit in rows]


def problems(refits: xr.Dataset) -> list[str]:
    """Return a sentence for each fit that could not be made, or that cannot be relied on."""
    said = [
        f"{name} could not be fitted ({one.item()})."
        for name, one in zip(refits["refit"].to_numpy(), refits["problem"], strict=True)
        if one.item()
    ]
    poor = (refits["r_hat"] > R_HAT_MOST) | (refits["divergent"] > DIVERGENT_MOST)
    if poor.any():
        names = ", ".join(refits["refit"].to_numpy()[poor.to_numpy()])
        said.append(f"Not to be relied on, for R-hat or divergences: {names}.")
    return said


def not_run(name: str) -> Check:
    """Return the record of a check whose fits have not been made."""
    return Check(name, "WARN", NOT_RUN, pd.DataFrame())
