"""When two spellings are the same name, and when two names are only a letter apart."""

from __future__ import annotations

import re
import unicodedata

from petfit.evidence.parse import DASHES

__all__ = ["is_one_letter_apart", "name_key", "natural_key", "spelling_key", "words_of"]

_SEPARATOR = rf"[\s_()\[\]{DASHES}-]+"
_BETWEEN_DIGITS = re.compile(rf"(?<=\d){_SEPARATOR}(?=\d)")
_ELSEWHERE = re.compile(rf"(?<!\d){_SEPARATOR}|{_SEPARATOR}(?!\d)")
_SHORTEST = 6
"""Shorter names, such as regions' acronyms, differ by a letter on purpose."""
_LOOK_ALIKE = ({"o", "0"}, {"l", "1"}, {"i", "1"})
_CYRILLIC = str.maketrans(dict(zip("авекмнорстухі", "abekmhopctyxi", strict=True)))
"""Small letters, of which these or the capitals look like Latin ones."""
_LEADING_ZEROS = re.compile(r"(?<=[^\W\d])0+(?=\d)")
_SIDES = frozenset("lrapvdms")
"""First or last letters that name a side: left, right, anterior, posterior, ventral, dorsal, medial."""


def spelling_key(text: str) -> str:
    """Return what all spellings of a name have in common.

    Case, spaces, underscores, hyphens, brackets and the Unicode form of a character make no other name. A
    separator between two digits does: region 1-2 is not region 12.

    Examples
    --------
    >>> spelling_key("BP_ND"), spelling_key("[¹¹C]-DASB"), spelling_key("area 1 - 2")
    ('bpnd', '11cdasb', 'area1-2')
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()
    return _ELSEWHERE.sub("", _BETWEEN_DIGITS.sub("-", plain))


def words_of(text: str) -> list[str]:
    """Return the words of a text: its letters and digits, without case.

    Examples
    --------
    >>> words_of("Dose_(mg per day)")
    ['dose', 'mg', 'per', 'day']
    """
    return re.findall(r"[^\W_]+", text.casefold())


def name_key(name: str) -> str:
    """Return the letters and digits of a name without case, to compare it with others."""
    return "".join(words_of(name))


def natural_key(text: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts names by the numbers in them.

    Examples
    --------
    >>> sorted(["s10", "s2", "s1", "a"], key=natural_key)
    ['a', 's1', 's2', 's10']
    """
    parts = re.findall(r"\d+|\D+", text.casefold())
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)


def is_one_letter_apart(name: str, other: str) -> bool:
    """Return whether one letter changed, added, dropped or swapped with the next makes one name the other.

    A letter can also stand for a digit that looks like it, or be Cyrillic, and a number can have zeros
    before it. Other short names, and names that differ in a digit, in a word of one letter or in a letter at
    either end that may name a side, differ on purpose.

    Examples
    --------
    >>> is_one_letter_apart("sertraline", "sertralin"), is_one_letter_apart("drug A", "drug B")
    (True, False)
    >>> is_one_letter_apart("MK-0594", "MK 594")
    True
    >>> is_one_letter_apart("citalopram", "escitalopram"), is_one_letter_apart("putamenL", "putamenR")
    (False, False)
    """
    first, second = sorted((spelling_key(name), spelling_key(other)), key=len)
    plain = {_LEADING_ZEROS.sub("", key.translate(_CYRILLIC)) for key in (first, second)}
    if first != second and len(plain) == 1:
        return True
    if len(first) < _SHORTEST or first == second or len(second) - len(first) > 1:
        return False
    start = _common_start(first, second)
    first_rest, second_rest = first[start:], second[start:]
    end = _common_start(first_rest[::-1], second_rest[::-1])
    changed = first_rest[: len(first_rest) - end], second_rest[: len(second_rest) - end]
    if len(changed[0]) == 2 and changed[0] == changed[1][::-1]:
        return changed[0].isalpha()
    if set(changed) in _LOOK_ALIKE:
        return True
    if max(map(len, changed)) > 1 or not "".join(changed).isalpha():
        return False
    at_end = start == 0 or start + 1 >= len(second)
    return not (at_end and set("".join(changed)) <= _SIDES) and not _is_word(name, other, changed)


def _is_word(name: str, other: str, changed: tuple[str, str]) -> bool:
    """Whether the letters that differ are words of their own in the names."""
    differing = set(words_of(name)) ^ set(words_of(other))
    return any(letter in differing for letter in changed if letter)


def _common_start(first: str, second: str) -> int:
    pairs = zip(first, second, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(first), len(second)))
