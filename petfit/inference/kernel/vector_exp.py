"""The exponential function inside vectorised loops.

LLVM runs a loop of additions and multiplications over several numbers at once, but none that calls a
function.
"""

from __future__ import annotations

from petfit.inference.kernel.jit import vectorised

__all__ = ["exp_of_negative"]

_LOWEST = -36.0
"""Where the result is 0 in comparison with 1, in double precision."""

_INVERSES = tuple(1.0 / k for k in range(9, 0, -1))


@vectorised
def exp_of_negative(x: float) -> float:
    """Return ``exp(x)`` for ``x <= 0`` with an absolute error below 1e-14, by ``exp(x / 64) ** 64``.

    ``exp(x / 64)`` is a Taylor series.
    """
    r = max(x, _LOWEST) / 64.0
    y = 1.0
    for inverse in _INVERSES:
        y = 1.0 + r * inverse * y
    for _ in range(6):
        y *= y
    return y
