"""How the functions of the kernel are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

__all__ = ["INLINED", "aside", "inlined"]

INLINED: dict[str, Any] = {"error_model": "numpy", "forceinline": True}
"""Division by 0 gives infinity, as in NumPy, and the function is inlined into its callers."""


def inlined[F: Callable[..., object]](function: F) -> F:
    """Compile a function into its callers."""
    njit: Any = numba.njit
    compiled: F = njit(**INLINED)(function)
    return compiled


def aside[F: Callable[..., object]](function: F) -> F:
    """Compile a function that is seldom called, as a function of its own."""
    njit: Any = numba.njit
    compiled: F = njit(error_model="numpy")(function)
    return compiled
