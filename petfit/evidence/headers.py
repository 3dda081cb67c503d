"""Read a header as people write it: Dose (mg), Occupancy [%], SUBJECT, BP_ND, mean occupancy."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from petfit.errors import Problem
from petfit.evidence.columns import COLUMNS, STATISTICS
from petfit.evidence.log_units import split_logarithm
from petfit.evidence.mapped_statistics import (
    mapped_statistic_problems,
    means_of_medians,
    transformed_value_problems,
)
from petfit.evidence.option_words import ignore_option
from petfit.evidence.outcome_words import is_change_of_volume, outcome_of, split_outcome
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.quantities import FIXED_UNITS, PERCENT_WORDS, QUANTITY_COLUMNS, is_unit_of
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import spelling_key
from petfit.evidence.statistics import statistic_name
from petfit.evidence.table_format import TableFormat

__all__ = ["read_headers", "split_unit", "unit_within"]

_SYNONYMS = {
    **dict.fromkeys(["conc", "cp", "plasmaconc", "plasmaconcentration", "plasmalevel"], "concentration"),
    **dict.fromkeys(["dailydose", "totaldailydose", "doseperday"], "dose"),
}
_WITH_UNIT = {
    **dict.fromkeys(
        [
            "time",
            "timepostdose",
            "timeafterdose",
            "timesincedose",
            "timefromdose",
            "postdosetime",
            "scantime",
        ],
        "time_h",
    ),
    **dict.fromkeys(["bodyweight", "bw"], "weight"),
}
"""Names that are read only with a unit beside them."""
_DOSE_PER_DAY = re.compile(r".*(daily|per\W?day).*", re.IGNORECASE)
_QUANTITY_OF = {column: name for name, columns in QUANTITY_COLUMNS.items() for column in columns}
_UNIT_IN_BRACKETS = re.compile(r"(?P<name>.+?)[\s_,]*[(\[](?:in\s+)?(?P<unit>[^()\[\]]+(?:\([^()]*\))?)[)\]]")
_PERCENT_AT_END = re.compile(r"(?P<name>.+?)\s*(?P<unit>%)")
_UNIT_INSIDE = re.compile(r"(?P<name>.+?)\s*[(\[](?P<unit>[^()\[\]]+)[)\]]\s*(?P<more>.+)")
_UNIT_PATTERNS = (
    _UNIT_IN_BRACKETS,
    re.compile(r"(?P<name>.+?)(?:\s*,\s*|\s+in\s+|[\s_]+|(?=%))(?P<unit>[^\s_,\d][^\s_,]*)"),
    _UNIT_INSIDE,
    re.compile(r"(?P<unit>%|percent)\s*(?P<name>.+)", re.IGNORECASE),
)
"""In brackets at the end, at the end, in brackets inside, and before the name."""
_PERCENT_SIGN = re.compile(r"(?<!\d)(?<!\d\s)%")
"""A sign that is not part of 95%."""
_LOGARITHM = re.compile(r"(?P<log>log_?10|log|ln)[\s_(\[]*(?P<name>[^()]+?)[)\]]?", re.IGNORECASE)
_LIKE_A_UNIT = re.compile(
    r"(?<![^\W\d_])(?:[munpµμk]?g|mcg|[munpµμ]?mol|[munpµμ]M|[munpµμ]?[lL]|MBq|mCi|IU|lbs?)(?![^\W_])"
)
_MANY_HOURS = 25.0
"""Later scans are at multiples of half a day."""
_MAY_REMAIN = re.compile(
    r"(?<![^\W_])(?:ratio|relative|normali[sz]ed|(?:of|to|vs\.?)[\s_]+(?:the[\s_]+)?(?:baseline|control|placebo)|"
    r"remain(?:ing|s)?|residual|unoccupied|available|free|rest)(?![^\W_])",
    re.IGNORECASE,
)
_EXAMPLE_UNITS = {"dose": "mg/kg", "concentration": "ng/mL"}
_CONVERTED = {"dvr": "bpnd", "change": "occupancy", "remaining": "occupancy"}
_RELATIVE_OUTCOMES = ("occupancy", "change", "remaining")
"""Outcomes that one column of numbers may be, as the user says."""
_READ_AS_STATISTICS = {"value", "sd", "se", "n", *STATISTICS}
_BY_SPELLING = _SYNONYMS | {spelling_key(name): name for name in (*COLUMNS, *STATISTICS)}
_BEGINS_WITH_LOG = re.compile(r"(?i:log_?10|log|ln)(?=[\s_(\[]|[A-Z])")
_MEAN_OF = re.compile(r"(?:mean|average|avg\.?)(?:\s+of)?\s+|\s+(?:mean|average)$", re.IGNORECASE)
_ABBREVIATIONS = {"c": "concentration", "d": "dose"}
"""Read in a logarithm only."""


class _Header(NamedTuple):
    """What a header says: the column, the unit of its numbers, and the outcome if it is one of values."""

    theirs: str
    column: str
    unit: str = ""
    outcome: str = ""

    @property
    def words(self) -> str:
        outcome = f", outcome {self.outcome}" if self.outcome not in ("", "occupancy") else ""
        return f"{self.theirs!r} as {self.column}{outcome}" + (f" in {self.unit}" if self.unit else "")


def read_headers(source: SourceTable, table_format: TableFormat, extra: Collection[str]) -> SourceTable:
    """Give columns petfit's names where they are spelt another way, and read units and outcomes in headers.

    Parameters
    ----------
    source : SourceTable
        With the mapping of names applied.
    table_format : TableFormat
        The factor of a wide table, whose values have no column of their own, and the outcome, which chooses
        a column of values where there are several.
    extra : collection of str
        Columns beyond the canonical ones.

    Raises
    ------
    EvidenceError
        When two columns would get the same name, two headers give different units, or a header gives another
        outcome than asked for.
    """
    names = [str(name) for name in source.table.columns]
    is_wide = table_format.wide is not None
    headers = [header for name in names if (header := _header(source, name, extra, is_wide))]
    unread = _unread_units(source, headers, table_format)
    wanted = table_format.outcome or table_format.constants.get("outcome")
    headers, left_out = _chosen_outcome(headers, wanted)
    names = [name for name in names if name not in left_out]
    problems = [
        *unread,
        *_changes_of_volumes(source, table_format),
        *_ratios(source, table_format),
        *mapped_statistic_problems(source, table_format),
        *transformed_value_problems(source, table_format),
        *_several_outcomes(headers, wanted),
        *_clashes(headers, names),
        *_disagreeing_units(headers),
    ]
    if problems:
        raise source.error(problems)
    renamed = {header.theirs: header.column for header in headers}
    labels = dict(source.column_labels)
    labels |= {new: source.column_labels.get(old, old) for old, new in renamed.items() if old != new}
    said = [f"columns read by their headers: {', '.join(header.words for header in headers)}"] * bool(headers)
    said += [
        f"{column}: {labels[column]!r} gives no unit and is read in {unit}"
        for column, unit in (("time_h", "hours"), ("days_on_drug", "days"), ("weight", "kg"))
        if column in table_format.columns and column not in [header.column for header in headers]
    ]
    said += means_of_medians(source, table_format)
    said += [f"columns left out, as another outcome is asked for: {', '.join(left_out)}"] * bool(left_out)
    table = source.table.drop(columns=left_out).rename(columns=renamed)
    read = source.next(table, assumptions=said, column_labels=labels)
    for header in headers:
        if header.unit and f"{_QUANTITY_OF.get(header.column)}_unit" not in table_format.constants:
            read = _with_unit(read, header)
        if header.outcome:
            read = _with_outcome(read, header)
    return read


def split_unit(name: str, column: str) -> tuple[str, str]:
    """Split the unit of a column off a name, in brackets or a % sign at the end; "" if the name has none.

    Examples
    --------
    >>> split_unit("Putamen (%)", "value"), split_unit("Putamen (left)", "value")
    (('Putamen', '%'), ('Putamen (left)', ''))
    >>> split_unit("Occupancy (%) Putamen", "value")
    ('Occupancy Putamen', '%')
    """
    for pattern in (_UNIT_IN_BRACKETS, _PERCENT_AT_END, _UNIT_INSIDE):
        if (match := pattern.fullmatch(name)) and is_unit_of(column, match["unit"].strip()):
            return " ".join(filter(None, [match["name"], match.groupdict().get("more")])), match[
                "unit"
            ].strip()
    return name, ""


def unit_within(name: str, column: str) -> str:
    """Return the unit of a column that words anywhere in a name give, "" if none or several do.

    Examples
    --------
    >>> unit_within("Dosis_ug_per_kg", "dose"), unit_within("Dose (ug/kg i.v.)", "dose")
    ('ug/kg', 'ug/kg')
    >>> unit_within("Dose, mg or g", "dose"), unit_within("Group", "dose")
    ('', '')
    """
    words = re.split(r"[\s_()\[\],;:]+", re.sub(r"[\s_]+per[\s_]+", "/", name, flags=re.IGNORECASE))
    units = [word for word in words if word and not word.isdigit() and is_unit_of(column, word)]
    return units[0] if len(set(units)) == 1 else ""


# --- what a header says -------------------------------------------------------------------------


def _header(source: SourceTable, name: str, extra: Collection[str], is_wide: bool) -> _Header | None:
    """Return what a header says, or None where it is petfit's name or says nothing petfit knows."""
    if name in extra:
        return None
    if name in COLUMNS or name in STATISTICS:
        label = source.column_labels.get(name, name)
        return _mapped(name, label) if label != name else None
    return _reading(name, name, extra, is_wide)


