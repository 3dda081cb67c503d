"""Other fits of the same evidence: without each study, and under other assumptions.

The levels of a study that is left out stay in the model, as new levels drawn from their pools.
"""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import arviz_stats
import numpy as np
import xarray as xr
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from scipy.special import logsumexp

from petfit.errors import PetfitError
from petfit.evidence.ranges import in_complete_set
from petfit.fit import Fit
from petfit.inference import datatree, sample
from petfit.model import likelihood
from petfit.model.design import Design, DesignMatrix
from petfit.model.effects import Effect
from petfit.model.ops import NUMPY
from petfit.model.specification import ModelSpec
from petfit.results.curve_parameters import curve_parameters
from petfit.results.target_dose import dose_for_occupancy
from petfit.settings import Settings

__all__ = ["ANSWERS", "Refit", "log_predictive", "plan", "quick", "refit"]

ANSWERS = ("dose", "ec50", "emax")
_REDRAWS = 50
_FEWEST = 2
type Draws = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Refit:
    """One other fit.

    Parameters
    ----------
    kind : str
        ``study``, ``reference doses``, ``n_assumed``, ``pooling`` or ``emax``.
    name : str
        What is different about it, in words.
    spec : ModelSpec
        Its model.
    left_out : array of bool, optional
        The rows that do not count.
    """

    kind: str
    name: str
    spec: ModelSpec
    left_out: NDArray[np.bool_] | None = None


def plan(fit: Fit) -> list[Refit]:
    """Return the other fits worth making of a fit, those that need another model last.

    Parameters
    ----------
    fit : Fit
        A fit.
    """
    return [*_without_studies(fit), *_references(fit), *_sizes(fit), *_structures(fit)]


def _without_studies(fit: Fit) -> Iterator[Refit]:
    rows = fit.design.rows
    studies = sorted(set(rows["study"]))
    if len(studies) < _FEWEST:
        return
    for study in studies:
        of_study = (rows["study"] == study).to_numpy(bool)
        sets = set(rows["range_set"][of_study & in_complete_set(rows)])
        with_sets = of_study | (in_complete_set(rows) & rows["range_set"].isin(sets).to_numpy(bool))
        yield Refit("study", f"without {study}", fit.spec, with_sets)


def _references(fit: Fit) -> Iterator[Refit]:
    if fit.spec.exposure != "dose":
        return
    present = {drug: one.value for drug, one in fit.design.reference_doses.items()}
    for drug, value in present.items():
        for word, factor in (("half", 0.5), ("twice", 2.0)):
            name = f"{drug} at {word} its reference dose, {factor * value:g}"
            yield Refit("reference doses", name, _changed(fit, {**present, drug: factor * value}))
    bare = fit.spec.model_copy(update={"reference_doses": {}})
    tested = Design.build(bare, fit.evidence, fit.drug_table.assign(reference_dose=np.nan)).reference_doses
    means = {drug: one.value for drug, one in tested.items()}
    if means != present:
        yield Refit("reference doses", "geometric means of the tested doses", _changed(fit, means))


def _changed(fit: Fit, references: dict[str, float]) -> ModelSpec:
    return fit.spec.model_copy(update={"reference_doses": references})


