"""The log density and its gradient as compiled code for every model that the grammar can say.

The code is compiled once for a machine, not once for a model: a model is data to it (`tables`). It says by
hand, derivatives included, what `petfit.model` says in PyMC, and tests hold the two to be equal.
"""

from __future__ import annotations

from petfit.inference.kernel.callbacks import compiled, source_digest
from petfit.inference.kernel.model_arrays import Tables, block_of, known, tables_of

__all__ = ["Tables", "block_of", "compiled", "known", "source_digest", "tables_of"]
