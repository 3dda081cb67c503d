"""The log density of a layout as compiled code: the kernel's, else PyMC's."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petfit.inference import kernel
from petfit.model.design import Design

__all__ = ["Density", "density", "of_kernel", "of_pymc"]


_SIGNATURE = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_uint64, *[ctypes.c_void_p] * 4)


@dataclass(frozen=True)
class Density:
    """Compiled code and the numbers it runs on.

    Parameters
    ----------
    size : int
        Number of coordinates.
    code : numba.core.ccallback.CFunc
        A compiled function ``(size, point, gradient, log_density, data)`` that returns 0 where all is finite.
    data : array
        What it is given as ``data``.
    """

    size: int
    code: Any
    data: NDArray[Any]

    def __call__(self, point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Return the log density and its gradient at one unconstrained point.

        Parameters
        ----------
        point : array
            One number for each coordinate, in the order of `petfit.model.free_parameters`.

        Raises
        ------
        ValueError
            When it has more or fewer.
        """
        if np.shape(point) != (self.size,):
            raise ValueError(f"the point has the shape {np.shape(point)}, the model {self.size} coordinates")
        inner = np.ascontiguousarray(point, dtype=float)
        log, gradient = np.empty(1), np.empty(inner.size)
        arrays = (inner, gradient, log, self.data)
        _SIGNATURE(self.code.address)(inner.size, *(array.ctypes.data for array in arrays))
        return float(log[0]), gradient


def density(design: Design, left_out: NDArray[np.bool_] | None = None) -> Density:
    """Return the log density of a layout on the sampler's scale, rows `left_out` not counting.

    Parameters
    ----------
    design : Design
        A spec laid over evidence.
    left_out : array of bool, optional
        One for each row.
    """
    return of_kernel(design, left_out) if kernel.known(design) else of_pymc(design, left_out)


def of_kernel(design: Design, left_out: NDArray[np.bool_] | None = None) -> Density:
    """Return the density that `petfit.inference.kernel` computes: nothing is compiled for this model alone."""
    tables = kernel.tables_of(design, left_out)
    code, block = kernel.compiled(), kernel.block_of(tables, kernel.source_digest())
    return Density(len(tables.coordinates), code.log_density, block)


def of_pymc(design: Design, left_out: NDArray[np.bool_] | None = None) -> Density:
    """Return the density of the PyMC model, compiled by nutpie; it takes some ten seconds."""
    import nutpie

    from petfit.model import pymc_model

    compiled = nutpie.compile_pymc_model(pymc_model.build(design, left_out))
    return Density(compiled.n_dim, compiled.compiled_logp_func, compiled.user_data)
