"""The noise parameters of each row."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from petfit.inference.kernel.records import ABSENT
from petfit.model.design import Design
from petfit.model.effect import Effect
from petfit.model.likelihood.base import nu_of
from petfit.model.ops import Array
from petfit.model.parameters import PARAMETERS, RESIDUALS

__all__ = ["is_sigma", "noise_of_rows"]


def is_sigma(effect: Effect) -> bool:
    """Return whether the levels are residual SDs, not terms of a linear predictor."""
    return effect.parameter in RESIDUALS and effect.kind == "separate"


def noise_of_rows(design: Design, first: Mapping[str, int], inputs: Mapping[str, Array]) -> pd.DataFrame:
    """Return the noise parameters of each row, and whether its exposure is below a limit."""
    table = pd.DataFrame(
        {"sigma": ABSENT, "floor": ABSENT, "fixed_sigma": 0.0, "nu": np.inf}, design.rows.index
    )
    scans = (design.rows["level"] == "scan").to_numpy()
    for name, residual in design.spec.residuals.items():
        rows = scans if name == "scan_noise" else ~scans
        if not rows.any():
            continue
        table.loc[rows, "nu"] = nu_of(residual)
        if residual.fixed is not None:
            table.loc[rows, "fixed_sigma"] = residual.fixed
        elif residual.separate is None:
            table.loc[rows, "sigma"] = first[PARAMETERS[name].sd_name]
        for k, effect in enumerate(design.effects):
            if effect.parameter == name and is_sigma(effect):
                table.loc[rows, "sigma"] = first[effect.name] + inputs["index"][k][rows]
        if residual.floor is not None:
            table.loc[rows, "floor"] = first[PARAMETERS[name].floor_name]
    below = [k for k, effect in enumerate(design.effects) if effect.kind == "below"]
    return table.assign(below_loq=(inputs["weight"][below] != 0.0).any(axis=0).astype(int))
