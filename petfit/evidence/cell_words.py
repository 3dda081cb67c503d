"""What to write instead of a cell that is not a plain number: 76 ± 5, 84.0 (7.1), 76-85, ~80, <10."""

from __future__ import annotations

import re

from petfit.errors import Problem
from petfit.evidence.limits import BELOW_LOQ

__all__ = ["number_problem"]

_NUMBER = r"[-+\N{MINUS SIGN}]?\d+(?:[.,]\d+)?"
_DASH = "[-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}]"
_UNIT = r"\s*(?:%|[^\W\d][\w/.%]*)?"
_TO = rf"(?:{_DASH}|to|till|\.\.+|,|;)"
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d.*|\d{1,2}[-. ][A-Z][a-z]{2}(?:[-. ]\d+)?|[A-Z][a-z]{2}-\d\d|"
    r"\d{1,2}([./])\d{1,2}\1(?:19|20)\d\d"
)
_CLOCK = re.compile(r"(?:(\d+) days?, )?(\d{1,3}):(\d\d)(?::(\d\d))?")
_POWER_OF_TEN = re.compile(rf"({_NUMBER})\s*[x\u00d7*]\s*10\s*(?:\^|\*\*)?\s*\(?([-\u2212]?\d+)\)?")
_PLUS_MINUS = re.compile(rf"({_NUMBER}){_UNIT}\s*(?:±|\+/?{_DASH}|\+)\s*({_NUMBER}){_UNIT}")
_WITH_COUNT = re.compile(
    rf"({_NUMBER}){_UNIT}\s*(?:±|\+/?{_DASH})\s*({_NUMBER}){_UNIT}\s*[(\[]\s*(?:n\s*=\s*)?(\d+)\s*[)\]]", re.I
)
_BRACKETS = re.compile(
    rf"({_NUMBER}){_UNIT}\s*[(\[]\s*(?:sd|sem|se)?\s*[=:]?\s*({_NUMBER}){_UNIT}\s*[)\]]", re.I
)
_INTERVAL = re.compile(
    rf"({_NUMBER}){_UNIT}\s*[(\[][^\d()\[\]]*(?:\d\d\s*%\s*CI[^\d]*)?({_NUMBER}){_UNIT}\s*{_TO}"
    rf"\s*({_NUMBER}){_UNIT}\s*[)\]]",
    re.I,
)
_RANGE = re.compile(rf"[(\[]?\s*({_NUMBER}){_UNIT}\s*{_TO}\s*({_NUMBER}){_UNIT}\s*[)\]]?", re.I)
_ABOUT = re.compile(rf"(?:~|≈|approx(?:imately|\.)?|about|around|circa|ca\.?|c\.)\s*({_NUMBER}){_UNIT}", re.I)
_LIMIT = re.compile(rf"(<|>|≤|≥|<=|>=|below|above|under|over|up to|at least)\s*({_NUMBER}){_UNIT}", re.I)
_WITH_UNIT = re.compile(rf"({_NUMBER})\s*(%|[^\W\d][^\d]*)")
_MARKED = re.compile(
    rf"({_NUMBER}\s*%?)\s*(?:[*†‡§#¶]|[a-f]|[\u00b2\u00b3\u00b9\u2070-\u209c\u1d43-\u1d61])+"
)
_WITH_NOTE = re.compile(rf"({_NUMBER})\s*[(\[]\s*([^\W\d][^\d()\[\]]*)[)\]]")
_TIMES = re.compile(rf"(\d)\s*[x\u00d7*]\s*({_NUMBER})\s*([^\W\d][^/]*)?(?:/.*)?", re.I)
_GROUPED = re.compile(r"\d{1,3}(?:[\s'\u2019]\d{3})+(?:\.\d+)?")
_SEVERAL = re.compile(rf"({_NUMBER}){_UNIT}\s*(?:/|then|\u2192|->|and|\+)\s*({_NUMBER}){_UNIT}", re.I)
_WITH_ANOTHER = re.compile(rf"{_NUMBER}{_UNIT}\s*[(,;].*\d.*", re.I)
_WITH_N = re.compile(rf"({_NUMBER}{_UNIT})\s*[(\[,]?\s*n\s*=\s*(\d+)\s*[)\]]?", re.I)
_SUPERSCRIPTS = str.maketrans(
    "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079", "-0123456789"
)
_VALUES = ("value", "sd", "se", "low", "high", "ci_low", "ci_high", "median", "q1", "q3", "min", "max")
_RANGES = {"value": ("low", "high"), "dose": ("dose_low", "dose_high")}
_UNIT_COLUMNS = {"dose": "dose_unit", "conc": "concentration_unit", "valu": "value_unit"}


def number_problem(where: str, column: str, seen: str) -> Problem:
    """Return the problem of a cell that should contain a number and does not.

    Examples
    --------
    >>> number_problem("line 2", "value", "76 ± 5").remedy.split(" A column")[0]
    'Write 76 in value and 5 in sd (or in se, if it is an SE), with the number of people in n.'
    """
    rule = "a number belongs here"
    if _DATE.fullmatch(seen):
        rule = "a number belongs here, and this is a date"
        remedy = "Format the cell as a number and type it again: the spreadsheet turned it into a date."
        return Problem(where, column, seen, rule, remedy)
    if match := _CLOCK.fullmatch(seen):
        return Problem(
            where, column, seen, "a number belongs here, and this is a time", _time_remedy(column, match)
        )
    return Problem(where, column, seen, rule, _with_percent(_remedy(column, seen.strip()), column, seen))


