"""How the functions of this room are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

__all__ = ["AT_ONCE", "aside", "inlined"]

AT_ONCE: dict[str, Any] = {"error_model": "numpy", "forceinline": True}
"""Dividing by 0 gives an infinity, as in NumPy; and the function becomes one with what calls it."""


def inlined[F: Callable[..., object]](function: F) -> F:
    """Compile a function into its callers."""
    njit: Any = numba.njit
    compiled: F = njit(**AT_ONCE)(function)
    return compiled


def aside[F: Callable[..., object]](function: F) -> F:
    """Compile a function that is seldom called, by itself."""
    njit: Any = numba.njit
    compiled: F = njit(error_model="numpy")(function)
    return compiled
