"""Names of molecular targets, which are no regions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from petfit.evidence.spelling import spelling_key

__all__ = ["are_targets", "is_target"]

_TARGET = re.compile(
    r"(?:sert|net|dat|vmat2?|mao[ab]|ache|5ht\w*|d[1-5](?:/d?[1-5])?|h[1-4]|m[1-5]|nk[1-3]|cb[12]|mor|kor|dor|nop|"
    r"mglur\d|nmda|gabaa|pde\w+|p2x7|tspo|sv2a|faah|trka|ox[12]r?|a2a|a1|sigma[12]|alpha[12][abc]?)(?:r|receptors?)?"
)


def are_targets(names: Sequence[str]) -> bool:
    """Return whether several names are all of molecular targets.

    Examples
    --------
    >>> are_targets(["SERT", "NET"]), are_targets(["D2 receptor", "5-HT2A"]), are_targets(["SERT", "putamen"])
    (True, True, False)
    """
    return len(names) > 1 and all(map(is_target, names))


def is_target(name: str) -> bool:
    """Return whether a name is of a molecular target.

    Examples
    --------
    >>> is_target("5-HTT"), is_target("D2/3"), is_target("putamen")
    (True, True, False)
    """
    return _TARGET.fullmatch(spelling_key(name)) is not None
