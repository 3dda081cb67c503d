"""Options of the command line in a message, as arguments of Python.

Every message is written for the command line. In it, an option without its value stands at the end or before
a punctuation mark; other options are followed by their value.
"""

from __future__ import annotations

import re

__all__ = ["in_python"]

_OPTION = re.compile(
    r"""--([a-z][a-z-]*)                      # its name
    (?:[ ](?:"([^"]*)"                       # a value in quotation marks,
          |([.,])(?=[ ]|$)                   # a decimal mark,
          |([^\s"]*[^\s".,;:)])))?           # or a word without the punctuation after it
    ([ ](?=--))?                             # another option follows""",
    re.VERBOSE,
)
_NAMES = {"set": "constants", "force": "force=True"}
"""The arguments that are not named as the option is."""

_PAIRS = ("columns", "set")
_LISTS = ("ignore", "fill")


def in_python(message: str) -> str:
    """Return a message with its options of the command line as arguments of a Python function.

    Examples
    --------
    >>> in_python('Use --columns "dose=Dosis (mg)" --set drug=NAME --wide region. Or leave out --wide.')
    "Use columns={'dose': 'Dosis (mg)'}, constants={'drug': 'NAME'}, wide='region'. Or leave out wide."
    """
    return _OPTION.sub(_argument, message)


def _argument(match: re.Match[str]) -> str:
    option, *values, another = match.groups()
    name = _NAMES.get(option, option.replace("-", "_"))
    text = next(filter(None, values), None)
    value = "" if text is None else f"={_value(option, text)!r}"
    return f"{name}{value}{', ' if another else ''}"


def _value(option: str, text: str) -> int | str | list[str] | dict[str, str]:
    if option in _PAIRS:
        return {key: value for key, _, value in (pair.partition("=") for pair in text.split(","))}
    if option in _LISTS:
        return text.split(",")
    return int(text) if text.isdecimal() else text
