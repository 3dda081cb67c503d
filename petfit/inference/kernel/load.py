"""The compiled callbacks, loaded or compiled once in a process."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from petfit.inference import code_cache
from petfit.inference.kernel import objects

__all__ = ["Callbacks", "compiled"]

_NAMES = ("log_density", "expand")


class Callbacks(NamedTuple):
    """Addresses of compiled functions with the sampler's signatures, and what must live as long."""

    log_density: int
    expand: int
    alive: Any


@cache
def compiled() -> Callbacks:
    """Return the compiled callbacks, kept from an earlier process where that can be."""
    return code_cache.keep(_linked, _compile, Path(__file__).parent)


def _linked(place: Path) -> Callbacks:
    linked = [objects.link(place / name) for name in _NAMES]
    log_density, expand = linked
    return Callbacks(log_density.address, expand.address, linked)


def _compile(place: Path | None) -> Callbacks:
    """Compile with numba, which takes seconds, and keep the object code in a folder."""
    from petfit.inference.kernel import callbacks

    made = [callbacks.compile_callback(name) for name in _NAMES]
    if place is not None:
        with suppress(Exception):  # numba's insides may change: then each process compiles
            for name, one in zip(_NAMES, made, strict=True):
                objects.save(place / name, one)
    log_density, expand = made
    return Callbacks(log_density.address, expand.address, made)
