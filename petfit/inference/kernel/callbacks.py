"""The functions that the sampler calls, with its signatures: addresses in, a code out."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
from numba import carray, types
from numba.core import cgutils
from numba.extending import intrinsic

from petfit.inference.kernel import records
from petfit.inference.kernel.jit import AT_ONCE, with_arrays
from petfit.inference.kernel.log_posterior import SLOTS, log_density, scratch
from petfit.inference.kernel.model_arrays import Tables
from petfit.inference.kernel.records import Record

__all__ = ["compile_callback"]

_DOUBLES = types.CPointer(types.double)
_SIGNATURES = {
    "log_density": types.int64(types.uint64, _DOUBLES, _DOUBLES, _DOUBLES, types.voidptr),
    "expand": types.int64(types.uint64, types.uint64, _DOUBLES, _DOUBLES, types.voidptr),
}

_malloc: Any = types.ExternalFunction("malloc", types.uintp(types.uintp))
_free: Any = types.ExternalFunction("free", types.void(types.uintp))

_FINE, _GRADIENT_NOT_FINITE, _DENSITY_NOT_FINITE = 0, 3, 4


def compile_callback(name: str) -> Any:
    """Compile ``log_density`` or ``expand``; what is returned has an ``address``."""
    function = {"log_density": _log_density, "expand": _expand}[name]
    return numba.cfunc(_SIGNATURES[name], **AT_ONCE)(function)


def _log_density(size: int, point_: Any, gradient_: Any, log_: Any, header_: Any) -> int:
    """Fill in log density and gradient at a point; return 0, or what is not finite."""
    point, gradient = carray(point_, (size,)), carray(gradient_, (size,))
    tables: Any = _read(carray(header_, (1,), records.HEADER)[0])
    rows, numbers = tables.rows.size if tables.members.size else 0, scratch(size)
    memory = _malloc(8 * (numbers + SLOTS * rows))
    work = carray(_pointer(memory), (numbers,), np.float64)
    of_sets = carray(_pointer(memory + 8 * numbers), (SLOTS, rows), np.float64)
    log = log_density(point, gradient, tables, work, of_sets)
    _free(memory)
    log_[0] = log
    for i in range(size):
        if not math.isfinite(gradient[i]):
            return _GRADIENT_NOT_FINITE
    return _FINE if math.isfinite(log) else _DENSITY_NOT_FINITE


def _expand(size: int, _: int, point_: Any, expanded_: Any, _header: Any) -> int:
    """Copy the point; `petfit.inference.sample` makes unknowns of it."""
    for i in range(size):
        expanded_[i] = point_[i]
    return _FINE


def _make_pointer(_context: Any, address: Any) -> Any:
    """Turn an address into a pointer."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    return types.voidptr(address), generate


_pointer: Any = intrinsic(_make_pointer)


@with_arrays
def _read(header: Record) -> Tables:
    """Return the tables that a header points to."""
    designs, effects, competitors = header.designs_size, header.effects_size, header.competitors_size
    return Tables(
        carray(_pointer(header.coordinates), (header.coordinates_size,), records.COORDINATE),
        carray(_pointer(header.effects), (effects,), records.EFFECT),
        carray(_pointer(header.parameters), (len(records.PREDICTORS),), records.PARAMETER),
        carray(_pointer(header.designs), (designs,), records.DESIGN),
        carray(_pointer(header.rows), (header.rows_size,), records.ROW),
        carray(_pointer(header.members), (header.members_size, header.largest_set), np.int64),
        carray(_pointer(header.place), (designs, effects), np.int64),
        carray(_pointer(header.weight), (designs, effects), np.float64),
        carray(_pointer(header.competitors), (competitors,), np.int64),
        carray(_pointer(header.competing), (header.rows_size, competitors), np.float64),
        header.free,
        header.omega,
        header.straight != 0,
        header.quadrature != 0,
    )
