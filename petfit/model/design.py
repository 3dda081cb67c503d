"""Spec and evidence laid out together: names, indices and weights; and from draws to parameters.

Each parameter is, on its link scale, a centre plus a sum of effects. Whatever an effect is - pooling, a
shift, a slope, differences between people - a row sees it as ``weight * effect[index]``, so that the same
few lines serve the PyMC model, the stored posterior and any question put to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.errors import SpecError, nearest
from petfit.evidence import Evidence
from petfit.model.applies_to import applies_to
from petfit.model.curves import CURVES, Curve
from petfit.model.effects import Effect, Level, effect_name, effects
from petfit.model.ops import Array, Ops
from petfit.model.parameters import PARAMETERS, RESIDUALS, competitor_name
from petfit.model.prior import Prior
from petfit.model.reference_doses import ReferenceDose, find_reference_doses
from petfit.model.row_selection import select_rows
from petfit.model.specification import ModelSpec
from petfit.model.terms import Parameter

__all__ = [
    "NEW",
    "DesignMatrix",
    "Draws",
    "Design",
    "grand_mean_name",
    "n_averaged",
    "householder_reflection",
]

NEW = "\x00new"
"""Stands for a level that the evidence does not have: its effect is drawn from the pool."""

type Draws = Mapping[str, Array]


@dataclass(frozen=True)
class DesignMatrix:
    """Where rows find their effects.

    Parameters
    ----------
    index, weight : array
        Effects by rows: which level, and how much of it.
    """

    index: NDArray[np.int64]
    weight: NDArray[np.float64]


@dataclass(frozen=True)
class Design:
    """A spec laid over evidence.

    Parameters
    ----------
    spec : ModelSpec
        The model.
    rows : pandas.DataFrame
        The fitted rows, completed by ``person`` (who is behind the number), ``n`` (how many people),
        ``x`` and ``x_high`` (exposure in the model's unit, the same but where only a range is known) and
        what else `petfit.model.exposures.exposures` says.
    reference_doses : dict of str to ReferenceDose
        The dose or concentration that stands for 1, by drug.
    given_effects : tuple of Effect, optional
        The effects, where more is known of them than model and rows say: `only`, `petfit.inference.centring`.
    """

    spec: ModelSpec
    rows: pd.DataFrame
    reference_doses: dict[str, ReferenceDose]
    given_effects: tuple[Effect, ...] | None = None

    @classmethod
    def build(cls, spec: ModelSpec, evidence: Evidence, drugs: pd.DataFrame) -> Design:
        """Lay `spec` over `evidence`; reference doses may come from the table `drugs`.

        Raises
        ------
        SpecError
            When the model and the table do not suit each other.
        """
        rows = select_rows(spec, evidence)
        references = find_reference_doses(spec, rows, drugs)
        per_row = rows["drug"].map({drug: one.value for drug, one in references.items()}).fillna(1.0)
        for name, end in (("x", "low"), ("x_high", "high")):
            rows[name] = rows[f"exposure_{end}"] / per_row
        design = cls(spec, rows, references)
        names = [*design.scalar_priors, *(effect.name for effect in design.effects)]
        if not names:
            raise SpecError("the model fixes everything, so that nothing is left to estimate")
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise SpecError(f"two parts of the model would both be called {twice[0]!r}; rename a factor")
        return design

    @property
    def curve(self) -> Curve:
        """The curve from exposure to occupancy."""
        return CURVES[self.spec.curve]

    @cached_property
    def drugs(self) -> tuple[str, ...]:
        """The drugs that the fitted rows tell of, sorted."""
        return tuple(sorted(set(self.rows["drug"][applies_to("ec50", self.rows)])))

    @cached_property
    def active_parameters(self) -> dict[str, Parameter]:
        """The parameters that the rows tell of: the curve's and, where there are scans, those of scans."""
        every = self.spec.parameters | self.spec.scan_parameters
        return {name: one for name, one in every.items() if applies_to(name, self.rows).any()}

    @property
    def has_exposure_spread(self) -> bool:
        """Whether the concentrations of some group's people are known to differ."""
        return bool((self.rows["exposure_spread"] > 0).any())

    @property
    def usual_regimen(self) -> str:
        """The regimen answers are for: the model's, else the one that shifts move away from, else none."""
        shifts = [effect.reference[1] for effect in self.effects if effect.reference[0] == "regimen"]
        return self.spec.answers_for.get("regimen", shifts[0] if shifts else "")

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """Every effect, in the order of the design's rows."""
        return tuple(effects(self.spec, self.rows)) if self.given_effects is None else self.given_effects

    def subset(self, chosen: NDArray[np.bool_]) -> Design:
        """Return the layout of some of the rows, every effect with the levels of all of them."""
        return replace(self, rows=self.rows[chosen], given_effects=self.effects)

    @cached_property
    def scalar_priors(self) -> dict[str, Prior]:
        """The scalar unknowns and their priors: centres, SDs, omega, sigma and its floor, competitors."""
        found: dict[str, Prior] = {}
        for name, parameter in self.active_parameters.items():
            if parameter.centre is not None and parameter.separate is None:
                found[PARAMETERS[name].linked_name] = parameter.centre
            found |= _pool_sds(name, parameter.terms)
            if parameter.people is not None:
                found["omega"] = parameter.people.sd
        for name, residual in self.spec.residuals.items():
            if applies_to(name, self.rows).any():
                found |= _pool_sds(name, residual.terms)
                if residual.sigma is not None and residual.separate is None:
                    found[PARAMETERS[name].sd_name] = residual.sigma
                if residual.floor is not None:
                    found[PARAMETERS[name].floor_name] = residual.floor
        return found | {competitor_name(name): one.ec50 for name, one in self.spec.competition.items()}

    def matrix(self, rows: pd.DataFrame) -> DesignMatrix:
        """Return where `rows` find their effects.

        Parameters
        ----------
        rows : pandas.DataFrame
            A column per factor and covariate. An empty or missing factor is at the typical level, of
            effect 0; ``NEW`` is a level that the evidence does not have; a missing covariate is at its
            centre. ``n`` people share the ``person``'s deviation (see `n_averaged`).

        Returns
        -------
        DesignMatrix
            Index and weight of each effect for each row.

        Raises
        ------
        SpecError
            When a row names a level that the evidence does not have, or none where each level stands
            for itself.
        """
        placed = [_index_and_weight(effect, rows) for effect in self.effects]
        empty = np.zeros((0, len(rows)))
        index = np.stack([index for index, _ in placed]) if placed else empty.astype(np.int64)
        return DesignMatrix(index, np.stack([weight for _, weight in placed]) if placed else empty)

    @cached_property
    def fitted_matrix(self) -> DesignMatrix:
        """Where the fitted rows find their effects."""
        return self.matrix(self.rows)

    @cached_property
    def grand_means(self) -> dict[str, tuple[Effect, ...]]:
        """The centres that are sampled together with the means of their pooled effects; see `from_free_parameters`."""
        found = {}
        for name, parameter in self.active_parameters.items():
            pooled = tuple(one for one in self.effects if one.parameter == name and one.has_grand_mean)
            if (
                pooled
                and PARAMETERS[name].linked_name in self.scalar_priors
                and parameter.centre.family.support == "real"
            ):  # type: ignore[union-attr]
                found[PARAMETERS[name].linked_name] = pooled
        return found

    def n_standard_normal(self, effect: Effect) -> int:
        """Return how many of a pool's coordinates, the first ones, are standard normals; see `from_free_parameters`."""
        if not effect.centred:
            return len(effect.levels)
        return int(any(effect in effects for effects in self.grand_means.values()))

    def from_free_parameters(self, sampled: Draws) -> dict[str, Array]:
        """Return scalars and effects from what the sampler moves.

        The sum of a centre and its effects does not change when a constant moves from the centre to every
        level of one effect, so that the evidence hardly tells them apart and a sampler creeps along. It
        therefore moves the sum of the centre and the effects' means, which the evidence knows, and turns the
        levels so that their mean is one coordinate. Both changes keep volumes and the prior.

        Coordinates of a pool are standard normals, to be multiplied by its SD, or, centred, the levels in
        full. The mean of an anchored pool is a standard normal always: the evidence says nothing of it.

        Parameters
        ----------
        sampled : mapping of str to array
            Scalars, with the anchor instead of an anchored centre; coordinates of pools, or levels.

        Returns
        -------
        dict of str to array
            Scalars, then effects with their levels along the last axis.
        """
        levels: dict[str, Array] = {}
        grand_means = {effect.name for effects in self.grand_means.values() for effect in effects}
        for effect in self.effects:
            moved = sampled[effect.free_name]
            if effect.scale:
                is_normal = np.arange(len(effect.levels)) < self.n_standard_normal(effect)
                moved = moved * (is_normal * sampled[effect.scale][..., None] + ~is_normal)
            levels[effect.name] = (
                householder_reflection(moved, len(effect.levels)) if effect.name in grand_means else moved
            )
        scalars = {}
        for name in self.scalar_priors:
            if name in self.grand_means:
                means = sum(levels[effect.name].mean(axis=-1) for effect in self.grand_means[name])
                scalars[name] = sampled[grand_mean_name(name)] - means
            else:
                scalars[name] = sampled[name]
        return scalars | levels

    def parameters(self, ops: Ops, draws: Draws, matrix: DesignMatrix) -> dict[str, Array]:
        """Return the curve's parameters on the natural scale, one for each row of the design.

        Parameters
        ----------
        ops : Ops
            NumPy or PyTensor.
        draws : mapping of str to array
            Scalars and effects; any leading axes (chains, draws) are kept.
        matrix : DesignMatrix
            Index and weight of the rows.

        Returns
        -------
        dict of str to array
            ``ec50`` (in reference doses), ``emax`` (fraction), ``hill``: leading axes, then rows.
        """
        return {name: self._on_natural_scale(ops, name, draws, matrix) for name in self.spec.parameters}

    def scan_mean(self, ops: Ops, draws: Draws, matrix: DesignMatrix, occupancy: Array) -> Array:
        """Return the expected BP_ND or V_T of scans: ``V_ND + baseline * (1 - occupancy)``."""
        specific = self._on_natural_scale(ops, "baseline", draws, matrix) * (1.0 - occupancy)
        if self.spec.nondisplaceable is None:
            return specific
        return self._on_natural_scale(ops, "nondisplaceable", draws, matrix) + specific

    def _on_natural_scale(self, ops: Ops, name: str, draws: Draws, matrix: DesignMatrix) -> Array:
        """Return one parameter on the natural scale."""
        parameter = (self.spec.parameters | self.spec.scan_parameters)[name]
        if parameter.fixed is not None:
            return parameter.fixed
        centre = 0.0 if parameter.separate else draws[PARAMETERS[name].linked_name][..., None]
        linked = centre + self._sum_of_effects(name, draws, matrix)
        return ops.expit(linked) if name == "emax" else ops.exp(linked)

    def noise(self, ops: Ops, draws: Draws, matrix: DesignMatrix, occupancy: Array) -> Array:
        """Return the residual SD of one person's occupancy (the scale of a t).

        One for each row where it differs between rows, else one for all.
        """
        sigma = self._sigma(ops, "noise", draws, matrix)
        if self.spec.noise.floor is None:
            return sigma
        return ((sigma * (1.0 - occupancy)) ** 2 + draws["floor"][..., None] ** 2) ** 0.5

    def scan_noise(self, ops: Ops, draws: Draws, matrix: DesignMatrix, mean: Array) -> Array:
        """Return the residual SD of scans (the scale of a t), given their means."""
        spread = self._sigma(ops, "scan_noise", draws, matrix) * mean
        if self.spec.residuals["scan_noise"].floor is None:
            return spread
        return (spread**2 + draws["scan_floor"][..., None] ** 2) ** 0.5

    def _sigma(self, ops: Ops, name: str, draws: Draws, matrix: DesignMatrix) -> Array:
        residual = self.spec.residuals[name]
        if residual.fixed is not None:
            return residual.fixed
        separate = [one for one in self.effects if one.parameter == name and one.kind == "separate"]
        sigma = (
            self._contribution(separate[0], draws, matrix)
            if separate
            else draws[PARAMETERS[name].sd_name][..., None]
        )
        if residual.terms:
            sigma = sigma * ops.exp(self._sum_of_effects(name, draws, matrix, kinds=("pooled", "shift")))
        return sigma

    def draw_shape(self, draws: Draws) -> tuple[int, ...]:
        """Return the axes of the draws before any level."""
        for name in self.scalar_priors:
            return tuple(np.shape(draws[name]))
        return tuple(np.shape(draws[self.effects[0].name])[:-1])

    def dose_share(self, draws: Draws, matrix: DesignMatrix) -> Array | None:
        """Return the share of people on the higher of two doses for each row; None where all are known."""
        shared = [effect for effect in self.effects if effect.kind == "share"]
        return self._contribution(shared[0], draws, matrix) if shared else None

    def exposure(self, ops: Ops, draws: Draws, matrix: DesignMatrix, x: Array) -> Array:
        """Return the exposures behind those reported: less than a limit, or off by measurement error."""
        for i, effect in enumerate(self.effects):
            if effect.kind == "below":
                x = x * (1.0 - matrix.weight[i] + self._contribution(effect, draws, matrix))
            if effect.kind == "error":
                x = x * ops.exp(self._contribution(effect, draws, matrix))
        return x

    def _sum_of_effects(
        self, parameter: str, draws: Draws, matrix: DesignMatrix, kinds: tuple[str, ...] = ()
    ) -> Array:
        total: Array = 0.0
        for effect in self.effects:
            if effect.parameter == parameter and (not kinds or effect.kind in kinds):
                total = total + self._contribution(effect, draws, matrix)
        return total

    def _contribution(self, effect: Effect, draws: Draws, matrix: DesignMatrix) -> Array:
        i = self.effects.index(effect)
        return matrix.weight[i] * draws[effect.name][..., matrix.index[i]]

    def draw_prior(self, rng: np.random.Generator, size: int) -> dict[str, NDArray[np.float64]]:
        """Return `size` independent draws of every unknown from the prior: scalars, then effects."""
        drawn = {name: prior.draw(rng, size) for name, prior in self.scalar_priors.items()}
        for effect in self.effects:
            if effect.priors:
                drawn[effect.name] = np.stack([prior.draw(rng, size) for prior in effect.priors], axis=-1)
            else:
                normals = rng.standard_normal((size, len(effect.levels)))
                drawn[effect.name] = drawn[effect.scale][:, None] * normals
        return drawn


def grand_mean_name(centre: str) -> str:
    """Return the variable that is sampled instead of an anchored centre."""
    return f"{centre}_grand_mean"


def householder_reflection(vectors: Array, size: int) -> Array:
    """Reflect vectors (last axis) so that the first coordinate becomes their mean times the root of `size`.

    It is Householder's reflection, its own inverse.

    Examples
    --------
    >>> bool(abs(householder_reflection(np.array([2.0, 0.3, -0.3, 0.1]), 4).mean() - 1.0) < 1e-12)
    True
    """
    if size == 1:
        return vectors
    axis = -np.ones(size) / np.sqrt(size)
    axis[0] += 1.0
    axis /= np.linalg.norm(axis)
    return vectors - 2.0 * (vectors @ axis)[..., None] * axis


def n_averaged(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return how many people share the deviation of each row's person or cohort, as their mean does.

    It is ``n``; infinite for extremes, whose density integrates over the people one by one, so that they
    share none.
    """
    n = rows["n"].to_numpy(float)
    return np.where(rows["level"] == "extremes", np.inf, n) if "level" in rows else n


def _pool_sds(name: str, terms: Mapping[str, object]) -> dict[str, Prior]:
    pooled = {key: getattr(term, "pooled") for key, term in terms.items()}  # noqa: B009
    return {f"{effect_name(name, key)}_sd": prior for key, prior in pooled.items() if prior is not None}


def _index_and_weight(effect: Effect, rows: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the index and weight of one effect for each row."""
    has_say = applies_to(effect.parameter, rows).to_numpy(bool)
    if not effect.factors:
        return np.zeros(len(rows), dtype=np.int64), has_say * _covariate(effect, rows)
    columns = [rows.get(factor, pd.Series("", rows.index)) for factor in effect.factors]
    places: dict[Level, int | None] = {}
    codes: list[int | None] = []
    for says, level in zip(has_say, zip(*columns, strict=True), strict=True):
        if says and level not in places:
            places[level] = _level_index(effect, level)
        codes.append(places[level] if says else None)
    at = np.array([code is not None for code in codes], dtype=bool)
    index = np.array([code or 0 for code in codes], dtype=np.int64)
    if effect.kind == "error":
        return index, at * rows.get("exposure_error", pd.Series(0.0, rows.index)).to_numpy(float)
    if effect.kind == "people":
        return index, at / np.sqrt(n_averaged(rows))
    return index, at * (_covariate(effect, rows) if effect.kind == "slope" else np.ones(len(rows)))


def _covariate(effect: Effect, rows: pd.DataFrame) -> NDArray[np.float64]:
    column, centre = effect.covariate
    values = rows.get(column, pd.Series(np.nan, rows.index)).to_numpy(float)
    return np.where(np.isnan(values), 0.0, values - centre)


def _level_index(effect: Effect, level: Level) -> int | None:
    """Return where a level stands among an effect's; None where its effect is 0."""
    factor, reference = effect.reference
    if factor and level[effect.factors.index(factor)] == reference:
        return None
    named, label = ":".join(effect.factors), ":".join(level)
    if "" in level:
        if effect.kind == "separate" and effect.parameter not in RESIDUALS:
            raise SpecError(
                f"{effect.parameter} is separate by {named}: say which, one of {', '.join(effect.labels)}"
            )
        return None
    if NEW in level:
        if not effect.scale:
            raise SpecError(f"{effect.name} has no pool that a new {named} could be drawn from")
        return len(effect.levels)
    if level not in effect.level_index:
        if effect.scale and len(level) > 1:
            return len(effect.levels)
        raise SpecError(f"the fit holds no {named} {label!r}. {nearest(label, effect.labels)}")
    return effect.level_index[level]
