"""The log posterior density and its gradient as compiled code for every model of a specification.

The code is compiled once for a machine, not once for a model: a model is data to it (`model_arrays`).
Derivatives are written out by hand; tests compare density and gradient with `petfit.model.pymc_model`.
"""

from __future__ import annotations

from petfit.inference.kernel.callbacks import compiled, source_digest
from petfit.inference.kernel.model_arrays import ModelArrays, is_supported, model_arrays
from petfit.inference.kernel.packed_model import pack

__all__ = ["ModelArrays", "compiled", "is_supported", "model_arrays", "pack", "source_digest"]
