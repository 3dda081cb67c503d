"""The first screen of a report: the question, the answer for each drug, and where it lies."""

from __future__ import annotations

import math
from typing import Any

import xarray as xr

from petfit.fit import Fit
from petfit.report.tables.dose_tables import RELATIVE_TO_TESTED
from petfit.report.tables.interval_columns import exposure_name
from petfit.results import formatting, summary
from petfit.results.formatting import enumerate_words

__all__ = ["cards", "interval", "question", "title"]

_NAMED = 8
"""The title names as many drugs at most."""


def title(fit: Fit) -> str:
    """Return the title of the page: what it is about."""
    about = f"Occupancy of {_targets(fit)} by {_drugs(fit)}"
    return f"{about} (simulated values)" if fit.evidence.simulated else about


def question(fit: Fit, occupancy: float, window: tuple[float, float] | None = None) -> str:
    """Return the question that the page answers, about the drugs and the target of its title."""
    wanted = f"{100 * window[0]:g} to {100 * window[1]:g}" if window else f"{100 * occupancy:g}"
    return f"Which {fit.spec.exposure_words} gives {wanted} % occupancy?"


def _targets(fit: Fit) -> str:
    return enumerate_words(sorted(set(fit.design.rows["target"]) - {""})) or "the target"


def _drugs(fit: Fit) -> str:
    return "each drug" if len(fit.design.drugs) > _NAMED else enumerate_words(fit.design.drugs)


def cards(doses: xr.Dataset) -> list[dict[str, str]]:
    """Return the answer for each drug: dose, interval, probability of reaching it, exposures tested."""
    exposure = exposure_name(doses)
    return [
        {
            "drug": row.drug,
            "dose": _with_unit(row.median, row.unit),
            "interval": f"{interval(row)} ({100 * row.prob:g} % {row.interval} interval)",
            "probability": f"{formatting.probability(row.p_reached)} probability that Emax is above "
            f"{100 * row.occupancy:g} %",
            "tested": _tested(row, exposure),
        }
        for row in summary.rows(doses)
    ]


def _with_unit(value: float, unit: str) -> str:
    return "not reached" if math.isinf(value) else f"{formatting.number(value)} {unit}"


def interval(row: Any) -> str:
    """Return the interval of an exposure; an infinite end has no unit."""
    if math.isinf(row.low):
        return "not reached"
    if math.isinf(row.high):
        return f"{_with_unit(row.low, row.unit)} to not reached"
    return f"{formatting.interval('dose', row.low, row.high)} {row.unit}"


def _tested(row: Any, exposure: str) -> str:
    low, high = f"{row.tested_low:.4g}", f"{row.tested_high:.4g}"
    if row.relative_to_tested not in ("inside", "below", "above"):
        return RELATIVE_TO_TESTED[row.relative_to_tested]
    position = "extrapolated: above" if row.relative_to_tested == "above" else row.relative_to_tested
    if low == high:
        position = "at" if row.relative_to_tested == "inside" else position
        return f"{position} the only {exposure} tested, {low} {row.unit}"
    return f"{position} the {exposure}s tested, {low} to {high} {row.unit}"
