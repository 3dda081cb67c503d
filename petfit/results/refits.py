"""Fit the evidence again, as planned by `petfit.results.refit_plan`, and keep the answers.

The levels of a study that is left out stay in the model, where only their prior informs them.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from petfit.evidence import Evidence
from petfit.fit import Fit
from petfit.inference import datatree, sample
from petfit.inference import workers as engine
from petfit.inference.kept_results import digest, run_missing
from petfit.model.design import Design
from petfit.results.curve_draws import curve_draws
from petfit.results.curve_parameters import curve_parameters
from petfit.results.log_predictive import log_predictive
from petfit.results.refit_plan import Refit, plan
from petfit.settings import Settings

__all__ = ["ANSWERS", "quick", "with_refits"]

ANSWERS = ("dose", "ec50", "emax")


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
    folder: str | Path | None = None,
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
    folder, workers, scheduler, progress
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
    results = run_missing(
        _records,
        tasks,
        [_digest(task) for task in tasks],
        folder,
        list(xr.Dataset().to_dict()),
        workers=workers,
        scheduler=scheduler,
        title=title,
    )
    records = [_record(fit, refit, results[i]) for i, refit in enumerate(refits)]
    group = xr.concat(records, "refit") if records else xr.Dataset({"kind": ("refit", [])})
    return fit.assign_groups({"petfit/refits": group})


def _record(fit: Fit, refit: Refit, result: list[dict[str, Any]] | engine.Failure) -> xr.Dataset:
    if isinstance(result, engine.Failure):
        record = _failure(fit, result.reason)
    else:
        record = xr.Dataset.from_dict(result[0])
    return record.assign(kind=refit.kind).expand_dims(refit=[refit.name])


def _seed(settings: Settings, refit: Refit) -> int:
    sequence = np.random.SeedSequence([settings.seed, zlib.crc32(f"{refit.kind} {refit.name}".encode())])
    return int(sequence.generate_state(1)[0])


def _digest(task: _Task) -> str:
    """Return a digest of what the result of a refit depends on."""
    refit, settings = task.refit, {**asdict(task.settings), "cores": None}
    content = task.evidence.hash, task.drug_table.to_csv(), refit.spec.to_toml()
    return digest(refit.kind, refit.name, *content, json.dumps(settings), version("petfit"))


def _records(task: _Task) -> list[dict[str, Any]]:
    """Return the answers of a refit in the form in which `run_missing` keeps them."""
    return [_answers(task).to_dict()]


def _answers(task: _Task) -> xr.Dataset:
    refit, settings = task.refit, task.settings
    design = Design.build(refit.spec, task.evidence, task.drug_table)
    sampled = sample.sample(design, settings, left_out=refit.left_out)
    used = replace(settings, target_accept=sampled.target_accept)
    tree = datatree.assemble(
        design, task.evidence, task.drug_table, sampled.draws, sampled.stats, xr.Dataset(), used, notes={}
    )
    other = Fit(tree, design)
    dose = other.dose_for_occupancy().isel(occupancy=0, drop=True)
    summaries = {"dose": dose, **curve_parameters(curve_draws(other))}
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
