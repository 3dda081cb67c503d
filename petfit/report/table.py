"""The table type of petfit: unrounded numbers, and how each column is shown.

A `Table` is printed by `petfit.cli.terminal`, shown on the page by ``parts.html``, and written as TSV and
JSON.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd

from petfit.evidence.spreadsheet_text import for_spreadsheet
from petfit.report.json_records import json_records
from petfit.results import formatting
from petfit.results.formatting import number

__all__ = ["Column", "Table", "number", "percent", "plain", "probability", "target", "with_units"]

_SENTENCE, _PHRASE = 44, 16
"""A column whose longest cell has more characters holds sentences, or phrases, which may be wrapped."""


def plain(value: Any) -> str:
    """Format a value: a number to four significant digits, a truth as yes or no, nothing as an empty cell.

    Examples
    --------
    >>> plain(0.12345), plain("midbrain"), plain(float("nan"))
    ('0.1235', 'midbrain', '')
    """
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.4g}"
    if isinstance(value, bool | np.bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def percent(value: float) -> str:
    """Format a fraction in percent, without the sign so that a copied cell is a number.

    Examples
    --------
    >>> percent(0.8125)
    '81.2'
    """
    return formatting.percent(value).removesuffix(" %")


def probability(value: float) -> str:
    """Format a probability that was estimated from draws, in percent without the sign.

    Examples
    --------
    >>> probability(0.5), probability(1.0)
    ('50.0', '> 99.9')
    """
    return formatting.probability(value).removesuffix(" %")


def target(value: float) -> str:
    """Format a requested occupancy or probability in percent, without the sign.

    Examples
    --------
    >>> target(0.8)
    '80'
    """
    return f"{100 * value:g}"


@dataclass(frozen=True)
class Column:
    """One column of a table as it is shown.

    Parameters
    ----------
    name : str or tuple of str
        The column of the frame that is shown, or the columns from which each cell is composed.
    heading : str
        The heading, with the unit of the numbers where they have one.
    formatter : callable
        Takes the value of each column of the frame and returns the text of the cell.
    wide : tuple of Column, optional
        The columns that are shown instead except on a terminal, where they would be too wide.
    """

    name: str | tuple[str, ...]
    heading: str
    formatter: Callable[..., str] = plain
    wide: tuple[Column, ...] | None = None

    @classmethod
    def only_wide(cls, *columns: Column) -> Column:
        """Return columns that a terminal does not show, as one."""
        return cls((), "", wide=columns)

    def reworded(self, change: Callable[[str], str]) -> Column:
        """Return the column with changed headings."""
        wide = None if self.wide is None else tuple(column.reworded(change) for column in self.wide)
        return replace(self, heading=change(self.heading), wide=wide)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of the frame that the cells come from."""
        return (self.name,) if isinstance(self.name, str) else self.name

    def cells(self, frame: pd.DataFrame) -> list[str]:
        """Return the cells of this column as text."""
        values = (frame[name] for name in self.names)
        return [self.formatter(*row) for row in zip(*values, strict=True)]


