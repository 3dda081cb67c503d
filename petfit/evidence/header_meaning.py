"""What a header says, as people write it: Dose (mg), Occupancy [%], SUBJECT, BP_ND, mean occupancy."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from petfit.evidence.columns import COLUMNS, STATISTICS
from petfit.evidence.log_units import split_logarithm
from petfit.evidence.mapped_units import whole_unit
from petfit.evidence.outcome_words import outcome_of, split_outcome
from petfit.evidence.parse import PLUS_MINUS
from petfit.evidence.quantities import QUANTITY_COLUMNS, is_unit_of
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import spelling_key
from petfit.evidence.statistic_names import is_end_of_bar, statistic_name
from petfit.evidence.words import by_word

__all__ = ["Header", "header_meaning", "split_unit", "unit_within"]

_WITH_UNIT = by_word("columns_with_unit")
_DOSE_PER_DAY = re.compile(r".*(daily|per\W?day).*", re.IGNORECASE)
_UNIT_IN_BRACKETS = re.compile(r"(?P<name>.+?)[\s_,]*[(\[](?:in\s+)?(?P<unit>[^()\[\]]+(?:\([^()]*\))?)[)\]]")
_PERCENT_AT_END = re.compile(r"(?P<name>.*[^\W\d].*?)\s*(?P<unit>%)")
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
_READ_AS_STATISTICS = {"value", "sd", "se", "n", *STATISTICS}
_BY_SPELLING = by_word("columns") | {spelling_key(name): name for name in (*COLUMNS, *STATISTICS)}
_BEGINS_WITH_LOG = re.compile(r"(?i:log_?10|log|ln)(?=[\s_(\[]|[A-Z])")
_SEVERAL_STATISTICS = re.compile(rf"\w\W*{PLUS_MINUS}")
_MARK = re.compile(r"(?<=.)\s*[*\u2020\u2021\u00a7\u00b6]+$|(?<=[)\]])\s*[a-f]$")
"""A footnote mark at the end, a letter behind a unit only."""
_SD_OF = re.compile(r"(.+)[\s_,]+\(?sd\)?|sd\s+(?:of\s+)?(.+)", re.IGNORECASE)
_MEAN_OF = re.compile(
    r"(?:(?:geometric\s+)?mean|average|avg\.?)(?:\s+of)?\s+|\s+(?:mean|average)$", re.IGNORECASE
)
_PER = re.compile(r"[\s_]+per[\s_]+|(?<=[^\W\d_])_(?=(?:m?l|dl|kg|day|d)(?![^\W_]))", re.IGNORECASE)
"""The stroke of a unit in words, or an underscore in its place: mg_per_kg, ng_ml."""
_JOINED = re.compile(r"(?<![^\W_])([munpµμ]?g|mcg|[munpµμ]?mol)(kg|[md]?l)(?![^\W_])", re.IGNORECASE)
"""A unit without its stroke: mgkg, ngml."""
_ABBREVIATIONS = {"c": "concentration", "d": "dose"}
"""Read in a logarithm only."""


class Header(NamedTuple):
    """What a header says: the column, the unit of its numbers, and the outcome if it is one of values."""

    theirs: str
    column: str
    unit: str = ""
    outcome: str = ""

    @property
    def words(self) -> str:
        """How the header is read."""
        outcome = f", outcome {self.outcome}" if self.outcome not in ("", "occupancy") else ""
        return f"{self.theirs!r} as {self.column}{outcome}" + (f" in {self.unit}" if self.unit else "")


def header_meaning(source: SourceTable, name: str, extra: Collection[str], is_wide: bool) -> Header | None:
    """Return what a header says, or None where it is petfit's name or says nothing petfit knows.

    Parameters
    ----------
    source : SourceTable
        With the mapping of names applied.
    name : str
        The column.
    extra : collection of str
        Columns beyond the canonical ones.
    is_wide : bool
        Whether the values of the table have no column of their own.
    """
    if name in extra:
        return None
    if name in COLUMNS or name in STATISTICS:
        label = source.column_labels.get(name, name)
        return _mapped(name, label) if label != name else None
    return _reading(name, _MARK.sub("", name), extra, is_wide)


def _reading(theirs: str, name: str, extra: Collection[str], is_wide: bool) -> Header | None:
    if not is_wide and outcome_of(name) == "remaining" and _PERCENT_SIGN.search(name):
        return Header(theirs, "value", "%", "remaining")
    for pattern in _UNIT_PATTERNS:
        if match := pattern.fullmatch(name):
            parts = match.groupdict()
            without_unit = " ".join(filter(None, [parts["name"], parts.get("more", "")]))
            if header := _with_unit(theirs, without_unit, parts["unit"].strip(), extra, is_wide):
                return header
    if (match := _LOGARITHM.fullmatch(name)) and (column := _logarithm_column(match["name"])):
        return Header(theirs, column, match["log"])
    column, outcome = _column(name, extra, is_wide)
    is_unread_percent = column in QUANTITY_COLUMNS["value"] and _PERCENT_SIGN.search(name)
    return Header(theirs, column, outcome=outcome) if column and not is_unread_percent else None


def _with_unit(theirs: str, name: str, unit: str, extra: Collection[str], is_wide: bool) -> Header | None:
    if (match := _LOGARITHM.fullmatch(name)) and (column := _logarithm_column(match["name"])):
        is_unit = is_unit_of(column, unit) and split_logarithm(unit) is None
        return Header(theirs, column, f"{match['log']} {unit}") if is_unit else None
    column, outcome = _column(name, extra, is_wide)
    without_mean = _MEAN_OF.sub("", name)
    if not column and without_mean != name:
        column = next(iter(_column(without_mean, (), is_wide=is_wide)), "")
        column = column if column in ("dose", "concentration", "weight", "time_h") else ""
    column = column or _WITH_UNIT.get(spelling_key(without_mean), "")
    if not column or not is_unit_of(column, unit):
        return None
    is_per_day = column == "dose" and _DOSE_PER_DAY.fullmatch(name) and is_unit_of(column, f"{unit}/day")
    return Header(theirs, column, f"{unit}/day" if is_per_day else unit, outcome)


def _logarithm_column(name: str) -> str:
    column, _ = _column(name, (), is_wide=False)
    column = column or _ABBREVIATIONS.get(name.casefold(), "")
    return column if column in ("dose", "concentration") else ""


def _mapped(column: str, label: str) -> Header | None:
    """Return what the header of a column that the user mapped to petfit's name says."""
    header = _reading(column, label, (), is_wide=False)
    if header is None or header.column != column:
        name, unit = split_unit(label, column)
        unit = unit or unit_within(label, column)
        if column in ("dose", "concentration"):
            unit = whole_unit(label, column, unit)
        if (log := _BEGINS_WITH_LOG.match(name)) and column in ("dose", "concentration"):
            unit = f"{log[0]} {unit}".strip()
        outcome = outcome_of(name) or split_outcome(name)[1] if column == "value" else ""
        header = Header(column, column, unit, outcome)
    return header if header.unit or header.outcome else None