def _sizes(fit: Fit) -> Iterator[Refit]:
    assumed = fit.spec.n_assumed
    unknown = fit.evidence.table.loc[fit.design.rows.index, "n"].isna()
    if assumed is None or not (unknown & (fit.design.rows["level"] == "range")).any():
        return
    for size in sorted({max(1, assumed // 2), 2 * assumed} - {assumed}):
        spec = fit.spec.model_copy(update={"n_assumed": size})
        yield Refit("n_assumed", f"{size} people behind a range without n", spec)


def _structures(fit: Fit) -> Iterator[Refit]:
    if len(fit.design.drugs) < _FEWEST:
        return
    for kind, name, changed in (
        ("pooling", "no pooling of drugs", _unpooled(fit.spec)),
        ("emax", "one Emax for all drugs", _one_emax(fit.spec)),
    ):
        if changed != fit.spec:
            yield Refit(kind, name, changed)


def _unpooled(spec: ModelSpec) -> ModelSpec:
    """Return the model in which every parameter that was pooled by drug is separate by drug."""
    said = _as_data(spec)
    for name in spec.parameters:
        if "pooled" in said[name].get("drug", {}) and "separate" not in said[name]:
            del said[name]["drug"]
            said[name]["separate"] = "drug"
    return ModelSpec.model_validate(said)


def _one_emax(spec: ModelSpec) -> ModelSpec:
    """Return the model in which drugs share their Emax."""
    said = _as_data(spec)
    said["emax"].pop("drug", None)
    if said["emax"].get("separate") == "drug":
        del said["emax"]["separate"]
    return ModelSpec.model_validate(said)


def _as_data(spec: ModelSpec) -> dict[str, Any]:
    return tomllib.loads(spec.to_toml())


def quick(fit: Fit) -> Settings:
    """Return the settings of the other fits: those of the fit itself, with at most 1000 draws a chain."""
    attrs = fit.attrs
    return Settings(
        draws=min(int(attrs["draws"]), 1000),
        tune=min(int(attrs["tune"]), 1000),
        chains=int(attrs["chains"]),
        target_accept=min(float(attrs["target_accept"]), 0.98),
        max_depth=int(attrs["max_depth"]),
        seed=int(attrs["seed"]),
    )


def refit(fit: Fit, settings: Settings | None = None, *, progress: bool = False) -> Fit:
    """Make every other fit of a plan, and keep what they answer.

    Parameters
    ----------
    fit : Fit
        A fit.
    settings : Settings, optional
        How to sample; `quick`, if not given. Each fit has a seed of its own, from this one and its name.
    progress : bool
        Whether to show on stderr how far it is.

    Returns
    -------
    Fit
        The same fit with the group ``refits``. By ``refit``: its ``kind``, share of ``divergent`` draws,
        largest ``r_hat`` of an answer, and ``problem`` where it could not be made; where a study is left
        out, ``elpd``, the log predictive density of its rows, with its Monte Carlo error ``elpd_mcse``. By
        ``drug``, the ``rows`` left of it. By ``answer`` (``dose`` for 80 %, ``ec50``, ``emax``) and drug,
        the ``median``, ``low`` and ``high`` for a typical person (95 % equal-tailed interval).
    """
    how = settings or quick(fit)
    wanted = track(
        plan(fit), "Other fits", console=Console(stderr=True), disable=not progress, transient=True
    )
    made = [_made(fit, one, how) for one in wanted]
    return fit.with_groups(
        {"petfit/refits": xr.concat(made, "refit") if made else xr.Dataset({"kind": ("refit", [])})}
    )


def _made(fit: Fit, one: Refit, settings: Settings) -> xr.Dataset:
    try:
        found = _fitted(fit, one, replace(settings, seed=_seed(settings, one)))
    except PetfitError as error:
        found = _nothing(fit, str(error))
    return found.assign(kind=one.kind).expand_dims(refit=[one.name])


def _seed(settings: Settings, one: Refit) -> int:
    mixed = np.random.SeedSequence([settings.seed, zlib.crc32(f"{one.kind} {one.name}".encode())])
    return int(mixed.generate_state(1)[0])


def _fitted(fit: Fit, one: Refit, settings: Settings) -> xr.Dataset:
    design = Design.build(one.spec, fit.evidence, fit.drug_table)
    sampled = sample.sample(design, settings, left_out=one.left_out)
    tree = datatree.assemble(
        design, fit.evidence, fit.drug_table, sampled.draws, sampled.stats, settings, notes={}
    )
    other = Fit(tree, design)
    dose = dose_for_occupancy(other).isel(occupancy=0, drop=True)
    answered = {"dose": dose, **curve_parameters(other)}
    columns = ["median", "low", "high", "r_hat"]
    table = xr.concat([answered[name][columns].drop_vars("unit") for name in ANSWERS], "answer")
    found = table.assign_coords(answer=list(ANSWERS)).drop_attrs()
    kept = np.ones(len(design.rows), bool) if one.left_out is None else ~one.left_out
    counts = design.rows["drug"][kept].value_counts()
    elpd, mcse = np.nan, np.nan
    if one.left_out is not None:
        rng = np.random.default_rng([settings.seed, 2])
        elpd, mcse = log_predictive(design, sampled.draws, one.left_out, rng)
    return found.assign(
        r_hat=found["r_hat"].max(),
        rows=("drug", [int(counts.get(drug, 0)) for drug in design.drugs]),
        divergent=float(sampled.stats["diverging"].mean()),
        elpd=elpd,
        elpd_mcse=mcse,
        problem="",
    )


def _nothing(fit: Fit, problem: str) -> xr.Dataset:
    """Return the record of a fit that could not be made."""
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
    """Return the log predictive density of rows that were left out, all together, and its Monte Carlo error.

    Levels that only these rows have are integrated out: for every posterior draw they are drawn from their
    pools, or priors, many times over.

    Parameters
    ----------
    design : Design
        Of all rows.
    draws : dict of str to array
        Posterior given the other rows: chain, draw, then levels.
    left_out : array of bool
        The rows.
    rng : numpy.random.Generator
        Source of randomness.
    """
    few, kept = design.subset(left_out), design.matrix(design.rows[~left_out])
    numbers = likelihood.inputs(few)
    unseen = {effect: _unseen(kept, i, effect) for i, effect in enumerate(design.effects)}
    densities = []
    for _ in range(_REDRAWS):
        drawn = draws | {
            effect.name: _redrawn(effect, levels, draws, rng)
            for effect, levels in unseen.items()
            if levels.any()
        }
        by_row = likelihood.log_likelihood(NUMPY, few, drawn, numbers)
        densities.append(sum(density.sum(axis=-1) for density in by_row.values()))
    by_draw = logsumexp(densities, axis=0) - np.log(_REDRAWS)
    largest = by_draw.max()
    weights = np.exp(by_draw - largest)
    error = weights.std(ddof=1) / weights.mean() / np.sqrt(_relative_ess(weights) * weights.size)
    return float(largest + np.log(weights.mean())), float(error)


def _relative_ess(draws: NDArray[np.float64]) -> float:
    return float(arviz_stats.ess(draws, method="mean", relative=True))


def _unseen(kept: DesignMatrix, i: int, effect: Effect) -> NDArray[np.bool_]:
    """Return which levels of the i-th effect none of the kept rows has."""
    unseen = np.ones(len(effect.levels), bool)
    unseen[kept.index[i][kept.weight[i] != 0]] = False
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
