"""From a wide table, with one column for each level of a factor or two, to a long one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from petfit.errors import Problem, nearest
from petfit.evidence.columns import COLUMNS, STATISTICS
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.source_table import SourceTable
from petfit.evidence.statistics import statistic_name

__all__ = ["value_columns", "wide_to_long"]

_SIMILARITY_CUTOFF = 0.75
_PEOPLE_COLUMNS = {"subject", "cohort", "n", "sd", "se"}
"""Where a wide table has one of these, a line is not simply one unnamed person."""
_CONDITIONS = {
    **dict.fromkeys(["baseline", "base", "bl", "pre", "predose"], "baseline"),
    **dict.fromkeys(
        ["drug", "post", "postdose", "block", "blocked", "blocking", "treatment", "treated"], "drug"
    ),
}
_SCAN_WORDS = {
    *_CONDITIONS,
    "bp",
    "bpnd",
    "bpf",
    "bpp",
    "vt",
    "dvr",
    "suvr",
    "scan1",
    "scan2",
    "test",
    "retest",
}
_EXPOSURES = ("dose_low", "dose_high", "concentration", "concentration_sd", "concentration_loq", "time_h")
_SEPARATORS = r"[\s_./()\[\]-]+"
_TEXT_PATTERN = re.compile(r"[^\d]*")


class _Level(NamedTuple):
    """The cells of one level, or pair of levels, of a wide table."""

    levels: tuple[str, ...]
    cells: dict[str, str]
    """The column of the table for ``value``, ``sd`` and so on."""


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
    factors = _factors(wide)
    columns = value_columns(source, wide, extra)
    if problems := list(_problems(source, factors, columns, extra)):
        raise source.error(problems)
    statistics, problems = _statistics(source, columns)
    levels, more = _levels(statistics, factors)
    problems += [*more, *_scan_problems(source, levels, factors)]
    if problems:
        raise source.error(problems)
    return _lengthened(source, factors, levels, columns)


def value_columns(source: SourceTable, wide: str | None, extra: Collection[str]) -> list[str]:
    """Return the columns of a wide table that contain values: those neither canonical nor in `extra`."""
    known = {*COLUMNS, *STATISTICS, *extra}
    return [str(name) for name in source.table.columns if wide and name not in known]


def _factors(wide: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in wide.split(","))


# --- what each column is ------------------------------------------------------------------------


def _statistics(source: SourceTable, columns: list[str]) -> tuple[dict[str, dict[str, str]], list[Problem]]:
    """Return the columns of each level by statistic, and the problems of columns that are none of a level."""
    levels: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    bases = {_key(column): column for column in columns}
    splits = {column: _split_statistic(column, bases) for column in columns}
    of_tests = [name for name, (_, statistic) in splits.items() if statistic == "p"]
    texts = [name for name in columns if name not in of_tests and _is_text(source, name)]
    for names, words in ((of_tests, "a test, not a value"), (texts, "text, not values")):
        if names:
            remedy = f'Leave {"it" if len(names) == 1 else "them"} out: --ignore "{",".join(names)}".'
            rule = f"this column is {words}" if len(names) == 1 else f"these columns are {words}"
            problems.append(Problem("header", ", ".join(names), "", rule, remedy))
    for name, (base, statistic) in splits.items():
        if name in of_tests or name in texts:
            continue
        cells = levels.setdefault(base, {})
        if statistic in cells:
            rule = f"{cells[statistic]!r} is {statistic} of {base} as well"
            problems.append(Problem("header", name, "", rule, "Rename or ignore one of them."))
        cells[statistic] = name
    for of, cells in levels.items():
        if not {"value", "median"} & cells.keys() and not {"low", "high"} <= cells.keys():
            rule = f"{_of(cells)} of {of or 'a level'}, of which the table has no values"
            remedy = f'Rename it, or leave it out: --ignore "{",".join(cells.values())}".'
            problems.append(Problem("header", ", ".join(cells.values()), "", rule, remedy))
        if shared := sorted((cells.keys() - {"value"}) & set(source.table.columns)):
            both = ", ".join(cells[name] for name in shared)
            rule = f"the table has {', '.join(shared)} for all levels as well"
            problems.append(Problem("header", both, "", rule, "Ignore one of the two."))
    return levels, problems


def _of(cells: dict[str, str]) -> str:
    return f"{', '.join(cells)} {'seems' if len(cells) == 1 else 'seem'} to be"


def _split_statistic(column: str, bases: dict[str, str]) -> tuple[str, str]:
    """Return the level and the statistic that a column is of.

    The statistic is at the beginning or the end of the name, and the level another column, or its name is
    left over. A single n is a statistic only beside its level, as it may be part of a name.
    """
    parts = [part for part in re.split(f"({_SEPARATORS})", column) if part]
    words = parts[::2] if not re.fullmatch(_SEPARATORS, parts[0]) else parts[1::2]
    if statistic := statistic_name(column):
        return "", statistic
    candidates: list[tuple[str, str]] = []
    for cut in range(1, len(words)):
        for before, after in ((words[:cut], words[cut:]), (words[cut:], words[:cut])):
            told = " ".join(after[:-1] if after[-1] == "of" else after).replace("of ", "", 1)
            if statistic := statistic_name(told):
                candidates.append(("_".join(before), statistic))
    camel = re.fullmatch(r"(.*[a-z])(SD|SE|SEM|N)|(SD|SE|SEM)([A-Z]?[a-z].*)", column)
    if camel:
        base, told = (camel[1], camel[2]) if camel[1] else (camel[4], camel[3])
        if statistic := statistic_name(told):
            candidates.append((base, statistic))
    for base, statistic in candidates:
        if _key(base) in bases:
            return bases[_key(base)], statistic
    siblings = [base for base, statistic in candidates if statistic == "value"]
    for base, statistic in candidates:
        if statistic not in ("n", "low", "high", "min", "max", "p") or siblings:
            return base.replace("_", " "), statistic
    for base, statistic in candidates:
        if any(_key(other).startswith(_key(base)) and other != column for other in bases.values()):
            return base.replace("_", " "), statistic
    return column, "value"


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())


def _is_text(source: SourceTable, column: str) -> bool:
    cells = [text for text in source.table[column] if not is_missing(text)]
    return bool(cells) and len(cells) > 1 and all(_TEXT_PATTERN.fullmatch(text) for text in cells)


# --- the levels ---------------------------------------------------------------------------------


def _levels(
    statistics: dict[str, dict[str, str]], factors: tuple[str, ...]
) -> tuple[list[_Level], list[Problem]]:
    if len(factors) == 1:
        return [_Level((_level(base, factors[0]),), cells) for base, cells in statistics.items()], []
    levels, problems = [], []
    for base, cells in statistics.items():
        split = _split_factors(base, factors)
        if split is None:
            form = " and ".join(factors)
            rule = f"the name does not give {form}"
            remedy = "Name such columns as in putamen_base and putamen_drug, or ignore it."
            problems.append(Problem("header", ", ".join(cells.values()), "", rule, remedy))
        else:
            levels.append(_Level(split, cells))
    for (first, cells), (second, others) in pairwise(sorted(levels, key=lambda level: level.levels)):
        if first == second:
            names = ", ".join([*cells.values(), *others.values()])
            rule = f"these columns are both {' and '.join(first)}"
            problems.append(Problem("header", names, "", rule, "Rename or ignore one of them."))
    return levels, problems


def _level(base: str, factor: str) -> str:
    return _CONDITIONS.get(_key(base), base) if factor == "condition" else base


def _split_factors(base: str, factors: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the level of each of two factors in a name; a condition is at its end or its beginning."""
    words = [word for word in re.split(_SEPARATORS, base) if word]
    if len(words) < 2:
        return None
    if "condition" in factors:
        for condition, rest in ((words[-1], words[:-1]), (words[0], words[1:])):
            if condition.lower() in _CONDITIONS:
                by_name = {"condition": _CONDITIONS[condition.lower()]}
                return tuple(by_name.get(factor, " ".join(rest)) for factor in factors)
        return None
    head, _, tail = base.rpartition("_") if "_" in base else base.rpartition(" ")
    return (head, tail) if head and tail else None


