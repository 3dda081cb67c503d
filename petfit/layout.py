"""Spec and evidence laid out together: names, indices and weights; and from draws to parameters.

Each parameter is, on its link scale, a centre plus a sum of effects. Whatever an effect is - pooling, a
shift, a slope, differences between people - a row sees it as ``weight * effect[index]``, so that the same
few lines serve the PyMC model, the stored posterior and any question put to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.curves import CURVES, Curve
from petfit.effects import LINKED, Effect, Level, effect_name, effects
from petfit.errors import SpecError, nearest
from petfit.evidence import Evidence
from petfit.ops import Array, Ops
from petfit.priors import Prior
from petfit.references import Reference, reference_doses
from petfit.spec import ModelSpec
from petfit.suits import prepare

__all__ = ["NEW", "Design", "Draws", "Layout", "competitor_name", "sharing"]

NEW = "\x00new"
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
        The fitted rows, completed by ``person`` (who is behind the number), ``n`` (how many people),
        ``x`` and ``x_high`` (exposure in the model's unit, the same but where only a range is known)
        and ``dose_range`` (names such a range).
    references : dict of str to Reference
        The dose or concentration that stands for 1, by drug.
    """

    spec: ModelSpec
    rows: pd.DataFrame
    references: dict[str, Reference]

    @classmethod
    def build(cls, spec: ModelSpec, evidence: Evidence, drugs: pd.DataFrame) -> Layout:
        """Lay `spec` over `evidence`; reference doses may come from the table `drugs`.

        Raises
        ------
        SpecError
            When the model and the table do not suit each other.
        """
        rows = prepare(spec, evidence)
        references = reference_doses(spec, rows, drugs)
        per_row = np.array([references[drug].value for drug in rows["drug"]])
        for name, end in (("x", "low"), ("x_high", "high")):
            rows[name] = rows[f"exposure_{end}"].to_numpy(float) / per_row
        layout = cls(spec, rows, references)
        names = [*layout.scalars, *(effect.name for effect in layout.effects)]
        if not names:
            raise SpecError("the model fixes everything, so that nothing is left to estimate")
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise SpecError(f"two parts of the model would both be called {twice[0]!r}; rename a factor")
        return layout

    @property
    def curve(self) -> Curve:
        """The curve from exposure to occupancy."""
        return CURVES[self.spec.curve]

    @cached_property
    def drugs(self) -> tuple[str, ...]:
        """The drugs of the fitted rows, sorted."""
        return tuple(sorted(set(self.rows["drug"])))

    @property
    def usual_regimen(self) -> str:
        """The regimen answers are for: the model's, else the one that shifts move away from, else none."""
        shifts = [effect.reference[1] for effect in self.effects if effect.reference[0] == "regimen"]
        return self.spec.answers_for.get("regimen", shifts[0] if shifts else "")

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """Every effect, in the order of the design's rows."""
        return tuple(effects(self.spec, self.rows))

    @cached_property
    def scalars(self) -> dict[str, Prior]:
        """The scalar unknowns and their priors: centres, SDs, omega, sigma and its floor, competitors."""
        found: dict[str, Prior] = {}
        for name, parameter in self.spec.parameters.items():
            if parameter.centre is not None and parameter.separate is None:
                found[LINKED[name]] = parameter.centre
            found |= _pool_sds(name, parameter.terms)
            if parameter.people is not None:
                found["omega"] = parameter.people.sd
        noise = self.spec.noise
        found |= _pool_sds("noise", noise.terms)
        if noise.sigma is not None and noise.separate is None:
            found["sigma"] = noise.sigma
        if noise.floor is not None:
            found["floor"] = noise.floor
        return found | {competitor_name(name): one.ec50 for name, one in self.spec.competition.items()}

    def design(self, rows: pd.DataFrame) -> Design:
        """Return where `rows` find their effects.

        Parameters
        ----------
        rows : pandas.DataFrame
            A column per factor and covariate. An empty or missing factor is at the typical level, of
            effect 0; ``NEW`` is a level that the evidence does not have; a missing covariate is at its
            centre. ``n`` people share the ``person``'s deviation (see `sharing`).

        Returns
        -------
        Design
            Index and weight of each effect for each row.

        Raises
        ------
        SpecError
            When a row names a level that the evidence does not have, or none where each level stands
            for itself.
        """
        placed = [_place(effect, rows) for effect in self.effects]
        empty = np.zeros((0, len(rows)))
        index = np.stack([index for index, _ in placed]) if placed else empty.astype(np.int64)
        return Design(index, np.stack([weight for _, weight in placed]) if placed else empty)

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
            else:
                centre = 0.0 if parameter.separate else draws[LINKED[name]][..., None]
                natural[name] = inverse[name](centre + self._sum(name, draws, design))
        return natural

    def noise(self, ops: Ops, draws: Draws, design: Design, occupancy: Array) -> Array:
        """Return the residual SD of one person's occupancy (the scale of a t).

        One for each row where it `noise_varies`, else one for all.
        """
        noise = self.spec.noise
        if noise.fixed is not None:
            return noise.fixed
        separate = [effect for effect in self.effects if effect.name.startswith("sigma_")]
        sigma = self._one(separate[0], draws, design) if separate else draws["sigma"][..., None]
        if noise.terms:
            sigma = sigma * ops.exp(self._sum("noise", draws, design, kinds=("pooled", "shift")))
        if noise.floor is None:
            return sigma
        return ((sigma * (1.0 - occupancy)) ** 2 + draws["floor"][..., None] ** 2) ** 0.5

    @property
    def noise_varies(self) -> bool:
        """Whether the residual SD differs from row to row."""
        noise = self.spec.noise
        return bool(noise.separate or noise.terms or noise.floor)

    def leading(self, draws: Draws) -> tuple[int, ...]:
        """Return the axes of the draws before any level."""
        for name in self.scalars:
            return tuple(np.shape(draws[name]))
        return tuple(np.shape(draws[self.effects[0].name])[:-1])

    def dose_share(self, draws: Draws, design: Design) -> Array | None:
        """Return the share of people on the higher of two doses for each row; None where all are known."""
        shared = [effect for effect in self.effects if effect.kind == "share"]
        return self._one(shared[0], draws, design) if shared else None

    def _sum(self, parameter: str, draws: Draws, design: Design, kinds: tuple[str, ...] = ()) -> Array:
        total: Array = 0.0
        for effect in self.effects:
            if effect.parameter == parameter and (not kinds or effect.kind in kinds):
                total = total + self._one(effect, draws, design)
        return total

    def _one(self, effect: Effect, draws: Draws, design: Design) -> Array:
        i = self.effects.index(effect)
        return design.weight[i] * draws[effect.name][..., design.index[i]]

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


