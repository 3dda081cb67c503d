"""How the functions of the kernel are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

__all__ = ["INLINED", "borrowed", "inlined", "not_inlined", "vectorised"]

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


def _borrowed(_: Any, array: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        copy = context.make_array(signature.args[0])(context, builder, values[0])
        copy.meminfo = cgutils.get_null_value(copy.meminfo.type)
        return copy._getvalue()

    return array(array), generate


_as_intrinsic: Any = intrinsic
borrowed: Callable[[NDArray[np.float64]], NDArray[np.float64]] = _as_intrinsic(_borrowed)
"""The same array without a count of its references, so that its owner must outlive it.

Counting them is an atomic operation for every array that is passed on, which took half of the time.
"""
