"""The figures that the verdicts rest on, each beside the limit it is held to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from petfit.beforehand import FAR, SHARE_MOST
from petfit.checks import Check, convergence, divergences, energy, groups, predictive, refitted, sensitivity
from petfit.checks.studies import MCSE_MOST
from petfit.comparison import K_MOST
from petfit.report.sheet import Column, Sheet, plain
from petfit.store import Stored

__all__ = ["limits"]


@dataclass(frozen=True)
class _Figure:
    """What a check found, and the limit it wants kept: ``below``, ``above`` or ``at most``."""

    figure: str
    value: float
    wanted: str = ""
    limit: float = math.nan


def limits(stored: Stored, verdicts: list[Check]) -> Sheet:
    """Return what each check found beside its limit; checks whose fits have not been made have no row.

    Parameters
    ----------
    stored : Stored
        A fit.
    verdicts : list of Check
        All that are on the page.
    """
    rows = [
        (one.name, found.figure, found.value, found.wanted, found.limit)
        for one in verdicts
        if one.name in _FOUND and len(one.table)
        for found in _FOUND[one.name](one.table, stored)
    ]
    passed = sum(one.verdict == "PASS" for one in verdicts)
    rows += [("all", "checks", len(verdicts), "", math.nan), ("all", "checks passed", passed, "", math.nan)]
    frame = pd.DataFrame(rows, columns=["check", "figure", "value", "wanted", "limit"])
    columns = tuple(Column(name, name, plain) for name in frame.columns)
    return Sheet("limits", "Figures of the checks and their limits", frame, columns)


def _convergence(found: pd.DataFrame, _: Stored) -> Iterator[_Figure]:
    ess = float(found[["ess_bulk", "ess_tail"]].to_numpy().min())
    yield _Figure("unknowns and answers", len(found))
    yield _Figure("largest R-hat", found["r_hat"].max(), "below", convergence.R_HAT_MOST)
    yield _Figure("smallest ESS", ess, "above", convergence.ESS_LEAST)
    yield _Figure("largest MCSE of a mean, in SDs", found["mcse_mean"].max(), "below", convergence.MEAN_MOST)
    yield _Figure(
        "largest MCSE of an end of an interval, in its widths",
        found["mcse_ends"].max(),
        "at most",
        convergence.ENDS_MOST,
    )


def _divergences(found: pd.DataFrame, stored: Stored) -> Iterator[_Figure]:
    draws = math.prod(stored.layout.leading(stored.posterior))
    yield _Figure("draws", draws)
    yield _Figure("divergent draws", found["divergent"].sum(), "at most", 0)
    yield _Figure(
        "share of divergent draws", found["divergent"].sum() / draws, "at most", divergences.SHARE_MOST
    )
    yield _Figure("draws that reached the largest tree depth", found["deepest"].sum(), "at most", 0)


def _energy(found: pd.DataFrame, _: Stored) -> Iterator[_Figure]:
    yield _Figure("smallest E-BFMI of a chain", found["e_bfmi"].min(), "above", energy.E_BFMI_LEAST)


def _groups(found: pd.DataFrame, _: Stored) -> Iterator[_Figure]:
    low, median, high = found["omega"]
    yield _Figure("omega, median", median, "at most", groups.OMEGA_MOST)
    yield _Figure("omega, 95 % low", low)
    yield _Figure("omega, 95 % high", high)


def _prior(found: pd.DataFrame, _: Stored) -> Iterator[_Figure]:
    yield _Figure("times that are far beyond the exposures tested", FAR)
    yield _Figure(
        "largest prior probability of an EC50 so far away",
        found["prior_probability_far_away"].max(),
        "at most",
        SHARE_MOST,
    )


def _predictive(found: pd.DataFrame, _: Stored) -> Iterator[_Figure]:
    numbers = found[found["set"] == "number"]
    shares = found.loc[found["set"] != "number", ["p_largest", "p_mean_square"]].to_numpy()
    yield _Figure("numbers", len(numbers))
    yield _Figure("largest deviation of a number, in SDs", numbers["largest"].max())
    yield _Figure("comparisons", shares.size)
    yield _Figure("smallest tail share", shares.min())
    yield _Figure(
        "smallest tail share, adjusted for how many",
        min(1.0, shares.min() * shares.size),
        "above",
        predictive.WARN_BELOW,
    )


def _loo(found: pd.DataFrame, stored: Stored) -> Iterator[_Figure]:
    draws = math.prod(stored.layout.leading(stored.posterior))
    yield _Figure("rows", len(found))
    yield from _elpd(found["elpd"])
    yield _Figure("effective parameters", found["p_loo"].sum())
    most = min(K_MOST, 1.0 - 1.0 / math.log10(draws))
    yield _Figure("largest Pareto k", found["pareto_k"].max(), "at most", most)


def _elpd(elpd: pd.Series) -> Iterator[_Figure]:
    yield _Figure("elpd", elpd.sum())
    yield _Figure("SE of the elpd", np.sqrt(len(elpd)) * elpd.std())


def _sensitivity(found: pd.DataFrame, _: Stored) -> Iterator[_Figure]:
    yield _Figure("answers", len(found))
    yield _Figure(
        "largest distance for a prior twice as strong", found["prior"].max(), "below", sensitivity.SENSITIVE
    )


def _studies(found: pd.DataFrame, stored: Stored) -> Iterator[_Figure]:
    studies = found.groupby("refit")[["elpd", "elpd_mcse"]].first().dropna(subset=["elpd"])
    yield from _refits(found, stored)
    yield _Figure("studies with an elpd", len(studies))
    yield from _elpd(studies["elpd"])
    yield _Figure("largest Monte Carlo error of an elpd", studies["elpd_mcse"].max(), "at most", MCSE_MOST)


def _refits(found: pd.DataFrame, _: Stored) -> Iterator[_Figure]:
    ordered = refitted.farthest(found)
    far = ordered[refitted.is_far(ordered)]
    yield _Figure("other fits", found["refit"].nunique())
    yield _Figure("of them that move a dose for 80 % far", far["refit"].nunique(), "at most", 0)
    yield _Figure("central share of the draws that is not far", refitted.FAR[1] - refitted.FAR[0])
    yield from (_Figure("farthest move, ratio of medians", ratio) for ratio in ordered["ratio"][:1])


def _figures(found: pd.DataFrame, _: Stored) -> Iterator[_Figure]:
    yield _Figure("figures", len(found))
    yield _Figure("figures that could not be drawn", (found["problem"] != "").sum(), "at most", 0)


_FOUND: dict[str, Callable[[pd.DataFrame, Stored], Iterator[_Figure]]] = {
    "convergence": _convergence,
    "divergences": _divergences,
    "energy": _energy,
    "groups": _groups,
    "prior": _prior,
    "predictive": _predictive,
    "loo": _loo,
    "sensitivity": _sensitivity,
    "studies": _studies,
    "assumptions": _refits,
    "figures": _figures,
}
