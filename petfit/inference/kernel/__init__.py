"""The log density and its gradient as compiled code for every model that the grammar can say.

The code is compiled once for a machine, not once for a model: a model is data to it (`tables`). It says by
hand, derivatives included, what `petfit.model.pymc_model` says in PyMC, and tests hold the two to be equal.
"""

from __future__ import annotations

from petfit.inference.kernel.load import compiled
from petfit.inference.kernel.model_arrays import Tables, header_of, known, tables_of

__all__ = ["Tables", "compiled", "header_of", "known", "tables_of"]