def _column(text: str, extra: Collection[str], is_wide: bool) -> tuple[str, str]:
    """Return the column that a name means and the outcome that it gives, "" where it does not."""
    key = spelling_key(text)
    known = _BY_SPELLING | {spelling_key(name): name for name in extra}
    if column := known.get(key) or known.get(key.replace(".", "")):
        return ("", "") if is_wide and column == "value" else (column, "")
    if outcome := outcome_of(text):
        return ("", "") if is_wide else ("value", outcome)
    if _SEVERAL_STATISTICS.search(text) or is_end_of_bar(text):
        return "", ""
    if (match := _SD_OF.fullmatch(text)) and _column(match[1] or match[2], (), is_wide=False)[
        0
    ] == "concentration":
        return "concentration_sd", ""
    rest, outcome = split_outcome(text, with_occ=True)
    statistic = (
        statistic_name(text) or (statistic_name(re.sub(r"\bof$", "", rest)) if outcome else None) or ""
    )
    if statistic not in _READ_AS_STATISTICS or (is_wide and statistic == "value"):
        return "", ""
    return statistic, outcome if statistic in ("value", "median") else ""


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
    ('ug/kg', 'ug/kg i.v.')
    >>> unit_within("plasma_ng_ml", "concentration"), unit_within("dose_mg_bid", "dose")
    ('ng/ml', 'mg bid')
    >>> unit_within("Dose, mg or g", "dose"), unit_within("Group", "dose")
    ('', '')
    """
    words = [
        word
        for word in re.split(r"[\s_()\[\],;:]+|(?<=%)(?=[^\W\d])", _JOINED.sub(r"\1/\2", _PER.sub("/", name)))
        if word
    ]
    units = [word for word in words if not word.isdigit() and is_unit_of(column, word)]
    if len(set(units)) != 1:
        return ""
    behind = words[words.index(units[0]) :] if column == "dose" else [units[0]]
    longer = (" ".join(behind[:count]) for count in range(len(behind), 1, -1))
    return next((text for text in longer if is_unit_of(column, text)), units[0])
