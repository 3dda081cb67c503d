"""The choice between the centred and the non-centred parametrisation of partially pooled effects.

Where the evidence determines the levels well, the non-centred parametrisation correlates them with their SD
and sampling is slow; where it does not, the centred parametrisation has a funnel at small SDs. Both have the
same posterior (Papaspiliopoulos, Roberts and Sköld, Statistical Science 2007;22:59-73). A short pilot run
decides here; `petfit.model.parametrisation` transforms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from petfit.model.design import Design
from petfit.model.effects import Effect

__all__ = ["choose_centring", "undecided_effects"]

_SMALL_SD_PROBABILITY = 0.05
_MAX_RELATIVE_UNCERTAINTY = 0.5


def undecided_effects(design: Design) -> list[Effect]:
    """Return the partially pooled effects whose parametrisation neither the model nor a pilot run has fixed.

    Parameters
    ----------
    design : Design
        The model and its evidence.
    """
    return [
        effect
        for effect in design.effects
        if effect.kind == "pooled" and effect.centred is None and len(effect.levels) > 1
    ]


def choose_centring(design: Design, draws: Mapping[str, NDArray[np.float64]]) -> Design:
    """Return the design with a parametrisation for every undecided effect.

    An effect is centred where the posterior SD of the contrasts between its levels is less than half of the
    5 % quantile of the SD between levels.

    Parameters
    ----------
    design : Design
        The model and its evidence.
    draws : mapping of str to array
        Draws of a pilot run: parameters and effects by chain, draw and level.
    """
    centred = {effect.name: _is_well_determined(effect, draws) for effect in undecided_effects(design)}
    effects = tuple(
        replace(effect, centred=centred.get(effect.name, effect.centred)) for effect in design.effects
    )
    return replace(design, given_effects=effects)


def _is_well_determined(effect: Effect, draws: Mapping[str, NDArray[np.float64]]) -> bool:
    levels = draws[effect.name].reshape(-1, len(effect.levels))
    contrasts = levels - levels.mean(axis=1, keepdims=True)
    contrast_sd = np.sqrt(contrasts.var(axis=0).sum() / (len(effect.levels) - 1))
    small_sd = np.quantile(draws[effect.scale], _SMALL_SD_PROBABILITY)
    return bool(contrast_sd < _MAX_RELATIVE_UNCERTAINTY * small_sd)