def _time_remedy(column: str, match: re.Match[str]) -> str:
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    number = 24 * days + hours + minutes / 60 + seconds / 3600
    if column != "time_h":
        return "Format the cell as a number and type it again: the spreadsheet turned it into a time."
    return f"Write {number:.4g} if it is hours and minutes after the dose; a time of day cannot be used."


def _with_percent(remedy: str, column: str, seen: str) -> str:
    """Write the numbers of a cell with the % sign that it has, as they are read without a unit otherwise."""
    if "%" not in seen or column not in _VALUES:
        return remedy
    numbers = sorted(set(re.findall(r"\d+(?:[.,]\d+)?", seen)), key=len, reverse=True)
    return re.sub(rf"(?<![\d.,%])({'|'.join(map(re.escape, numbers))})(?![\d%]|\.\d| %)", r"\1%", remedy)


def _remedy(column: str, seen: str) -> str:
    """Return which columns to write, by the form of the text."""
    if match := _POWER_OF_TEN.fullmatch(seen.translate(_SUPERSCRIPTS)):
        return f"Write {match[1]}e{match[2]}."
    if _GROUPED.fullmatch(seen):
        return f"Write {re.sub(r'[^0-9.]', '', seen)} without a separator."
    if match := _LIMIT.fullmatch(seen):
        return _limit_remedy(column, match[1].casefold(), match[2])
    if match := _INTERVAL.fullmatch(seen):
        number, low, high = match.groups()
        remedy = f"Write {number} in {column} and leave the brackets out."
        if column == "value":
            remedy = (
                f"Write {number} in value and the number of people in n, and {low} and {high} in ci_low and "
                f"ci_high if they are a confidence interval, in q1 and q3 if quartiles, in min and max if a "
                f"range; a median belongs in median, not in value."
            )
        return remedy
    if (match := _WITH_COUNT.fullmatch(seen)) and column == "value":
        return f"Write {match[1]} in value, {match[2]} in sd (or in se, if it is an SE) and {match[3]} in n."
    if match := (_PLUS_MINUS.fullmatch(seen) or _BRACKETS.fullmatch(seen)):
        return _spread_remedy(column, *match.groups())
    if (match := _RANGE.fullmatch(seen)) and "," not in seen:
        return _range_remedy(column, *match.groups())
    if match := _ABOUT.fullmatch(seen):
        return f"Write {match[1]}, and in note that it is approximate."
    if column == "concentration" and BELOW_LOQ.fullmatch(seen):
        return "Give its limit in concentration_loq, or for every row with --set concentration_loq=NUMBER."
    if match := _WITH_NOTE.fullmatch(seen):
        return f"Write {match[1]}, and {match[2]!r} in note."
    if match := _MARKED.fullmatch(seen):
        return f"Write {match[1].strip()} without the mark."
    if match := _WITH_UNIT.fullmatch(seen):
        return _unit_remedy(column, match[1], match[2].strip())
    if re.fullmatch(r"\d{1,3}(,\d{3})+", seen):
        return f"Write {seen.replace(',', '')} without a separator, or the decimal mark as a point."
    if column.startswith("dose") and (match := _TIMES.fullmatch(seen)):
        unit = (match[3] or "mg").strip()
        each = f"{match[2]} {unit}"
        return f"Write {each} with its frequency, such as {each} BID, or the dose of a day."
    if column.startswith("dose") and re.fullmatch(rf"{_NUMBER}.*\+.*\d.*", seen):
        return "Write the dose of a day."
    if match := _WITH_N.fullmatch(seen):
        return f"Write {match[1].strip()} here, and {match[2]} in n."
    if column.startswith("dose") and (_SEVERAL.fullmatch(seen) or _WITH_ANOTHER.fullmatch(seen)):
        return "Write the dose before the scan, and the others in note; one row for each scan."
    if "," in seen:
        return "Use --decimal , if all numbers have a decimal comma, or write it as a point."
    if column == "value":
        return "Write a number, a limit such as <0.1 if it was below one, or set use to no with the reason."
    return "Write a plain number, or leave the cell empty if none was published."


def _spread_remedy(column: str, number: str, spread: str) -> str:
    if column == "value":
        return (
            f"Write {number} in value and {spread} in sd (or in se, if it is an SE), with the number of "
            "people in n. A column of such cells can be named mean ± SD, or mean ± SEM."
        )
    if column == "concentration":
        return (
            f"Write {number} in concentration and {spread} in concentration_sd, if it is an SD. A column of "
            "such cells can be named Plasma concentration (ng/mL) ± SD."
        )
    return f"Write {number} in {column}; petfit has no column for its spread."


def _range_remedy(column: str, low: str, high: str) -> str:
    if column not in _RANGES:
        return f"Write one number, such as the middle of {low} and {high}, and the range in note."
    names = _RANGES[column]
    level = "; set level to range if the mean lies between them, or to extremes if they are people's"
    said = level if column == "value" else ""
    return f"Leave {column} empty and write {low} in {names[0]} and {high} in {names[1]}{said}."


def _limit_remedy(column: str, sign: str, number: str) -> str:
    is_below = sign in ("<", "≤", "<=", "below", "under", "up to")
    if column == "value":
        return f"Write {number} in value and {'below' if is_below else 'above'} in censored."
    if column == "dose" and is_below:
        return f"Leave dose empty, and write the lowest dose in dose_low and {number} in dose_high."
    return "Write the number itself, or leave the cell empty if it is not known."


def _unit_remedy(column: str, number: str, unit: str) -> str:
    unit_column = _UNIT_COLUMNS.get(column[:4])
    if unit == "%" and unit_column != "value_unit":
        return f"Write {number}; {column} is not in percent."
    if unit_column:
        return f"Write {number} here and a unit that petfit knows in {unit_column}."
    return f"Write {number} without the unit."
