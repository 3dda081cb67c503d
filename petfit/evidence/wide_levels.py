"""What each column of values in a wide table is: a level of a factor, or a statistic that belongs to one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from petfit.errors import Problem
from petfit.evidence.cell_units import split_number
from petfit.evidence.headers import split_unit
from petfit.evidence.option_words import ignore_option
from petfit.evidence.outcome_words import SCAN_WORDS, outcome_of, split_condition, split_outcome
from petfit.evidence.parse import is_missing
from petfit.evidence.quantities import is_unit_of
from petfit.evidence.source_table import SourceTable
from petfit.evidence.statistics import statistic_name

__all__ = ["WideLevel", "WideLevels", "find_levels", "is_about_people"]

type _Statistics = dict[str, dict[str, str]]
"""By level: the column of each statistic."""
_SEPARATORS = r"[\s_./()\[\]-]+"
_TEXT = re.compile(r"[^\d]*")
_CAMEL_CASE = re.compile(r"(.*[a-z])(SD|SE|SEM|N)|(SD|SE|SEM)([A-Z]?[a-z].*)")
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_ABOUT_PEOPLE = frozenset(
    [
        *("age", "ageyears", "bmi", "bmikgm2", "height", "bodyweight", "sex", "gender", "race", "ethnicity"),
        *("smoker", "smoking", "genotype", "education", "hamd", "madrs", "panss"),
        *("year", "date", "visit", "visitnumber", "scan", "scanno", "scannumber", "scandate", "order"),
        *("injecteddose", "injectedactivity", "injectedmass", "massinjected", "massdose"),
        *("specificactivity", "molaractivity", "scanner", "camera", "site", "center", "centre"),
        *("duration", "treatmentduration", "weeks", "days", "difference", "ratio", "delta"),
    ]
)
"""Names of properties of people and scans, without spaces."""
_OF_PART_OF_NAMES = ("n", "low", "high", "min", "max", "p")
"""Statistics whose names may be parts of the name of a level; they are read beside their level only."""
_QUANTITY_FACTORS = ("dose", "concentration", "time_h", "days_on_drug")
_QUANTITY = re.compile(r"(?P<rest>.*?)[\s_.-]*(?P<quantity>\d[\d.,]*\s*\D*)")


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
    not_values, problems = _not_values(source, columns)
    names = {column: split_unit(column, "value") for column in columns if column not in not_values}
    units = {column: unit for column, (_, unit) in names.items() if unit}
    statistics, more = _statistics(source, {column: name for column, (name, _) in names.items()})
    problems += [*more, *_unit_problems(units, statistics)]
    wanted = set(source.table["outcome"]) if "outcome" in source.table.columns else set()
    statistics, outcome, more = _without_outcome(statistics, wanted, factors)
    levels, others = _split_into_levels(statistics, factors)
    problems += [*more, *others]
    found = WideLevels(levels, outcome, next(iter(units.values()), ""), problems)
    return replace(found, problems=[*problems, *_scan_problems(source, found, factors)])


# --- what each column is ------------------------------------------------------------------------


def _not_values(source: SourceTable, columns: Sequence[str]) -> tuple[list[str], list[Problem]]:
    """Return the columns that are text, results of tests or properties of people."""
    of_tests = [name for name in columns if statistic_name(name) == "p" or _of_level(name, columns) == "p"]
    known: list[str] = list(of_tests)
    kinds = {"a result of a test": of_tests}
    for kind, is_of_kind in _KINDS.items():
        kinds[kind] = [name for name in columns if name not in known and is_of_kind(source, name)]
        known += kinds[kind]
    found = [name for name in columns if name in known]
    if not found:
        return [], []
    kind_of = {name: kind for kind, names in kinds.items() for name in names}
    words = ", ".join(f"{name} ({kind_of[name]})" for name in found)
    remedy = f"Leave {'it' if len(found) == 1 else 'them'} out: {ignore_option(found)}."
    rule = f"{'this column is' if len(found) == 1 else 'these columns are'} not of values: {words}"
    return found, [Problem("header", ", ".join(found), "", rule, remedy)]


def is_about_people(name: str) -> bool:
    """Return whether a name is one of a property of a person or a scan, not of a level of values.

    Examples
    --------
    >>> is_about_people("Age (years)"), is_about_people("putamen")
    (True, False)
    """
    return _key(_BRACKETS.sub("", name)) in _ABOUT_PEOPLE


_KINDS: dict[str, Callable[[SourceTable, str], bool]] = {
    "of people or scans": lambda _, name: is_about_people(name),
    "text": lambda source, name: _is_text(source, name),
    "a mean of others": lambda _, name: statistic_name(split_unit(name, "value")[0]) == "value",
    "no name": lambda _, name: name.lower().startswith("unnamed"),
}


def _of_level(column: str, columns: Sequence[str]) -> str:
    return _split_statistic(column, {_key(name): name for name in columns})[1]


def _is_text(source: SourceTable, column: str) -> bool:
    cells = [text for text in source.table[column] if not is_missing(text)]
    return len(cells) > 1 and all(_TEXT.fullmatch(text) for text in cells)


def _statistics(source: SourceTable, names: dict[str, str]) -> tuple[_Statistics, list[Problem]]:
    """Return the columns of each level by statistic, and the problems of columns that are none of a level."""
    levels: _Statistics = {}
    problems: list[Problem] = []
    bases = _without_ambiguous_outcomes(names.values()) | {_key(name): name for name in names.values()}
    for column, name in names.items():
        base, statistic = _split_statistic(name, bases)
        cells = levels.setdefault(base, {})
        if statistic in cells:
            rule = f"{cells[statistic]!r} is {statistic} of {base} as well"
            remedy = f"Leave one out: {ignore_option([column])} or {ignore_option([cells[statistic]])}."
            problems.append(Problem("header", column, "", rule, remedy))
        cells[statistic] = column
    for base, cells in levels.items():
        theirs = list(cells.values())
        if not {"value", "median"} & cells.keys() and not {"low", "high"} <= cells.keys():
            verb = "seems" if len(cells) == 1 else "seem"
            rule = f"{', '.join(cells)} {verb} to be of {base or 'a level'}, of which the table has no values"
            remedy = f"Rename it, or leave it out: {ignore_option(theirs)}."
            problems.append(Problem("header", ", ".join(theirs), "", rule, remedy))
        if shared := sorted((cells.keys() - {"value"}) & set(source.table.columns)):
            own = [cells[name] for name in shared]
            rule = f"the table has {', '.join(shared)} for all levels as well"
            remedy = f"Leave one out: {ignore_option(own)} or {ignore_option(shared)}."
            problems.append(Problem("header", ", ".join(own), "", rule, remedy))
    return levels, problems


def _without_ambiguous_outcomes(names: Iterable[str]) -> dict[str, str]:
    """Return the names with an outcome, such as ``putamen occupancy``, by what is left without it."""
    by_rest: dict[str, list[str]] = {}
    for name in names:
        rest, outcome = split_outcome(name, with_occ=True)
        if outcome and statistic_name(rest) is None:
            by_rest.setdefault(_key(rest), []).append(name)
    return {rest: found[0] for rest, found in by_rest.items() if len(found) == 1}


def _split_statistic(name: str, bases: dict[str, str]) -> tuple[str, str]:
    """Return the level and the statistic that a name is of.

    The statistic is at the beginning or the end of the name, or around the level, which is another column or
    what is left over.
    """
    parts = [part for part in re.split(f"({_SEPARATORS})", name) if part]
    words = parts[::2] if parts and not re.fullmatch(_SEPARATORS, parts[0]) else parts[1::2]
    if statistic := statistic_name(name):
        return "", statistic
    candidates: list[tuple[str, str]] = []
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            around = [*words[:start], *words[end:]]
            spoken = " ".join(around[:-1] if around and around[-1] == "of" else around).replace("of ", "", 1)
            if statistic := statistic_name(spoken) if around else None:
                candidates.append(("_".join(words[start:end]), statistic))
    if camel := _CAMEL_CASE.fullmatch(name):
        base, spoken = (camel[1], camel[2]) if camel[1] else (camel[4], camel[3])
        candidates.append((base, statistic_name(spoken) or "value"))
    for base, statistic in candidates:
        if _key(base) in bases:
            return bases[_key(base)], statistic
    siblings = [base for base, statistic in candidates if statistic == "value"]
    for base, statistic in candidates:
        if statistic not in _OF_PART_OF_NAMES or siblings:
            return base.replace("_", " "), statistic
    for base, statistic in candidates:
        if any(_key(other).startswith(_key(base)) and other != name for other in bases.values()):
            return base.replace("_", " "), statistic
    return name, "value"


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())


# --- what all names say -------------------------------------------------------------------------


def _unit_problems(units: dict[str, str], statistics: _Statistics) -> Iterator[Problem]:
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


def _without_outcome(
    statistics: _Statistics, wanted: set[str], factors: tuple[str, ...]
) -> tuple[_Statistics, str, list[Problem]]:
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
    kept: _Statistics = {}
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


def _split_into_levels(
    statistics: _Statistics, factors: tuple[str, ...]
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
    return levels, [*problems, *_quantity_problems(levels, factors)]


def _levels_of(base: str, factors: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the level of each factor in a name.

    A condition is at the end or the beginning of the name, a dose or a time at the end.
    """
    if "condition" in factors:
        special, (rest, level) = "condition", split_condition(base)
    elif quantity := next((factor for factor in factors if factor in _QUANTITY_FACTORS), None):
        match = _QUANTITY.fullmatch(base)
        special, (rest, level) = quantity, (match["rest"], match["quantity"]) if match else ("", base)
    elif len(factors) == 1:
        return (base,)
    else:
        rest, _, level = base.rpartition("_") if "_" in base else base.rpartition(" ")
        return (rest, level) if rest and level else None
    if not level or (len(factors) > 1 and not rest):
        return None
    return tuple(level if factor == special else rest for factor in factors)


