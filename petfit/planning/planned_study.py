"""A planned study under a model: its rows, beside those of the evidence that is already there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.errors import EvidenceError, PetfitError, Problem, SpecError
from petfit.evidence import Evidence, read_evidence
from petfit.evidence.drug_table import read_drug_table
from petfit.fit import Fit
from petfit.model.default_model import default_model
from petfit.model.design import Design
from petfit.model.reference_doses import ReferenceDose, in_reference_doses
from petfit.model.specification import ModelSpec, read_model
from petfit.planning.planned_rows import ARM, LEAVES, planned_rows
from petfit.planning.read_study_design import read_study_design
from petfit.planning.study_design import StudyDesign
from petfit.planning.truth import as_fit
from petfit.results.marketed_strengths import marketed_strengths

__all__ = ["PlannedStudy", "plan_study"]


@dataclass(frozen=True)
class PlannedStudy:
    """A planned study under a model.

    Parameters
    ----------
    study : StudyDesign
        Its arms.
    design : Design
        The model applied to the evidence that is already there and the planned rows, whose numbers are
        placeholders.
    table : pandas.DataFrame
        The planned rows as a table, indexed as in `design`.
    drug_table : pandas.DataFrame
        Reference doses and marketed strengths.
    given : Fit, optional
        The fit of the evidence that is already there.
    """

    study: StudyDesign
    design: Design
    table: pd.DataFrame
    drug_table: pd.DataFrame
    given: Fit | None = None

    @property
    def is_planned(self) -> NDArray[np.bool_]:
        """Which rows of the design are planned."""
        return np.asarray(self.design.rows.index.isin(self.table.index))

    def strengths(self, drug: str) -> tuple[float, ...]:
        """Return the strengths to choose from: those of the design, else the marketed ones."""
        if self.study.strengths:
            return tuple(sorted(self.study.strengths))
        return marketed_strengths(as_fit(self.design, {}, drug_table=self.drug_table), drug)[0]

    @cached_property
    def tested_ranges(self) -> dict[str, tuple[float, float]]:
        """The lowest and the highest exposure of each drug, planned or already there."""
        rows = self.design.rows_at()
        tested = rows[rows["x"] > 0].groupby("drug")
        ends = zip(tested["x"].min().items(), tested["x_high"].max(), strict=True)
        references = {drug: reference.value for drug, reference in self.design.reference_doses.items()}
        return {
            str(drug): (float(low) * references[str(drug)], float(high) * references[str(drug)])
            for (drug, low), high in ends
        }


def plan_study(
    study: str | Path | pd.DataFrame | StudyDesign,
    model: str | Path | ModelSpec | None = None,
    *,
    given: Fit | None = None,
    drug_table: str | Path | pd.DataFrame | None = None,
) -> PlannedStudy:
    """Apply a model to a planned study.

    Parameters
    ----------
    study : str, path, DataFrame or StudyDesign
        See `petfit.planning.read_study_design.read_study_design`.
    model : str, path or ModelSpec, optional
        That of the given fit if not given; without a fit, the bundled model for tables of this kind.
    given : Fit, optional
        A fit of the evidence that is already there, which is fitted together with the new study.
    drug_table : str, path or DataFrame, optional
        That of the given fit, or the bundled one, if not given.

    Returns
    -------
    PlannedStudy
        The study.

    Raises
    ------
    PetfitError
        If the design is not valid, or the model cannot be fitted to tables of it.

    Examples
    --------
    >>> arms = pd.DataFrame({"n": [3], "drug": ["X"], "doses": [[5, 20]]})
    >>> int(plan_study(arms, "emax").is_planned.sum())
    6
    """
    study = read_study_design(study)
    drugs = given.drug_table if given is not None and drug_table is None else read_drug_table(drug_table)
    spec = read_model(model) if model is not None else (given.spec if given is not None else None)
    table = planned_rows(study)
    evidence = _read(table, study, () if spec is None else spec.columns, drugs)
    spec = spec or read_model(default_model(evidence).name)
    _refuse_delay(spec, study.drugs)
    table.index = evidence.table.index
    if given is not None:
        table.index = pd.Index([f"planned {where}" for where in table.index])
        evidence = _joined(given.evidence, evidence.table.set_axis(table.index), spec)
    try:
        design = Design.build(spec, evidence, drugs)
    except SpecError as error:
        raise SpecError(_without_options(error.in_shell)) from None
    if given is not None and given.spec.exposure == spec.exposure:
        design = _with_references(design, given.design.reference_doses)
    return PlannedStudy(study, design, table, drugs, given)


def _with_references(design: Design, known: Mapping[str, ReferenceDose]) -> Design:
    """Return the design in the reference doses of the given fit, which its draws are in.

    A geometric mean of the tested doses would change with the planned ones.
    """
    references = {
        drug: known[drug].in_unit(reference.unit) if drug in known else reference
        for drug, reference in design.reference_doses.items()
    }
    return replace(design, rows=in_reference_doses(design.rows, references), reference_doses=references)


def _refuse_delay(spec: ModelSpec, drugs: tuple[str, ...]) -> None:
    """Refuse a delay between plasma and target: planned people have no concentrations to tell it by."""
    for drug in drugs:
        if drug in spec.pk and (delay := spec.pk[drug].delay):
            raise SpecError(
                f"pk.{drug}.{delay}: a design has no concentrations, and without those of the same people a "
                f"delay cannot be told from other kinetics. Plan with a model without {delay}."
            )


def _read(table: pd.DataFrame, study: StudyDesign, extra: tuple[str, ...], drugs: pd.DataFrame) -> Evidence:
    further = {name for arm in study.arms for name in arm.columns}
    name = study.title or study.study
    try:
        read = read_evidence(table.drop(columns=[ARM, LEAVES]), extra={*extra, *further}, drug_table=drugs)
    except EvidenceError as error:
        raise EvidenceError(name, list(_problems_of_arms(error, table))) from None
    return replace(read, name=name)


def _problems_of_arms(error: EvidenceError, table: pd.DataFrame) -> Iterator[Problem]:
    """Yield the problems of the planned rows as those of their arms, each once."""
    arms = {f"row {where}": f"arm {arm}" for where, arm in table[ARM].items()}
    problems = [
        replace(p, where=arms.get(p.where, p.where), remedy=_without_options(p.remedy))
        for p in error.problems
    ]
    yield from dict.fromkeys(problems)


def _without_options(text: str) -> str:
    """Return a remedy that names options of tables as one that names keys of a design."""
    keys = re.sub(r'(?:--ignore "[^"]*" )?--set "([^"]*)"', r"\1", text)
    return re.sub(r"Give its column with --columns .*?, or remove", "Say it in the arms, or remove", keys)


def _joined(given: Evidence, planned: pd.DataFrame, spec: ModelSpec) -> Evidence:
    """Return the evidence that is already there with the planned rows below it."""
    for column in set(spec.columns) - set(given.table.columns):
        raise PetfitError(f"the fitted evidence has no column {column}, which the model needs.")
    missing = [name for name in given.table.columns if name not in planned.columns]
    texts = given.table.select_dtypes(exclude="number").columns
    filled = planned.assign(**{name: "" if name in texts else np.nan for name in missing})
    twice = set(given.table["subject"]) & set(filled["subject"]) - {""}
    if twice and set(given.table["study"]) & set(filled["study"]):
        filled = filled.assign(
            subject=filled["subject"].where(filled["subject"] == "", "new " + filled["subject"])
        )
    return Evidence(
        f"{given.name} and the planned study", pd.concat([given.table, filled[list(given.table.columns)]])
    )
