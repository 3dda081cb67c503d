"""The PyMC model of a layout: unknowns with their priors, and the log density of the evidence.

It is the truth that `petfit.inference.kernel` is held to. Everything that is a number - rows, indices, weights, the
priors' own numbers - is an input (`pymc.Data`).
"""

from __future__ import annotations

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from numpy.typing import NDArray
from pymc.distributions.transforms import Transform

from petfit.model import likelihood
from petfit.model.design import Design, grand_mean_name
from petfit.model.free_parameters import random_effects, parameters_with_priors
from petfit.model.ops import Array, Ops
from petfit.model.prior import Prior

__all__ = ["PYTENSOR", "build", "inputs"]


class _PyTensor:
    exp = staticmethod(pt.exp)
    log = staticmethod(pt.log)
    expm1 = staticmethod(pt.expm1)
    expit = staticmethod(pt.sigmoid)
    erf = staticmethod(pt.erf)
    erfcx = staticmethod(pt.erfcx)
    gammaln = staticmethod(pt.gammaln)
    where = staticmethod(pt.switch)


PYTENSOR: Ops = _PyTensor()


class _Softplus(Transform):  # type: ignore[misc]  # PyMC carries no types
    """An unknown as its scale times ``log(1 + exp(value))``; see `petfit.model.free_parameters`."""

    name = "softplus"
    ndim_supp = 0

    def __init__(self, scale: Array) -> None:
        self.scale = scale

    def backward(self, value: Array, *_: Array) -> Array:
        return self.scale * pt.softplus(value)

    def forward(self, value: Array, *_: Array) -> Array:
        share = value / self.scale
        return share + pt.log(-pt.expm1(-share))

    def log_jac_det(self, value: Array, *_: Array) -> Array:
        return pt.log(self.scale * pt.sigmoid(value))


def inputs(
    design: Design, left_out: NDArray[np.bool_] | None = None
) -> dict[str, NDArray[np.float64] | NDArray[np.int64]]:
    """Return every number the model takes: the rows', how often each counts, and the priors'.

    Parameters
    ----------
    design : Design
        A spec laid over evidence.
    left_out : array of bool, optional
        Rows whose density does not count; their levels stay, as new ones that the pool says something of.
    """
    numbers = [
        value for _, priors in parameters_with_priors(design) for prior in _columns(priors) for value in prior
    ]
    rows = likelihood.inputs(design)
    counts = np.ones(len(design.rows)) if left_out is None else np.where(left_out, 0.0, 1.0)
    kept = {_kept(level.name): counts[rows[f"{level.name}.rows"]] for level in likelihood.levels_in(design)}
    return {**rows, **kept, "priors": np.array(numbers)}


def _kept(level: str) -> str:
    """Return the input that says how often each row of a level counts."""
    return f"kept.{level}"


def _columns(priors: tuple[Prior, ...]) -> list[tuple[float, ...]]:
    """Transpose: one tuple per argument of the family, one number per level."""
    return list(zip(*(prior.numbers for prior in priors), strict=True))


def build(design: Design, left_out: NDArray[np.bool_] | None = None) -> pm.Model:
    """Build the PyMC model.

    Parameters
    ----------
    design : Design
        A spec laid over evidence.
    left_out : array of bool, optional
        Rows whose density does not count.

    Returns
    -------
    pymc.Model
        Free variables are the scalars (some anchored, `petfit.model.design.Design.from_free_parameters`), the shifts and
        separate levels, and a vector of coordinates for every pooled effect; the evidence enters as one
        potential.
    """
    with pm.Model(check_bounds=False) as model:
        data = {name: pm.Data(name, values) for name, values in inputs(design, left_out).items()}
        draws: dict[str, Array] = {}
        centres: dict[str, Array] = {}
        at = 0
        for name, priors in parameters_with_priors(design):
            family, size = priors[0].family, len(priors)
            scalar = name in design.scalar_priors
            numbers = {}
            for argument in family.arguments:
                numbers[argument] = data["priors"][at] if scalar else data["priors"][at : at + size]
                at += size
            distribution, shape = getattr(pm, priors[0].dist), () if scalar else (size,)
            if name in design.grand_means:
                draws[grand_mean_name(name)] = pm.Flat(grand_mean_name(name))
                centres[name] = distribution.dist(**numbers)
            elif family.scale is not None:
                line = _Softplus(family.scale(**numbers))
                draws[name] = distribution(name, **numbers, shape=shape, default_transform=line)
            else:
                draws[name] = distribution(name, **numbers, shape=shape)
        for effect in random_effects(design):
            is_normal = np.arange(len(effect.levels)) < design.n_standard_normal(effect)
            sds = is_normal + ~is_normal * draws[effect.scale]
            draws[effect.free_name] = pm.Normal(effect.free_name, 0.0, sds, shape=is_normal.shape)
        draws |= design.from_free_parameters(draws)
        for name, prior in centres.items():
            pm.Potential(f"{name}_prior", pm.logp(prior, draws[name]))
        densities = likelihood.log_likelihood(PYTENSOR, design, draws, data)
        counted = [density * data[_kept(level)] for level, density in densities.items()]
        pm.Potential("evidence", sum(pt.sum(density) for density in counted))
    return model
