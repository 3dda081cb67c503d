"""What was taken for granted: sizes of groups, readings of the table, reference doses, unused columns."""

from __future__ import annotations

from collections.abc import Iterator

from petfit.evidence import Evidence
from petfit.evidence.columns import COLUMNS
from petfit.fit import Fit
from petfit.model.design import Design

__all__ = ["assumptions", "fit_assumptions", "reason_of_model"]

_CAN_BE_UNUSED = (
    *("target", "region", "tracer", "regimen", "dose", "dose_low", "dose_high"),
    *("concentration", "concentration_sd", "concentration_loq", "fp", "time_h", "days_on_drug", "modality"),
)
"""Columns that only some models use; so are those that are not petfit's."""

_KINETICS = {"regimen", "time_h", "days_on_drug", "dosing_interval_h"}
"""Columns from which kinetics take the doses before a scan."""


def fit_assumptions(fit: Fit) -> list[str]:
    """Return everything that a fit takes for granted, a clause each.

    Examples
    --------
    >>> fit_assumptions(fit)[0]
    'n = 5 in 1 row of groups without n'
    """
    reason = reason_of_model(fit)
    return [*([reason] if reason else []), *assumptions(fit.evidence, fit.design)]


def reason_of_model(fit: Fit) -> str:
    """Return which model was chosen for the table, and why; empty if the model was named.

    Examples
    --------
    >>> reason_of_model(fit)
    ''
    """
    return str(fit.attrs.get("reason_of_model", ""))


def assumptions(evidence: Evidence, design: Design) -> list[str]:
    """Return everything that a model takes for granted about a table, a clause each.

    Parameters
    ----------
    evidence : Evidence
        The table.
    design : Design
        The design of the model for it.
    """
    return [
        *_sizes(evidence, design),
        *evidence.assumptions,
        *_times(evidence, design),
        *_reference_doses(design),
        *_unused_columns(evidence, design),
    ]


def _sizes(evidence: Evidence, design: Design) -> Iterator[str]:
    rows = evidence.table.loc[design.rows.index]
    without_n = rows[rows["level"].isin(["range", "group"]) & rows["n"].isna()]
    if len(without_n):
        words = "1 row" if len(without_n) == 1 else f"{len(without_n)} rows"
        with_se = int((without_n["se"].notna() & without_n["sd"].isna()).sum())
        sd = f" (and with it the SD that follows from the SE in {with_se} of them)" if with_se else ""
        yield f"n = {design.spec.n_assumed} in {words} of groups without n{sd}"


def _times(evidence: Evidence, design: Design) -> Iterator[str]:
    if design.spec.pk:
        is_dose = design.rows["is_dose"]
        unknown = evidence.table.loc[design.rows.index[is_dose], "time_h"].isna().sum()
        if unknown:
            rows_words = "1 scan" if unknown == 1 else f"{unknown} scans"
            yield f"{design.spec.time_assumed:g} h from the last dose to {rows_words} without time_h"


def _reference_doses(design: Design) -> Iterator[str]:
    """Yield the origin of the reference doses; with a single drug they change no answer."""
    if len(design.drugs) > 1 and design.spec.exposure == "dose":
        origins = sorted({reference.origin for reference in design.reference_doses.values()})
        yield f"drugs are compared in their reference doses (from {' and '.join(origins)})"


def _unused_columns(evidence: Evidence, design: Design) -> Iterator[str]:
    """Yield the columns that are filled in fitted rows and that the model does not use."""
    rows = evidence.table.loc[design.rows.index]
    exposures = {
        "dose": {"dose", "dose_low", "dose_high"},
        "concentration": {"concentration", "concentration_sd", "concentration_loq"},
        "free_concentration": {"concentration", "concentration_sd", "concentration_loq", "fp"},
        "plasma": {"dose", "dose_low", "dose_high", "concentration", "concentration_loq", *_KINETICS},
    }[design.spec.exposure]
    names = [name for name in rows if name in _CAN_BE_UNUSED or name not in COLUMNS]
    counts = {
        str(name): int((rows[name].notna() & ~rows[name].isin(["", 0])).sum())
        for name in names
        if name not in exposures and name not in design.spec.columns
    }
    if unused := [f"{name} ({count} row{'s' * (count > 1)})" for name, count in counts.items() if count]:
        yield f"not used by the model: {', '.join(unused)}"
