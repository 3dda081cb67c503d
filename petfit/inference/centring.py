"""Which pools are sampled as levels in full, and which as standard normals times their SD.

Where the evidence knows the levels well, standard normals tie them to the SD and a sampler creeps along the
ridge; where it does not, levels in full end in a funnel at small SDs. Either way the posterior is the same
(Papaspiliopoulos, Roberts and Sköld, Statistical Science 2007;22:59-73). A short first run tells which of the
two it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from petfit.model.design import Design
from petfit.model.effects import Effect

__all__ = ["centred", "open_pools"]

_SMALL_SD = 0.05
_KNOWN = 0.5


def open_pools(design: Design) -> list[Effect]:
    """Return the pools of which neither the model nor an earlier run has said how to sample them."""
    return [
        effect
        for effect in design.effects
        if effect.kind == "pooled" and effect.centred is None and len(effect.levels) > 1
    ]


def centred(design: Design, draws: Mapping[str, NDArray[np.float64]]) -> Design:
    """Return the layout with every open pool decided: centred where the evidence knows its levels.

    It knows them where what is left open of their contrasts is less than half of the SD between them, even of
    an SD that only 5 % of the draws fall below.

    Parameters
    ----------
    design : Design
        A spec laid over evidence.
    draws : mapping of str to array
        From a first run: scalars and effects; chain, draw, then levels.
    """
    decided = {effect.name: _is_known(effect, draws) for effect in open_pools(design)}
    effects = tuple(replace(one, centred=decided.get(one.name, one.centred)) for one in design.effects)
    return replace(design, given_effects=effects)


def _is_known(effect: Effect, draws: Mapping[str, NDArray[np.float64]]) -> bool:
    levels = draws[effect.name].reshape(-1, len(effect.levels))
    contrasts = levels - levels.mean(axis=1, keepdims=True)
    left_open = np.sqrt(contrasts.var(axis=0).sum() / (len(effect.levels) - 1))
    small_sd = np.quantile(draws[effect.scale], _SMALL_SD)
    return bool(left_open < _KNOWN * small_sd)
