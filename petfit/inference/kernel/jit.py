"""How the functions of this room are compiled: none allocates or raises, so that the C library is enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba

__all__ = ["AT_ONCE", "aside", "inlined", "with_arrays"]

_ALONE: dict[str, Any] = {"error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
AT_ONCE: dict[str, Any] = {"error_model": "numpy", "forceinline": True}
"""Dividing by 0 gives an infinity, as in NumPy; and the function becomes one with what calls it."""


def inlined[F: Callable[..., object]](function: F) -> F:
    """Compile a function into its callers; arrays are handed in, and no references to them are counted."""
    return _compiled(function, forceinline=True, _nrt=False)


def with_arrays[F: Callable[..., object]](function: F) -> F:
    """Compile a function that makes arrays of addresses into its callers."""
    return _compiled(function, forceinline=True)


def aside[F: Callable[..., object]](function: F) -> F:
    """Compile a function that is seldom called, by itself; else as `inlined`."""
    return _compiled(function, _nrt=False)


def _compiled[F: Callable[..., object]](function: F, **options: bool) -> F:
    njit: Any = numba.njit
    compiled: F = njit(**_ALONE, **options)(function)
    return compiled
