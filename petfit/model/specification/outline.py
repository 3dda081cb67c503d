"""A model in a line for each part and each prior, as ``print`` shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from petfit.model.specification.residual_noise import Residual
from petfit.model.specification.terms import Parameter, Term

if TYPE_CHECKING:
    from petfit.model.specification.model_spec import ModelSpec

__all__ = ["outline"]


def outline(spec: ModelSpec) -> str:
    """Return the curve, the effects on each parameter, the noise and the priors of a model, a line each.

    Examples
    --------
    >>> from petfit.model.specification import read_model
    >>> print(outline(read_model("one_site")))
    One site, Emax fixed at 1
    curve: emax over dose
    ec50: centre, people, drug (pooled)
    emax: fixed at 1
    noise: normal
    priors:
      ec50.centre: Normal(mu=0, sigma=1.5)
      ec50.people.sd: LogNormal(mu=-0.916291, sigma=0.5)
      ec50.drug.pooled: HalfNormal(sigma=1)
      noise.sigma: LogNormal(mu=-2.81341, sigma=0.5)
    """
    return "\n".join(_lines(spec))


def _lines(spec: ModelSpec) -> Iterator[str]:
    yield spec.title or "Untitled model"
    yield f"curve: {spec.curve} over {spec.exposure_words}"
    for name, parameter in (spec.parameters | spec.scan_parameters).items():
        yield f"{name}: {', '.join(_effects(parameter))}"
    for name, residual in spec.residuals.items():
        yield f"{name}: {', '.join(_distribution(residual))}"
    for part in ("competition", "selectivity", "pk"):
        if names := ", ".join(getattr(spec, part)):
            yield f"{part}: {names}"
    if spec.answers_for:
        yield f"answers for: {', '.join(f'{name} {level}' for name, level in spec.answers_for.items())}"
    yield "priors:"
    for path, prior in spec.each_prior():
        yield f"  {path}: {prior}"


def _effects(parameter: Parameter) -> Iterator[str]:
    """Yield what a parameter is the sum of."""
    if parameter.fixed is not None:
        yield f"fixed at {parameter.fixed:g}"
        return
    yield f"separate by {parameter.separate}" if parameter.separate else "centre"
    if parameter.people:
        yield "people"
    for factor, term in parameter.terms.items():
        yield f"{factor} ({_kind(term)})"
    for column, covariate in parameter.covariates.items():
        yield f"slope of {column}" + (f" by {covariate.by}" if covariate.by else "")


def _kind(term: Term) -> str:
    return "pooled" if term.reference is None else f"shift from {next(iter(term.reference.values()))}"


def _distribution(residual: Residual) -> Iterator[str]:
    """Yield the family of a residual noise, and in what its SD differs."""
    yield f"Student's t, nu {residual.nu:g}" if residual.family == "student" else residual.family
    if residual.fixed is not None:
        yield f"SD fixed at {residual.fixed:g}"
    if residual.floor is not None:
        yield "SD with a floor"
    if residual.separate:
        yield f"separate by {residual.separate}"
    for factor, term in residual.terms.items():
        yield f"{factor} ({_kind(term)})"
