"""Refits of the same evidence: without each study, and under other assumptions.

The levels of a study that is left out stay in the model, where only their prior informs them.
"""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import arviz_stats
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray
from scipy.special import logsumexp

from petfit.evidence import Evidence
from petfit.evidence.ranges import in_complete_set
from petfit.fit import Fit
from petfit.inference import datatree, sample
from petfit.inference import workers as engine
from petfit.model import likelihood
from petfit.model.design import Design, DesignMatrix
from petfit.model.effect import Effect
from petfit.model.ops import NUMPY
from petfit.model.specification import ModelSpec
from petfit.results.curve_parameters import curve_parameters
from petfit.results.loo import loo, rows_of_part
from petfit.results.target_dose import dose_for_occupancy
from petfit.settings import Settings

__all__ = ["ANSWERS", "Refit", "log_predictive", "plan", "quick", "with_refits"]

ANSWERS = ("dose", "ec50", "emax")
_NEW_LEVEL_DRAWS = 50
type Draws = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Refit:
    """One refit.

    Parameters
    ----------
    kind : str
        ``study``, ``part``, ``reference doses``, ``n_assumed``, ``pooling`` or ``emax``.
    name : str
        What is different about it, in words.
    spec : ModelSpec
        Its model.
    left_out : array of bool, optional
        The fitted rows that are left out; none if not given.
    """

    kind: str
    name: str
    spec: ModelSpec
    left_out: NDArray[np.bool_] | None = None


def plan(fit: Fit) -> list[Refit]:
    """Return the refits that a fit allows; those with another model structure come last.

    They leave out each study, and each person, cohort or row (a ``part``) that is too influential for
    PSIS-LOO (see `petfit.results.loo`), or change an assumption.

    Parameters
    ----------
    fit : Fit
        A fit.

    Examples
    --------
    >>> sorted({refit.kind for refit in plan(fit)})
    ['emax', 'n_assumed', 'part', 'pooling', 'reference doses']
    """
    return [
        *_without_studies(fit),
        *_without_influential_parts(fit),
        *_reference_doses(fit),
        *_group_sizes(fit),
        *_structures(fit),
    ]


def _without_studies(fit: Fit) -> Iterator[Refit]:
    rows = fit.design.rows
    studies = sorted(set(rows["study"]))
    if len(studies) < 2:
        return
    for study in studies:
        in_study = (rows["study"] == study).to_numpy(bool)
        sets = set(rows["range_set"][in_study & in_complete_set(rows)])
        left_out = in_study | (in_complete_set(rows) & rows["range_set"].isin(sets).to_numpy(bool))
        yield Refit("study", f"without {study}", fit.spec, left_out)


def _without_influential_parts(fit: Fit) -> Iterator[Refit]:
    if fit.log_likelihood.shape[-1] < 2:
        return
    result = loo(fit)
    too_influential = ~(result.pareto_k <= result.good_k) & np.isfinite(result.elpd_i)
    for part in result.pareto_k[result.pareto_k.dims[0]].to_numpy()[too_influential.to_numpy()]:
        yield Refit("part", f"without {part}", fit.spec, rows_of_part(fit, part))


def _reference_doses(fit: Fit) -> Iterator[Refit]:
    if fit.spec.exposure != "dose":
        return
    current = {drug: reference.value for drug, reference in fit.design.reference_doses.items()}
    for drug, value in current.items():
        for word, factor in (("half", 0.5), ("twice", 2.0)):
            name = f"{drug} at {word} its reference dose, {factor * value:g}"
            yield Refit("reference doses", name, _with_references(fit, {**current, drug: factor * value}))
    without_references = fit.spec.model_copy(update={"reference_doses": {}})
    without_listed = fit.drug_table.assign(reference_dose=np.nan)
    design = Design.build(without_references, fit.evidence, without_listed)
    means = {drug: reference.value for drug, reference in design.reference_doses.items()}
    if means != current:
        yield Refit("reference doses", "geometric means of the tested doses", _with_references(fit, means))


def _with_references(fit: Fit, references: dict[str, float]) -> ModelSpec:
    return fit.spec.model_copy(update={"reference_doses": references})


