"""The design of a model: the rows it is fitted to, its effects, its priors and its design matrix.

`petfit.model.linear_predictor` adds up the effects of each row, and `petfit.model.parametrisation` says how
they are sampled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.errors import SpecError
from petfit.evidence import Evidence
from petfit.evidence.dose_intervals import per_dosing_interval
from petfit.model.applies_to import applies_to
from petfit.model.curves import CURVES, Curve
from petfit.model.design_matrix import NEW, DesignMatrix, design_matrix, n_averaged
from petfit.model.effect import STUDY_OFFSET, Effect, effect_name
from petfit.model.effects import collect_effect_problems, effects
from petfit.model.exposures import add_exposures
from petfit.model.kinetics.plasma import KineticRows
from petfit.model.mass_units import in_mass_units
from petfit.model.ops import Array
from petfit.model.parameters import PARAMETERS, competitor_name
from petfit.model.prior import Prior
from petfit.model.problems import Problems
from petfit.model.reference_doses import (
    ReferenceDose,
    dose_unit,
    find_reference_doses,
    in_reference_doses,
    with_saturable_references,
)
from petfit.model.row_selection import select_rows
from petfit.model.specification import ModelSpec
from petfit.model.specification.terms import Parameter, Term

__all__ = ["NEW", "Design", "DesignMatrix", "Draws", "n_averaged"]

type Draws = Mapping[str, Array]
"""Scalars and effects by name: leading axes (chains, draws), then the levels of effects."""


@dataclass(frozen=True, repr=False)
class Design:
    """A model applied to evidence.

    Parameters
    ----------
    spec : ModelSpec
        The model.
    rows : pandas.DataFrame
        The fitted rows with ``person`` (the person or cohort), ``n`` (number of people), ``x`` and
        ``x_high`` (exposure over the reference dose; they differ where only a range is known) and the
        columns of `petfit.model.exposures.add_exposures`.
    reference_doses : dict of str to ReferenceDose
        By drug: the dose or concentration at which ``x`` is 1.
    given_effects : tuple of Effect, optional
        Effects to use instead of those derived from model and rows.
    """

    spec: ModelSpec
    rows: pd.DataFrame
    reference_doses: dict[str, ReferenceDose]
    given_effects: tuple[Effect, ...] | None = None

    @classmethod
    def build(cls, spec: ModelSpec, evidence: Evidence, drug_table: pd.DataFrame) -> Design:
        """Build the design of a model for a table.

        The steps are: select the rows, find their exposures, find the reference doses, express the
        exposures in reference doses, and derive the effects.

        Parameters
        ----------
        spec : ModelSpec
            The model.
        evidence : Evidence
            The table.
        drug_table : pandas.DataFrame
            The drug table, with reference doses for drugs that the model names none for.

        Raises
        ------
        SpecError
            If the model and the table do not fit together; the message lists every problem.
        """
        problems = Problems()
        rows = select_rows(spec, evidence, problems)
        if spec.pk:
            with problems.collecting():
                spec = with_saturable_references(spec, drug_table)
            with problems.collecting():
                rows = in_mass_units(rows, drug_table)
        if spec.exposure == "dose":
            rows = per_dosing_interval(rows)
        rows = add_exposures(spec, rows, problems)
        reference_doses = find_reference_doses(spec, rows, drug_table, problems)
        design = cls(spec, in_reference_doses(rows, reference_doses), reference_doses)
        if set(spec.columns) <= set(rows.columns):
            collect_effect_problems(spec, design.rows, problems)
        problems.raise_all(evidence.name)
        _check_variable_names(design)
        return design

    def __repr__(self) -> str:
        """Return one line: the drugs, the rows and the effects."""
        return (
            f"<petfit.Design of {', '.join(self.drugs)}: {len(self.rows)} rows, {len(self.effects)} effects>"
        )

    @property
    def curve(self) -> Curve:
        """The curve from exposure to occupancy."""
        return CURVES[self.spec.curve]

    @cached_property
    def drugs(self) -> tuple[str, ...]:
        """The drugs in the fitted rows, sorted."""
        return tuple(sorted(set(self.rows["drug"][applies_to("ec50", self.rows)])))

    def exposure_unit(self, drug: str, regimen: str = "") -> str:
        """Return the unit of the exposures of the answers, which are doses where there are kinetics."""
        if drug not in self.reference_doses:
            return "reference doses"
        return "mg/day" if self.spec.pk else dose_unit(self.reference_doses[drug].unit, [regimen])

    @cached_property
    def active_parameters(self) -> dict[str, Parameter]:
        """The parameters that apply to any row: of the curve and, if there are scans, of scans."""
        parameters = self.spec.parameters | self.spec.scan_parameters
        return {name: part for name, part in parameters.items() if applies_to(name, self.rows).any()}

    @property
    def has_exposure_spread(self) -> bool:
        """Whether any group has a known SD of concentration between its people."""
        return bool((self.rows["exposure_spread"] > 0).any())

    @property
    def usual_regimen(self) -> str:
        """The regimen of the answers: from ``answers_for``, else the reference of shifts, else empty."""
        shifts = [effect.reference[1] for effect in self.effects if effect.reference[0] == "regimen"]
        return self.spec.answers_for.get("regimen", shifts[0] if shifts else "")

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """Every effect, in the order of the first axis of the design matrix."""
        return tuple(effects(self.spec, self.rows)) if self.given_effects is None else self.given_effects

    def subset(self, chosen: NDArray[np.bool_]) -> Design:
        """Return the design of a subset of the rows; effects keep the levels of all rows."""
        return replace(self, rows=self.rows[chosen], given_effects=self.effects)

    @cached_property
    def scalar_priors(self) -> dict[str, Prior]:
        """Priors of the scalar parameters: centres, SDs, omega, sigma and its floor, competitors."""
        priors: dict[str, Prior] = {}
        for name, parameter in self.active_parameters.items():
            if parameter.centre is not None and parameter.separate is None:
                priors[PARAMETERS[name].linked_name] = parameter.centre
            priors |= _pool_sds(name, parameter.terms)
            if parameter.people is not None:
                priors["omega"] = parameter.people.sd
        for name, residual in self.spec.residuals.items():
            if applies_to(name, self.rows).any():
                priors |= _pool_sds(name, residual.terms)
                if residual.sigma is not None and residual.separate is None:
                    priors[PARAMETERS[name].sd_name] = residual.sigma
                if residual.floor is not None:
                    priors[PARAMETERS[name].floor_name] = residual.floor
        if self.spec.plasma is not None and any(effect.name == STUDY_OFFSET for effect in self.effects):
            priors[f"{STUDY_OFFSET}_sd"] = self.spec.plasma.study
        competitors = self.spec.competition.items()
        return priors | {competitor_name(name): competitor.ec50 for name, competitor in competitors}

    def matrix(self, rows: pd.DataFrame) -> DesignMatrix:
        """Return the design matrix of `rows`.

        Parameters
        ----------
        rows : pandas.DataFrame
            A column per factor and covariate. An empty or missing factor means the typical level, whose
            effect is 0; ``NEW`` means a new level; a missing covariate means its centre. The deviation of
            ``person`` is divided by the square root of `n_averaged`.

        Returns
        -------
        DesignMatrix
            Index and weight of each effect for each row.

        Raises
        ------
        SpecError
            If a row has an unknown level, or no level of a factor by which a parameter is separate.
        """
        kinetics = KineticRows.of(self.spec.pk, rows) if self.spec.pk and "is_dose" in rows else None
        matrix = design_matrix(self.effects, rows)
        return replace(matrix, given_emax=self._given_emax(rows), kinetics=kinetics)

    def _given_emax(self, rows: pd.DataFrame) -> NDArray[np.float64] | None:
        values = {target: part.emax for target, part in self.spec.selectivity.items()}
        emax = rows["target"].map(values) if "target" in rows else pd.Series(np.nan, rows.index)
        return None if emax.isna().all() else np.asarray(emax, float)

    @property
    def has_second_target(self) -> bool:
        """Whether any fitted row is of a second target."""
        return self.fitted_matrix.given_emax is not None

    def rows_at(self, target: str = "") -> pd.DataFrame:
        """Return the fitted rows of the curve at a second target; at the first if it is none or empty."""
        rows = self.rows[applies_to("ec50", self.rows)]
        if target in self.spec.selectivity:
            return rows[rows["target"] == target]
        return rows[~rows["target"].isin(list(self.spec.selectivity))]

    @cached_property
    def fitted_matrix(self) -> DesignMatrix:
        """The design matrix of the fitted rows."""
        return self.matrix(self.rows)

    @cached_property
    def grand_means(self) -> dict[str, tuple[Effect, ...]]:
        """Centres sampled as grand means, with their random effects; see `petfit.model.parametrisation`."""
        grand_means = {}
        for name, parameter in self.active_parameters.items():
            centre, effects = PARAMETERS[name].linked_name, self.effects
            pooled = tuple(effect for effect in effects if effect.parameter == name and effect.has_grand_mean)
            is_real = parameter.centre is not None and parameter.centre.family.support == "real"
            if pooled and centre in self.scalar_priors and is_real:
                grand_means[centre] = pooled
        return grand_means

    def n_standard_normal(self, effect: Effect) -> int:
        """Return how many of a random effect's coordinates, counted from the first, are standard normal."""
        if not effect.centred:
            return len(effect.levels)
        return int(any(effect in effects for effects in self.grand_means.values()))

    def draw_shape(self, draws: Draws) -> tuple[int, ...]:
        """Return the shape of the draws, such as (chains, draws), without the axis of levels."""
        for name in self.scalar_priors:
            return tuple(np.shape(draws[name]))
        return tuple(np.shape(draws[self.effects[0].name])[:-1])

    def draw_prior(self, rng: np.random.Generator, size: int) -> dict[str, NDArray[np.float64]]:
        """Return `size` independent draws of scalars and effects from the prior."""
        drawn = {name: prior.draw(rng, size) for name, prior in self.scalar_priors.items()}
        for effect in self.effects:
            if effect.priors:
                drawn[effect.name] = np.stack([prior.draw(rng, size) for prior in effect.priors], axis=-1)
            else:
                normals = rng.standard_normal((size, len(effect.levels)))
                drawn[effect.name] = drawn[effect.scale][:, None] * normals
        return drawn


def _check_variable_names(design: Design) -> None:
    names = [*design.scalar_priors, *(effect.name for effect in design.effects)]
    if not names:
        raise SpecError("every parameter of the model is fixed; at least one must be free")
    duplicates = sorted({name for name in names if names.count(name) > 1})
    if duplicates:
        raise SpecError(f"two parts of the model would both be called {duplicates[0]!r}; rename a factor")


def _pool_sds(name: str, terms: Mapping[str, Term]) -> dict[str, Prior]:
    pooled = {key: term.pooled for key, term in terms.items()}
    return {f"{effect_name(name, key)}_sd": prior for key, prior in pooled.items() if prior is not None}
