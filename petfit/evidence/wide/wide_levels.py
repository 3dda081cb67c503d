"""The levels that the columns of a wide table are of, such as regions or doses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from petfit.errors import Problem
from petfit.evidence.cell_units import is_quantity_of
from petfit.evidence.header_meaning import split_unit
from petfit.evidence.option_words import ignore_option
from petfit.evidence.outcome_words import outcome_of, split_condition, split_outcome
from petfit.evidence.source_table import SourceTable
from petfit.evidence.wide.level_statistics import LevelColumns, columns_by_statistic
from petfit.evidence.wide.non_value_columns import non_value_columns
from petfit.evidence.wide.region_names import no_regions
from petfit.evidence.wide.target_names import are_targets

__all__ = ["QUANTITY_FACTORS", "WideLevel", "WideLevels", "find_levels", "rests_of_quantities"]

QUANTITY_FACTORS = ("dose", "concentration", "time_h", "days_on_drug")
"""Numbers that columns can be levels of, with their unit in the name."""
_QUANTITY = re.compile(r"(?P<rest>.*?)[\s_.-]*(?P<quantity>\d[\d.,]*\s*\D*(?:(?<![^\W_])n\s*=\s*\d+\W*)?)")


@dataclass(frozen=True)
class WideLevel:
    """The columns of one level, or pair of levels.

    Parameters
    ----------
    levels : tuple of str
        The level of each factor.
    cells : dict of str to str
        The column of the table for ``value``, ``sd`` and so on.
    """

    levels: tuple[str, ...]
    cells: dict[str, str]


@dataclass(frozen=True)
class WideLevels:
    """The levels of a wide table, and what their names say about all values.

    Parameters
    ----------
    levels : list of WideLevel
        In the order of the table.
    outcome : str
        The outcome that every name contains, "" if none.
    unit : str
        The unit that every name of values contains, "" if none.
    problems : list of Problem
        Columns that are none of a level.
    """

    levels: list[WideLevel]
    outcome: str = ""
    unit: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def columns(self) -> list[str]:
        """The columns of all levels."""
        return [column for level in self.levels for column in level.cells.values()]


def find_levels(source: SourceTable, columns: Sequence[str], factors: tuple[str, ...]) -> WideLevels:
    """Return the levels that the columns of values of a wide table are of.

    Parameters
    ----------
    source : SourceTable
        With petfit's column names.
    columns : sequence of str
        The columns of values.
    factors : tuple of str
        The factor, or two, whose levels the columns are.
    """
    not_values, problems = non_value_columns(source, columns)
    names = {column: split_unit(column, "value") for column in columns if column not in not_values}
    units = {column: unit for column, (_, unit) in names.items() if unit}
    statistics, more = columns_by_statistic(source, {column: name for column, (name, _) in names.items()})
    problems += more
    wanted = set(source.cells("outcome"))
    statistics, outcome, more = _take_outcome_out(statistics, wanted, factors)
    used = {column for cells in statistics.values() for name, column in cells.items() if name != "cv"}
    units = {column: unit for column, unit in units.items() if column in used}
    levels, others = _split_into_levels(statistics, factors)
    problems += [*_unit_problems(units, statistics), *more, *others]
    unit = "%" if outcome == "remaining" and all("%" in column for column in names) else ""
    return WideLevels(levels, outcome, next(iter(units.values()), unit), problems)


# --- the outcome --------------------------------------------------------------------------------


def _take_outcome_out(
    statistics: LevelColumns, wanted: set[str], factors: tuple[str, ...]
) -> tuple[LevelColumns, str, list[Problem]]:
    """Take the outcome out of names such as ``putamen occupancy``, if every name has one.

    Of several outcomes, only the wanted one is kept.
    """
    splits = {base: _split_outcome(base, factors) for base in statistics}
    outcomes = sorted({outcome for _, outcome in splits.values()})
    if "" in outcomes or not outcomes:
        return statistics, "", []
    if len(outcomes) > 1 and len(wanted & set(outcomes)) == 1:
        outcomes = sorted(wanted & set(outcomes))
    elif len(outcomes) > 1:
        names = ", ".join(column for cells in statistics.values() for column in cells.values())
        choices = " or ".join(f"--outcome {outcome}" for outcome in outcomes)
        rule = f"the names give several outcomes, {', '.join(outcomes)}"
        return statistics, "", [Problem("header", names, "", rule, f"Choose with {choices}.")]
    kept: LevelColumns = {}
    problems = []
    for base, cells in statistics.items():
        level, outcome = splits[base]
        if outcome != outcomes[0]:
            continue
        if twice := kept.setdefault(level, {}).keys() & cells.keys():
            both = [kept[level][name] for name in twice] + [cells[name] for name in twice]
            rule = f"these columns are the same statistic of {level}"
            problems.append(Problem("header", ", ".join(both), "", rule, "Rename or ignore one of them."))
        kept[level].update(cells)
    return kept, outcomes[0], problems


def _split_outcome(base: str, factors: tuple[str, ...]) -> tuple[str, str]:
    """Split the outcome off a name, also where it stands between a region and a condition."""
    level, outcome = split_outcome(base)
    if outcome or "condition" not in factors:
        return level, outcome
    rest, condition = split_condition(base)
    level, outcome = ("", outcome_of(rest)) if outcome_of(rest) else split_outcome(rest)
    return (f"{level} {condition}".strip(), outcome) if outcome and condition else (base, "")


# --- the levels ---------------------------------------------------------------------------------


def _unit_problems(units: dict[str, str], statistics: LevelColumns) -> Iterator[Problem]:
    """Yield the problem of a unit in some of the names of values."""
    values = [column for cells in statistics.values() for name, column in cells.items() if name != "n"]
    of_values = [
        cells[name] for cells in statistics.values() for name in ("value", "median") if name in cells
    ]
    without = [column for column in of_values if column not in units]
    if units and without:
        rule = f"{', '.join(units)} {'has' if len(units) == 1 else 'have'} a unit, and these columns do not"
        remedy = "Write the unit in all of them or in none."
        yield Problem("header", ", ".join(without), "", rule, remedy)
    elif len({unit for column, unit in units.items() if column in values}) > 1:
        rule = "the names give several units"
        yield Problem("header", ", ".join(units), "", rule, "Give the numbers in one unit.")


def _split_into_levels(
    statistics: LevelColumns, factors: tuple[str, ...]
) -> tuple[list[WideLevel], list[Problem]]:
    levels, unsplit = [], []
    for base, cells in statistics.items():
        split = _levels_of(base, factors)
        if split is None:
            unsplit += list(cells.values())
        else:
            levels.append(WideLevel(split, cells))
    problems = []
    if unsplit:
        rule = f"the name does not give {' and '.join(factors)}"
        example = "BP_base and BP_drug" if len(factors) == 1 else "putamen_base and putamen_drug"
        remedy = f"Name such columns as in {example}, or leave them out: {ignore_option(unsplit)}."
        problems.append(Problem("header", ", ".join(unsplit), "", rule, remedy))
    for first, second in pairwise(sorted(levels, key=lambda level: level.levels)):
        if first.levels == second.levels:
            names = [*first.cells.values(), *second.cells.values()]
            rule = f"these columns are both {' and '.join(first.levels)}"
            remedy = f"Leave one out: {ignore_option(first.cells.values())}, or rename it."
            if factors == ("condition",):
                remedy = "If the names give regions too, use --wide region,condition."
            problems.append(Problem("header", ", ".join(names), "", rule, remedy))
    return levels, [*problems, *_factor_problems(levels, factors), *_several_rests(statistics, factors)]


def _several_rests(statistics: LevelColumns, factors: tuple[str, ...]) -> Iterator[Problem]:
    """Yield the problem of names that give more than one dose or time: A 10 mg and B 5 mg."""
    rests = sorted(rests_of_quantities(statistics))
    if len(factors) == 1 and factors[0] in QUANTITY_FACTORS and len(rests) > 1:
        names = ", ".join(column for cells in statistics.values() for column in cells.values())
        rule = f"the names give more than the {factors[0]}: {', '.join(rests)}"
        remedy = f"Use --wide drug,{factors[0]}, or region or another factor in the place of drug."
        yield Problem("header", names, "", rule, remedy)


def rests_of_quantities(names: Iterable[str]) -> set[str]:
    """Return what stands before the quantities in names.

    Examples
    --------
    >>> sorted(rests_of_quantities(["A 10 mg", "A 20 mg", "B 5 mg"]))
    ['A', 'B']
    """
    matches = (_QUANTITY.fullmatch(name) for name in names)
    return {match["rest"] for match in matches if match}


def _levels_of(base: str, factors: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the level of each factor in a name.

    A condition is at the end or the beginning of the name, a dose or a time at the end.
    """
    if "condition" in factors:
        special, (rest, level) = "condition", split_condition(base)
    elif quantity := next((factor for factor in factors if factor in QUANTITY_FACTORS), None):
        match = _QUANTITY.fullmatch(base)
        special, (rest, level) = quantity, (match["rest"], match["quantity"]) if match else ("", base)
        rest, _ = split_condition(rest)
        if quantity == "dose" and not match and split_condition(base)[1] == "baseline":
            rest, level = split_condition(base)[0], "0"
    elif len(factors) == 1:
        return (base,)
    else:
        rest, _, level = base.rpartition(next((mark for mark in "_:" if mark in base), " "))
        return (rest, level) if rest and level else None
    if not level or (len(factors) > 1 and not rest):
        return None
    return tuple(level if factor == special else rest for factor in factors)


