"""From the user's column names to petfit's, without the columns to be ignored."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from petfit.errors import Problem, nearest
from petfit.evidence.columns import COLUMNS, STATISTICS
from petfit.evidence.header_problem import header_problem
from petfit.evidence.parse import is_missing
from petfit.evidence.readers.characters import plain_text
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import spelling_key
from petfit.evidence.table_format import TableFormat

__all__ = ["complete_columns", "rename_columns"]

_ALTERNATIVES = {
    "drug": (),
    "dose": ("concentration", "concentration_loq"),
    "value": ("low", "median", "q1", "min"),
}
"""The columns that every table needs, each with those that can take its place."""


def rename_columns(source: SourceTable, table_format: TableFormat, extra: Collection[str]) -> SourceTable:
    """Give columns petfit's names and drop those to be ignored.

    Parameters
    ----------
    source : SourceTable
        With the column names of the source.
    table_format : TableFormat
        The mapping of names, and the columns to ignore.
    extra : collection of str
        Columns beyond the canonical ones, which can be mapped too.

    Raises
    ------
    EvidenceError
        When a name is unknown on either side, or two columns would get the same name.
    """
    columns = {name: _as_present(theirs, source) for name, theirs in table_format.columns.items()}
    table_format = replace(table_format, columns=columns)
    ignore = _ignored(source, table_format)
    if problems := [
        *_unknown(source, table_format, ignore, {*COLUMNS, *STATISTICS, *extra}),
        *_clashes(source, table_format, ignore),
    ]:
        raise source.error(problems)
    new_names = {theirs: name for name, theirs in columns.items()}
    table = source.table.drop(columns=list(ignore)).rename(columns=new_names)
    labels = {new_names.get(theirs, theirs): label for theirs, label in source.column_labels.items()}
    labels |= {name: source.column_labels.get(theirs, theirs) for name, theirs in columns.items()}
    assumptions = [f"columns {', '.join(ignore)} left out, as asked"] if ignore else []
    return source.next(table, assumptions=assumptions, column_labels=labels)


def complete_columns(source: SourceTable, extra: Collection[str]) -> SourceTable:
    """Put the canonical columns in order, empty where the table lacks them, then the others by name.

    An empty column that is neither canonical nor in `extra` is left out.

    Raises
    ------
    EvidenceError
        When there is a filled one, or the table lacks a column that every table needs.
    """
    known = {*COLUMNS, *STATISTICS, *extra}
    is_empty = {name: bool(source.table[name].map(is_missing).all()) for name in source.names}
    empty = [name for name, without in is_empty.items() if without and name not in known]
    names = [name for name in is_empty if name not in empty]
    unknown = [name for name in names if name not in known]
    missing = [name for name, others in _ALTERNATIVES.items() if not {name, *others} & set(names)]
    if unknown or missing:
        problem, cure = header_problem(source, unknown, missing)
        raise source.error([*source.problems, problem], cure)
    others = sorted(name for name in names if name not in COLUMNS and name not in STATISTICS)
    table = source.table.reindex(columns=[*COLUMNS, *STATISTICS, *others], fill_value="")
    assumptions = [f"columns without a filled cell left out: {', '.join(empty)}"] * bool(empty)
    return source.next(table, assumptions=assumptions)


def _as_present(theirs: str, source: SourceTable) -> str:
    """Return the only column of the table that a name means, up to its spelling, or as a pattern."""
    names = source.names
    alike = [name for name in names if _with_plain_spaces(name) == _with_plain_spaces(theirs)]
    alike = alike or [name for name in names if spelling_key(name) == spelling_key(theirs)]
    alike = alike or [name for name in names if fnmatchcase(name, theirs)]
    return alike[0] if theirs not in names and len(alike) == 1 else theirs


def _with_plain_spaces(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", plain_text(name)).split())


def _ignored(source: SourceTable, table_format: TableFormat) -> list[str]:
    """Return the columns to ignore: names as they are, and those that match a pattern."""
    present = source.names
    ignored: dict[str, None] = {}
    for name in table_format.ignore:
        as_present = _as_present(name, source)
        matching = (
            [] if as_present in present else [column for column in present if fnmatchcase(column, name)]
        )
        ignored |= dict.fromkeys(matching or [as_present])
    return list(ignored)


def _unknown(
    source: SourceTable, table_format: TableFormat, ignore: Collection[str], known: Collection[str]
) -> Iterator[Problem]:
    present = list(source.table.columns)
    for name, theirs in table_format.columns.items():
        if name not in known:
            rule = f"{theirs!r} is mapped to this name, which is not a column petfit knows"
            yield Problem("columns", name, "", rule, nearest(name, known))
    for option, names in (("columns", table_format.columns.values()), ("ignore", ignore)):
        for theirs in names:
            if theirs not in present:
                yield Problem(option, theirs, "", "the table has no such column", nearest(theirs, present))


def _clashes(source: SourceTable, table_format: TableFormat, ignore: Collection[str]) -> Iterator[Problem]:
    columns, ignored = table_format.columns, set(ignore)
    mapped = list(columns.values())
    for theirs in sorted({name for name in mapped if mapped.count(name) > 1}):
        names = " and ".join(name for name, target in columns.items() if target == theirs)
        yield Problem("columns", theirs, "", f"one column cannot be {names}", "Map it once.")
    for theirs in sorted(set(mapped) & ignored):
        yield Problem("ignore", theirs, "", "this column is both mapped and ignored", "Do one of the two.")
    unmapped = set(source.table.columns) - set(mapped) - ignored
    for name, theirs in columns.items():
        if name in unmapped:
            rule = f"the table already has a column {name}, and {theirs!r} is mapped to that name"
            yield Problem("columns", name, "", rule, "Ignore one of them, or leave out the mapping.")
