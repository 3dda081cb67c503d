"""nutpie's model object, made of compiled functions instead of a PyMC model.

This is the one undocumented part of nutpie that petfit uses: the fields of `nutpie.compile_pymc.CompiledPyMCModel`,
which ``nutpie.compile_pymc_model`` returns. ``tests/test_compiled.py`` says whether they are still what they were.
Should nutpie change them, ``nutpie.compile_pymc_model(petfit.model.pymc_model.build(design))`` gives a model of the same
density, which takes some ten seconds to compile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from nutpie.compile_pymc import CompiledPyMCModel

__all__ = ["POINT", "compiled_model"]

POINT = "point"
"""The one variable of such a model: the unconstrained point itself."""


def compiled_model(
    size: int, log_density: Any, expand: Any, data: NDArray[Any], start: Callable[[int], NDArray[np.float64]]
) -> CompiledPyMCModel:
    """Return a model that ``nutpie.sample`` takes.

    Parameters
    ----------
    size : int
        Number of coordinates.
    log_density, expand : numba.core.ccallback.CFunc
        What ``numba.cfunc`` returns, for nutpie's signatures; `expand` copies the point.
    data : array
        What they are given last.
    start : callable
        From a seed to a starting point.
    """
    return CompiledPyMCModel(
        dims={POINT: ("coordinate",)},
        compiled_logp_func=log_density,
        compiled_expand_func=expand,
        initial_point_func=start,
        shared_data={},
        shared_var_keys={},
        user_data=data,
        n_expanded=size,
        shape_info=([POINT], [slice(0, size)], [(size,)]),
        logp_func=None,
        expand_func=None,
        _n_dim=size,
        _shapes={POINT: (size,)},
        _coords={"coordinate": np.arange(size)},
    )
