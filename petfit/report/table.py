"""A table of the report: on the page as text, beside it as numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

import pandas as pd

from petfit.results import formatting, summary

__all__ = ["Column", "Sheet", "in_one_unit", "number", "percent", "plain", "share"]

_LONG = 44
_SHORT = 16
"""Letters in a cell that make a column one of sentences, and one of words that are not broken."""


def plain(value: Any) -> str:
    """Show a value as it is, a number to four digits; nothing where it is missing."""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.4g}"
    return "" if value is None else str(value)


def number(value: float) -> str:
    """Show a number to three digits."""
    return formatting.figure(value)


def percent(value: float) -> str:
    """Show a fraction as percent, without the sign, so that a copied cell is a number."""
    return formatting.percent(value).removesuffix(" %")


def share(value: float) -> str:
    """Show a probability estimated from draws, in percent."""
    return formatting.probability(value).removesuffix(" %")


@dataclass(frozen=True)
class Column:
    """One column of a table on the page.

    Parameters
    ----------
    name : str
        The column of the numbers.
    head : str
        What it is called on the page, with its unit.
    show : callable
        From a number to the text of a cell.
    """

    name: str
    head: str
    show: Callable[[Any], str] = plain


@dataclass(frozen=True)
class Sheet:
    """A table: what the page shows of it, and the numbers behind, unrounded.

    Parameters
    ----------
    name : str
        Of its files.
    title : str
        What it is of, in a few words.
    frame : pandas.DataFrame
        The numbers: fractions as fractions, infinity as infinity.
    columns : tuple of Column
        Those that the page shows.
    caption : str
        Stands alone: whose answer, where, which interval.
    """

    name: str
    title: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    caption: str = ""

    @classmethod
    def whole(cls, name: str, title: str, frame: pd.DataFrame, caption: str = "") -> Sheet:
        """Return a table that shows every column, to three digits, under its own name."""
        columns = tuple(
            Column(str(one), str(one).replace("_", " "), number if frame[one].dtype.kind == "f" else plain)
            for one in frame.columns
        )
        return cls(name, title, frame, columns, caption)

    @cached_property
    def rows(self) -> list[list[str]]:
        """The cells of the page."""
        shown = [[one.show(value) for value in self.frame[one.name]] for one in self.columns]
        return [list(row) for row in zip(*shown, strict=True)]

    @property
    def numeric(self) -> list[bool]:
        """Which columns of the page hold numbers."""
        return [self.frame[one.name].dtype.kind in "iuf" for one in self.columns]

    @cached_property
    def kinds(self) -> list[str]:
        """How each column is set: ``n`` for numbers, ``long`` for sentences, ``short`` for words."""
        longest = [max(map(len, cells), default=0) for cells in zip(*self.rows, strict=True)]
        return [
            "n" if is_number else "long" if most > _LONG else "phrase" if most > _SHORT else "short"
            for is_number, most in zip(self.numeric, longest or [0] * len(self.columns), strict=True)
        ]

    @cached_property
    def tsv(self) -> str:
        """The numbers as tab-separated values; missing ones are n/a."""
        flat = self.frame.map(_one_line)
        return str(flat.to_csv(sep="\t", index=False, na_rep="n/a", lineterminator="\n"))

    @property
    def address(self) -> str:
        """The numbers as an address that a browser downloads without a network."""
        return f"data:text/tab-separated-values;charset=utf-8,{quote(self.tsv)}"

    @property
    def json(self) -> str:
        """The numbers as JSON, with the table's title and caption and the meaning of its columns."""
        record = {
            "title": self.title,
            "caption": self.caption,
            "columns": {one.name: one.head for one in self.columns},
            "rows": summary.records(self.frame),
        }
        return json.dumps(record, indent=1, ensure_ascii=False, default=str) + "\n"


def _one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def in_one_unit(frame: pd.DataFrame, columns: Iterable[Column]) -> tuple[Column, ...]:
    """Put a unit that all rows share into the heads that end in a comma; else give it a column.

    Examples
    --------
    >>> frame = pd.DataFrame({"dose": [1.0, 2.0], "unit": ["mg", "mg"]})
    >>> [one.head for one in in_one_unit(frame, [Column("dose", "dose,")])]
    ['dose, mg']
    """
    units = set(frame["unit"])
    shared = units.pop() if len(units) == 1 else ""
    found = []
    for one in columns:
        head = one.head.removesuffix(",")
        waiting = head != one.head
        found.append(Column(one.name, f"{head}, {shared}" if waiting and shared else head, one.show))
    return tuple(found) if shared else (*found, Column("unit", "unit"))
