"""From the user's column names to petfit's, without the columns to be ignored."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from petfit.errors import Problem, nearest
from petfit.evidence.columns import COLUMNS
from petfit.evidence.source_table import SourceTable
from petfit.evidence.table_format import TableFormat

__all__ = ["complete_columns", "rename_columns"]

_ALTERNATIVES = {"drug": (), "dose": ("concentration", "concentration_loq"), "value": ("low",)}
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
    columns, ignore = table_format.columns, table_format.ignore
    if problems := [
        *_unknown(source, table_format, COLUMNS.keys() | set(extra)),
        *_clashes(source, table_format),
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

    A column that is neither canonical nor in `extra` is a problem.

    Raises
    ------
    EvidenceError
        When the table lacks a column that every table needs.
    """
    names = list(source.table.columns)
    unknown = [_unknown_column(name, extra) for name in names if name not in COLUMNS.keys() | set(extra)]
    if missing := list(_missing_columns(names)):
        raise source.error([*unknown, *missing])
    others = sorted(name for name in names if name not in COLUMNS)
    table = source.table.reindex(columns=[*COLUMNS, *others], fill_value="")
    return source.next(table, problems=unknown)


def _unknown(source: SourceTable, table_format: TableFormat, known: Collection[str]) -> Iterator[Problem]:
    present = list(source.table.columns)
    for name, theirs in table_format.columns.items():
        if name not in known:
            rule = f"{theirs!r} is mapped to this name, which is not a column petfit knows"
            yield Problem("columns", name, "", rule, nearest(name, known))
    for option, names in (("columns", table_format.columns.values()), ("ignore", table_format.ignore)):
        for theirs in names:
            if theirs not in present:
                yield Problem(option, theirs, "", "the table has no such column", nearest(theirs, present))


def _clashes(source: SourceTable, table_format: TableFormat) -> Iterator[Problem]:
    columns, ignored = table_format.columns, set(table_format.ignore)
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


def _unknown_column(name: str, extra: Collection[str]) -> Problem:
    remedy = f"{nearest(name, COLUMNS.keys() | set(extra))} Columns that a model uses are allowed as well."
    return Problem("header", name or "(empty)", "", "this is not a column petfit knows", remedy)


def _missing_columns(names: Collection[str]) -> Iterator[Problem]:
    for column, alternatives in _ALTERNATIVES.items():
        if not {column, *alternatives} & set(names):
            rule, remedy = "this column is missing", "Every table needs drug, dose and value."
            yield Problem("header", column, "", rule, remedy)
