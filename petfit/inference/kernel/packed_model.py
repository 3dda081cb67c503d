"""The block of memory in which the compiled code receives a model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel.model_arrays import ModelArrays
from petfit.inference.kernel.records import ARRAYS, HEADER, SCALARS

__all__ = ["pack"]


def pack(model: ModelArrays, digest: int) -> NDArray[np.int64]:
    """Return a model as one block of memory: a header, then the arrays, in words of eight bytes.

    Parameters
    ----------
    model : ModelArrays
        The model.
    digest : int
        The digest of the code that is to read it.
    """
    arrays = {name: np.ascontiguousarray(getattr(model, name)).view(np.int64) for name in ARRAYS}
    block = np.concatenate([np.zeros(HEADER.itemsize // 8, np.int64), *arrays.values()])
    header = block[: HEADER.itemsize // 8].view(HEADER)[0]
    header["digest"], header["n_words"] = digest, block.size
    for name in SCALARS:
        header[name] = getattr(model, name)
    start = HEADER.itemsize // 8
    for name, array in arrays.items():
        header[f"{name}_start"], header[f"{name}_stop"] = start, start + array.size
        start += array.size
    return block
