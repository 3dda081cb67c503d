"""The compiled log posterior density of a design: the kernel, or PyMC for what the kernel does not cover."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petfit.inference import kernel
from petfit.model.design import Design
from petfit.model.free_parameters import n_free_parameters

__all__ = ["LogDensity", "from_kernel", "from_pymc", "log_density"]

_SIGNATURE = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_uint64, *[ctypes.c_void_p] * 4)


@dataclass(frozen=True)
class LogDensity:
    """A compiled log density on the sampler's unconstrained scale.

    Parameters
    ----------
    size : int
        Number of free parameters.
    function : numba.core.ccallback.CFunc
        The compiled function ``(size, point, gradient, log_density, data)``. It returns 0 where log density
        and gradient are finite.
    data : array
        The model and its evidence, passed to `function` as the last argument.
    """

    size: int
    function: Any
    data: NDArray[Any]

    def __call__(self, point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Return the log density and its gradient at an unconstrained point.

        Parameters
        ----------
        point : array
            One number for each free parameter, in the order of `petfit.model.free_parameters`.

        Raises
        ------
        ValueError
            If the point does not have one number for each free parameter.
        """
        if np.shape(point) != (self.size,):
            raise ValueError(
                f"the point has shape {np.shape(point)}, but the model has {self.size} free parameters"
            )
        point = np.ascontiguousarray(point, dtype=float)
        log, gradient = np.empty(1), np.empty(self.size)
        addresses = (array.ctypes.data for array in (point, gradient, log, self.data))
        _SIGNATURE(self.function.address)(self.size, *addresses)
        return float(log[0]), gradient


def log_density(design: Design, left_out: NDArray[np.bool_] | None = None) -> LogDensity:
    """Return the log posterior density of a design.

    Parameters
    ----------
    design : Design
        The model and its evidence.
    left_out : array of bool, optional
        Rows that do not contribute to the likelihood.

    Examples
    --------
    >>> from petfit.evidence import read_evidence
    >>> from petfit.evidence.drug_table import read_drug_table
    >>> from petfit.model.specification import read_model
    >>> density = log_density(Design.build(read_model("ssri"), read_evidence(), read_drug_table()))
    >>> log, gradient = density(np.zeros(density.size))
    >>> bool(np.isfinite(log)), gradient.shape == (density.size,)
    (True, True)
    """
    return from_kernel(design, left_out) if kernel.is_supported(design) else from_pymc(design, left_out)


def from_kernel(design: Design, left_out: NDArray[np.bool_] | None = None) -> LogDensity:
    """Return the density that `petfit.inference.kernel` computes; nothing is compiled for a single model."""
    data = kernel.pack(kernel.model_arrays(design, left_out), kernel.source_digest())
    functions = kernel.compiled()
    integrated = any(effect.integrated for effect in design.effects)
    function = functions.log_density_of_people if integrated else functions.log_density
    return LogDensity(n_free_parameters(design), function, data)


def from_pymc(design: Design, left_out: NDArray[np.bool_] | None = None) -> LogDensity:
    """Return the density of the PyMC model, which nutpie compiles in about ten seconds."""
    import nutpie

    from petfit.model import pymc_model

    model = nutpie.compile_pymc_model(pymc_model.build(design, left_out))
    return LogDensity(model.n_dim, model.compiled_logp_func, model.user_data)
