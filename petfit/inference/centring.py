"""The choice between the centred and the non-centred parametrisation of partially pooled effects.

Where the evidence determines the levels well, the non-centred parametrisation correlates them with their SD
and sampling is slow; where it does not, the centred parametrisation has a funnel at small SDs. Both, and
those between them, have the same posterior (Papaspiliopoulos, Roberts and Sköld, Statistical Science
2007;22:59-73). A short pilot run decides here; `petfit.model.parametrisation` transforms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from petfit.model.design import Design
from petfit.model.effect import Effect
from petfit.model.parametrisation import householder_reflection

__all__ = ["choose_centring", "undecided_effects"]

_RATIOS = np.geomspace(0.01, 10.0, 31)
"""Candidates of the SD of a level by the evidence alone, over the median SD between levels."""

_UNCERTAIN = 3.0
"""The ratio from which the levels are sampled non-centred: the evidence then hardly narrows them."""


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

    Parameters
    ----------
    design : Design
        The model and its evidence.
    draws : mapping of str to array
        Draws of a pilot run: parameters and effects by chain, draw and level.
    """
    chosen = {effect.name: _with_centring(effect, draws) for effect in undecided_effects(design)}
    return replace(design, given_effects=tuple(chosen.get(effect.name, effect) for effect in design.effects))


def _with_centring(effect: Effect, draws: Mapping[str, NDArray[np.float64]]) -> Effect:
    levels, sd = draws[effect.name].reshape(-1, len(effect.levels)), draws[effect.scale].ravel()
    contrasts = householder_reflection(levels, len(effect.levels))[:, 1:]
    candidates = _RATIOS * np.median(sd)
    evidence_sd = max(candidates, key=lambda candidate: _log_likelihood(contrasts, sd, candidate))
    if evidence_sd > _UNCERTAIN * np.median(sd):
        return replace(effect, centred=False)
    return replace(effect, centred=True, evidence_sd=float(evidence_sd))


def _log_likelihood(contrasts: NDArray[np.float64], sd: NDArray[np.float64], evidence_sd: float) -> float:
    """Return the log density of contrasts given their SD, if the evidence were normal with this SD.

    Their mean is then proportional to their variance ``v = 1 / (1 / sd^2 + 1 / evidence_sd^2)``.
    """
    variance = 1.0 / (1.0 / sd**2 + 1.0 / evidence_sd**2)
    slopes = contrasts.sum(axis=0) / variance.sum()
    residuals = contrasts - slopes * variance[:, None]
    return float(-0.5 * (residuals**2 / variance[:, None] + np.log(variance)[:, None]).sum())