def _quantity_problems(levels: list[WideLevel], factors: tuple[str, ...]) -> Iterator[Problem]:
    """Yield the problem of levels that are doses or times, where the table is wide in something else."""
    for position, factor in enumerate(factors):
        if factor in _QUANTITY_FACTORS or factor in ("regimen", "session", "cohort", "study", "subject"):
            continue
        for quantity, words in (("dose", "doses"), ("time_h", "times")):
            named = [level for level in levels if _is_quantity(level.levels[position], quantity)]
            if named and len(named) == len(levels):
                names = ", ".join(column for level in named for column in level.cells.values())
                wide = ",".join(quantity if other == factor else other for other in factors)
                remedy = f"Use --wide {wide}."
                yield Problem("header", names, "", f"these levels are {words}, not a {factor}", remedy)


def _is_quantity(text: str, quantity: str) -> bool:
    split = split_number(text)
    return split is not None and is_unit_of(quantity, split[1])


# --- scans --------------------------------------------------------------------------------------


def _scan_problems(source: SourceTable, found: WideLevels, factors: tuple[str, ...]) -> Iterator[Problem]:
    """Ask for the outcome where columns look like scans and nothing says what they are."""
    columns = source.table.columns
    given = {text for text in source.table["outcome"] if text} if "outcome" in columns else set()
    outcomes = {found.outcome} - {""} | given
    if found.outcome and given - {found.outcome} and not {found.outcome, *given} <= {"dvr", "bpnd"}:
        rule = f"the names say {found.outcome}, and the outcome given is {', '.join(sorted(given))}"
        yield Problem("header", ", ".join(found.columns), "", rule, "Correct one of the two.")
    if "condition" in factors:
        if not outcomes:
            rule = "baseline and drug scans need their outcome"
            yield Problem("header", "outcome", "", rule, "Give it: --outcome bpnd or --outcome vt.")
        return
    if "occupancy" in outcomes or "condition" in columns:
        return
    are_scans = not outcomes and "drug" not in factors and _are_scans(found.columns)
    if are_scans or _have_conditions(found.levels):
        rule = "these columns look like scans of several conditions, not occupancies"
        remedy = (
            "Read scans with --wide region,condition --outcome bpnd (or vt) if each name has the region and "
            "base or drug, with --wide condition if it has no region. Use --outcome occupancy if not."
        )
        yield Problem("header", ", ".join(found.columns), "", rule, remedy)


def _have_conditions(levels: list[WideLevel]) -> bool:
    """Whether all names contain a condition, or a region has two of them."""
    splits = [split_condition(level.levels[0]) for level in levels]
    with_condition = [(rest, condition) for rest, condition in splits if condition]
    rests = [rest for rest, _ in with_condition]
    return bool(splits) and (len(with_condition) == len(splits) or len(set(rests)) < len(rests))


def _are_scans(names: list[str]) -> bool:
    words = [{word.lower() for word in re.split(_SEPARATORS, name)} for name in names]
    return any(of_name & (SCAN_WORDS - {"drug", "base", "pre", "post", "block", "test"}) for of_name in words)
