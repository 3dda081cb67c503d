"""An array whose references numba does not count.

Counting is an atomic operation for every array that is passed on, which takes half of the time of a small
model. This is the only place in the kernel that uses numba beyond its documented interface: how `numba.core`
describes arrays. A version of numba that changed it would fail to compile the kernel, and the tests with
it; ``return array`` in place of `uncounted` is then slower and as right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from petfit.inference.kernel.jit import not_inlined

__all__ = ["keep", "uncounted"]


def _uncounted(_: Any, array: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        copy = context.make_array(signature.args[0])(context, builder, values[0])
        copy.meminfo = cgutils.get_null_value(copy.meminfo.type)
        return copy._getvalue()

    return array(array), generate


_as_intrinsic: Any = intrinsic
uncounted: Callable[[NDArray[np.float64]], NDArray[np.float64]] = _as_intrinsic(_uncounted)
"""Return the same array without a count of its references; the caller must `keep` the array afterwards."""


@not_inlined
def keep(array: NDArray[np.float64]) -> None:
    """Use an array, which numba frees after its last use, whether or not `uncounted` ones remain."""
    array[0] = 0.0
