"""Names of regions, and names beside them that are of something else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from petfit.evidence.spelling import words_of
from petfit.evidence.words import words_for

__all__ = ["is_region", "no_regions"]

_STEM = re.compile("|".join(words_for("region_names", "stems")))
_WORDS = frozenset(words_for("region_names", "words"))
_ACRONYM = re.compile(rf"[lrvdapms]?(?:{'|'.join(words_for('region_names', 'acronyms'))})[lr]?")
_MEASURES = frozenset(words_for("region_names", "measures"))


def no_regions(names: Iterable[str]) -> Iterator[str]:
    """Yield the names that are of no region: those of other measures, and unknown names beside regions.

    Where no name is known, all may be regions.

    Examples
    --------
    >>> list(no_regions(["Putamen", "L_caudate", "eTIV", "putamen R1"])), list(no_regions(["here", "there"]))
    (['eTIV', 'putamen R1'], [])
    """
    names = list(names)
    measures = [name for name in names if _is_measure(name)]
    has_regions = any(is_region(name) for name in names if name not in measures)
    for name in names:
        if name in measures or (has_regions and not is_region(name)):
            yield name


def is_region(name: str) -> bool:
    """Return whether a name has a word for a region, or an acronym of one.

    Examples
    --------
    >>> is_region("LeftPutamen"), is_region("vPut"), is_region("BA 25"), is_region("eTIV")
    (True, True, True, False)
    """
    words = words_of(unicodedata.normalize("NFKC", name))
    words += [word.rstrip("0123456789") for word in words]
    return any(word in _WORDS or _STEM.search(word) or _ACRONYM.fullmatch(word) for word in words)


def _is_measure(name: str) -> bool:
    return not _MEASURES.isdisjoint(words_of(unicodedata.normalize("NFKC", name)))
