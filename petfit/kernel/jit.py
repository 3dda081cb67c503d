"""How the functions of this room are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

__all__ = ["aside", "inlined"]


def inlined[F: Callable[..., object]](function: F) -> F:
    """Compile a function into its callers.

    Dividing by 0 gives an infinity, as in NumPy. It may not allocate: arrays are handed in, and no references
    to them are counted.
    """
    return _compiled(function, forceinline=True)


def aside[F: Callable[..., object]](function: F) -> F:
    """Compile a function that is seldom called, by itself; else as `inlined`."""
    return _compiled(function)


def _compiled[F: Callable[..., object]](function: F, **options: bool) -> F:
    njit: Any = numba.njit
    compiled: F = njit(
        error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False, **options
    )(function)
    return compiled
