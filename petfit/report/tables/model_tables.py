"""Tables of models: the bundled ones, and the effects and reference exposures of a fit."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from petfit.model.design import Design
from petfit.model.specification import ModelSpec
from petfit.report.table import Column, Table

__all__ = ["effect_table", "model_list_table", "reference_table"]


def model_list_table(specs: Mapping[str, ModelSpec]) -> Table:
    """Return models by name, with their title and their use."""
    rows = [(name, spec.title, " ".join(spec.description.split())) for name, spec in specs.items()]
    frame = pd.DataFrame(rows, columns=["name", "title", "when to use it"])
    return Table.from_frame("models", "Models", frame)


def effect_table(design: Design) -> Table:
    """Return the effects on each parameter, with their numbers of levels."""
    rows = [
        (effect.parameter, " by ".join(effect.factors), effect.kind, effect.reference[1], len(effect.levels))
        for effect in design.effects
    ]
    frame = pd.DataFrame(rows, columns=["parameter", "factor", "kind", "reference", "levels"])
    return Table.from_frame("effects", "Effects on each parameter, with their levels", frame)


def reference_table(design: Design) -> Table:
    """Return the reference exposure of each drug."""
    rows = [
        (drug, reference.value, reference.unit, reference.origin)
        for drug, reference in design.reference_doses.items()
    ]
    frame = pd.DataFrame(rows, columns=["drug", "reference", "unit", "origin"])
    columns = tuple(Column(name, "from" if name == "origin" else name) for name in frame.columns)
    caption = f"The {design.spec.exposure_words} that counts as 1 in the model."
    return Table("references", "Reference exposures", frame, columns, caption)
