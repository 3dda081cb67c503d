"""Cells of text, whatever they came from, with their places as the user sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from petfit.errors import EvidenceError, Problem

__all__ = ["Cells", "Plain", "Share", "lay_out"]


class Plain(str):
    """The text of a cell that was a number already, so that no mark in it has to be understood."""

    __slots__ = ()


class Share(Plain):
    """The text of a number that a sheet shows in percent and holds as a fraction."""

    __slots__ = ()


@dataclass(frozen=True)
class Cells:
    """A table of text on its way to `Evidence`.

    Parameters
    ----------
    name : str
        Where it came from.
    table : pandas.DataFrame
        Stripped text; the index tells each row's place in the source.
    defaults : tuple of str
        One sentence per choice that the source left open.
    shown : dict of str to str
        What the user calls a column, where it has another name by now.
    unpivoted : dict of str to (str, str)
        Of a row that was one cell of a wide table: the row and the column of that cell.
    commas_between : bool
        Whether a comma separates the cells of the source, so that none of them can hold one unquoted.
    """

    name: str
    table: pd.DataFrame
    defaults: tuple[str, ...] = ()
    shown: Mapping[str, str] = field(default_factory=dict)
    unpivoted: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    commas_between: bool = False

    def having(self, table: pd.DataFrame, *, default: str = "", **changes: object) -> Cells:
        """Return the same source with another table, and one more sentence on it."""
        defaults = (*self.defaults, default) if default else self.defaults
        return replace(self, table=table, defaults=defaults, **changes)  # type: ignore[arg-type]

    def error(self, problems: Iterable[Problem]) -> EvidenceError:
        """Return the error that names problems by the places and columns of the source."""
        return EvidenceError(self.name, list(dict.fromkeys(map(self._as_seen, problems))))

    def _as_seen(self, problem: Problem) -> Problem:
        where, column = problem.where, problem.column
        if where in self.unpivoted:
            where, wide = self.unpivoted[where]
            column = wide if column == "value" else column
        column = self.shown.get(column) or ", ".join(self.shown.get(one, one) for one in column.split(", "))
        return replace(problem, where=where, column=column)


def lay_out(
    header: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Lay rows of cells under a header; rows and columns without any text are left out.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.
    rows : iterable of (str, sequence of str)
        The place of each row and its cells.

    Returns
    -------
    pandas.DataFrame
        The table.
    list of Problem
        Names that stand twice, cells without a column, rows without a cell for each column.
    """
    width = max((place for place, name in enumerate(header, start=1) if name), default=0)
    names = list(header[:width])
    problems = repeated(names)
    places, kept = [], []
    for where, cells in rows:
        if not any(cells):
            continue
        if len(cells) < width or any(cells[width:]):
            rule = f"the header has {width} cells and this line has {len(cells)}"
            remedy = "Quote cells that hold the delimiter, and fill missing cells with nothing."
            problems.append(Problem(where, "", "", rule, remedy))
            continue
        places.append(where)
        kept.append(cells[:width])
    for position, name in enumerate(names):
        stray = [(where, cells[position]) for where, cells in zip(places, kept, strict=True)]
        stray = [] if name else [(where, cell) for where, cell in stray if cell]
        for where, cell in stray[:1]:
            rule = f"column {position + 1} has no name and is not empty"
            problems.append(Problem(where, "", cell, rule, "Name it in the header, or empty it."))
    table = pd.DataFrame(kept, index=pd.Index(places, dtype=object), columns=range(width), dtype=object)
    named = [position for position, name in enumerate(names) if name]
    return table[named].set_axis([names[position] for position in named], axis=1), problems


def repeated(names: Sequence[str]) -> list[Problem]:
    """Describe the names that stand more than once in a header."""
    rule, remedy = "a column name may stand only once in the header", "Rename or remove one of them."
    return [
        Problem("header", name, name, rule, remedy)
        for name in sorted({name for name in names if name and names.count(name) > 1})
    ]
