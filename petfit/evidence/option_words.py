"""Options of the command line as messages suggest them, with the user's own column names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

__all__ = ["columns_option", "ignore_option"]


def ignore_option(names: Iterable[str]) -> str:
    """Return the option that leaves out columns.

    A comma in a name, which separates names, becomes a question mark, which stands for any character; so does
    what the shell reads in quotation marks.

    Examples
    --------
    >>> ignore_option(["Comment", "Nucleus accumbens, left"])
    '--ignore "Comment,Nucleus accumbens? left"'
    """
    return f'--ignore "{",".join(map(_pattern, names))}"'


def columns_option(columns: Mapping[str, str]) -> str:
    """Return the option that gives columns petfit's names.

    Examples
    --------
    >>> columns_option({"value": "RO, %", "dose": "mg"})
    '--columns "dose=mg,value=RO? %"'
    """
    return f'--columns "{",".join(f"{name}={_pattern(theirs)}" for name, theirs in sorted(columns.items()))}"'


def _pattern(name: str) -> str:
    return re.sub(r'[,"$`\\]', "?", name)
