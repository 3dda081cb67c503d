"""Spec and evidence laid out together: names, indices and weights; and from draws to parameters.

Each parameter of the curve is, on its link scale, a centre plus a sum of effects. Whatever an effect
is - pooling, a shift, differences between people - a row sees it as ``weight * effect[index]``, so that
the same few lines serve the PyMC model, the stored posterior and any question put to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.curves import CURVES, Curve
from petfit.effects import LINKED, Effect, effect_name, effects
from petfit.errors import SpecError, nearest
from petfit.evidence import Evidence
from petfit.ops import Array, Ops
from petfit.priors import Prior
from petfit.references import Reference, reference_doses
from petfit.spec import ModelSpec
from petfit.suits import check_suits

__all__ = ["NEW", "Design", "Layout"]

NEW = "(new)"
"""Stands for a level that the evidence does not have: its effect is drawn from the pool."""

type Draws = Mapping[str, Array]


@dataclass(frozen=True)
class Design:
    """Where rows find their effects.

    Parameters
    ----------
    index, weight : array
        Effects by rows: which level, and how much of it.
    """

    index: NDArray[np.int64]
    weight: NDArray[np.float64]


@dataclass(frozen=True)
class Layout:
    """A spec laid over evidence.

    Parameters
    ----------
    spec : ModelSpec
        The model.
    rows : pandas.DataFrame
        The fitted rows, with ``person`` (who is behind the number), ``n`` (how many people) and
        ``x`` (exposure in the model's unit) filled in.
    references : dict of str to Reference
        The dose or concentration that stands for 1, by drug.

    Raises
    ------
    SpecError
        From `Layout.build`, when the model and the table do not suit each other.
    """

    spec: ModelSpec
    rows: pd.DataFrame
    references: dict[str, Reference]

    @classmethod
    def build(cls, spec: ModelSpec, evidence: Evidence, drugs: pd.DataFrame) -> Layout:
        """Lay `spec` over the fitted rows of `evidence`; reference doses may come from `drugs`."""
        rows = evidence.used.copy()
        check_suits(spec, rows)
        rows["n"] = _sizes(spec, rows)
        rows["person"] = [_person(where, row) for where, row in rows.iterrows()]
        references = reference_doses(spec, rows, drugs)
        exposure = rows[spec.exposure].to_numpy(float)
        rows["x"] = exposure / np.array([references[drug].value for drug in rows["drug"]])
        layout = cls(spec, rows, references)
        layout.effects  # noqa: B018  (refuses a model that does not suit the table here, not later)
        return layout

    @property
    def curve(self) -> Curve:
        """The curve from exposure to occupancy."""
        return CURVES[self.spec.curve]

    @property
    def drugs(self) -> tuple[str, ...]:
        """The drugs of the fitted rows, sorted."""
        return tuple(sorted(set(self.rows["drug"])))

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """Every effect of every parameter, in the order of the design's rows."""
        return tuple(
            effect
            for name, parameter in self.spec.parameters.items()
            for effect in effects(name, parameter, self.rows)
        )

    @cached_property
    def scalars(self) -> dict[str, Prior]:
        """The scalar unknowns and their priors: centres, SDs, omega and sigma."""
        found: dict[str, Prior] = {}
        for name, parameter in self.spec.parameters.items():
            if parameter.centre is not None and parameter.separate is None:
                found[LINKED[name]] = parameter.centre
            for key, term in parameter.terms.items():
                if term.pooled is not None:
                    found[f"{effect_name(name, key)}_sd"] = term.pooled
            if parameter.people is not None:
                found["omega"] = parameter.people.sd
        return found | {"sigma": self.spec.noise.sigma}

    def design(self, rows: pd.DataFrame) -> Design:
        """Return where `rows` find their effects.

        Parameters
        ----------
        rows : pandas.DataFrame
            A column per factor. An empty cell is the typical level, of effect 0; ``NEW`` one that the
            evidence does not have. ``n`` people share the ``person``'s deviation.

        Returns
        -------
        Design
            Index and weight of each effect for each row.

        Raises
        ------
        SpecError
            When a row names a level that the evidence does not have.
        """
        index = np.zeros((len(self.effects), len(rows)), dtype=np.int64)
        weight = np.zeros((len(self.effects), len(rows)))
        for i, effect in enumerate(self.effects):
            for j, (_, row) in enumerate(rows.iterrows()):
                level = _level(effect, row)
                if level is not None:
                    index[i, j] = _position(effect, level)
                    weight[i, j] = 1.0 / np.sqrt(row["n"]) if effect.kind == "people" else 1.0
        return Design(index, weight)

    def levels(self, draws: Draws) -> dict[str, Array]:
        """Return each effect's levels (last axis) from what was sampled."""
        return {
            effect.name: draws[effect.scale][..., None] * draws[effect.sampled]
            if effect.sampled != effect.name
            else draws[effect.name]
            for effect in self.effects
        }

    def parameters(self, ops: Ops, draws: Draws, design: Design) -> dict[str, Array]:
        """Return the curve's parameters on the natural scale, one for each row of the design.

        Parameters
        ----------
        ops : Ops
            NumPy or PyTensor.
        draws : mapping of str to array
            Scalars and effects; any leading axes (chains, draws) are kept.
        design : Design
            Index and weight of the rows.

        Returns
        -------
        dict of str to array
            ``ec50`` (in reference doses), ``emax`` (fraction), ``hill``: leading axes, then rows.
        """
        inverse = {"ec50": ops.exp, "emax": ops.expit, "hill": ops.exp}
        natural: dict[str, Array] = {}
        for name, parameter in self.spec.parameters.items():
            if parameter.fixed is not None:
                natural[name] = parameter.fixed
                continue
            total = 0.0 if parameter.separate else draws[LINKED[name]][..., None]
            for i, effect in enumerate(self.effects):
                if effect.parameter == name:
                    total = total + design.weight[i] * draws[effect.name][..., design.index[i]]
            natural[name] = inverse[name](total)
        return natural

    def draw_prior(self, rng: np.random.Generator, size: int) -> dict[str, NDArray[np.float64]]:
        """Return `size` independent draws of every unknown from the prior: scalars, then effects."""
        drawn = {name: prior.draw(rng, size) for name, prior in self.scalars.items()}
        for effect in self.effects:
            if effect.priors:
                drawn[effect.name] = np.stack([prior.draw(rng, size) for prior in effect.priors], axis=-1)
            else:
                normals = rng.standard_normal((size, len(effect.levels)))
                drawn[effect.name] = drawn[effect.scale][:, None] * normals
        return drawn


def _level(effect: Effect, row: pd.Series) -> str | None:
    """Name the level a row is at; None where its effect is 0."""
    parts = [row.get(factor, "") for factor in effect.factors]
    factor, level = effect.reference
    if "" in parts or (factor and row.get(factor, "") == level):
        return None
    return NEW if NEW in parts else ":".join(parts)


def _position(effect: Effect, level: str) -> int:
    if level == NEW:
        if not effect.scale:
            raise SpecError(
                f"{effect.name} has no pool that a new {':'.join(effect.factors)} could be drawn from"
            )
        return len(effect.levels)
    if level not in effect.levels:
        raise SpecError(
            f"the fit holds no {':'.join(effect.factors)} {level!r}. {nearest(level, effect.levels)}"
        )
    return effect.levels.index(level)


def _sizes(spec: ModelSpec, rows: pd.DataFrame) -> pd.Series:
    sizes = rows["n"].where(rows["level"] != "subject", 1.0)
    unknown = sizes.index[sizes.isna()]
    if len(unknown) and spec.n_assumed is None:
        raise SpecError(
            f"{unknown[0]} is a range without n, and the model has no n_assumed. "
            "Give n in the table, or n_assumed in the model."
        )
    return sizes.fillna(float(spec.n_assumed or 1))


def _person(where: object, row: pd.Series) -> str:
    """Name who is behind a number: one person, or the cohort whose mean it is."""
    if row["level"] != "subject":
        return f"{row['study']}: {row['cohort']}"
    return f"{row['study']}: {row['subject'] or where}"
