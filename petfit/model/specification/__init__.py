"""The specification of a model, and the TOML file that states it."""

from __future__ import annotations

from petfit.model.specification.model_file import model_file, parse_model, read_model
from petfit.model.specification.model_spec import ModelSpec

__all__ = ["ModelSpec", "model_file", "parse_model", "read_model"]
