"""What to write instead of a cell that is not a plain number: 76 ± 5, 84.0 (7.1), 76-85, ~80, <10."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from petfit.errors import Problem
from petfit.evidence.bundled import toml_beside
from petfit.evidence.limits import BELOW_LOQ
from petfit.evidence.quantities import QUANTITY_COLUMNS

__all__ = ["number_problem"]

_DATE = re.compile(
    r"\d{4}-\d\d-\d\d.*|\d{1,2}[-. ][A-Z][a-z]{2}(?:[-. ]\d+)?|[A-Z][a-z]{2}-\d\d|"
    r"\d{1,2}([./])\d{1,2}\1(?:19|20)\d\d"
)
_CLOCK = re.compile(r"(?:(\d+) days?, )?(\d{1,3}):(\d\d)(?::(\d\d))?")
_TABLE = toml_beside(__file__)
_PARTS: dict[str, str] = {"BELOW_LOQ": f"(?:{BELOW_LOQ.pattern})", **_TABLE["parts"]}
_POWER_OF_TEN = re.compile(rf"{_PARTS['NUMBER']}\s*[x\u00d7*]\s*10\s*(?:\^|\*\*)?\s*\(?([-\u2212]?\d+)\)?")
_SUPERSCRIPTS = str.maketrans(
    "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079", "-0123456789"
)


def _compiled(form: str) -> re.Pattern[str]:
    for word, pattern in _PARTS.items():
        form = form.replace(word, pattern)
    return re.compile(form, re.IGNORECASE)


_FORMS: list[tuple[re.Pattern[str], dict[str, str]]] = [
    (_compiled(entry.pop("form")), entry) for entry in _TABLE["forms"]
]
"""The forms of cells, each with its remedies by column."""


def number_problem(where: str, column: str, seen: str) -> Problem:
    """Return the problem of a cell that should contain a number and does not.

    Examples
    --------
    >>> number_problem("line 2", "value", "76 ± 5").remedy.split(" A column")[0]
    'Write 76 in value and 5 in sd (or in se, if it is an SE), with the number of people in n.'
    """
    rule = "a number belongs here"
    seen = seen.removesuffix(" 00:00:00") if _DATE.fullmatch(seen) else seen
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
    if "%" not in seen or column not in QUANTITY_COLUMNS["value"]:
        return remedy
    numbers = sorted(set(re.findall(r"\d+(?:[.,]\d+)?", seen)), key=len, reverse=True)
    return re.sub(rf"(?<![\d.,%])({'|'.join(map(re.escape, numbers))})(?![\d%]|\.\d| %)", r"\1%", remedy)


def _remedy(column: str, seen: str) -> str:
    """Return which columns to write, by the form of the text."""
    if match := _POWER_OF_TEN.fullmatch(seen.translate(_SUPERSCRIPTS)):
        return f"Write {match[1]}e{match[2]}."
    plain = re.sub(r"[^0-9.]", "", seen)
    return next(
        remedy.format(*(group.strip() for group in match.groups() if group), column=column, plain=plain)
        for form, remedies in _FORMS
        if (match := form.fullmatch(seen))
        for columns, remedy in remedies.items()
        if fnmatchcase(column, columns)
    )
