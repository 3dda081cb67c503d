"""One message for all columns that are unknown or missing, with the options that cure it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from petfit.errors import Problem
from petfit.evidence.combined_columns import has_combined_cells, has_spread_cells
from petfit.evidence.guessed_columns import (
    gives_unit,
    guessed_columns,
    has_numbers,
    is_of_condition,
    names_occupancy,
)
from petfit.evidence.header_hints import header_hint
from petfit.evidence.named_doses import names_doses
from petfit.evidence.option_words import columns_option, ignore_option
from petfit.evidence.outcome_words import (
    is_uptake_ratio,
    outcome_of,
    split_condition,
    split_outcome,
)
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import spelling_key
from petfit.evidence.statistic_names import statistic_name
from petfit.evidence.wide.guessed_factors import guessed_factors
from petfit.evidence.wide.level_statistics import is_of_level
from petfit.evidence.wide.non_value_columns import is_about_people, non_value_columns
from petfit.evidence.wide.region_names import is_region
from petfit.evidence.wide.wide_levels import rests_of_quantities

__all__ = ["header_problem"]

_KNOWN = (
    "Columns: study, cohort, subject, drug, region, tracer, regimen, dose, dose_unit, concentration, time_h, "
    "level, outcome, condition, value, value_unit, sd, se, n, low, high; all are in petfit data template, "
    "and in Python in petfit.evidence.COLUMNS. A column that a model uses is allowed as well."
)
_NAMES_OF_SCANS = (
    "Scans side by side need names such as BP_base and BP_drug (--wide condition) or putamen_base and "
    "putamen_drug (--wide region,condition); of several scans with the drug, write one a line; of a test and "
    "a retest without it, keep one or their mean."
)
_DOSE = re.compile(r"(?<![^\W_])\d[\d.,]*\s*(?:mg|[uµμm]cg|[uµμ]g|g)(?![^\W_])", re.IGNORECASE)


class _Cure(NamedTuple):
    """How a table could be read.

    Parameters
    ----------
    mapped : dict of str to str
        By petfit's column: the unknown column that seems to be it.
    left : list of str
        The other unknown columns.
    numeric : list of str
        Those of them that can be of values.
    missing : list of str
        The columns that nothing gives yet.
    wide : str
        The factors of which columns of values side by side are levels, "" if they are of none.
    are_unnamed_scans : bool
        Whether columns are of scans of several conditions, and their names do not tell which.
    """

    mapped: dict[str, str]
    left: list[str]
    numeric: list[str]
    missing: list[str]
    wide: str
    are_unnamed_scans: bool

    @property
    def outcome(self) -> str:
        """The outcome that the names leave to be given."""
        values = self.numeric if self.wide else [self.mapped.get("value", "")]
        are_changes = any(split_outcome(name)[1] == "change" for name in values)
        if any(map(is_uptake_ratio, values)) and not are_changes:
            return "dvr"
        words = {word for name in values for word in (split_condition(name)[0], *re.split(r"[\s_]+", name))}
        is_said = any(map(outcome_of, words)) or any(split_outcome(name)[1] for name in values)
        is_bp = "condition" in self.wide or "bp" in map(spelling_key, words)
        return "bpnd" if is_bp and not is_said else ""

    @property
    def placeholders(self) -> dict[str, str]:
        """The columns that the user has to name."""
        given = ["drug", *["value"] * (bool(self.wide) or self.are_unnamed_scans)]
        given += ["dose"] * ("concentration" in self.mapped)
        return {name: "YOURS" for name in self.missing if name not in given}

    @property
    def others(self) -> list[str]:
        """The columns that nothing reads."""
        if not (self.wide or self.are_unnamed_scans):
            return self.left
        return [name for name in self.left if name not in self.numeric and not is_of_level(name)]


def header_problem(
    source: SourceTable, unknown: list[str], missing: list[str]
) -> tuple[Problem, dict[str, Any]]:
    """Return the problem of columns that are unknown or missing, and the options that cure it.

    The options are those of `petfit.read_evidence`, empty if the user has to choose or to name a column.

    Parameters
    ----------
    source : SourceTable
        With petfit's column names where they are known.
    unknown : list of str
        Filled columns that petfit does not know.
    missing : list of str
        Columns that every table needs and this one lacks.
    """
    if "value" not in [*missing, *source.names] and any(map(names_occupancy, unknown)):
        missing = [*missing, "value"]
    said = [f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"] * bool(missing)
    plural = "these are not columns" if len(unknown) > 1 else "this is not a column"
    said += [f"{plural} petfit knows"] * bool(unknown)
    cure = _cure(source, unknown, missing)
    options = _options(cure)
    remedies = [f"Use {' '.join(options)}."] * bool(options)
    remedies += [*_questions(source, cure), *_other_readings(source, cure, missing)]
    hints = {name: _hint(source, name) for name in unknown if name not in cure.mapped.values()}
    hinted = [name for name, hint in hints.items() if hint]
    remedies += [*(f"{name}: {hints[name]}." for name in hinted), _KNOWN]
    problem = Problem("header", ", ".join(unknown or missing), "", "; ".join(said), " ".join(remedies))
    return problem, {} if cure.placeholders or cure.are_unnamed_scans else _read_options(cure, hinted)


def _cure(source: SourceTable, unknown: list[str], missing: list[str]) -> _Cure:
    mapped = guessed_columns(source, unknown, missing)
    left = [name for name in unknown if name not in mapped.values() and not _hint(source, name)]
    not_values, _ = non_value_columns(source, left)
    numeric = [
        name
        for name in left
        if name not in not_values
        and (_has_statistics(source, name) or (has_numbers(source, name) and not is_of_level(name)))
    ]
    still_missing = [name for name in missing if name not in mapped]
    if "dose" in still_missing and "drug" in mapped and names_doses(source, mapped["drug"]):
        still_missing.remove("dose")
    factors = guessed_factors(numeric) if numeric and "value" in still_missing else ""
    are_unnamed_scans = "value" in still_missing and any(map(is_of_condition, numeric)) and not factors
    only_values = "value" in still_missing and set(still_missing) <= {"value", "drug"}
    wide = factors if only_values else ""
    if only_values and not wide and len(numeric) == 1 and any(map(is_of_level, left)):
        wide = "region"
    if {"dose", "value"} <= set(still_missing) <= {"drug", "dose", "value"} and _are_doses(numeric):
        rests = rests_of_quantities(name for name in numeric if _DOSE.search(name))
        first = "" if len(rests) < 2 else "region," if all(map(is_region, rests)) else "drug,"
        wide = f"{first}dose"
    still_missing = [name for name in still_missing if name not in wide.split(",")]
    with_unit = [name for name in left if gives_unit(name, "concentration")]
    if "dose" in still_missing and with_unit and "concentration" not in mapped:
        mapped["concentration"] = with_unit[0]
        left.remove(with_unit[0])
        still_missing.remove("dose")
    return _Cure(mapped, left, numeric, still_missing, wide, are_unnamed_scans and not wide)


def _hint(source: SourceTable, name: str) -> str:
    """Return what to write instead of a column, by its name or by the statistics in its cells."""
    cells = {text for text in source.cells(name) if not is_missing(text)}
    if len(cells) > 1 and all(map(statistic_name, cells)):
        return "it says which statistic a row is; write the statistics of a group side by side, in one row"
    return header_hint(name)


def _has_statistics(source: SourceTable, name: str) -> bool:
    """Whether the cells of a column have a spread, as its name says or not."""
    return has_combined_cells(source, name) or has_spread_cells(source, name)


def _options(cure: _Cure) -> list[str]:
    """Return the options to give, all of them together."""
    pairs = cure.mapped | cure.placeholders
    return [
        *[columns_option(pairs)] * bool(pairs),
        *["--set drug=NAME"] * ("drug" in cure.missing),
        *[f"--wide {cure.wide}"] * bool(cure.wide),
        *[f"--outcome {cure.outcome}"] * bool(cure.outcome),
        *[ignore_option(cure.others)] * (bool(cure.others) and not cure.placeholders),
    ]


def _read_options(cure: _Cure, hinted: list[str]) -> dict[str, Any]:
    """Return the same as parameters of `petfit.read_evidence`."""
    return {
        "columns": cure.mapped,
        "constants": {"drug": "NAME"} if "drug" in cure.missing else {},
        "wide": cure.wide,
        "outcome": cure.outcome,
        "ignore": [*cure.others, *hinted],
    }


def _questions(source: SourceTable, cure: _Cure) -> Iterator[str]:
    """Yield what to choose among columns, and to replace in the options."""
    rivals = [name for name in cure.left if gives_unit(name, "concentration")]
    if "concentration" in cure.mapped and rivals:
        names = dict.fromkeys([cure.mapped["concentration"], *rivals])
        yield f"Of {' and '.join(names)}, choose the one to fit as concentration."
    if cure.placeholders:
        yield "Write the name of your column for YOURS."
    named = [name for name in [*cure.left, *cure.mapped.values()] if _has_doses(source, name)]
    if "dose" in cure.placeholders and named:
        yield f"The doses in {named[0]} belong in a column of their own."


def _other_readings(source: SourceTable, cure: _Cure, missing: list[str]) -> Iterator[str]:
    """Yield what else the columns may be, with the options for it."""
    given = source.column_labels.get("value", "value")
    if occupancies := [name for name in cure.left if names_occupancy(name) and "value" in source.names]:
        instead = f"{columns_option({'value': occupancies[0]})} {ignore_option([given])}"
        yield f"{given} is read as the value; for {occupancies[0]} use {instead}."
    if "drug" in cure.missing:
        names = [*cure.left, *filter(None, [cure.mapped.get("cohort")])]
        texts = [name for name in names if not (_has_a_number(source, name) or is_about_people(name))]
        option = columns_option({"drug": texts[0] if len(texts) == 1 else "YOURS"})
        yield f"NAME is the drug of every row; if a column has it, use {option} instead."
    if cure.others and cure.placeholders:
        yield f"Leave out what is not needed: {ignore_option(cure.others)}."
    if cure.are_unnamed_scans:
        yield _NAMES_OF_SCANS
    if outcome_of(given) in ("bpnd", "vt") and "value" not in missing:
        for name in filter(is_of_condition, cure.left):
            yield f"If {name} is the baseline, name {given} {given}_drug, and use --wide condition instead."
    if cure.wide:
        yield f"This reads {', '.join(cure.numeric)} as values; leave out those that hold none with --ignore."
    for name in [name for name in cure.numeric if has_spread_cells(source, name)][:1]:
        if not has_combined_cells(source, name):
            yield f"Write what the cells are into the names, such as {name} mean \u00b1 SD (or SEM)."
    if cure.wide == "region":
        yield "The columns can also be levels of target, tracer, drug, dose, time_h or session."
    if cure.wide == "target":
        one = f"{columns_option({'value': cure.numeric[0]})} {ignore_option(cure.numeric[1:])}"
        yield f"A model of several targets needs the factor target; to fit one, use {one} instead."
    if cure.wide == "drug,note":
        yield "Each number counts as another person; if a column is one at all doses, write subject for note."
    if cure.wide == "subject":
        yield "It takes a column for one person at all doses; if they are others, use --wide note."


def _are_doses(names: list[str]) -> bool:
    """Whether each name has a dose in it, such as ``10 mg``."""
    doses = [name for name in names if _DOSE.search(name)]
    others = [name for name in names if name not in doses]
    without = [name for name in others if split_condition(name)[1] == "baseline"]
    return len(doses) + len(without) > 1 and bool(doses) and len(without) == len(others)


def _has_doses(source: SourceTable, name: str) -> bool:
    """Whether the cells of a column are names with doses in them, such as ``A 10 mg``."""
    return not _has_a_number(source, name) and any(_DOSE.search(text) for text in source.table[name])


def _has_a_number(source: SourceTable, name: str) -> bool:
    return any(parse_number(text) is not None for text in source.table[name] if not is_missing(text))
