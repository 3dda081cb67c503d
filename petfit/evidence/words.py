"""The words of the field by which tables are read: those of ``words.toml``."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from petfit.evidence.bundled import toml_beside

__all__ = ["by_factor", "by_word", "words_for"]

_TABLE = toml_beside(__file__)


def _section(path: tuple[str, ...]) -> Any:
    section: Any = _TABLE
    for name in path:
        section = section[name]
    return section


def words_for(*path: str) -> list[str]:
    """Return the words with a meaning, which is named after the section that it is in.

    Examples
    --------
    >>> words_for("statistics", "median")
    ['median', 'med']
    """
    return list(_section(path))


def by_word(*path: str) -> dict[str, str]:
    """Return what each word of a section means.

    Examples
    --------
    >>> by_word("limits")["under"], by_word("choices", "condition")["post"]
    ('below', 'drug')
    """
    return {word: meaning for meaning, words in _section(path).items() for word in words}


def by_factor(*path: str) -> dict[str, Fraction]:
    """Return the number that each word of a section stands for.

    Examples
    --------
    >>> by_factor("units", "time_h")["min"]
    Fraction(1, 60)
    """
    return {word: Fraction(number) for word, number in by_word(*path).items()}