def _reading(theirs: str, name: str, extra: Collection[str], is_wide: bool) -> _Header | None:
    if not is_wide and outcome_of(name) == "remaining" and _PERCENT_SIGN.search(name):
        return _Header(theirs, "value", "%", "remaining")
    for pattern in _UNIT_PATTERNS:
        if match := pattern.fullmatch(name):
            parts = match.groupdict()
            without_unit = " ".join(filter(None, [parts["name"], parts.get("more", "")]))
            if header := _header_with_unit(theirs, without_unit, parts["unit"].strip(), extra, is_wide):
                return header
    if (match := _LOGARITHM.fullmatch(name)) and (column := _logarithm_column(match["name"])):
        return _Header(theirs, column, match["log"])
    column, outcome = _column(name, extra, is_wide)
    is_unread_percent = column in QUANTITY_COLUMNS["value"] and _PERCENT_SIGN.search(name)
    return _Header(theirs, column, outcome=outcome) if column and not is_unread_percent else None


def _header_with_unit(
    theirs: str, name: str, unit: str, extra: Collection[str], is_wide: bool
) -> _Header | None:
    if (match := _LOGARITHM.fullmatch(name)) and (column := _logarithm_column(match["name"])):
        is_unit = is_unit_of(column, unit) and split_logarithm(unit) is None
        return _Header(theirs, column, f"{match['log']} {unit}") if is_unit else None
    column, outcome = _column(name, extra, is_wide)
    without_mean = _MEAN_OF.sub("", name)
    if not column and without_mean != name:
        column = next(iter(_column(without_mean, (), is_wide=is_wide)), "")
        column = column if column in ("dose", "concentration", "weight", "time_h") else ""
    column = column or _WITH_UNIT.get(spelling_key(without_mean), "")
    if not column or not is_unit_of(column, unit):
        return None
    is_per_day = column == "dose" and _DOSE_PER_DAY.fullmatch(name) and is_unit_of(column, f"{unit}/day")
    return _Header(theirs, column, f"{unit}/day" if is_per_day else unit, outcome)


