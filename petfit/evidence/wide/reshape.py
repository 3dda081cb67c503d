"""From a wide table, with one column for each level of a factor or two, to a long one."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator

import pandas as pd

from petfit.errors import Problem, nearest
from petfit.evidence.cell_units import COUNT_IN_NAME
from petfit.evidence.columns import COLUMNS
from petfit.evidence.option_words import columns_option, ignore_option
from petfit.evidence.parse import is_missing
from petfit.evidence.source_table import SourceTable
from petfit.evidence.statistic_names import statistic_prob
from petfit.evidence.wide.non_value_columns import is_about_people, value_columns
from petfit.evidence.wide.scan_columns import scan_problems
from petfit.evidence.wide.wide_levels import QUANTITY_FACTORS, WideLevel, WideLevels, find_levels

__all__ = ["wide_to_long"]

_SIMILARITY_CUTOFF = 0.75
_PEOPLE_COLUMNS = {"subject", "cohort", "n", "sd", "se"}
"""Where a wide table has one of these, a line is not simply one unnamed person."""
_EXPOSURES = ("dose_low", "dose_high", "concentration", "concentration_sd", "concentration_loq", "time_h")


def wide_to_long(source: SourceTable, wide: str | None, extra: Collection[str]) -> SourceTable:
    """Make one row of each value of a wide table; return a long table unchanged.

    Columns such as ``midbrain SD`` or ``midbrain_n`` belong to the level ``midbrain``.

    Parameters
    ----------
    source : SourceTable
        With petfit's column names.
    wide : str, optional
        The factor whose levels are the columns that are neither canonical nor in `extra`, or two factors
        separated by a comma, such as ``region,condition`` for ``putamen_base`` and ``putamen_drug``.
    extra : collection of str
        Columns beyond the canonical ones.

    Raises
    ------
    EvidenceError
        When the factor is unknown, the table already has it or a column of values, no column of values is
        left, or a column is not one of values.
    """
    if wide is None:
        return source
    factors = tuple(name.strip() for name in wide.split(","))
    columns = value_columns(source, wide, extra)
    if problems := list(_problems(source, factors, columns, extra)):
        raise source.error(problems)
    found = find_levels(source, columns, factors)
    if problems := [*found.problems, *scan_problems(source, found, factors)]:
        raise source.error(problems)
    return _lengthened(source, factors, found, columns)


def _problems(
    source: SourceTable, factors: tuple[str, ...], levels: list[str], extra: Collection[str]
) -> Iterator[Problem]:
    texts = {column.name for column in COLUMNS.values() if column.kind == "text"}
    known = texts | {"condition", *QUANTITY_FACTORS, *extra}
    wide = ",".join(factors)
    for factor in factors:
        if factor not in known:
            yield Problem("wide", factor, "", "a table cannot be wide in this", nearest(factor, known))
    if len(factors) > 2 or len(set(factors)) < len(factors):
        rule = "a table can be wide in one factor or two"
        yield Problem("wide", wide, "", rule, "Name one or two factors.")
    for name in (*factors, "value"):
        if name in source.table.columns:
            rule = f"a table that is wide in {wide} cannot have this column"
            yield Problem(
                "header", name, "", rule, f"Leave it out: {ignore_option([name])}, or leave out --wide."
            )
    of_lines = {"region", *_PEOPLE_COLUMNS} & set(source.names) - set(factors)
    if of_lines == {"region"} and set(source.cells("level")) == {""}:
        rule = "each line is of a region, and nothing says whether its numbers are of a person or means"
        remedy = "Use --set level=group if they are means, or --set subject=NAME if they are of one person."
        yield Problem("header", "region", "", rule, remedy)
    if not levels:
        rule = f"a table that is wide in {wide} needs columns named by its levels, and this one has none"
        yield Problem("header", "", "", rule, "If each row has one value, leave out --wide.")
    for level in levels:
        similar = difflib.get_close_matches(level.lower(), COLUMNS, n=1, cutoff=_SIMILARITY_CUTOFF)
        if similar and similar[0] not in factors and not is_about_people(level):
            rule = f"this may be a {wide} or a misspelt {similar[0]}"
            remedy = f"Use {columns_option({similar[0]: level})} or {ignore_option([level])}, or rename it."
            yield Problem("header", level, "", rule, remedy)


# --- the long table -----------------------------------------------------------------------------


def _lengthened(
    source: SourceTable, factors: tuple[str, ...], found: WideLevels, columns: list[str]
) -> SourceTable:
    rows: list[dict[str, str]] = []
    wide_cells: dict[str, tuple[str, dict[str, str]]] = {}
    problems: list[Problem] = []
    records = source.table.to_dict("records")
    for where, record in zip(source.table.index, records, strict=True):
        row = {str(name): text for name, text in record.items()}
        for level in found.levels:
            cells = {name: row[column] for name, column in level.cells.items()}
            filled = [name for name, text in cells.items() if not is_missing(text)]
            if not set(filled) - {"n"}:
                continue
            main = next(name for name in ("value", "median", "low") if name in level.cells)
            if main not in filled:
                column = level.cells[filled[0]]
                rule = f"this is filled in, and {level.cells[main]!r} is empty"
                problems.append(
                    Problem(str(where), column, cells[filled[0]], rule, "Fill in both or neither.")
                )
                continue
            wide_cells[f"{where}, column {level.cells[main]}"] = (str(where), level.cells)
            if (prob := statistic_prob(level.cells.get("ci_low", ""))) is not None:
                cells["ci_prob"] = f"{prob:g}"
            rows.append(
                _without_exposure({**row, **cells, **dict(zip(factors, level.levels, strict=True))}, factors)
            )
    others = [str(name) for name in source.table.columns if name not in columns]
    added = [name for level in found.levels for name in level.cells]
    added += ["ci_prob"] * any("ci_prob" in row for row in rows)
    names = dict.fromkeys([*others, *factors, *added])
    if "condition" in factors:
        names["dose"] = None
    index = pd.Index(list(wide_cells), dtype=object)
    table = pd.DataFrame(rows, index=index, columns=list(names), dtype=object).fillna("")
    said = [f"wide in {' and '.join(factors)}: {'; '.join(map(_words, found.levels))}"]
    used = set(found.columns)
    if left_out := [name for name in columns if name not in used]:
        said.append(f"columns left out, as another outcome is asked for: {', '.join(left_out)}")
    if "condition" in factors:
        said.append("the dose of a line is that of its drug scan; its baseline scan has dose 0")
    are_counted = any(COUNT_IN_NAME.search(text) for level in found.levels for text in level.levels)
    is_told = _PEOPLE_COLUMNS & set(names) or "note" in factors or "group" in source.cells("level")
    if not (is_told or are_counted):
        table["subject"] = [line for line, _ in wide_cells.values()]
        said.append(f"subject not given: each line of the table, wide in {factors[0]}, is one person")
    for name, content in (("outcome", found.outcome), ("value_unit", found.unit)):
        if content and name not in table.columns:
            table[name] = content
            said.append(f"{name} read from the names of the columns: {content}")
    return source.next(table, assumptions=said, problems=problems, wide_cells=wide_cells)


def _without_exposure(row: dict[str, str], factors: tuple[str, ...]) -> dict[str, str]:
    if "condition" not in factors or row["condition"] != "baseline":
        return row
    return {**row, **{name: "" for name in _EXPOSURES if name in row}, "dose": "0"}


def _words(level: WideLevel) -> str:
    """Return in words which columns a level was made of."""
    name = ", ".join(level.levels)
    main = level.cells.get("value")
    others = [
        f"{statistic} from {column}" for statistic, column in level.cells.items() if statistic != "value"
    ]
    parts = [f"from {main}"] * (main is not None and main != name) + others
    return f"{name} ({', '.join(parts)})" if parts else name
