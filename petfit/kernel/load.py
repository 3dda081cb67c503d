"""The compiled callbacks, loaded or compiled once in a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numba

from petfit import kept
from petfit.kernel.callbacks import (
    EXPAND_SIGNATURE,
    LOG_DENSITY_SIGNATURE,
    call_expand,
    call_log_density,
)

__all__ = ["Callbacks", "compiled"]


class Callbacks(NamedTuple):
    """Compiled functions with the sampler's signatures, each with its ``address``."""

    log_density: Any
    expand: Any


@cache
def compiled() -> Callbacks:
    """Return the compiled callbacks, kept from an earlier process where that can be."""
    return kept.keep(_compile, Path(__file__).parent)


def _compile(place: Path | None) -> Callbacks:
    with _kept_in(place):
        return Callbacks(
            numba.cfunc(LOG_DENSITY_SIGNATURE, cache=place is not None)(call_log_density),
            numba.cfunc(EXPAND_SIGNATURE, cache=place is not None)(call_expand),
        )


@contextmanager
def _kept_in(place: Path | None) -> Iterator[None]:
    """Let numba keep what is compiled meanwhile in a folder."""
    settings: Any = numba.config
    before = settings.CACHE_DIR
    settings.CACHE_DIR = "" if place is None else str(place)
    try:
        yield
    finally:
        settings.CACHE_DIR = before