def _scan_problems(source: SourceTable, levels: list[_Level], factors: tuple[str, ...]) -> Iterator[Problem]:
    """Ask for the outcome where columns look like scans and nothing says what they are."""
    columns = source.table.columns
    if "outcome" in columns or set(factors) & {"outcome"}:
        if "condition" not in factors and "condition" not in columns:
            yield from _hidden_conditions(levels, "these columns are scans of several conditions")
        return
    if "condition" in factors:
        rule = "baseline and drug scans need their outcome"
        yield Problem("header", "outcome", "", rule, "Give it: --outcome bpnd or --outcome vt.")
        return
    hidden = list(_hidden_conditions(levels, "these columns look like scans, not occupancies"))
    yield from hidden
    if hidden:
        return
    percent = set(source.table["value_unit"]) if "value_unit" in columns else set()
    above = [] if percent else [name for level in levels if (name := _above_one(source, level))]
    if above:
        rule = "values rise above 1, and nothing says whether they are occupancies or binding potentials"
        remedy = "Give --outcome occupancy, bpnd or vt, or --set value_unit=percent."
        yield Problem("header", ", ".join(above), "", rule, remedy)


def _hidden_conditions(levels: list[_Level], rule: str) -> Iterator[Problem]:
    names = [
        name
        for level in levels
        for name in level.cells.values()
        if {word.lower() for word in re.split(_SEPARATORS, name)} & _SCAN_WORDS
    ]
    if names:
        remedy = (
            "Read scans with --wide region,condition --outcome bpnd (or vt), where each name has the region "
            "and base or drug, and rename the columns otherwise."
        )
        yield Problem("header", ", ".join(names), "", rule, remedy)


