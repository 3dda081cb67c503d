"""What a check returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from petfit.store import Stored

__all__ = ["Check", "CheckFunction", "Verdict"]

type Verdict = Literal["PASS", "WARN", "FAIL"]


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
    """

    name: str
    verdict: Verdict
    sentence: str
    table: pd.DataFrame


type CheckFunction = Callable[[Stored], Check]
