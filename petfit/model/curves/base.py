"""The interface of a curve from exposure to occupancy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from petfit.model.ops import Array

__all__ = ["Curve", "odds"]


def _nothing_derived(**_: Array) -> dict[str, NDArray[np.float64]]:
    return {}


@dataclass(frozen=True)
class Curve:
    """An increasing curve from exposure to occupancy.

    Parameters
    ----------
    name : str
        Its name in a model file.
    equation : str
        The curve as printed.
    source : str
        Source of the equation.
    parameters : tuple of str
        Keyword arguments of the functions, some of `petfit.model.parameters.CURVE_PARAMETERS`.
    occupancy : callable
        ``occupancy(x, **parameters)``: occupancy (fraction) at exposure `x`, in the unit of ``ec50``.
    slope : callable
        ``slope(x, **parameters)``: derivative of occupancy by log EC50; never positive.
    exposure : callable
        ``exposure(occupancy, **parameters)``: exposure at an occupancy, infinite if the curve does not
        reach it. It takes NumPy arrays; the two functions before take PyTensor tensors as well.
    derived : callable
        ``derived(**parameters)``: by name, further quantities to report.
    is_one_site : bool
        Whether a drug has one EC50 at the target, so that exposures to other ligands of the site are additive
        in units of their EC50.
    """

    name: str
    equation: str
    source: str
    parameters: tuple[str, ...]
    occupancy: Callable[..., Array]
    slope: Callable[..., Array]
    exposure: Callable[..., NDArray[np.float64]]
    derived: Callable[..., dict[str, NDArray[np.float64]]] = _nothing_derived
    is_one_site: bool = True


def odds(occupancy: ArrayLike, emax: ArrayLike) -> NDArray[np.float64]:
    """Return ``t / (emax - t)`` for the occupancy t, infinite if `emax` is not above t.

    Examples
    --------
    >>> odds(0.8, [0.9, 0.8]).round(9).tolist()
    [8.0, inf]
    """
    target, maximum = np.broadcast_arrays(np.asarray(occupancy, float), np.asarray(emax, float))
    distance = maximum - target
    ratio = np.full(target.shape, np.inf)
    np.divide(target, distance, out=ratio, where=distance > 0)
    return ratio