def _group_sizes(fit: Fit) -> Iterator[Refit]:
    assumed = fit.spec.n_assumed
    unknown = fit.evidence.table.loc[fit.design.rows.index, "n"].isna()
    if assumed is None or not (unknown & fit.design.rows["level"].isin(["range", "group"])).any():
        return
    for size in sorted({max(1, assumed // 2), 2 * assumed} - {assumed}):
        spec = fit.spec.model_copy(update={"n_assumed": size})
        yield Refit("n_assumed", f"{size} people behind a group or range without n", spec)


def _structures(fit: Fit) -> Iterator[Refit]:
    if len(fit.design.drugs) < 2:
        return
    for kind, name, spec in (
        ("pooling", "no pooling of drugs", _unpooled(fit.spec)),
        ("emax", "one Emax for all drugs", _common_emax(fit.spec)),
    ):
        if spec != fit.spec:
            yield Refit(kind, name, spec)


def _unpooled(spec: ModelSpec) -> ModelSpec:
    """Return the model in which every parameter that was pooled by drug is separate by drug."""
    data = _as_data(spec)
    for name in spec.parameters:
        if "pooled" in data[name].get("drug", {}) and "separate" not in data[name]:
            del data[name]["drug"]
            data[name]["separate"] = "drug"
    return ModelSpec.model_validate(data)


def _common_emax(spec: ModelSpec) -> ModelSpec:
    """Return the model in which drugs share their Emax."""
    data = _as_data(spec)
    data["emax"].pop("drug", None)
    if data["emax"].get("separate") == "drug":
        del data["emax"]["separate"]
    return ModelSpec.model_validate(data)


def _as_data(spec: ModelSpec) -> dict[str, Any]:
    return tomllib.loads(spec.to_toml())


def quick(fit: Fit) -> Settings:
    """Return the settings of refits: those of the fit, with at most 1000 draws a chain.

    Examples
    --------
    >>> quick(fit).draws
    250
    """
    attrs = fit.attrs
    return Settings(
        draws=min(int(attrs["draws"]), 1000),
        tune=min(int(attrs["tune"]), 1000),
        chains=int(attrs["chains"]),
        max_depth=int(attrs["max_depth"]),
        people=attrs["people"],
        seed=int(attrs["seed"]),
    )


@dataclass(frozen=True)
class _Task:
    """A refit with what it is made from."""

    refit: Refit
    evidence: Evidence
    drug_table: pd.DataFrame
    settings: Settings


def with_refits(
    fit: Fit,
    settings: Settings | None = None,
    *,
    workers: int | None = 1,
    scheduler: Any = None,
    progress: bool = False,
) -> Fit:
    """Run every refit of `plan` and store the answers.

    Parameters
    ----------
    fit : Fit
        A fit.
    settings : Settings, optional
        Sampler settings; `quick` if not given. The seed of each refit is derived from this one and its name.
    workers, scheduler, progress
        See `petfit.Fit.with_refits`.

    Returns
    -------
    Fit
        The same fit with the group ``petfit/refits``. By ``refit``: its ``kind``, the share of
        ``divergent`` draws, the largest ``r_hat`` of an answer and, if it failed, the ``problem``; if rows
        are left out, ``elpd``, the log predictive density of its rows, and its Monte Carlo standard error
        ``elpd_mcse``. By ``refit`` and ``drug``: the number of ``rows`` that remain. By ``refit``, ``answer``
        (``dose`` for 80 %, ``ec50``, ``emax``) and drug: ``median``, ``low`` and ``high`` for a typical
        person (95 % equal-tailed interval).
    """
    settings, refits = settings or quick(fit), plan(fit)
    if workers != 1 or scheduler is not None:
        settings = replace(settings, cores=1)
    tasks = [
        _Task(refit, fit.evidence, fit.drug_table, replace(settings, seed=_seed(settings, refit)))
        for refit in refits
    ]
    title = "Refits" if progress else ""
    results = dict(engine.run(_answers, tasks, workers=workers, scheduler=scheduler, title=title))
    records = [_record(fit, refit, results[i]) for i, refit in enumerate(refits)]
    group = xr.concat(records, "refit") if records else xr.Dataset({"kind": ("refit", [])})
    return fit.assign_groups({"petfit/refits": group})


def _record(fit: Fit, refit: Refit, result: xr.Dataset | engine.Failure) -> xr.Dataset:
    record = _failure(fit, result.reason) if isinstance(result, engine.Failure) else result
    return record.assign(kind=refit.kind).expand_dims(refit=[refit.name])


def _seed(settings: Settings, refit: Refit) -> int:
    sequence = np.random.SeedSequence([settings.seed, zlib.crc32(f"{refit.kind} {refit.name}".encode())])
    return int(sequence.generate_state(1)[0])


def _answers(task: _Task) -> xr.Dataset:
    refit, settings = task.refit, task.settings
    design = Design.build(refit.spec, task.evidence, task.drug_table)
    sampled = sample.sample(design, settings, left_out=refit.left_out)
    used = replace(settings, target_accept=sampled.target_accept)
    tree = datatree.assemble(
        design, task.evidence, task.drug_table, sampled.draws, sampled.stats, xr.Dataset(), used, notes={}
    )
    other = Fit(tree, design)
    dose = dose_for_occupancy(other).isel(occupancy=0, drop=True)
    summaries = {"dose": dose, **curve_parameters(other)}
    columns = ["median", "low", "high", "r_hat"]
    answers = xr.concat([summaries[name][columns].drop_vars("unit") for name in ANSWERS], "answer")
    answers = answers.assign_coords(answer=list(ANSWERS)).drop_attrs()
    remaining = np.ones(len(design.rows), bool) if refit.left_out is None else ~refit.left_out
    counts = design.rows["drug"][remaining].value_counts()
    elpd, mcse = np.nan, np.nan
    if refit.left_out is not None:
        rng = np.random.default_rng([settings.seed, 2])
        elpd, mcse = log_predictive(design, sampled.draws, refit.left_out, rng)
    return answers.assign(
        r_hat=answers["r_hat"].max(),
        rows=("drug", [int(counts.get(drug, 0)) for drug in design.drugs]),
        divergent=float(sampled.stats["diverging"].mean()),
        elpd=elpd,
        elpd_mcse=mcse,
        problem="",
    )


def _failure(fit: Fit, problem: str) -> xr.Dataset:
    """Return the record of a refit that failed."""
    drugs = list(fit.design.drugs)
    empty = (("answer", "drug"), np.full((len(ANSWERS), len(drugs)), np.nan))
    return xr.Dataset(
        {
            **dict.fromkeys(("median", "low", "high"), empty),
            "r_hat": np.nan,
            "rows": ("drug", [0] * len(drugs)),
            "divergent": 0.0,
            "elpd": np.nan,
            "elpd_mcse": np.nan,
            "problem": problem,
        },
        {"answer": list(ANSWERS), "drug": drugs},
    )


def log_predictive(
    design: Design,
    draws: Draws,
    left_out: NDArray[np.bool_],
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Return the joint log predictive density of rows that were left out, and its Monte Carlo error.

    Levels that only these rows have are integrated out: each posterior draw is combined with several draws
    of them from their distribution or prior.

    Parameters
    ----------
    design : Design
        The design of all rows.
    draws : dict of str to array
        Posterior draws given the other rows: chain, draw, then levels.
    left_out : array of bool
        The rows that were left out.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    tuple of float
        The log density, and its Monte Carlo standard error.
    """
    subset, remaining = design.subset(left_out), design.matrix(design.rows[~left_out])
    inputs = likelihood.inputs(subset)
    unseen = {effect: _unseen(remaining, i, effect) for i, effect in enumerate(design.effects)}
    densities = []
    for _ in range(_NEW_LEVEL_DRAWS):
        completed = draws | {
            effect.name: _redrawn(effect, levels, draws, rng)
            for effect, levels in unseen.items()
            if levels.any()
        }
        by_row = likelihood.log_likelihood(NUMPY, subset, completed, inputs)
        densities.append(sum(density.sum(axis=-1) for density in by_row.values()))
    by_draw = logsumexp(densities, axis=0) - np.log(_NEW_LEVEL_DRAWS)
    largest = by_draw.max()
    weights = np.exp(by_draw - largest)
    error = weights.std(ddof=1) / weights.mean() / np.sqrt(_relative_ess(weights) * weights.size)
    return float(largest + np.log(weights.mean())), float(error)


def _relative_ess(draws: NDArray[np.float64]) -> float:
    return float(arviz_stats.ess(draws, method="mean", relative=True))


def _unseen(remaining: DesignMatrix, i: int, effect: Effect) -> NDArray[np.bool_]:
    """Return which levels of the i-th effect none of the remaining rows has."""
    unseen = np.ones(len(effect.levels), bool)
    unseen[remaining.index[i][remaining.weight[i] != 0]] = False
    return unseen


def _redrawn(
    effect: Effect, levels: NDArray[np.bool_], draws: Draws, rng: np.random.Generator
) -> NDArray[np.float64]:
    values = draws[effect.name].copy()
    shape = values.shape[:2]
    for i in np.flatnonzero(levels):
        if effect.scale:
            values[..., i] = draws[effect.scale] * rng.standard_normal(shape)
        else:
            values[..., i] = effect.priors[i].draw(rng, shape)
    return values
