"""When after the dose the fitted scans were made: the time that the answers of a model of doses hold for."""

from __future__ import annotations

from petfit.model.applies_to import applies_to
from petfit.model.design import Design

__all__ = ["scan_times"]

_NEAR_PEAK_H = 8.0
"""Oral drugs are near their peak, not their trough, until about so many hours after a daily dose."""


def scan_times(design: Design) -> str:
    """Return in words when after the last dose the fitted scans were made.

    It is empty where the time does not matter or is in the model: the exposure is the concentration at the
    scan, or ``time_h`` is a covariate.

    Parameters
    ----------
    design : Design
        The design of a fit.

    Examples
    --------
    >>> scan_times(fit.design)
    'scanned at an unknown time after the dose'
    """
    if design.spec.exposure != "dose" or "time_h" in design.spec.ec50.covariates:
        return ""
    times = design.rows.loc[applies_to("ec50", design.rows), "time_h"]
    known = times.dropna()
    if known.empty:
        return "scanned at an unknown time after the dose"
    first, last = f"{known.min():g}", f"{known.max():g}"
    span = first if first == last else f"{first} to {last}"
    place = "near the peak" if known.max() <= _NEAR_PEAK_H else "which the model does not tell apart"
    place = "" if first == last and known.max() > _NEAR_PEAK_H else f", {place}"
    unknown = len(times) - len(known)
    rest = f" (unknown for {unknown} of {len(times)} rows)" if unknown else ""
    return f"scanned {span} h after the dose{place}{rest}"
