"""A nutpie model made of compiled functions instead of a PyMC model.

petfit relies on one undocumented part of nutpie: the fields of `nutpie.compile_pymc.CompiledPyMCModel`, the
class of what ``nutpie.compile_pymc_model`` returns. ``tests/inference/test_nutpie_model.py`` fails when these
fields change. ``nutpie.compile_pymc_model(petfit.model.pymc_model.build(design))`` would then return a model
with the same density, which takes about ten seconds to compile.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from nutpie.compile_pymc import CompiledPyMCModel

__all__ = ["POINT", "compiled_model"]

POINT = "point"
"""The only variable of the model: the unconstrained point."""


def compiled_model(
    size: int,
    log_density: Any,
    expand: Any,
    data: NDArray[Any],
    initial_point: Callable[[int], NDArray[np.float64]],
) -> CompiledPyMCModel:
    """Return a model for ``nutpie.sample``.

    Parameters
    ----------
    size : int
        Number of free parameters.
    log_density, expand : numba.core.ccallback.CFunc
        Compiled functions with nutpie's signatures; `expand` copies the point.
    data : array
        The last argument of both functions.
    initial_point : callable
        Returns an initial point for a seed.
    """
    return CompiledPyMCModel(
        dims={POINT: ("coordinate",)},
        compiled_logp_func=log_density,
        compiled_expand_func=expand,
        initial_point_func=initial_point,
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
