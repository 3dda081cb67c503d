"""The true parameters of a simulated study: drawn from the priors, from a fit, or stated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.errors import PetfitError, nearest
from petfit.fit import Fit
from petfit.model.design import Design
from petfit.model.effect import Effect
from petfit.model.parameters import PARAMETERS
from petfit.model.specification import ModelSpec
from petfit.results.curve_draws import curve_draws

__all__ = ["Draws", "as_fit", "draw_truths", "with_stated_values"]

type Draws = dict[str, NDArray[np.float64]]
"""Scalars and effects by name: draws, then the levels of effects."""

type Stated = Mapping[str, float | Mapping[str, float]]


@dataclass(frozen=True)
class _Parameters:
    """The part of a fit that `curve_draws` reads."""

    design: Design
    posterior: Draws
    new_level_effects: Draws
    drug_table: pd.DataFrame | None = None

    @property
    def spec(self) -> ModelSpec:
        return self.design.spec


def as_fit(
    design: Design,
    draws: Draws,
    rng: np.random.Generator | None = None,
    drug_table: pd.DataFrame | None = None,
) -> Fit:
    """Return draws as a fit that answers, for new levels as well if a generator is given.

    Parameters
    ----------
    design : Design
        The design of the draws.
    draws : dict of str to array
        Scalars and effects, with any leading axes.
    rng : numpy.random.Generator, optional
        Draws the effects of new levels; they are 0 if not given.
    drug_table : pandas.DataFrame, optional
        For answers about marketed strengths.
    """
    shape = design.draw_shape(draws) if draws else ()
    names = [effect.name for effect in design.effects if effect.has_new_level]
    new_level_effects = {
        name: np.zeros(shape) if rng is None else rng.standard_normal(shape) for name in names
    }
    return cast(Fit, _Parameters(design, draws, new_level_effects, drug_table))


def draw_truths(design: Design, given: Fit | None, rng: np.random.Generator, size: int) -> Draws:
    """Return independent draws of every parameter of a design.

    Parameters
    ----------
    design : Design
        The design of the planned rows, with those of the given fit.
    given : Fit, optional
        A fit whose posterior they are drawn from. Levels that it does not have, such as new people or a new
        study, are drawn from the distribution of their effect. Without it, all are drawn from the priors.
    rng : numpy.random.Generator
        Source of randomness.
    size : int
        The number of draws.

    Returns
    -------
    dict of str to array
        Scalars and effects: draws, then levels.
    """
    prior = design.draw_prior(rng, size)
    if given is None:
        return prior
    posterior = {name: values.reshape(-1, *values.shape[2:]) for name, values in given.posterior.items()}
    total = next(iter(posterior.values())).shape[0]
    chosen = rng.permutation(total)[:size] if size <= total else rng.integers(total, size=size)
    scalars = {
        name: posterior[name][chosen] if name in posterior else prior[name] for name in design.scalar_priors
    }
    known = {effect.name: effect for effect in given.design.effects}
    draws = dict(scalars)
    for effect in design.effects:
        values = prior[effect.name].copy()
        if effect.scale and effect.scale in scalars:
            values = scalars[effect.scale][:, None] * rng.standard_normal(values.shape)
        if effect.name in known:
            copied, original = _common_levels(effect, known[effect.name])
            values[:, copied] = posterior[effect.name][chosen][:, original]
        draws[effect.name] = values
    return draws


def _common_levels(effect: Effect, known: Effect) -> tuple[list[int], list[int]]:
    pairs = [
        (i, known.level_index[level]) for level, i in effect.level_index.items() if level in known.level_index
    ]
    return [i for i, _ in pairs], [j for _, j in pairs]


def with_stated_values(design: Design, draws: Draws, stated: Stated) -> Draws:
    """Return draws with some values replaced by stated ones.

    Parameters
    ----------
    design : Design
        The design of the draws.
    draws : dict of str to array
        Scalars and effects: draws, then levels.
    stated : mapping of str to float, or to a mapping by drug
        Parameters of the curve on their natural scale, such as ``ec50`` (in the unit of the exposures of the
        drug) and ``emax`` (a fraction): those of a typical person; and any scalar of the model by the name of
        its posterior variable, such as ``omega``, ``sigma``, or ``log_ec50_study_sd``. Random effects of
        stated SDs are scaled with them.

    Raises
    ------
    PetfitError
        If the model has no such parameter, or it is fixed.

    Examples
    --------
    >>> design = fit.design
    >>> draws = draw_truths(design, None, np.random.default_rng(1), 3)
    >>> stated = with_stated_values(design, draws, {"ec50": {"A": 10.0, "B": 20.0}, "omega": 0.0})
    >>> curve_draws(as_fit(design, stated)).parameters["ec50"][0].round(6).tolist()
    [10.0, 20.0]
    """
    changed = {name: values.copy() for name, values in draws.items()}
    for name, value in stated.items():
        if name in design.scalar_priors and not isinstance(value, Mapping):
            _state_scalar(design, changed, name, float(value))
        elif name not in design.spec.parameters:
            known = [*design.spec.parameters, *design.scalar_priors]
            raise PetfitError(f"truth: the model has no parameter {name!r}. {nearest(name, known)}")
    for name, value in stated.items():
        if name in design.spec.parameters:
            _state_curve_parameter(design, changed, name, value)
    return changed


def _state_scalar(design: Design, draws: Draws, name: str, value: float) -> None:
    if not np.isfinite(design.scalar_priors[name].log_density(value)) and value != 0:
        raise PetfitError(f"truth: {name} cannot be {value:g} under its prior.")
    for effect in design.effects:
        if effect.scale == name:
            draws[effect.name] *= (value / draws[name])[:, None]
    draws[name] = np.full_like(draws[name], value)


def _state_curve_parameter(
    design: Design, draws: Draws, name: str, value: float | Mapping[str, float]
) -> None:
    """Shift the level of each drug, or the centre, so that a typical person has the value."""
    info, parameter = PARAMETERS[name], design.spec.parameters[name]
    if parameter.fixed is not None:
        raise PetfitError(
            f"truth: {name} is fixed at {parameter.fixed:g} in the model. Leave it out, or change the model."
        )
    by_drug = value if isinstance(value, Mapping) else dict.fromkeys(design.drugs, value)
    for drug in by_drug:
        if drug not in design.drugs:
            raise PetfitError(f"truth: {name}: there is no drug {drug!r}. {nearest(drug, design.drugs)}")
    effect = next(
        (e for e in design.effects if e.parameter == name and e.factors == ("drug",) and e.kind != "slope"),
        None,
    )
    if effect is None and len(set(by_drug.values())) > 1:
        raise PetfitError(f"truth: all drugs have the same {name} in the model. Give one number.")
    for drug, number in by_drug.items():
        linked = info.to_link_scale(float(number))
        if not np.isfinite(linked):
            raise PetfitError(f"truth: {name} cannot be {float(number):g}.")
        curve = curve_draws(as_fit(design, draws), drugs=[drug])
        current = np.array([info.to_link_scale(float(v)) for v in curve.parameters[name][:, 0]])
        if effect is not None and (drug,) in effect.level_index:
            draws[effect.name][:, effect.level_index[(drug,)]] += linked - current
        elif info.linked_name in draws:
            draws[info.linked_name] = draws[info.linked_name] + (linked - current)
        else:
            raise PetfitError(
                f"truth: {name} is separate by {parameter.separate} in the model; leave it out."
            )
