"""How the functions of the kernel are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numba
import numpy as np

__all__ = ["INLINED", "copied", "inlined", "integers", "not_inlined", "vectorised"]

INLINED: dict[str, Any] = {"error_model": "numpy", "forceinline": True}
"""Division by 0 gives infinity, as in NumPy, and the function is inlined into its callers."""


def inlined[F: Callable[..., object]](function: F) -> F:
    """Compile a function, and into its callers."""
    njit: Any = numba.njit
    compiled: F = njit(**INLINED)(function)
    return compiled


def copied[F: Callable[..., object]](function: F) -> F:
    """Copy the source of a function that is called once into its caller, so that both compile as one."""
    njit: Any = numba.njit
    compiled: F = njit(inline="always", error_model="numpy")(function)
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


def integers(count: int) -> tuple[int, ...]:
    """Return 0, 1, 2, ... as arguments of compiled functions, which numba compiles once for each literal."""
    return tuple(cast(int, number) for number in np.arange(count))
