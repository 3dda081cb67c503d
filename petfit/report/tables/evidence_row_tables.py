"""Tables of rows of evidence: as reported, fitted, or excluded."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from petfit.evidence import Evidence
from petfit.evidence.dose_intervals import per_dosing_interval
from petfit.evidence.ranges import range_meanings
from petfit.fit import Fit
from petfit.model.reference_doses import dose_unit
from petfit.report.table import Column, Table, percent, plain
from petfit.results import formatting
from petfit.results.scan_occupancy import scan_occupancy

__all__ = [
    "evidence_list_table",
    "evidence_row_table",
    "excluded_row_table",
    "fitted_row_table",
    "fitted_row_tables",
]

_LABELS = (
    "study",
    "subject",
    "session",
    "drug",
    "condition",
    "exposure",
    "regimen",
    "time_h",
    "region",
    "tracer",
    "level",
)
_VALUES = ("value", "sd", "se", "low", "high")
_SIGNS = {"below": "< ", "above": "> "}
_HEADINGS = {
    "exclusion_reason": "reason for exclusion",
    "time_h": "hours after the dose",
    "sd": "SD",
    "se": "SE",
}
_LIKELIHOODS = {
    "subject": "occupancy of one person",
    "group": "mean of n people",
    "range": "bounds of a group's mean",
    "extremes": "lowest and highest of n people",
    "scan": "scan, with a fitted baseline",
}


def evidence_list_table(tables: Mapping[str, Evidence]) -> Table:
    """Return the tables of evidence by name, with their rows and drugs."""
    rows = [
        (name, len(evidence.table), len(evidence.used), ", ".join(sorted(set(evidence.used["drug"]) - {""})))
        for name, evidence in tables.items()
    ]
    return Table.from_frame(
        "evidence", "Evidence", pd.DataFrame(rows, columns=["name", "rows", "fitted", "drugs"])
    )


def fitted_row_tables(fit: Fit) -> Iterator[Table]:
    """Yield the rows that were fitted and, if there are any, the rows that were excluded."""
    yield fitted_row_table(fit)
    if len(fit.excluded_rows):
        yield excluded_row_table(fit)


def fitted_row_table(fit: Fit) -> Table:
    """Return the rows that were fitted, with the likelihood of each.

    Derived occupancies of scans, from `petfit.results.scan_occupancy`, are in further columns.
    """
    fitted = fit.design.rows
    rows = fit.evidence.table.loc[fitted.index]
    rows = rows.assign(likelihood=[_likelihood(row) for _, row in fitted.iterrows()])
    caption = "Every fitted value as published, and its likelihood. As TSV, the table has all columns."
    derived = scan_occupancy(fit)
    if len(derived):
        rows = rows.join(derived[["median", "low", "high"]].add_prefix("derived_"))
        caption += (
            " Derived, for display only: the occupancy of a scan under the drug from its fitted baseline, "
            f"median and {100 * derived['prob'].iloc[0]:g} % {derived['interval'].iloc[0]} interval, "
            "including the noise of the scan. Nothing was fitted to it."
        )
    title = f"Rows fitted ({len(rows)})"
    return evidence_row_table(rows, "evidence_fitted", title, ["likelihood", "note"], caption)


def excluded_row_table(fit: Fit) -> Table:
    """Return the rows that were not fitted, with the reason for each."""
    title = f"Rows excluded ({len(fit.excluded_rows)})"
    caption = "These rows are in the table but were not fitted."
    return evidence_row_table(fit.excluded_rows, "evidence_excluded", title, ["exclusion_reason"], caption)


def evidence_row_table(
    rows: pd.DataFrame,
    name: str = "evidence",
    title: str = "Evidence",
    last: Sequence[str] = ("use",),
    caption: str = "",
) -> Table:
    """Return rows of evidence as a table, without columns that are empty.

    Parameters
    ----------
    rows : pandas.DataFrame
        Rows of the table of an `Evidence`.
    name, title, caption : str
        See `Table`.
    last : sequence of str
        The columns that precede the source.
    """
    rows = per_dosing_interval(rows)
    frame = rows.copy()
    frame.insert(0, "place", [str(place) for place in rows.index])
    frame["exposure"] = [_exposure(row) for _, row in rows.iterrows()]
    frame["quantity"] = [_quantity(outcome) for outcome in frame["outcome"]]
    frame["meaning"] = range_meanings(rows)
    place, source = Column("place", "place"), Column("source", "source")
    labels = [_column(label) for label in _LABELS if _is_filled(frame[label])]
    n = [Column("n", "n")] if _is_filled(frame["n"]) else []
    further = [_column(column) for column in last]
    names = ("outcome", "censored", *_VALUES, "meaning")
    reported = Column(names, "reported", _reported, tuple(_value_columns(frame)))
    composed = Column.only_wide(*_composed_columns(frame))
    return Table(name, title, frame, (place, *labels, reported, *n, composed, *further, source), caption)


def _column(name: str) -> Column:
    return Column(name, _HEADINGS.get(name, name.replace("_", " ")))


def _is_filled(values: pd.Series) -> bool:
    return any(plain(value) for value in values)


def _value_columns(frame: pd.DataFrame) -> list[Column]:
    """Return the columns of the reported numbers, in percent where all are occupancies."""
    filled = [name for name in _VALUES if _is_filled(frame[name])]
    censored = [_column("censored")] if _is_filled(frame["censored"]) else []
    if set(frame["outcome"]) == {"occupancy"}:
        headings = {**_HEADINGS, "value": "occupancy"}
        return [
            *censored,
            *(Column(name, f"{headings.get(name, name)}, %", _in_percent) for name in filled),
        ]
    return [*censored, *(_column(name) for name in filled), Column("quantity", "of")]


def _composed_columns(frame: pd.DataFrame) -> list[Column]:
    """Return what is said of ranges, and the derived occupancies of scans."""
    columns = [Column("meaning", "type of range")] if _is_filled(frame["meaning"]) else []
    if "derived_median" in frame:
        columns += [
            Column(f"derived_{name}", f"derived occupancy, for display, {name}, %", _percent_if_known)
            for name in ("median", "low", "high")
        ]
    return columns


def _exposure(row: pd.Series) -> str:
    """Return the dose and concentration of a row, as far as they are known."""
    ends = [plain(row[name]) for name in ("dose_low", "dose_high")]
    dose = plain(row["dose"]) or " to ".join(filter(None, ends))
    unit = dose_unit(row["dose_unit"], [row["regimen"]])
    parts = ((dose, unit), (plain(row["concentration"]), row["concentration_unit"]))
    return ", ".join(f"{amount} {unit}".strip() for amount, unit in parts if amount)


def _likelihood(row: pd.Series) -> str:
    """Describe the likelihood with which a row was fitted."""
    words = _LIKELIHOODS.get(row["level"], str(row["level"]))
    if row["censored"]:
        words = f"{words}, {row['censored']} a limit"
    if not (row["sd"] > 0 or row["se"] > 0):
        return words
    return f"{words}{' and their variance' if row['level'] == 'group' else ', with its standard error'}"


def _quantity(outcome: str) -> str:
    if outcome == "occupancy":
        return "occupancy, fraction"
    return ", ".join(filter(None, formatting.outcome_label(outcome)))


def _in_percent(value: float) -> str:
    return plain(100.0 * value)


def _percent_if_known(value: float) -> str:
    return "" if math.isnan(value) else percent(value)


def _reported(
    outcome: str,
    censored: str,
    value: float,
    sd: float,
    se: float,
    low: float,
    high: float,
    meaning: str,
) -> str:
    """Return a reported number as it would be written in a paper."""
    if outcome != "occupancy":
        name, unit = formatting.outcome_label(outcome)
        return f"{name} {plain(value)} {unit}".strip()
    if math.isnan(value):
        return f"{100 * low:.4g} to {100 * high:.4g} %{f' ({meaning})' if meaning else ''}"
    spread = "".join(f" ({name} {100 * size:.3g})" for name, size in (("SD", sd), ("SE", se)) if size > 0)
    return f"{_SIGNS.get(censored, '')}{100 * value:.4g} %{spread}"
