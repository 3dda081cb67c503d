"""What a check returns."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from petfit.fit import Fit

__all__ = ["Check", "CheckFunction", "Finding", "Verdict", "bound_of", "worst"]

type Verdict = Literal["PASS", "WARN", "FAIL"]

_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "below": operator.lt,
    "at most": operator.le,
    "at least": operator.ge,
    "above": operator.gt,
}


@dataclass(frozen=True)
class Finding:
    """One figure of a check, and the limit it is held to, if any.

    Parameters
    ----------
    quantity : str
        What the figure is of.
    value : float
        The figure.
    wanted : {"", "below", "at most", "at least", "above"}
        The side of the limit on which it should lie.
    limit : float
        The limit.
    otherwise : {"PASS", "WARN", "FAIL"}
        The verdict where it lies elsewhere, or is not a number.

    Examples
    --------
    >>> Finding("largest R-hat", 1.02, "below", 1.01, "FAIL").kept
    False
    """

    quantity: str
    value: float
    wanted: str = ""
    limit: float = math.nan
    otherwise: Verdict = "PASS"

    @property
    def kept(self) -> bool:
        """Whether the figure lies where it should."""
        return not self.wanted or _HOLDS[self.wanted](self.value, self.limit)

    @property
    def bound(self) -> str:
        """The limit in words: wanted where a figure beyond it is a warning, needed where it is a failure."""
        return f"{self.wanted} {self.limit:.3g} {'needed' if self.otherwise == 'FAIL' else 'wanted'}"


@dataclass(frozen=True)
class Check:
    """The record of one check.

    Parameters
    ----------
    name : str
        What was checked.
    verdict : {"PASS", "WARN", "FAIL"}
        What came of it.
    sentence : str
        What was found, against which threshold.
    table : pandas.DataFrame
        The figures behind it.
    findings : tuple of Finding
        Those that the verdict rests on, each with its limit; none where nothing could be checked.
    """

    name: str
    verdict: Verdict
    sentence: str
    table: pd.DataFrame
    findings: tuple[Finding, ...] = ()


type CheckFunction = Callable[[Fit], Check]


def worst(findings: Iterable[Finding]) -> Verdict:
    """Return the worst verdict of figures that do not keep their limits.

    Examples
    --------
    >>> worst([Finding("draws", 8000), Finding("divergent draws", 3, "at most", 0, "WARN")])
    'WARN'
    """
    missed = {one.otherwise for one in findings if not one.kept}
    return "FAIL" if "FAIL" in missed else "WARN" if "WARN" in missed else "PASS"


def bound_of(wanted: Finding, needed: Finding) -> str:
    """Return in words which of a figure's two limits to say: the needed one where that is not kept.

    Examples
    --------
    >>> def limits(k):
    ...     return Finding("k", k, "at most", 0.7, "WARN"), Finding("k", k, "at most", 1, "FAIL")
    >>> bound_of(*limits(0.9)), bound_of(*limits(1.1))
    ('at most 0.7 wanted', 'at most 1 needed')
    """
    return wanted.bound if needed.kept else needed.bound
