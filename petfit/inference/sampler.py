"""nutpie's No-U-Turn sampler, without the packages that nutpie imports to compile models."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petfit.inference.log_density import Density
from petfit.settings import Settings

__all__ = ["STATS", "run"]

STATS = {
    "diverging": "diverging",
    "energy": "energy",
    "logp": "lp",
    "depth": "tree_depth",
    "n_steps": "n_steps",
    "step_size": "step_size",
    "mean_tree_accept": "acceptance_rate",
}
"""Sampler statistics by nutpie's names, and ours."""

type Start = Callable[[int], NDArray[np.float64]]


def run(
    density: Density, start: Start, expand: int, settings: Settings, *, progress: bool = False
) -> tuple[NDArray[np.float64], dict[str, NDArray[Any]]]:
    """Sample a density.

    Parameters
    ----------
    density : Density
        Compiled code of the log density and its gradient.
    start : callable
        From a seed to a starting point.
    expand : int
        The address of a function that copies a point.
    settings : Settings
        Chains, draws, seed.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    tuple
        Points: chain, draw, coordinate; and sampler statistics: chain, draw.

    Raises
    ------
    RuntimeError
        When no starting point has a finite density.
    """
    library, size = _library(), density.size
    data = density.data.ctypes.data
    dims, sizes = {"point": ["coordinate"]}, {"coordinate": size}
    model = library.PyMcModel(
        library.LogpFunc(density.address, data, density),
        library.ExpandFunc(size, size, expand, data, density),
        library.PyVariable.new_variables(["point"], ["float64"], [(size,)], sizes, dims),
        size,
        sizes,
        {},
        start,
        None,
    )
    sampler = library.PySampler.from_pymc(
        _settings(library, settings),
        settings.cores or min(settings.chains, _cores()),
        model,
        library.ProgressType.indicatif(100) if progress else library.ProgressType.none(),
        None,
        100,
        library.PyStorage.arrow(),
    )
    try:
        sampler.wait(None)
    except KeyboardInterrupt:
        sampler.abort()
        raise
    points, stats = sampler.take_results().get_arrow_trace()
    return (
        np.stack([_vectors(one.column("point"), size)[settings.tune :] for one in points]),
        {
            ours: np.stack([one.column(theirs).to_numpy()[settings.tune :] for one in stats])
            for theirs, ours in STATS.items()
        },
    )


def _settings(library: ModuleType, settings: Settings) -> Any:
    """Return nutpie's settings: a diagonal mass matrix from the variances of the draws."""
    found = library.PyNutsSettings.Diag(settings.seed)
    found.use_grad_based_mass_matrix = False
    found.update(
        {
            "num_chains": settings.chains,
            "num_tune": settings.tune,
            "num_draws": settings.draws,
            "target_accept": settings.target_accept,
            "maxdepth": settings.max_depth,
        }
    )
    return found


def _cores() -> int:
    count = getattr(os, "process_cpu_count", os.cpu_count)()
    return int(count or 1)


def _vectors(column: Any, size: int) -> NDArray[np.float64]:
    import pyarrow

    return np.asarray(pyarrow.array(column).flatten()).reshape(-1, size)


@cache
def _library() -> ModuleType:
    """Return nutpie's compiled module, loaded by itself where that is possible.

    ``import nutpie`` takes two seconds, nearly all of it for ArviZ.
    """
    name = "nutpie._lib"
    if name in sys.modules:
        return sys.modules[name]
    package = importlib.util.find_spec("nutpie")
    for folder in (package and package.submodule_search_locations) or ():
        for suffix in EXTENSION_SUFFIXES:
            if (file := Path(folder) / f"_lib{suffix}").exists():
                return _load(name, file)
    from nutpie import _lib

    return _lib  # type: ignore[no-any-return]


def _load(name: str, file: Path) -> ModuleType:
    """Load an extension module without its package, so that the package will find it later."""
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
