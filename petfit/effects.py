"""The terms of a parameter's sum: which a spec asks for, with the levels that the rows have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from petfit.errors import SpecError, nearest
from petfit.priors import Prior
from petfit.spec import Parameter, Term

__all__ = ["LINKED", "Effect", "effect_name", "effects"]

LINKED = {"ec50": "log_ec50", "emax": "logit_emax", "hill": "log_hill"}
"""Name of each parameter on its link scale."""


@dataclass(frozen=True)
class Effect:
    """One term of one parameter's sum.

    Parameters
    ----------
    name : str
        The posterior variable that holds its levels.
    parameter : str
        ``ec50``, ``emax`` or ``hill``.
    kind : {"separate", "pooled", "shift", "people"}
        How its levels are known.
    factors : tuple of str
        The columns whose values, joined by a colon, name its levels.
    levels : tuple of str
        The levels that the evidence has.
    priors : tuple of Prior
        One for each level, where they have priors of their own.
    scale : str
        The SD between levels, where they are drawn from a pool.
    reference : tuple of str
        The factor and level where a shift is 0.
    centred : bool
        Whether the levels themselves are sampled.
    """

    name: str
    parameter: str
    kind: Literal["separate", "pooled", "shift", "people"]
    factors: tuple[str, ...]
    levels: tuple[str, ...]
    priors: tuple[Prior, ...] = ()
    scale: str = ""
    reference: tuple[str, str] = ("", "")
    centred: bool = False

    @property
    def dim(self) -> str:
        """The dimension its levels are stored along."""
        joined = ":".join(self.factors)
        return f"{joined} shift" if self.kind == "shift" else joined

    @property
    def sampled(self) -> str:
        """The variable that is sampled: the levels, or standard normals times the SD."""
        return f"{self.name}_z" if self.scale and not self.centred else self.name


def effect_name(parameter: str, key: str) -> str:
    """Return the posterior variable of a parameter's effect by the key of its term."""
    return f"{LINKED[parameter]}_{key.replace(':', '_')}"


def effects(name: str, parameter: Parameter, rows: pd.DataFrame) -> Iterator[Effect]:
    """Yield the effects of one parameter, in the spec's order.

    Raises
    ------
    SpecError
        When a reference level or the prior of a level is missing.
    """
    if parameter.separate is not None and parameter.centre is not None:
        factors = tuple(parameter.separate.split(":"))
        levels = _levels(factors, rows)
        priors = (parameter.centre,) * len(levels)
        yield Effect(effect_name(name, parameter.separate), name, "separate", factors, levels, priors)
    for key, term in parameter.terms.items():
        yield _term(name, key, term, rows)
    if parameter.people is not None:
        people = tuple(dict.fromkeys(rows["person"]))
        yield Effect("log_ec50_person", name, "people", ("person",), people, scale="omega")


def _term(name: str, key: str, term: Term, rows: pd.DataFrame) -> Effect:
    effect, factors = effect_name(name, key), tuple(key.split(":"))
    if term.pooled is not None:
        levels = _levels(factors, rows)
        return Effect(effect, name, "pooled", factors, levels, scale=f"{effect}_sd", centred=term.centred)
    ((factor, level),) = (term.reference or {}).items()
    where = f"{name}.{key}"
    if factor not in factors:
        raise SpecError(f"{where}.from: {factor!r} is not a factor of {key!r}. {nearest(factor, factors)}")
    known = set(rows[factor])
    if level not in known:
        raise SpecError(
            f"{where}.from: no fitted row has {factor} {level!r}. {nearest(level, known)} "
            "Name a level that the table holds."
        )
    levels = _levels(factors, rows[rows[factor] != level])
    priors = tuple(_shift_prior(where, term, factors, factor, one) for one in levels)
    if len({prior.dist for prior in priors}) > 1:
        raise SpecError(f"{where}.shift: the shifts of one term must be of one family of distributions")
    return Effect(effect, name, "shift", factors, levels, priors, reference=(factor, level))


def _shift_prior(where: str, term: Term, factors: tuple[str, ...], factor: str, level: str) -> Prior:
    """Find a level's prior: one for all, or by its whole name, or by the part beside the reference."""
    if isinstance(term.shift, Prior):
        return term.shift
    shifts = term.shift or {}
    beside = ":".join(part for name, part in zip(factors, level.split(":"), strict=True) if name != factor)
    for key in (level, beside):
        if key in shifts:
            return shifts[key]
    raise SpecError(
        f"{where}.shift: no prior for {level!r}. {nearest(beside or level, shifts)} "
        f'Add [{where.split(".")[0]}."{":".join(factors)}".shift."{beside or level}"].'
    )


def _levels(factors: tuple[str, ...], rows: pd.DataFrame) -> tuple[str, ...]:
    return tuple(sorted({":".join(cells) for cells in rows[list(factors)].itertuples(index=False)}))
