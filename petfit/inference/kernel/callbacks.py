"""The compiled functions that the sampler calls, in numba's cache.

numba compiles a cached function again when its own file changes, but not when a file changes that holds a function
it calls ("Limitations" in numba's documentation of caching). The two functions here therefore close over a digest
of all sources of the kernel: the values that a function closes over are part of numba's cache key, as are numba's
version and the CPU. Should a future numba leave them out, the digest in the data would not match the digest in the
code, and the sampler would stop with an error instead of running stale code.
"""

from __future__ import annotations

import hashlib
import math
import warnings
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
from numba import carray, types

from petfit.inference.kernel import records
from petfit.inference.kernel.log_posterior import SLOTS, log_density, scratch
from petfit.inference.kernel.jit import AT_ONCE, inlined
from petfit.inference.kernel.model_arrays import Tables

__all__ = ["Callbacks", "compile_cached", "compiled", "source_digest"]

_DOUBLES = types.CPointer(types.double)
_LOG_DENSITY = types.int64(types.uint64, _DOUBLES, _DOUBLES, _DOUBLES, types.voidptr)
_EXPAND = types.int64(types.uint64, types.uint64, _DOUBLES, _DOUBLES, types.voidptr)

_FINE, _STALE_CODE, _GRADIENT_NOT_FINITE, _DENSITY_NOT_FINITE = 0, -1, 3, 4


class Callbacks(NamedTuple):
    """Compiled functions with the sampler's signatures; each has an ``address``."""

    log_density: Any
    expand: Any


def source_digest(folder: Path = Path(__file__).parent) -> int:
    """Return a digest of the kernel's sources and of the versions of the packages that compile it.

    Parameters
    ----------
    folder : Path
        The folder of the sources.
    """
    digest = hashlib.sha256(" ".join(version(name) for name in ("numba", "llvmlite", "numpy")).encode())
    for file in sorted(folder.glob("*.py")):
        digest.update(file.name.encode() + file.read_bytes())
    return int.from_bytes(digest.digest()[:7])


@cache
def compiled() -> Callbacks:
    """Return the compiled functions: from numba's cache, where an earlier process left them there."""
    digest = source_digest()

    def density(size: int, point_: Any, gradient_: Any, log_: Any, block_: Any) -> int:
        """Fill in log density and gradient at a point; return 0, or what is not as it should be."""
        header = carray(block_, (1,), records.HEADER)[0]
        if header.sources != digest:
            return _STALE_CODE
        point, gradient = carray(point_, (size,)), carray(gradient_, (size,))
        tables = _tables(header, carray(block_, (header.words,), np.int64))
        work = np.empty(scratch(size))
        of_sets = np.empty((SLOTS, tables.rows.size if tables.members.size else 0))
        log = log_density(point, gradient, tables, work, of_sets)
        log_[0] = log
        for i in range(size):
            if not math.isfinite(gradient[i]):
                return _GRADIENT_NOT_FINITE
        return _FINE if math.isfinite(log) else _DENSITY_NOT_FINITE

    def expand(size: int, _: int, point_: Any, expanded_: Any, _block: Any) -> int:
        """Copy the point; `petfit.inference.sample` makes unknowns of it."""
        for i in range(size):
            expanded_[i] = point_[i]
        return _FINE

    return Callbacks(compile_cached(_LOG_DENSITY, density), compile_cached(_EXPAND, expand))


def compile_cached(signature: Any, function: Callable[..., Any]) -> Any:
    """Compile a function or load it from numba's cache; compile it without a cache where there can be none."""
    try:
        return numba.cfunc(signature, cache=True, **AT_ONCE)(function)
    except Exception as error:  # no folder can be written to, or a file in the cache is damaged
        warnings.warn(f"numba's cache cannot be used ({error}); see NUMBA_CACHE_DIR", stacklevel=2)
        return numba.cfunc(signature, **AT_ONCE)(function)


@inlined
def _tables(header: Any, words: Any) -> Tables:
    """Return the tables that lie in a block of memory; see `petfit.inference.kernel.model_arrays.block_of`."""
    designs, effects, competitors = header.designs_size, header.effects_size, header.competitors_size
    rows, members = header.rows_size, header.members_size
    return Tables(
        _part(words, header.coordinates, header.coordinates_size, records.COORDINATE_WORDS).view(
            records.COORDINATE
        ),
        _part(words, header.effects, effects, records.EFFECT_WORDS).view(records.EFFECT),
        _part(words, header.parameters, len(records.PREDICTORS), records.PARAMETER_WORDS).view(
            records.PARAMETER
        ),
        _part(words, header.designs, designs, records.DESIGN_WORDS).view(records.DESIGN),
        _part(words, header.rows, rows, records.ROW_WORDS).view(records.ROW),
        _part(words, header.members, members, header.largest_set).reshape(members, header.largest_set),
        _part(words, header.place, designs, effects).reshape(designs, effects),
        _part(words, header.weight, designs, effects).view(np.float64).reshape(designs, effects),
        _part(words, header.competitors, competitors, 1),
        _part(words, header.competing, rows, competitors).view(np.float64).reshape(rows, competitors),
        header.free,
        header.omega,
        header.straight != 0,
        header.quadrature != 0,
    )


@inlined
def _part(words: Any, first: int, count: int, each: int) -> Any:
    return words[first : first + count * each]
