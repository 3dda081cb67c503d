"""The compiled functions that the sampler calls, in numba's cache.

numba compiles a cached function again when its own file changes, but not when a file changes that holds a
function it calls ("Limitations" in numba's documentation of caching). The functions that compute therefore
close over a digest of all sources of the kernel: the values that a function closes over are part of numba's
cache key, as are numba's version and the CPU. Should a future numba leave them out, the digest in the data
would not match the digest in the code, and the sampler would stop with an error.
"""

from __future__ import annotations

import hashlib
import math
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba import carray, types
from numpy.typing import NDArray

from petfit.inference.kernel import records
from petfit.inference.kernel.jit import INLINED, copied
from petfit.inference.kernel.log_posterior import log_posterior
from petfit.inference.kernel.log_posterior_of_people import draw_deviations, log_posterior_of_people
from petfit.inference.kernel.model_arrays import ModelArrays
from petfit.inference.kernel.uncounted_array import keep
from petfit.inference.kernel.workspace import workspace_memory

__all__ = ["Callbacks", "compile_cached", "compiled", "source_digest"]

_DOUBLES = types.CPointer(types.double)
_LOG_DENSITY = types.int64(types.uint64, _DOUBLES, _DOUBLES, _DOUBLES, types.voidptr)
_EXPAND = types.int64(types.uint64, types.uint64, _DOUBLES, _DOUBLES, types.voidptr)
_DEVIATIONS = types.int64(types.uint64, types.uint64, types.uint64, *[_DOUBLES] * 4, types.voidptr)

_SECONDS_TO_WRITE = 60
"""Far more than numba takes for a file of its cache."""

_VALID, _STALE_CODE, _GRADIENT_NOT_FINITE, _DENSITY_NOT_FINITE = 0, -1, 3, 4


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


class Callbacks:
    """The compiled functions, each compiled when it is first asked for; each has an ``address``.

    ``log_density``, ``log_density_of_people`` and ``expand`` have the sampler's signatures.
    """

    @cached_property
    def log_density(self) -> Any:
        """Set log density and gradient at a point; return 0 or the reason why it is invalid."""
        digest = source_digest()

        def density(size: int, point_: Any, gradient_: Any, log_: Any, block_: Any) -> int:
            header = carray(block_, (1,), records.HEADER)[0]
            if header.digest != digest:
                return _STALE_CODE
            point, gradient = carray(point_, (size,)), carray(gradient_, (size,))
            model = _unpack(header, carray(block_, (header.n_words,), np.int64))
            memory = workspace_memory(size, model)
            log_[0] = log_posterior(point, gradient, memory, model)
            keep(memory)
            return _status(log_[0], gradient)

        return compile_cached(_LOG_DENSITY, density)

    @cached_property
    def log_density_of_people(self) -> Any:
        """Set log density and gradient, integrated over the deviations of people, as `log_density` does."""
        digest = source_digest()

        def density_of_people(size: int, point_: Any, gradient_: Any, log_: Any, block_: Any) -> int:
            header = carray(block_, (1,), records.HEADER)[0]
            if header.digest != digest:
                return _STALE_CODE
            point, gradient = carray(point_, (size,)), carray(gradient_, (size,))
            model = _unpack(header, carray(block_, (header.n_words,), np.int64))
            memory = workspace_memory(size, model)
            log_[0] = log_posterior_of_people(point, gradient, memory, model)
            keep(memory)
            return _status(log_[0], gradient)

        return compile_cached(_LOG_DENSITY, density_of_people)

    @cached_property
    def deviations(self) -> Any:
        """Set the deviation of each person and their integrated log likelihood for each draw."""
        digest = source_digest()

        def deviations(
            n_draws: int,
            size: int,
            refinement: int,
            points_: Any,
            uniforms_: Any,
            deviations_: Any,
            logs_: Any,
            block_: Any,
        ) -> int:
            header = carray(block_, (1,), records.HEADER)[0]
            if header.digest != digest:
                return _STALE_CODE
            model = _unpack(header, carray(block_, (header.n_words,), np.int64))
            shape = (n_draws, model.people.size)
            points, uniforms = carray(points_, (n_draws, size)), carray(uniforms_, shape)
            drawn, logs = carray(deviations_, shape), carray(logs_, shape)
            memory = workspace_memory(size, model)
            for i in range(n_draws):
                draw_deviations(points[i], refinement, uniforms[i], drawn[i], logs[i], memory, model)
            keep(memory)
            return _VALID

        return compile_cached(_DEVIATIONS, deviations)

    @cached_property
    def expand(self) -> Any:
        """Copy the point; `petfit.inference.sample` transforms it."""

        def expand(size: int, _: int, point_: Any, expanded_: Any, _block: Any) -> int:
            for i in range(size):
                expanded_[i] = point_[i]
            return _VALID

        return compile_cached(_EXPAND, expand)


@cache
def compiled() -> Callbacks:
    """Return the compiled functions: from numba's cache, where an earlier process left them there."""
    return Callbacks()


@copied
def _status(log: float, gradient: NDArray[np.float64]) -> int:
    """Return 0 where log density and gradient are finite, else which of them is not."""
    for i in range(gradient.size):
        if not math.isfinite(gradient[i]):
            return _GRADIENT_NOT_FINITE
    return _VALID if math.isfinite(log) else _DENSITY_NOT_FINITE


def compile_cached(signature: Any, function: Callable[..., Any]) -> Any:
    """Compile a function or load it from numba's cache; compile it without a cache where that fails."""
    try:
        cached: Any = numba.cfunc(signature, cache=True, **INLINED)(function)
        _remove_drafts(Path(cached._cache.cache_path))
        return cached
    except Exception as error:  # no folder can be written to, or a file in the cache is damaged
        warnings.warn(f"numba's cache cannot be used ({error}); see NUMBA_CACHE_DIR", stacklevel=2)
        return numba.cfunc(signature, **INLINED)(function)


def _remove_drafts(folder: Path) -> None:
    """Remove what processes that were killed left of files that they wrote to numba's cache."""
    for draft in folder.glob("*.tmp.*"):
        with suppress(OSError):
            if time.time() - draft.stat().st_mtime > _SECONDS_TO_WRITE:
                draft.unlink()


@copied
def _unpack(header: Any, words: Any) -> ModelArrays:
    """Return the arrays in a block of memory; see `petfit.inference.kernel.packed_model.pack`."""
    return ModelArrays(
        words[header.priors_start : header.priors_stop].view(records.PRIOR),
        words[header.random_effects_start : header.random_effects_stop].view(records.RANDOM_EFFECT),
        words[header.centres_start : header.centres_stop].view(records.CENTRE),
        words[header.patterns_start : header.patterns_stop].view(records.PATTERN),
        words[header.terms_start : header.terms_stop].view(records.TERM),
        words[header.rows_start : header.rows_stop].view(records.ROW),
        words[header.people_start : header.people_stop].view(records.PERSON),
        words[header.range_sets_start : header.range_sets_stop].view(records.RANGE_SET),
        words[header.range_set_rows_start : header.range_set_rows_stop],
        words[header.competitors_start : header.competitors_stop],
        words[header.competitor_exposures_start : header.competitor_exposures_stop].view(np.float64),
        words[header.kinetics_start : header.kinetics_stop].view(records.KINETICS),
        header.omega,
        header.hill_is_one != 0,
        header.quadrature != 0,
    )