def competitor_name(name: str) -> str:
    """Return the posterior variable of a competitor's log EC50."""
    return f"competitor_log_ec50_{name}"


def sharing(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return how many people share the deviation of each row's person or cohort, as their mean does.

    It is ``n``; infinite for extremes, whose density integrates over the people one by one, so that they
    share none.
    """
    n = rows["n"].to_numpy(float)
    return np.where(rows["level"] == "extremes", np.inf, n) if "level" in rows else n


def _pool_sds(name: str, terms: Mapping[str, object]) -> dict[str, Prior]:
    pooled = {key: getattr(term, "pooled") for key, term in terms.items()}  # noqa: B009
    return {f"{effect_name(name, key)}_sd": prior for key, prior in pooled.items() if prior is not None}


def _place(effect: Effect, rows: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the index and weight of one effect for each row."""
    if not effect.factors:
        return np.zeros(len(rows), dtype=np.int64), _covariate(effect, rows)
    columns = [rows.get(factor, pd.Series("", rows.index)) for factor in effect.factors]
    places: dict[Level, int | None] = {}
    codes = []
    for level in zip(*columns, strict=True):
        if level not in places:
            places[level] = _position(effect, level)
        codes.append(places[level])
    at = np.array([code is not None for code in codes], dtype=bool)
    index = np.array([code or 0 for code in codes], dtype=np.int64)
    if effect.kind == "people":
        return index, at / np.sqrt(sharing(rows))
    return index, at * (_covariate(effect, rows) if effect.kind == "slope" else np.ones(len(rows)))


def _covariate(effect: Effect, rows: pd.DataFrame) -> NDArray[np.float64]:
    column, centre = effect.covariate
    values = rows.get(column, pd.Series(np.nan, rows.index)).to_numpy(float)
    return np.where(np.isnan(values), 0.0, values - centre)


def _position(effect: Effect, level: Level) -> int | None:
    """Return where a level stands among an effect's; None where its effect is 0."""
    factor, reference = effect.reference
    if factor and level[effect.factors.index(factor)] == reference:
        return None
    named, label = ":".join(effect.factors), ":".join(level)
    if "" in level:
        if effect.kind == "separate" and effect.parameter != "noise":
            raise SpecError(
                f"{effect.parameter} is separate by {named}: say which, one of {', '.join(effect.labels)}"
            )
        return None
    if NEW in level:
        if not effect.scale:
            raise SpecError(f"{effect.name} has no pool that a new {named} could be drawn from")
        return len(effect.levels)
    if level not in effect.levels:
        if effect.scale and len(level) > 1:
            return len(effect.levels)
        raise SpecError(f"the fit holds no {named} {label!r}. {nearest(label, effect.labels)}")
    return effect.levels.index(level)
