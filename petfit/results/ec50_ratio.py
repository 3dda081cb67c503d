"""EC50 at a second target over that at the first, and curves at the second target."""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from petfit.errors import PetfitError, nearest
from petfit.fit import Fit
from petfit.model.affinity_ratios import AffinityRatio
from petfit.model.effect import Effect
from petfit.results.drug_curves import CurveDraws

__all__ = ["affinity_ratio", "at_second_target", "fitted_ratio", "is_second_target", "log_ratio_draws"]


def is_second_target(fit: Fit, target: str) -> bool:
    """Return whether a target is a second one of the model, and not that of the fitted rows.

    Raises
    ------
    PetfitError
        If the model does not know the target, or the fitted rows are not of the target it starts from.
    """
    known = [fit.spec.first_target, *fit.spec.selectivity] if fit.spec.selectivity else []
    if target not in known:
        remedy = (
            nearest(target, known) if known else f"Add [selectivity.{target}] to the model, and fit it again."
        )
        raise PetfitError(f"the model has no target {target!r}. {remedy}")
    if target == fit.spec.first_target:
        return False
    fitted = set(fit.design.rows["target"]) - set(fit.spec.selectivity)
    if fitted != {fit.spec.first_target}:
        seen = ", ".join(sorted(fitted - {""})) or "no target"
        raise PetfitError(
            f"{target}: the model infers it from occupancies of {fit.spec.first_target}, but the fitted rows "
            f"name {seen}. Write {fit.spec.first_target} in the column target if that is what was measured."
        )
    return True


def affinity_ratio(fit: Fit, drug: str, target: str) -> AffinityRatio | None:
    """Return what affinities say about a drug at a second target; None if there are none."""
    part = fit.spec.selectivity[target]
    return AffinityRatio.of(part.pairs, drug, part.between_laboratories)


def fitted_ratio(fit: Fit, drug: str, target: str) -> tuple[Effect, int] | None:
    """Return the effect and the index of its level that fitted rows of the second target inform, if any."""
    for effect in fit.design.effects:
        if effect.name == "log_ec50_drug_target" and (drug, target) in effect.level_index:
            return effect, effect.level_index[drug, target]
    return None


def log_ratio_draws(fit: Fit, drug: str, target: str) -> NDArray[np.float64]:
    """Return draws of log EC50 at a second target minus log EC50 at the first.

    Where occupancies of the drug at the second target were fitted, these are posterior draws. Otherwise they
    are drawn from the affinities and the prior of the difference between in vitro and in vivo, independently
    of the other parameters.

    Parameters
    ----------
    fit : Fit
        A fit.
    drug, target : str
        A drug with affinities, and a second target of the model.

    Returns
    -------
    array
        Chain, draw.

    Raises
    ------
    PetfitError
        If there are no affinities of the drug.
    """
    fitted = fitted_ratio(fit, drug, target)
    if fitted is not None:
        effect, index = fitted
        return fit.posterior[effect.name][..., index]
    ratio = affinity_ratio(fit, drug, target)
    if ratio is None:
        raise PetfitError(
            f"no laboratory measured affinities of {drug} at both {fit.spec.first_target} and {target}. Add "
            f"them to the affinities of [selectivity.{target}], and fit the model again."
        )
    seed = [int(fit.attrs["seed"]), zlib.crc32(f"{drug} at {target}".encode())]
    in_vitro, normals = np.random.default_rng(seed).standard_normal(
        (2, *fit.design.draw_shape(fit.posterior))
    )
    in_vivo = fit.spec.selectivity[target].in_vivo.quantile(special.ndtr(normals))
    return ratio.draws(in_vitro) + np.asarray(in_vivo, float)


def at_second_target(fit: Fit, curves: CurveDraws, target: str) -> CurveDraws:
    """Return curves at a second target, without competitors, whose affinities to it are unknown."""
    ratios = np.stack([log_ratio_draws(fit, drug, target) for drug in curves.drugs], axis=-1)
    ec50 = curves.parameters["ec50"] * np.exp(ratios)
    emax = np.full(ec50.shape, fit.spec.selectivity[target].emax)
    parameters = {**curves.parameters, "ec50": ec50, "emax": emax}
    return replace(curves, parameters=parameters, competing=np.zeros_like(curves.competing))