def _above_one(source: SourceTable, level: _Level) -> str:
    """Return the column of values of a level if a number in it is above 1."""
    name = level.cells.get("value", "")
    numbers = [parse_number(text) or 0.0 for text in source.table[name]] if name else []
    return name if any(number > 1 for number in numbers) else ""


def _problems(
    source: SourceTable, factors: tuple[str, ...], levels: list[str], extra: Collection[str]
) -> Iterator[Problem]:
    known = {column.name for column in COLUMNS.values() if column.kind == "text"} | {"condition", *extra}
    wide = ",".join(factors)
    for factor in factors:
        if factor not in known:
            yield Problem("wide", factor, "", "a table cannot be wide in this", nearest(factor, known))
    if len(factors) > 2 or len(set(factors)) < len(factors):
        yield Problem(
            "wide", wide, "", "a table can be wide in one factor or two", "Name one or two factors."
        )
    for name in (*factors, "value"):
        if name in source.table.columns:
            rule = f"a table that is wide in {wide} cannot have this column"
            yield Problem("header", name, "", rule, "Ignore or remove it, or leave out wide.")
    if not levels:
        rule = f"a table that is wide in {wide} needs columns named by its levels, and this one has none"
        yield Problem("header", "", "", rule, "Leave out wide if each row has one value.")
    for level in levels:
        if similar := difflib.get_close_matches(level.lower(), COLUMNS, n=1, cutoff=_SIMILARITY_CUTOFF):
            rule = f"this may be a {wide} or a misspelt {similar[0]}"
            yield Problem("header", level, "", rule, "Rename, map or ignore it.")


# --- the long table -----------------------------------------------------------------------------


def _lengthened(
    source: SourceTable, factors: tuple[str, ...], levels: list[_Level], columns: list[str]
) -> SourceTable:
    rows: list[dict[str, str]] = []
    wide_cells: dict[str, tuple[str, dict[str, str]]] = {}
    problems: list[Problem] = []
    records = source.table.to_dict("records")
    for where, record in zip(source.table.index, records, strict=True):
        row = {str(name): text for name, text in record.items()}
        for level in levels:
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
            rows.append(
                _without_exposure({**row, **cells, **dict(zip(factors, level.levels, strict=True))}, factors)
            )
    others = [str(name) for name in source.table.columns if name not in columns]
    added = dict.fromkeys(name for level in levels for name in level.cells if name not in others)
    names = dict.fromkeys([*others, *factors, *added])
    if "condition" in factors:
        names["dose"] = None
    index = pd.Index(list(wide_cells), dtype=object)
    table = pd.DataFrame(rows, index=index, columns=list(names), dtype=object).fillna("")
    assumptions = [_said(level) for level in levels]
    said = [f"wide in {' and '.join(factors)}: {'; '.join(assumptions)}"]
    if "condition" in factors:
        said.append("the dose of a line is that of its drug scan; its baseline scan has dose 0")
    if not _PEOPLE_COLUMNS & set(names):
        table["subject"] = [line for line, _ in wide_cells.values()]
        said.append(f"subject not given: each line of the table, wide in {factors[0]}, is one person")
    return source.next(table, assumptions=said, problems=problems, wide_cells=wide_cells)


def _without_exposure(row: dict[str, str], factors: tuple[str, ...]) -> dict[str, str]:
    if "condition" not in factors or row["condition"] != "baseline":
        return row
    return {**row, **{name: "" for name in _EXPOSURES if name in row}, "dose": "0"}


def _said(level: _Level) -> str:
    """Say which columns a level was made of."""
    name = ", ".join(level.levels)
    main = level.cells.get("value")
    others = [
        f"{statistic} from {column}" for statistic, column in level.cells.items() if statistic != "value"
    ]
    parts = [f"from {main}"] * (main is not None and main != name) + others
    return f"{name} ({', '.join(parts)})" if parts else name
