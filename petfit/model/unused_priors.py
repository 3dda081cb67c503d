"""Priors of quantities that no fitted row involves, which therefore decide nothing."""

from __future__ import annotations

from collections.abc import Iterator

from petfit.model.applies_to import applies_to
from petfit.model.design import Design
from petfit.model.effect import STUDY_OFFSET

__all__ = ["unused_priors"]


def unused_priors(design: Design) -> set[str]:
    """Return the paths of the priors of quantities that no fitted row involves.

    Parameters
    ----------
    design : Design
        A design.

    Returns
    -------
    set of str
        Paths in the model file, such as ``pk.paroxetine.clearance`` where no row has paroxetine.

    Examples
    --------
    >>> sorted(unused_priors(fit.design))
    []
    """
    absent = tuple(f"{path}." for path in _absent(design))
    return {path for path, _ in design.spec.each_prior() if f"{path}.".startswith(absent)}


def _absent(design: Design) -> Iterator[str]:
    """Yield the path of each quantity that no row involves."""
    spec, effects = design.spec, {effect.name for effect in design.effects}
    parameters = (*spec.parameters, *spec.scan_parameters, *spec.residuals)
    yield from (name for name in parameters if not applies_to(name, design.rows).any())
    yield from {"dose_share", "below_loq"} - effects
    yield from (f"pk.{drug}" for drug in spec.pk if drug not in design.drugs)
    if STUDY_OFFSET not in effects:
        yield "plasma.study"
