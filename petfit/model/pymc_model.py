"""The PyMC model of a design: free parameters with their priors, and the log likelihood.

It defines the posterior: tests hold `petfit.inference.kernel` to it. All numbers (rows, indices, weights and
the arguments of priors) are data (`pymc.Data`).
"""

from __future__ import annotations

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from numpy.typing import NDArray
from pymc.distributions.transforms import Transform

from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.free_parameters import parameters_with_priors, random_effects
from petfit.model.likelihood.integrated_people import integrated_effect, log_likelihood_by_grid
from petfit.model.likelihood.log_likelihood import levels_in
from petfit.model.ops import Array, Ops
from petfit.model.parametrisation import from_free_parameters, grand_mean_name, unit_of_coordinates
from petfit.model.prior import Prior

__all__ = ["PYTENSOR", "build", "inputs"]


class _PyTensor:
    exp = staticmethod(pt.exp)
    log = staticmethod(pt.log)
    expm1 = staticmethod(pt.expm1)
    expit = staticmethod(pt.sigmoid)
    erf = staticmethod(pt.erf)
    erfcx = staticmethod(pt.erfcx)
    betainc = staticmethod(pt.betainc)
    gammaln = staticmethod(pt.gammaln)
    logsumexp = staticmethod(pt.logsumexp)
    where = staticmethod(pt.switch)


PYTENSOR: Ops = _PyTensor()


class _Softplus(Transform):  # type: ignore[misc]  # PyMC has no type annotations
    """A positive parameter as ``scale * log(1 + exp(value))``; see `petfit.model.free_parameters`."""

    name = "softplus"
    ndim_supp = 0

    def __init__(self, scale: Array) -> None:
        self.scale = scale

    def backward(self, value: Array, *_: Array) -> Array:
        return self.scale * pt.softplus(value)

    def forward(self, value: Array, *_: Array) -> Array:
        ratio = value / self.scale
        return ratio + pt.log(-pt.expm1(-ratio))

    def log_jac_det(self, value: Array, *_: Array) -> Array:
        return pt.log(self.scale * pt.sigmoid(value))


def inputs(
    design: Design, left_out: NDArray[np.bool_] | None = None
) -> dict[str, NDArray[np.float64] | NDArray[np.int64]]:
    """Return all data of the model: the rows, their weights in the likelihood, and the arguments of priors.

    Parameters
    ----------
    design : Design
        The design of the model.
    left_out : array of bool, optional
        Rows excluded from the likelihood. Their levels stay in the model and follow the prior.
    """
    numbers = [
        value for _, priors in parameters_with_priors(design) for prior in _columns(priors) for value in prior
    ]
    rows = likelihood.inputs(design)
    weights = np.ones(len(design.rows)) if left_out is None else np.where(left_out, 0.0, 1.0)
    by_level = {_weights_name(level.name): weights[rows[f"{level.name}.rows"]] for level in levels_in(design)}
    return {**rows, **by_level, "priors": np.array(numbers)}


def _weights_name(level: str) -> str:
    """Return the name of the data that holds the likelihood weights of the rows of a level."""
    return f"likelihood_weight.{level}"


def _columns(priors: tuple[Prior, ...]) -> list[tuple[float, ...]]:
    """Return a tuple for each argument of the family, with a number for each level."""
    return list(zip(*(prior.numbers for prior in priors), strict=True))


def build(design: Design, left_out: NDArray[np.bool_] | None = None) -> pm.Model:
    """Build the PyMC model.

    Parameters
    ----------
    design : Design
        The design of the model.
    left_out : array of bool, optional
        Rows excluded from the likelihood.

    Returns
    -------
    pymc.Model
        Free variables are the scalars (grand means instead of some centres, see
        `petfit.model.parametrisation`), shifts, separate levels, and a vector of
        coordinates of each random effect. The likelihood is one potential.
    """
    with pm.Model(check_bounds=False) as model:
        data = {name: pm.Data(name, values) for name, values in inputs(design, left_out).items()}
        draws: dict[str, Array] = {}
        centres: dict[str, Array] = {}
        start = 0
        for name, priors in parameters_with_priors(design):
            family, size = priors[0].family, len(priors)
            is_scalar = name in design.scalar_priors
            numbers = {}
            for argument in family.arguments:
                numbers[argument] = (
                    data["priors"][start] if is_scalar else data["priors"][start : start + size]
                )
                start += size
            distribution, shape = getattr(pm, priors[0].dist), () if is_scalar else (size,)
            if name in design.grand_means:
                draws[grand_mean_name(name)] = pm.Flat(grand_mean_name(name))
                centres[name] = distribution.dist(**numbers)
            elif family.scale is not None:
                softplus = _Softplus(family.scale(**numbers))
                draws[name] = distribution(name, **numbers, shape=shape, default_transform=softplus)
            else:
                draws[name] = distribution(name, **numbers, shape=shape)
        for effect in random_effects(design):
            sd = draws[effect.scale]
            sds = sd / unit_of_coordinates(design, effect, sd)
            draws[effect.free_name] = pm.Normal(effect.free_name, 0.0, sds, shape=(len(effect.levels),))
        draws |= from_free_parameters(design, draws)
        for name, prior in centres.items():
            pm.Potential(f"{name}_prior", pm.logp(prior, draws[name]))
        weights = {level.name: data[_weights_name(level.name)] for level in levels_in(design)}
        if integrated_effect(design) is None:
            densities = likelihood.log_likelihood(PYTENSOR, design, draws, data)
            evidence = sum(pt.sum(density * weights[level]) for level, density in densities.items())
        else:
            evidence = pt.sum(log_likelihood_by_grid(PYTENSOR, design, draws, data, weights))
        pm.Potential("evidence", evidence)
    return model
