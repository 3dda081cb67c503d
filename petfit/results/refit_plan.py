"""Which refits a fit allows: without each study and each influential part, and under other assumptions."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petfit.evidence.ranges import in_complete_set
from petfit.fit import Fit
from petfit.model.design import Design
from petfit.model.specification import ModelSpec
from petfit.results.leave_one_out import loo, rows_of_part

__all__ = ["Refit", "plan"]


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
    PSIS-LOO (see `petfit.results.leave_one_out`), or change an assumption.

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
