"""Tables of what a table of evidence contains, and of the problems in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.contents import Contents
from petfit.fit import Fit
from petfit.report.evidence_counts import counts
from petfit.report.table import Column, Table, plain

__all__ = ["content_tables", "count_table", "problem_table"]


def problem_table(problems: Iterable[Problem], title: str = "Problems") -> Table:
    """Return the problems of a table of evidence as a table."""
    rows = [
        (problem.where, problem.column, problem.seen, problem.rule, problem.remedy) for problem in problems
    ]
    columns = ["place", "column", "value", "problem", "remedy"]
    return Table.from_frame("problems", title, pd.DataFrame(rows, columns=columns))


def content_tables(contents: Contents) -> Iterator[Table]:
    """Yield what a table of evidence contains: levels, exposures, names, scans and excluded rows."""
    yield Table.from_frame("levels", "Rows by drug and level", contents.levels)
    yield _exposure_table(contents.exposures)
    yield Table.from_frame("names", "Studies, regions, tracers and regimens", contents.names)
    if len(contents.scans):
        yield Table.from_frame("scans", "Scans by person, session and condition", contents.scans)
    if len(contents.excluded):
        yield Table.from_frame("excluded", "Rows not used", contents.excluded)


def _exposure_table(exposures: pd.DataFrame) -> Table:
    columns = (
        Column("drug", "drug"),
        Column("rows", "rows"),
        Column("doses", "with a dose"),
        Column("concentrations", "with a concentration"),
        Column("both", "with both"),
        Column(("dose_low", "dose_high", "dose_unit"), "doses", _range_words),
        Column(
            ("concentration_low", "concentration_high", "concentration_unit"), "concentrations", _range_words
        ),
    )
    return Table("exposures", "Exposures", exposures, columns, "Of the rows used.")


def _range_words(low: float, high: float, unit: str) -> str:
    ends = plain(low) if low == high else " to ".join(filter(None, (plain(low), plain(high))))
    return " ".join(filter(None, (ends, unit)))


def count_table(fit: Fit) -> Table:
    """Return how many rows, people and complete sets there are, of each kind that there is."""
    present = [(what, count) for what, count in counts(fit).items() if count]
    frame = pd.DataFrame(present, columns=["what", "count"])
    return Table.from_frame("counts", "Counts of the evidence", frame)