def _factor_problems(levels: list[WideLevel], factors: tuple[str, ...]) -> Iterator[Problem]:
    """Yield the problem of levels that are of another factor: doses, times or targets."""
    for position, factor in enumerate(factors):
        if factor == "region" and are_targets(list({level.levels[position] for level in levels})):
            names = ", ".join(column for level in levels for column in level.cells.values())
            remedy = "Use --wide target, or map one of them to value and ignore the others."
            yield Problem("header", names, "", "these levels are targets, not regions", remedy)
        if factor == "region":
            yield from _region_problems(levels, position)
        if factor in QUANTITY_FACTORS or factor in ("regimen", "session", "cohort", "study", "subject"):
            continue
        for quantity, words in (("dose", "doses"), ("time_h", "times")):
            named = [level for level in levels if is_quantity_of(quantity, level.levels[position])]
            if named and len(named) == len(levels):
                names = ", ".join(column for level in named for column in level.cells.values())
                wide = ",".join(quantity if other == factor else other for other in factors)
                remedy = f"Use --wide {wide}."
                yield Problem("header", names, "", f"these levels are {words}, not a {factor}", remedy)


def _region_problems(levels: list[WideLevel], position: int) -> Iterator[Problem]:
    """Yield the problem of names that are of no region, beside those of regions."""
    names = list(no_regions(dict.fromkeys(level.levels[position] for level in levels)))
    columns = [
        column for level in levels if level.levels[position] in names for column in level.cells.values()
    ]
    if names:
        known = "this is no region" if len(names) == 1 else "these are no regions"
        rule = f"{known} that petfit knows, as others are"
        left_out = f"Leave {'it' if len(columns) == 1 else 'them'} out: {ignore_option(columns)}"
        remedy = f"{left_out}; or, if it is one, write region before the name: 'region {names[0]}'."
        yield Problem("header", ", ".join(columns), "", rule, remedy)
