"""The first screen: what was asked, the answer for each drug, and the verdict on the fit."""

from __future__ import annotations

import math
from typing import Any

import xarray as xr

from petfit.checks import Check
from petfit.checks.refit_moves import NOT_RUN
from petfit.fit import Fit
from petfit.report.answer_tables import SUPPORTS
from petfit.report.text_tables import exposure_of
from petfit.results import formatting, summary

__all__ = ["cards", "interval", "question", "title", "verdict"]

_ORDER = ("FAIL", "WARN", "PASS")


def title(fit: Fit) -> str:
    """Return the title of the page."""
    said = fit.spec.title or "Occupancy fit"
    return f"{said} (simulated values)" if fit.evidence.simulated else said


def question(fit: Fit, occupancy: float) -> str:
    """Say in words what was asked."""
    targets = _listed(sorted({one for one in fit.design.rows["target"] if one})) or "the target"
    exposure = fit.spec.exposure_words
    drugs = _listed(fit.design.drugs)
    return f"Which {exposure} of {drugs} gives {100 * occupancy:g} % occupancy of {targets}?"


def cards(doses: xr.Dataset) -> list[dict[str, str]]:
    """Say each drug's answer: the dose, its interval, the probability of reaching it, the support."""
    exposure = exposure_of(doses)
    return [
        {
            "drug": row.drug,
            "dose": "not reached"
            if math.isinf(row.median)
            else f"{formatting.figure(row.median)} {row.unit}",
            "interval": f"{interval(row)} ({100 * row.prob:g} % {row.interval} interval)",
            "reach": f"{formatting.probability(row.p_reached)} probability that any {exposure} reaches it",
            "support": _support(row, exposure),
        }
        for row in summary.rows(doses)
    ]


def interval(row: Any) -> str:
    """Say an interval of an exposure with its unit, which an infinite end has not."""
    if math.isinf(row.low):
        return "not reached"
    if math.isinf(row.high):
        return f"{formatting.figure(row.low)} {row.unit} to not reached"
    return f"{formatting.span('dose', row.low, row.high)} {row.unit}"


def _support(row: Any, exposure: str) -> str:
    low, high = f"{row.tested_low:g}", f"{row.tested_high:g}"
    if row.support not in ("inside", "below", "above"):
        return SUPPORTS[row.support]
    where = {"inside": "inside", "below": "below", "above": "extrapolated: above"}[row.support]
    if low == high:
        where = "at" if row.support == "inside" else where
        return f"{where} the only {exposure} tested, {low} {row.unit}"
    return f"{where} the {exposure}s tested, {low} to {high} {row.unit}"


def verdict(verdicts: list[Check]) -> dict[str, Any]:
    """Return the worst verdict, one line about all of them, and all of them, the worst first."""
    ordered = sorted(verdicts, key=lambda one: _ORDER.index(one.verdict))
    passed = sum(one.verdict == "PASS" for one in verdicts)
    failed = [one.name for one in verdicts if one.verdict == "FAIL"]
    not_run = [one.name for one in verdicts if one.sentence == NOT_RUN]
    warned = [one.name for one in verdicts if one.verdict == "WARN" and one.name not in not_run]
    parts = [f"{passed} of {len(verdicts)} checks passed"]
    parts += [f"FAIL: {_listed(failed)}; do not use these numbers"] if failed else []
    parts += [f"WARN: {_listed(warned)}"] if warned else []
    parts += [f"not run: {_listed(not_run)}"] if not_run else []
    return {"word": ordered[0].verdict, "sentence": f"{'; '.join(parts)}.", "checks": ordered}


def _listed(names: list[str] | tuple[str, ...]) -> str:
    """Return names in words.

    Examples
    --------
    >>> _listed(["a", "b", "c"])
    'a, b and c'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
