"""The table on its way from its source to `Evidence`: its cells, and what was assumed about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from petfit.errors import EvidenceError, Problem, nearest

__all__ = ["SourceTable"]

_NUMBER = re.compile(r"(?<![\w.])-?\d[\d.]*(?:e[-+]?\d+)?(?![\w.%]| more row)")


@dataclass(frozen=True)
class SourceTable:
    """A table that is being read. Each step of `petfit.evidence.read` takes one and returns the next.

    Parameters
    ----------
    name : str
        Where the table came from.
    table : pandas.DataFrame
        Stripped text until the cells are parsed, then typed; the index is the place of each row in the
        source.
    assumptions : tuple of str
        One sentence for each choice that the source left open.
    problems : tuple of Problem
        What is wrong so far. `petfit.evidence.validate.validate` raises them together.
    column_labels : dict of str to str
        The user's name of a column that has another name by now.
    column_letters : dict of str to str
        The letter of each column in a workbook, by the user's name of it.
    header_units : dict of str to str
        The unit that the header of a column gives, where petfit's column has one unit only.
    cells_as_given : dict of str to dict of str to str
        By row, the text of numbers that were converted, by the number that they became.
    wide_cells : dict of str to (str, dict of str to str)
        For a row that was part of a row of a wide table: that row, and the columns of its cells.
    delimiter : str
        What separates the cells of a text file; an unquoted cell cannot contain it.
    header_hint : Problem, optional
        What to try if the header cannot be read, such as another sheet.
    captions : tuple of str
        The titles and footnotes that were left out.
    """

    name: str
    table: pd.DataFrame
    assumptions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    column_labels: Mapping[str, str] = field(default_factory=dict)
    column_letters: Mapping[str, str] = field(default_factory=dict)
    header_units: Mapping[str, str] = field(default_factory=dict)
    cells_as_given: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    wide_cells: Mapping[str, tuple[str, Mapping[str, str]]] = field(default_factory=dict)
    delimiter: str = ""
    header_hint: Problem | None = None
    captions: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [str(name) for name in self.table.columns]

    def cells(self, name: str) -> list[str]:
        """Return the cells of a column, all of them "" where the table does not have it."""
        return list(self.table[name]) if name in self.table.columns else [""] * len(self.table)

    def next(
        self,
        table: pd.DataFrame,
        *,
        assumptions: Iterable[str] = (),
        problems: Iterable[Problem] = (),
        **changes: Any,
    ) -> SourceTable:
        """Return the result of a step: another table, the assumptions and problems added, other changes."""
        assumptions = (*self.assumptions, *assumptions)
        problems = (*self.problems, *problems)
        return replace(self, table=table, assumptions=assumptions, problems=problems, **changes)

    def rewrite(self, names: Iterable[str], plain: Callable[[str], str], said: str) -> SourceTable:
        """Write the cells of columns as `plain` returns them, and say which ones it changed, after `said`."""
        columns, changed = {}, []
        for name in names:
            found = {text: new for text in self.table[name] if (new := plain(str(text))) != text}
            if found:
                columns[name] = self.table[name].replace(found)
                changed.append(f"{self.column_labels.get(name, name)} ({', '.join(found)})")
        sentences = [f"{said}: {'; '.join(changed)}"] * bool(changed)
        return self.next(self.table.assign(**columns), assumptions=sentences) if changed else self

    def check_header(self, kind: str, known: Collection[str], needed: Collection[str]) -> None:
        """Refuse a table of another kind than one of evidence that has other columns than it can have."""
        names = list(self.table.columns)
        rule = f"this is not a column of {kind}"
        problems = [
            Problem("header", name, "", rule, nearest(name, known)) for name in names if name not in known
        ]
        problems += [
            Problem("header", name, "", "this column is missing", "Add it.")
            for name in needed
            if name not in names
        ]
        if problems:
            raise self.error(problems)

    def error(self, problems: Iterable[Problem], cure: Mapping[str, Any] | None = None) -> EvidenceError:
        """Return the error that names problems by the places and columns of the source."""
        found = list(dict.fromkeys(map(self._in_source, problems)))
        if self.header_hint and any(problem.where == "header" for problem in found):
            found.append(self.header_hint)
        return EvidenceError(self.name, found, cure)

    def _in_source(self, problem: Problem) -> Problem:
        where, column = problem.where, problem.column
        given = self.cells_as_given.get(where, {})
        seen = (
            _NUMBER.sub(lambda match: given.get(match[0], match[0]), problem.seen) if given else problem.seen
        )
        if where in self.wide_cells:
            where, wide_columns = self.wide_cells[where]
            column = wide_columns.get(column, column)
        known = {*self.column_labels, *self.column_letters}
        names = [column] if column in known else column.split(", ")
        return replace(problem, where=where, column=", ".join(map(self._label, names)), seen=seen)

    def _label(self, column: str) -> str:
        label = self.column_labels.get(column, column)
        letter = self.column_letters.get(label)
        return f"{label} ({letter})" if letter else label
