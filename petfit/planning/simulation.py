"""Simulated tables of a planned study, and simulated values for any design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.evidence.columns import COLUMNS
from petfit.fit import Fit
from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.likelihood.plasma_sample import has_samples, simulated_samples
from petfit.model.specification import ModelSpec
from petfit.planning.planned_rows import ARM, LEAVES
from petfit.planning.planned_study import PlannedStudy, plan_study
from petfit.planning.study_design import StudyDesign
from petfit.planning.truth import Draws, Stated, draw_truths, with_stated_values

__all__ = ["SimulatedStudy", "simulate", "simulate_study", "with_simulated_values"]

_CELL = 0.05
"""Cell width of the fixed grid that simulated ranges are taken from; extremes are simulated directly."""

_DECIMALS = 4
"""Decimals of the numbers in a simulated table."""


@dataclass(frozen=True)
class SimulatedStudy:
    """A study with simulated numbers.

    Parameters
    ----------
    design : Design
        The rows to fit: simulated ones, and those of the evidence that is already there.
    table : pandas.DataFrame
        The simulated rows as a table.
    """

    design: Design
    table: pd.DataFrame


def with_simulated_values(
    design: Design, truth: Mapping[str, NDArray[np.float64]], rng: np.random.Generator
) -> Design:
    """Return a design with simulated numbers in its rows.

    Parameters
    ----------
    design : Design
        The design.
    truth : mapping of str to array
        One draw of its parameters: scalars, and effects by level.
    rng : numpy.random.Generator
        Source of randomness.
    """
    simulated = likelihood.predictive_draws(rng, design, truth)
    rows = design.rows.copy()
    is_extremes = np.isfinite(simulated["low"])
    is_range = (rows["level"] == "range").to_numpy() & ~is_extremes
    rows["value"] = np.where(is_range | is_extremes, np.nan, simulated["value"])
    rows["sd"], rows["se"] = simulated["sd"], rows["se"].where(rows["level"].isin(["subject", "scan"]))
    cell = np.floor(simulated["value"] / _CELL) * _CELL
    rows["low"] = np.where(is_range, cell, simulated["low"])
    rows["high"] = np.where(is_range, cell + _CELL, simulated["high"])
    if has_samples(design):
        samples = simulated_samples(rng, design, truth, likelihood.inputs(design))
        rows[samples.columns] = samples
    return replace(design, rows=rows)


def simulate_study(planned: PlannedStudy, truth: Draws, rng: np.random.Generator) -> SimulatedStudy:
    """Simulate who leaves a study and the numbers of those who stay.

    Parameters
    ----------
    planned : PlannedStudy
        The study.
    truth : dict of str to array
        One draw of its parameters, without an axis of draws.
    rng : numpy.random.Generator
        Source of randomness.
    """
    n = _people_who_stay(planned.table, rng)
    rows = planned.design.rows
    n_of_rows = n.reindex(rows.index)
    kept = rows[~(n_of_rows == 0)].copy()
    is_new_group = kept.index.isin(planned.table.index) & (kept["level"] == "group")
    kept.loc[is_new_group, "n"] = n_of_rows.loc[kept.index[is_new_group]].astype(float)
    kept.loc[is_new_group & (kept["n"] == 1), "sd"] = np.nan
    kept_design = replace(planned.design, rows=kept, given_effects=planned.design.effects)
    new = kept_design.subset(kept.index.isin(planned.table.index))
    simulated = with_simulated_values(new, truth, rng).rows
    kept.loc[simulated.index, ["value", "sd"]] = simulated[["value", "sd"]]
    table = planned.table.loc[[where for where in planned.table.index if where in simulated.index]].copy()
    table["value"] = simulated["value"].loc[table.index]
    if "sd" in table:
        table["sd"], table["n"] = simulated["sd"].loc[table.index], kept["n"].loc[table.index]
    return SimulatedStudy(replace(planned.design, rows=kept), table.drop(columns=[ARM, LEAVES]))


def _people_who_stay(table: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """Return how many people of each row are still in the study; 0 or 1 for a person."""
    n = pd.Series(1.0, table.index) if "n" not in table else table["n"].fillna(1.0)
    if not (table[LEAVES] > 0).any():
        return n
    names = table["subject"] if "subject" in table else pd.Series("", table.index)
    people = names.fillna("").where(names.fillna("") != "", table.get("cohort", pd.Series("", table.index)))
    for _, rows in table.groupby(people, sort=False):
        remaining = int(n[rows.index[0]])
        for _, session in rows.groupby("session", sort=False):
            if session["condition"].iloc[0] != "baseline":
                remaining -= int(rng.binomial(remaining, float(session[LEAVES].iloc[0])))
            n[session.index] = float(remaining)
    return n


def simulate(
    study: str | Path | pd.DataFrame | StudyDesign,
    model: str | Path | ModelSpec | None = None,
    *,
    given: Fit | None = None,
    truth: Stated | None = None,
    drug_table: str | Path | pd.DataFrame | None = None,
    seed: int = 1,
) -> pd.DataFrame:
    """Simulate the table that a study would report.

    Parameters
    ----------
    study : str, path, DataFrame or StudyDesign
        The design of the study: a TOML file, or a DataFrame with a row for each arm; see
        `petfit.planning.study_design.Arm` for their keys.
    model : str, path or ModelSpec, optional
        The model; that of the given fit, or the bundled one for tables of this kind, if not given.
    given : Fit, optional
        A fit from whose posterior the parameters are drawn; from the priors if not given.
    truth : mapping of str to float, optional
        Values that are stated instead of drawn, for a typical person, such as ``{"ec50": 10, "emax": 0.9,
        "omega": 0.3, "sigma": 0.05}``; by drug where they differ. They are added to those of the design.
    drug_table : str, path or DataFrame, optional
        Reference doses by drug; that of the given fit, or the bundled one, if not given.
    seed : int
        Seed of all random numbers.

    Returns
    -------
    pandas.DataFrame
        The rows of the study in the columns of petfit's tables, which `petfit.fit` reads.

    Raises
    ------
    PetfitError
        If the design is not valid, the model cannot be fitted to it, or it has no parameter of that name.

    Examples
    --------
    >>> arms = pd.DataFrame({"n": [1, 1], "drug": "X", "doses": [5, 20]})
    >>> simulate(arms, "emax", truth={"ec50": 10, "emax": 0.9})["dose"].tolist()
    [5.0, 20.0]
    """
    planned = plan_study(study, model, given=given, drug_table=drug_table)
    truth_seed, noise_seed = np.random.SeedSequence(seed).spawn(2)
    draws = draw_truths(planned.design, given, np.random.default_rng(truth_seed), 1)
    draws = with_stated_values(planned.design, draws, {**planned.study.truth, **(truth or {})})
    one = {name: values[0] for name, values in draws.items()}
    table = simulate_study(planned, one, np.random.default_rng(noise_seed)).table
    rounded = table.round({name: _DECIMALS for name in ("value", "sd") if name in table})
    order = [name for name in COLUMNS if name in table] + [name for name in table if name not in COLUMNS]
    filled = rounded[order].replace("", np.nan).dropna(axis="columns", how="all")
    texts = filled.select_dtypes(exclude="number").columns
    return filled.fillna(dict.fromkeys(texts, "")).reset_index(drop=True)