def _logarithm_column(name: str) -> str:
    column, _ = _column(name, (), is_wide=False)
    column = column or _ABBREVIATIONS.get(name.casefold(), "")
    return column if column in ("dose", "concentration") else ""


def _mapped(column: str, label: str) -> _Header | None:
    """Return what the header of a column that the user mapped to petfit's name says."""
    header = _reading(column, label, (), is_wide=False)
    if header is None or header.column != column:
        name, unit = split_unit(label, column)
        unit = unit or unit_within(label, column)
        if (log := _BEGINS_WITH_LOG.match(name)) and column in ("dose", "concentration"):
            unit = f"{log[0]} {unit}".strip()
        outcome = outcome_of(name) or split_outcome(name)[1] if column == "value" else ""
        header = _Header(column, column, unit, outcome)
    return header if header.unit or header.outcome else None


def _column(text: str, extra: Collection[str], is_wide: bool) -> tuple[str, str]:
    """Return the column that a name means and the outcome that it gives, "" where it does not."""
    key = spelling_key(text)
    known = _BY_SPELLING | {spelling_key(name): name for name in extra}
    if column := known.get(key) or known.get(key.replace(".", "")):
        return ("", "") if is_wide and column == "value" else (column, "")
    if outcome := outcome_of(text):
        return ("", "") if is_wide else ("value", outcome)
    rest, outcome = split_outcome(text, with_occ=True)
    statistic = (
        statistic_name(text) or (statistic_name(re.sub(r"\bof$", "", rest)) if outcome else None) or ""
    )
    if statistic not in _READ_AS_STATISTICS or (is_wide and statistic == "value"):
        return "", ""
    return statistic, outcome if statistic in ("value", "median") else ""


