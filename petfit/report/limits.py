"""What the verdicts rest on in numbers, each beside the limit it is held to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from petfit.beforehand import FAR, SHARE_MOST
from petfit.checks import Check, convergence, divergences, energy, groups, predictive, refitted, sensitivity
from petfit.checks.studies import MCSE_MOST
from petfit.comparison import K_MOST, standard_error
from petfit.report.sheet import Column, Sheet, plain
from petfit.store import Stored

__all__ = ["limits"]


@dataclass(frozen=True)
class _Finding:
    """What a check found, and the limit it wants kept: ``below``, ``above`` or ``at most``."""

    quantity: str
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
        (one.name, found.quantity, found.value, found.wanted, found.limit)
        for one in verdicts
        if one.name in _FOUND and len(one.table)
        for found in _FOUND[one.name](one.table, stored)
    ]
    passed = sum(one.verdict == "PASS" for one in verdicts)
    rows += [("all", "checks", len(verdicts), "", math.nan), ("all", "checks passed", passed, "", math.nan)]
    frame = pd.DataFrame(rows, columns=["check", "quantity", "value", "wanted", "limit"])
    columns = tuple(Column(name, name, plain) for name in frame.columns)
    return Sheet("limits", "What the checks found, and their limits", frame, columns)


def _convergence(found: pd.DataFrame, _: Stored) -> Iterator[_Finding]:
    ess = float(found[["ess_bulk", "ess_tail"]].to_numpy().min())
    yield _Finding("unknowns and answers", len(found))
    yield _Finding("largest R-hat", found["r_hat"].max(), "below", convergence.R_HAT_MOST)
    yield _Finding("smallest ESS", ess, "above", convergence.ESS_LEAST)
    yield _Finding("largest MCSE of a mean, in SDs", found["mcse_mean"].max(), "below", convergence.MEAN_MOST)
    yield _Finding(
        "largest MCSE of an end of an interval, in its widths",
        found["mcse_ends"].max(),
        "at most",
        convergence.ENDS_MOST,
    )


def _divergences(found: pd.DataFrame, stored: Stored) -> Iterator[_Finding]:
    draws = math.prod(stored.layout.leading(stored.posterior))
    yield _Finding("draws", draws)
    yield _Finding("divergent draws", found["divergent"].sum(), "at most", 0)
    yield _Finding(
        "share of divergent draws", found["divergent"].sum() / draws, "at most", divergences.SHARE_MOST
    )
    yield _Finding("draws that reached the largest tree depth", found["deepest"].sum(), "at most", 0)


def _energy(found: pd.DataFrame, _: Stored) -> Iterator[_Finding]:
    yield _Finding(
        "smallest E-BFMI of a chain", found["e_bfmi"].min(skipna=False), "above", energy.E_BFMI_LEAST
    )


def _groups(found: pd.DataFrame, _: Stored) -> Iterator[_Finding]:
    low, median, high = found["omega"]
    yield _Finding("omega, median", median, "at most", groups.OMEGA_MOST)
    yield _Finding("omega, 95 % low", low)
    yield _Finding("omega, 95 % high", high)


def _prior(found: pd.DataFrame, _: Stored) -> Iterator[_Finding]:
    yield _Finding("times that are far beyond the exposures tested", FAR)
    yield _Finding(
        "largest prior probability of an EC50 so far away",
        found["prior_probability_far_away"].max(),
        "at most",
        SHARE_MOST,
    )


def _predictive(found: pd.DataFrame, _: Stored) -> Iterator[_Finding]:
    numbers = found[found["set"] == "number"]
    shares = found.loc[found["set"] != "number", ["p_largest", "p_mean_square"]].to_numpy()
    yield _Finding("numbers", len(numbers))
    yield _Finding("largest deviation of a number, in SDs", numbers["largest"].max())
    yield _Finding("comparisons", shares.size)
    yield _Finding("smallest tail share", shares.min())
    yield _Finding(
        "smallest tail share, adjusted for how many",
        min(1.0, shares.min() * shares.size),
        "above",
        predictive.WARN_BELOW,
    )


def _loo(found: pd.DataFrame, stored: Stored) -> Iterator[_Finding]:
    draws = math.prod(stored.layout.leading(stored.posterior))
    yield _Finding("rows", len(found))
    yield from _elpd(found["elpd"])
    yield _Finding("effective parameters", found["p_loo"].sum())
    most = min(K_MOST, 1.0 - 1.0 / math.log10(draws))
    yield _Finding("largest Pareto k", found["pareto_k"].max(), "at most", most)


def _elpd(elpd: pd.Series) -> Iterator[_Finding]:
    yield _Finding("elpd", elpd.sum())
    yield _Finding("SE of the elpd", standard_error(elpd.to_numpy()))


def _sensitivity(found: pd.DataFrame, _: Stored) -> Iterator[_Finding]:
    yield _Finding("answers", len(found))
    yield _Finding(
        "largest distance for a prior twice as strong", found["prior"].max(), "below", sensitivity.SENSITIVE
    )


def _studies(found: pd.DataFrame, stored: Stored) -> Iterator[_Finding]:
    studies = found.groupby("refit")[["elpd", "elpd_mcse"]].first().dropna(subset=["elpd"])
    yield from _refits(found, stored)
    yield _Finding("studies with an elpd", len(studies))
    yield from _elpd(studies["elpd"])
    yield _Finding("largest Monte Carlo error of an elpd", studies["elpd_mcse"].max(), "at most", MCSE_MOST)


def _refits(found: pd.DataFrame, _: Stored) -> Iterator[_Finding]:
    ordered = refitted.farthest(found)
    far = ordered[refitted.is_far(ordered)]
    yield _Finding("other fits", found["refit"].nunique())
    yield _Finding("of them that move a dose for 80 % far", far["refit"].nunique(), "at most", 0)
    yield _Finding("central share of the draws that is not far", refitted.FAR[1] - refitted.FAR[0])
    yield from (_Finding("farthest move, ratio of medians", ratio) for ratio in ordered["ratio"][:1])


def _figures(found: pd.DataFrame, _: Stored) -> Iterator[_Finding]:
    yield _Finding("figures", len(found))
    yield _Finding("figures missing", (found["problem"] != "").sum(), "at most", 0)


_FOUND: dict[str, Callable[[pd.DataFrame, Stored], Iterator[_Finding]]] = {
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
