"""How much parameters differ between studies, people, regions and other levels of the random effects."""

from __future__ import annotations

import numpy as np
import xarray as xr

from petfit.errors import PetfitError, nearest
from petfit.fit import Fit
from petfit.model.effect import Effect
from petfit.model.parameters import PARAMETERS
from petfit.results.quantiles import PROB
from petfit.results.summary import summarise

__all__ = ["heterogeneity", "level_ratios", "random_effects"]


def heterogeneity(fit: Fit, prob: float = PROB) -> xr.Dataset:
    """Summarise the SD of each random effect that has several levels.

    Parameters
    ----------
    fit : Fit
        A fit.
    prob : float
        Probability of the equal-tailed interval.

    Returns
    -------
    xarray.Dataset
        By ``effect``, with coordinates ``parameter`` (on its link scale, such as log EC50), ``factor`` and
        ``levels``, their number. Columns as in `petfit.results.summary.summarise`.

    Raises
    ------
    PetfitError
        If no random effect has several levels.

    Examples
    --------
    >>> heterogeneity(fit)["factor"].to_numpy().tolist()
    ['drug', 'person', 'drug']
    """
    effects = random_effects(fit)
    if not effects:
        raise PetfitError(
            "the model has no random effect with several levels, so nothing says how they differ"
        )
    draws = xr.DataArray(
        np.stack([fit.posterior[effect.scale] for effect in effects], axis=-1),
        dims=("chain", "draw", "effect"),
        coords={
            "effect": [effect.scale for effect in effects],
            "parameter": ("effect", [PARAMETERS[effect.parameter].linked_label for effect in effects]),
            "factor": ("effect", [":".join(effect.factors) for effect in effects]),
            "levels": ("effect", [len(effect.levels) for effect in effects]),
        },
        name="sd",
    )
    return summarise(draws, prob)


def level_ratios(fit: Fit, factor: str, prob: float = PROB) -> xr.Dataset:
    """Summarise the EC50 of each level of a factor over that of an average level.

    Parameters
    ----------
    fit : Fit
        A fit.
    factor : str
        A factor with a random effect on EC50, such as study.
    prob : float
        Probability of the equal-tailed interval.

    Returns
    -------
    xarray.Dataset
        By ``level``; columns as in `petfit.results.summary.summarise`, of the ratio.

    Raises
    ------
    PetfitError
        If EC50 has no random effect of the factor.

    Examples
    --------
    >>> level_ratios(fit, "drug")["level"].to_numpy().tolist()
    ['A', 'B']
    """
    effects = {
        ":".join(effect.factors): effect for effect in random_effects(fit) if effect.parameter == "ec50"
    }
    if factor not in effects:
        raise PetfitError(
            f"EC50 has no random effect of {factor!r}. {nearest(factor, effects) or 'It has none.'}"
        )
    effect = effects[factor]
    draws = xr.DataArray(
        np.exp(fit.posterior[effect.name]),
        dims=("chain", "draw", "level"),
        coords={"level": effect.labels},
        name="ratio",
        attrs={"factor": factor},
    )
    return summarise(draws, prob)


def random_effects(fit: Fit) -> list[Effect]:
    """Return the random effects on parameters of the model that have several levels.

    Examples
    --------
    >>> [effect.name for effect in random_effects(fit)]
    ['log_ec50_drug', 'log_ec50_person', 'logit_emax_drug']
    """
    return [
        effect
        for effect in fit.design.effects
        if effect.parameter in PARAMETERS and effect.scale in fit.posterior and len(effect.levels) > 1
    ]
