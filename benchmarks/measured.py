"""One measured number of a page."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Row"]


@dataclass(frozen=True)
class Row:
    """One number: its part of the page, its Monte Carlo error, and how many cases it comes from."""

    part: str
    measure: str
    value: float
    error: float = float("nan")
    cases: int = 0