@dataclass(frozen=True)
class Table:
    r"""A table of numbers or text, for people and for programs.

    Parameters
    ----------
    name : str
        Name of its files, without the suffix.
    title : str
        A few words.
    frame : pandas.DataFrame
        Unrounded numbers: occupancies as fractions, an unreachable dose as infinity.
    columns : tuple of Column
        The columns.
    caption : str
        A sentence that can be read without the text around the table.
    is_narrow : bool
        Whether it is for a terminal.

    Examples
    --------
    >>> table = Table.from_frame("rows", "Rows", pd.DataFrame({"drug": ["A"], "dose": [1 / 3]}))
    >>> table.headings, table.rows
    (['drug', 'dose'], [['A', '0.333']])
    >>> table.tsv
    'drug\tdose\nA\t0.3333333333333333\n'
    """

    name: str
    title: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    caption: str = ""
    is_narrow: bool = False

    @classmethod
    def from_frame(
        cls,
        name: str,
        title: str,
        frame: pd.DataFrame,
        caption: str = "",
        headings: Mapping[str, str] = MappingProxyType({}),
    ) -> Table:
        """Return a table that shows every column of a frame, to three digits.

        The headings are the names of the columns, unless `headings` has others.
        """
        columns = tuple(
            Column(
                column,
                headings.get(column, column.replace("_", " ")),
                number if frame[column].dtype.kind == "f" else plain,
            )
            for column in map(str, frame.columns)
        )
        return cls(name, title, frame, columns, caption)

    def renamed(self, prefix: str) -> Table:
        """Return the table with a prefix to its name, for a page that has another of that name."""
        return replace(self, name=f"{prefix}_{self.name}")

    def narrow(self) -> Table:
        """Return the table as a terminal shows it."""
        return replace(self, is_narrow=True)

    @property
    def shown(self) -> list[Column]:
        """The columns that are shown."""
        if self.is_narrow:
            return [column for column in self.columns if column.names]
        return [
            wide for column in self.columns for wide in ((column,) if column.wide is None else column.wide)
        ]

    @property
    def headings(self) -> list[str]:
        """The headings of the columns shown."""
        return [column.heading for column in self.shown]

    @cached_property
    def rows(self) -> list[list[str]]:
        """The cells shown, as text."""
        cells = [column.cells(self.frame) for column in self.shown]
        return [list(row) for row in zip(*cells, strict=True)]

    @property
    def numeric(self) -> list[bool]:
        """Whether each column shown holds numbers."""
        return [self.frame[column.names[-1]].dtype.kind in "iuf" for column in self.shown]

    @cached_property
    def css_classes(self) -> list[str]:
        """The style of each column: ``number``, ``sentence``, ``phrase`` or ``word``."""
        columns = zip(*self.rows, strict=True) if self.rows else [()] * len(self.shown)
        longest = [max(map(len, cells), default=0) for cells in columns]
        return [
            "number"
            if numeric
            else "sentence"
            if length > _SENTENCE
            else "phrase"
            if length > _PHRASE
            else "word"
            for numeric, length in zip(self.numeric, longest, strict=True)
        ]

    @cached_property
    def tsv(self) -> str:
        """The frame as tab-separated values, missing ones as ``n/a``, no text as a formula."""
        frame = for_spreadsheet(self.frame.map(_on_one_line))
        return str(frame.to_csv(sep="\t", index=False, na_rep="n/a", lineterminator="\n"))

    @property
    def markdown(self) -> str:
        """The cells shown as a table in Markdown, with the title above and the caption below."""
        headings = [" ".join(heading.split()) for heading in self.headings]
        rules = ["---:" if numeric else ":---" for numeric in self.numeric]
        cells = [[cell.replace("|", r"\|") for cell in row] for row in self.rows]
        table = "\n".join(f"| {' | '.join(line)} |" for line in (headings, rules, *cells))
        return "\n\n".join(filter(None, [f"**{self.title}**", table, self.caption]))

    @property
    def tsv_url(self) -> str:
        """The frame as a ``data:`` URL, which a browser downloads without a network."""
        return f"data:text/tab-separated-values;charset=utf-8,{quote(self.tsv)}"

    @property
    def json(self) -> str:
        """The frame's records as JSON, with title, caption and headings; infinity is ``"inf"``."""
        content = {
            "title": self.title,
            "caption": self.caption,
            "columns": {"/".join(column.names): column.heading for column in self.shown},
            "rows": json_records(self.frame),
        }
        return json.dumps(content, indent=1, ensure_ascii=False, default=str) + "\n"


def _on_one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def with_units(frame: pd.DataFrame, columns: Iterable[Column]) -> tuple[Column, ...]:
    """Replace ", {unit}" in headings by the unit that all rows share; otherwise add a column of units.

    Examples
    --------
    >>> frame = pd.DataFrame({"dose": [1.0, 2.0], "unit": ["mg", "mg"]})
    >>> [column.heading for column in with_units(frame, [Column("dose", "dose, {unit}")])]
    ['dose, mg']
    """
    units = set(frame["unit"])
    shared = units.pop() if len(units) == 1 else ""
    replacement = f", {shared}" if shared else ""
    headed = tuple(column.reworded(lambda text: text.replace(", {unit}", replacement)) for column in columns)
    return headed if shared else (*headed, Column("unit", "unit"))
