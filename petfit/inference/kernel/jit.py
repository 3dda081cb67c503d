"""How the functions of the kernel are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

__all__ = ["INLINED", "inlined", "not_inlined", "vectorised"]

INLINED: dict[str, Any] = {"error_model": "numpy", "forceinline": True}
"""Division by 0 gives infinity, as in NumPy, and the function is inlined into its callers."""


def inlined[F: Callable[..., object]](function: F) -> F:
    """Compile a function into its callers."""
    njit: Any = numba.njit
    compiled: F = njit(**INLINED)(function)
    return compiled


def not_inlined[F: Callable[..., object]](function: F) -> F:
    """Compile a function on its own, because it is long or seldom called."""
    njit: Any = numba.njit
    compiled: F = njit(error_model="numpy")(function)
    return compiled


def vectorised[F: Callable[..., object]](function: F) -> F:
    """Compile a function whose loops run over several numbers at once; its sums have no fixed order."""
    njit: Any = numba.njit
    compiled: F = njit(error_model="numpy", fastmath={"reassoc", "contract", "nnan", "nsz"})(function)
    return compiled
