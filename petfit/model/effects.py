"""The effects of a model on its rows, from the specification and the levels that the rows have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

import pandas as pd

from petfit.errors import SpecError, nearest
from petfit.model.applies_to import applies_to
from petfit.model.effect import STUDY_OFFSET, Effect, Kind, Level, effect_name
from petfit.model.kinetics.drug_kinetics import KINETIC_PARAMETERS, PEOPLE_PARAMETERS, DrugKinetics
from petfit.model.parameters import PARAMETERS
from petfit.model.prior import Prior
from petfit.model.problems import Problems
from petfit.model.specification import ModelSpec
from petfit.model.specification.residual_noise import Residual
from petfit.model.specification.terms import Covariate, Parameter, Term

__all__ = ["collect_effect_problems", "effects"]

_STANDARD = Prior.model_validate(
    {"dist": "Normal", "mu": 0.0, "sigma": 1.0, "source": "measurement error, in its own SDs"}
)
_STANDARD_PERSON = Prior.model_validate(
    {"dist": "Normal", "mu": 0.0, "sigma": 1.0, "source": "differences between people, in their own SDs"}
)


def effects(spec: ModelSpec, rows: pd.DataFrame) -> Iterator[Effect]:
    """Return every effect of a model, with the levels in the rows.

    Parameters
    ----------
    spec : ModelSpec
        The model.
    rows : pandas.DataFrame
        The fitted rows, with ``person`` and the columns of `petfit.model.exposures.add_exposures`.

    Raises
    ------
    SpecError
        If a reference level or the prior of a level is missing.
    """
    return chain.from_iterable(_parts(spec, rows))


def collect_effect_problems(spec: ModelSpec, rows: pd.DataFrame, problems: Problems) -> None:
    """Collect the problems of reference levels and priors, part by part of the model.

    Parameters
    ----------
    spec, rows
        See `effects`.
    problems : Problems
        What they are added to.
    """
    for part in _parts(spec, rows):
        with problems.collecting():
            list(part)


def _parts(spec: ModelSpec, rows: pd.DataFrame) -> Iterator[Iterator[Effect]]:
    """Yield the effects of each part of a model."""
    for name, parameter in (spec.parameters | spec.scan_parameters).items():
        if (is_relevant := applies_to(name, rows)).any():
            yield from _parameter_effects(name, parameter, rows[is_relevant])
    yield _selectivity_effect(spec, rows[applies_to("ec50", rows)])
    for name, residual in spec.residuals.items():
        if (is_relevant := applies_to(name, rows)).any():
            yield from _residual_effects(name, residual, rows[is_relevant])
    yield _exposure_effect("dose_share", "share", "dose_range", spec.dose_share, rows)
    yield _exposure_effect("below_loq", "below", "sample_below_loq", spec.below_loq, rows)
    yield _exposure_effect("log_exposure_error", "error", "sample", _STANDARD, rows)
    if spec.pk:
        yield _study_offset(rows[rows["measured"].notna()])
        yield _kinetic_effects(spec.pk, rows[applies_to("ec50", rows) & rows["drug"].isin(list(spec.pk))])


def _selectivity_effect(spec: ModelSpec, rows: pd.DataFrame) -> Iterator[Effect]:
    """Yield the shift of log EC50 from the first target to the others that the rows hold, by drug."""
    factors = ("drug", "target")
    levels = _levels(factors, rows[rows["target"].isin(list(spec.selectivity))])
    if not levels:
        return
    priors = tuple(spec.selectivity[target].shift_prior(drug, target) for drug, target in levels)
    reference = ("target", spec.first_target)
    yield Effect("log_ec50_drug_target", "ec50", "shift", factors, levels, priors, reference=reference)


def _study_offset(rows: pd.DataFrame) -> Iterator[Effect]:
    """Yield the offsets of the studies that measured concentrations beside doses."""
    factors = ("measured_in",)
    if studies := _levels(factors, rows):
        yield Effect(STUDY_OFFSET, "exposure", "pooled", factors, studies, scale=f"{STUDY_OFFSET}_sd")


def _kinetic_effects(pk: Mapping[str, DrugKinetics], rows: pd.DataFrame) -> Iterator[Effect]:
    """Yield the kinetics that have priors, by drug, and what people differ in, by person.

    Answers for doses need them even if only concentrations were fitted.
    """
    drugs = sorted(set(rows["drug"]))
    dosed = rows[rows["is_dose"]] if rows["is_dose"].any() else rows
    for name in KINETIC_PARAMETERS:
        quantities = {drug: pk[drug].quantities.get(name) for drug in drugs}
        by_drug = {(drug,): prior for drug, prior in quantities.items() if isinstance(prior, Prior)}
        priors = tuple(by_drug.values())
        _check_single_family(f"pk.{name}", priors)
        if priors:
            yield Effect(name, "exposure", "kinetic", ("drug",), tuple(by_drug), priors)
    for name in PEOPLE_PARAMETERS:
        differing = dosed["drug"].map({drug: pk[drug].people.log_sd(name) > 0 for drug in drugs}).astype(bool)
        people = tuple((person,) for person in dict.fromkeys(dosed["person"][differing]))
        if people:
            standard = (_STANDARD_PERSON,) * len(people)
            yield Effect(f"{name}_person", "exposure", "kinetic_people", ("person",), people, standard)


def _exposure_effect(
    name: str, kind: Kind, column: str, prior: Prior | None, rows: pd.DataFrame
) -> Iterator[Effect]:
    labels = dict.fromkeys(rows[column][rows[column] != ""])
    if labels and prior is not None:
        levels = tuple((label,) for label in labels)
        yield Effect(name, "exposure", kind, (column,), levels, (prior,) * len(levels))


def _parameter_effects(name: str, parameter: Parameter, rows: pd.DataFrame) -> Iterator[Iterator[Effect]]:
    if parameter.separate is not None and parameter.centre is not None:
        effect = effect_name(name, parameter.separate)
        yield iter([_separate(effect, name, parameter.separate, parameter.centre, rows)])
    for key, term in parameter.terms.items():
        yield _term(name, key, term, rows)
    for column, covariate in parameter.covariates.items():
        yield _slope(name, column, covariate, rows)
    if parameter.people is not None:
        people = tuple((person,) for person in dict.fromkeys(rows["person"]))
        yield iter([Effect("log_ec50_person", name, "people", ("person",), people, scale="omega")])


def _residual_effects(name: str, residual: Residual, rows: pd.DataFrame) -> Iterator[Iterator[Effect]]:
    if residual.separate is not None and residual.sigma is not None:
        effect = f"{PARAMETERS[name].sd_name}_{residual.separate.replace(':', '_')}"
        yield iter([_separate(effect, name, residual.separate, residual.sigma, rows)])
    for key, term in residual.terms.items():
        yield _term(name, key, term, rows)


def _separate(effect: str, name: str, key: str, prior: Prior, rows: pd.DataFrame) -> Effect:
    factors = tuple(key.split(":"))
    levels = _levels(factors, rows)
    return Effect(effect, name, "separate", factors, levels, (prior,) * len(levels))


def _slope(name: str, column: str, covariate: Covariate, rows: pd.DataFrame) -> Iterator[Effect]:
    effect = effect_name(name, column)
    if covariate.by is None:
        assert isinstance(covariate.slope, Prior)
        single_level: tuple[Level, ...] = ((),)
        yield Effect(
            effect, name, "slope", (), single_level, (covariate.slope,), covariate=(column, covariate.centre)
        )
        return
    factors = (covariate.by,)
    levels = _levels(factors, rows)
    where = f"{name}.covariates.{column}.slope"
    priors = tuple(_prior_of(where, covariate.slope, (":".join(level),)) for level in levels)
    _check_single_family(where, priors)
    yield Effect(effect, name, "slope", factors, levels, priors, covariate=(column, covariate.centre))


def _term(name: str, key: str, term: Term, rows: pd.DataFrame) -> Iterator[Effect]:
    effect, factors = effect_name(name, key), tuple(key.split(":"))
    if term.pooled is not None:
        levels = _levels(factors, rows)
        yield Effect(effect, name, "pooled", factors, levels, scale=f"{effect}_sd", centred=term.centred)
        return
    assert term.shift is not None
    ((factor, level),) = (term.reference or {}).items()
    where = f"{name}.{key}"
    if factor not in factors:
        raise SpecError(f"{where}.from: {factor!r} is not a factor of {key!r}. {nearest(factor, factors)}")
    present = set(rows[factor])
    if level not in present:
        raise SpecError(
            f"{where}.from: no fitted row has {factor} {level!r}. {nearest(level, present)} "
            "Name a level that is in the table."
        )
    levels = _levels(factors, rows[rows[factor] != level])
    position = factors.index(factor)
    names = [(":".join(labels), ":".join(_without(labels, position))) for labels in levels]
    priors = tuple(_prior_of(f"{where}.shift", term.shift, aliases) for aliases in names)
    _check_single_family(f"{where}.shift", priors)
    if levels:
        yield Effect(effect, name, "shift", factors, levels, priors, reference=(factor, level))


def _without(labels: Level, position: int) -> Level:
    return (*labels[:position], *labels[position + 1 :])


def _prior_of(where: str, priors: Prior | dict[str, Prior], aliases: Iterable[str]) -> Prior:
    """Return the prior of a level: the common prior, or the first listed under one of its aliases."""
    if isinstance(priors, Prior):
        return priors
    names = [name for name in aliases if name]
    for name in names:
        if name in priors:
            return priors[name]
    raise SpecError(
        f"{where}: no prior for {names[0]!r}. {nearest(names[-1], priors)} "
        f"Add {where}.{names[-1]!r} to the model."
    )


def _check_single_family(where: str, priors: tuple[Prior, ...]) -> None:
    families = sorted({prior.dist for prior in priors})
    if len(families) > 1:
        raise SpecError(
            f"{where}: all priors of a term must be of one family of distributions, not of "
            f"{' and '.join(families)}"
        )


def _levels(factors: tuple[str, ...], rows: pd.DataFrame) -> tuple[Level, ...]:
    return tuple(sorted(set(rows[list(factors)].itertuples(index=False, name=None))))