def _unread_units(
    source: SourceTable, headers: list[_Header], table_format: TableFormat
) -> Iterator[Problem]:
    """Yield the problem of a mapped dose or concentration whose name seems to give an unread unit."""
    with_unit = {header.column for header in headers if header.unit}
    for column in table_format.columns:
        quantity = _QUANTITY_OF.get(column, "")
        label = source.column_labels.get(column, column)
        is_given = f"{quantity}_unit" in {*table_format.constants, *source.table.columns}
        if column == "time_h" and column not in with_unit:
            yield from _time_in_minutes(source, label)
        if quantity not in ("dose", "concentration") or column in with_unit or is_given:
            continue
        if _LIKE_A_UNIT.search(label):
            remedy = f'Give it: --set "{quantity}_unit={_EXAMPLE_UNITS[quantity]}", or what it is.'
            yield Problem(
                "header", label, "", "this name seems to give a unit that petfit cannot read", remedy
            )


def _time_in_minutes(source: SourceTable, label: str) -> Iterator[Problem]:
    """Yield the problem of a mapped time without a unit whose numbers look like minutes."""
    numbers = {number for text in source.table["time_h"] if (number := parse_number(text)) is not None}
    odd = [number for number in sorted(numbers) if number >= _MANY_HOURS and number % 12]
    if odd:
        rule = "nothing says whether these times are in hours or minutes"
        remedy = f"Name the column with its unit, such as '{label} (min)' or '{label} (h)'."
        yield Problem("header", label, f"{odd[0]:g}", rule, remedy)


def _ratios(source: SourceTable, table_format: TableFormat) -> Iterator[Problem]:
    """Yield the problem of a mapped column of values that may be what remains of the binding."""
    label = source.column_labels.get("value", "")
    is_unclear = _MAY_REMAIN.search(label) and not outcome_of(split_unit(label, "value")[0])
    if "value" in table_format.columns and table_format.outcome is None and is_unclear:
        rule = "this name may be of what remains of the binding, which is not the occupancy"
        remedy = "Use --outcome remaining if so, or --outcome occupancy if it is the occupancy."
        yield Problem("header", label, "", rule, remedy)


def _changes_of_volumes(source: SourceTable, table_format: TableFormat) -> Iterator[Problem]:
    """Yield the problem of a column of values whose name says that they are changes of V_T."""
    label = source.column_labels.get("value", "")
    if "value" in table_format.columns and is_change_of_volume(label):
        rule = "a change of V_T is not an occupancy, as V_T includes V_ND"
        remedy = "Give V_T of both scans, or occupancies, such as from a Lassen plot."
        yield Problem("header", label, "", rule, remedy)


# --- outcomes -----------------------------------------------------------------------------------


def _chosen_outcome(headers: list[_Header], wanted: str | None) -> tuple[list[_Header], list[str]]:
    """Leave out columns of values of another outcome than the one asked for, if there are several."""
    values = _values(headers)
    if wanted in _RELATIVE_OUTCOMES and len(values) == 1 and values[0].outcome in _RELATIVE_OUTCOMES:
        headers = [header._replace(outcome=wanted) if header in values else header for header in headers]
        values = _values(headers)
    chosen = [header for header in values if _is_outcome(header, wanted)]
    if wanted is None or len(values) < 2 or len(chosen) != 1:
        return headers, []
    others = [header for header in values if header not in chosen]
    return [header for header in headers if header not in others], [header.theirs for header in others]


