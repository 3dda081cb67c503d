"""Array functions of the log likelihood, which is written once for NumPy and PyTensor."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from scipy import special

__all__ = ["NUMPY", "Array", "Ops"]

type Array = Any
"""A NumPy array or a PyTensor tensor: whichever the `Ops` in use takes."""


class Ops(Protocol):
    """Elementwise functions of an array library."""

    def exp(self, x: Array, /) -> Array: ...  # noqa: D102
    def log(self, x: Array, /) -> Array: ...  # noqa: D102
    def expm1(self, x: Array, /) -> Array: ...  # noqa: D102
    def expit(self, x: Array, /) -> Array: ...  # noqa: D102
    def erf(self, x: Array, /) -> Array: ...  # noqa: D102
    def erfcx(self, x: Array, /) -> Array: ...  # noqa: D102
    def betainc(self, a: Array, b: Array, x: Array, /) -> Array: ...  # noqa: D102
    def gammaln(self, x: Array, /) -> Array: ...  # noqa: D102
    def logsumexp(self, x: Array, /, axis: int) -> Array: ...  # noqa: D102
    def where(self, condition: Array, yes: Array, no: Array, /) -> Array: ...  # noqa: D102


class _NumPy:
    exp = staticmethod(np.exp)
    log = staticmethod(np.log)
    expm1 = staticmethod(np.expm1)
    expit = staticmethod(special.expit)
    erf = staticmethod(special.erf)
    erfcx = staticmethod(special.erfcx)
    betainc = staticmethod(special.betainc)
    gammaln = staticmethod(special.gammaln)

    @staticmethod
    def logsumexp(x: Array, /, axis: int) -> Array:
        return special.logsumexp(x, axis=axis)

    where = staticmethod(np.where)


NUMPY: Ops = _NumPy()
