"""What the table does not say and the user gives once for every row."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from petfit.errors import Problem, nearest
from petfit.evidence.columns import COLUMNS, STATISTICS
from petfit.evidence.dosing_frequency import single_unit
from petfit.evidence.option_words import ignore_option
from petfit.evidence.outcome_words import condition_of
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.quantities import unit_key
from petfit.evidence.source_table import SourceTable
from petfit.evidence.table_format import TableFormat

__all__ = ["fill_constants"]


def fill_constants(source: SourceTable, table_format: TableFormat, extra: Collection[str]) -> SourceTable:
    """Give every row the constants of a table format.

    Parameters
    ----------
    source : SourceTable
        With petfit's column names.
    table_format : TableFormat
        The constants and the outcome.
    extra : collection of str
        Columns beyond the canonical ones.

    Raises
    ------
    EvidenceError
        When a constant is not a column petfit knows, or the table has other values in it.
    """
    constants = dict(table_format.constants)
    if table_format.outcome and "outcome" not in source.table.columns:
        constants.setdefault("outcome", table_format.outcome)
    if problems := list(_problems(source, constants, {*COLUMNS, *STATISTICS, *extra})):
        raise source.error(problems)
    if not constants:
        return source
    kept = {name: _doses_of_baselines(source, name) for name in constants}
    columns = {
        name: [text or value for text in kept[name]] if any(kept[name]) else value
        for name, value in constants.items()
    }
    but = {name: " but those of baselines" * any(kept[name]) for name in constants}
    assumptions = [
        f"{name} is {value} in every row{but[name]}, as given" for name, value in constants.items()
    ]
    return source.next(source.table.assign(**columns), assumptions=assumptions)


def _doses_of_baselines(source: SourceTable, name: str) -> list[str]:
    """Return, of each row, the dose 0 of a baseline, which a constant does not change; "" of other rows."""
    table = source.table
    if name != "dose" or not {"dose", "condition"} <= set(table.columns):
        return [""] * len(table)
    is_baseline = [condition_of(text)[0] == "baseline" for text in table["condition"]]
    return [
        text if baseline and parse_number(text) == 0 else ""
        for text, baseline in zip(table["dose"], is_baseline, strict=True)
    ]


def _problems(source: SourceTable, constants: dict[str, str], known: Collection[str]) -> Iterator[Problem]:
    for name, value in constants.items():
        if name not in known:
            yield Problem("--set", name, value, "this is not a column petfit knows", nearest(name, known))
        elif name in source.table.columns:
            of_baselines = _doses_of_baselines(source, name)
            rule = f"the table has {name}, and {value!r} is given for every row"
            remedy = f"Leave {name} out of --set, or leave out the column: {ignore_option([name])}."
            for (where, text), kept in zip(source.table[name].items(), of_baselines, strict=True):
                if not (kept or is_missing(text) or _agrees(name, text, value)):
                    yield Problem(str(where), name, text, rule, remedy)
                    break


def _agrees(name: str, text: str, value: str) -> bool:
    """Whether a cell says what is given, or the unit of each dose where that of several is given."""
    single = single_unit(value) if name == "dose_unit" else value
    return unit_key(text) in (unit_key(value), unit_key(single))