def _values(headers: list[_Header]) -> list[_Header]:
    return [header for header in headers if header.column == "value" and header.outcome]


def _is_outcome(header: _Header, wanted: str | None) -> bool:
    return wanted in (header.outcome, _CONVERTED.get(header.outcome))


def _several_outcomes(headers: list[_Header], wanted: str | None) -> Iterator[Problem]:
    values = _values(headers)
    names = ", ".join(header.theirs for header in values)
    outcomes = [header.outcome for header in values]
    if len(values) > 1 and len(set(outcomes)) == len(values):
        choices = " or ".join(f"--outcome {outcome}" for outcome in outcomes)
        yield Problem("header", names, "", "the table has several outcomes", f"Choose with {choices}.")
    elif wanted and values and not _is_outcome(values[0], wanted):
        rule = f"the header says {outcomes[0]}, and the outcome asked for is {wanted}"
        yield Problem("header", names, "", rule, "Leave out --outcome, or rename the column.")


def _with_outcome(source: SourceTable, header: _Header) -> SourceTable:
    """Write the outcome of a header in the column for it; a row that gives another is a problem."""
    table = source.table
    given = list(table["outcome"]) if "outcome" in table.columns else [""] * len(table)
    problems = [
        Problem(
            str(where),
            "outcome",
            text,
            f"the header {source.column_labels.get(header.column, header.theirs)!r} gives another outcome",
            "Correct one of them.",
        )
        for where, text in zip(table.index, given, strict=True)
        if not is_missing(text) and outcome_of(text) != header.outcome
    ]
    outcomes = [header.outcome if is_missing(text) else text for text in given]
    return source.next(table.assign(outcome=outcomes), problems=problems)


# --- names and units ----------------------------------------------------------------------------


def _clashes(headers: list[_Header], names: list[str]) -> Iterator[Problem]:
    by_column: dict[str, list[str]] = {}
    for header in headers:
        by_column.setdefault(header.column, []).append(header.theirs)
    for column, theirs in by_column.items():
        both = list(dict.fromkeys([*theirs, *([column] if column in names else [])]))
        outcomes = [header.outcome for header in headers if header.column == column and header.outcome]
        if len(both) > 1 and len(set(outcomes)) < len(both):
            remedy = f"Leave out what is not meant: {' or '.join(_without(both, kept) for kept in both)}."
            rule = f"these columns would all be read as {column}"
            yield Problem("header", ", ".join(both), "", rule, remedy)


def _without(names: list[str], kept: str) -> str:
    return ignore_option(name for name in names if name != kept)


def _disagreeing_units(headers: list[_Header]) -> Iterator[Problem]:
    first: dict[str, _Header] = {}
    for header in headers:
        quantity = _QUANTITY_OF.get(header.column, "")
        if header.unit and quantity:
            other = first.setdefault(quantity, header)
            if _standard(other.unit) != _standard(header.unit):
                rule = f"its unit is not that of {other.theirs!r}"
                remedy = f"Give the numbers of both in one unit, or in a column {quantity}_unit."
                yield Problem("header", header.theirs, header.unit, rule, remedy)


def _with_unit(source: SourceTable, header: _Header) -> SourceTable:
    """Write the unit of a header in the unit column; a row that gives another is a problem."""
    if header.column in FIXED_UNITS:
        return source.next(source.table, header_units={**source.header_units, header.column: header.unit})
    column, unit = f"{_QUANTITY_OF[header.column]}_unit", header.unit
    given = list(source.table[column]) if column in source.table.columns else [""] * len(source.table)
    is_log = spelling_key(unit) in ("log", "ln", "log10")
    units, problems = [], []
    for where, text in zip(source.table.index, given, strict=True):
        if is_missing(text) or _standard(text) == _standard(unit):
            units.append(unit)
        elif is_log:
            units.append(f"{unit} {text}")
        else:
            units.append(text)
            label = source.column_labels.get(header.column, header.theirs)
            rule = f"the header {label!r} gives the unit {unit}, and this row another"
            problems.append(Problem(str(where), column, text, rule, "Correct one of them."))
    return source.next(source.table.assign(**{column: units}), problems=problems)


def _standard(unit: str) -> str:
    return "percent" if spelling_key(unit) in PERCENT_WORDS else spelling_key(unit)
