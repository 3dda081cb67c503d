"""Select the rows that a model fits and check that they hold everything the model needs."""

from __future__ import annotations

from functools import reduce
from operator import or_

import numpy as np
import pandas as pd

from petfit.errors import EvidenceError, SpecError, nearest
from petfit.evidence import Evidence
from petfit.evidence.columns import COLUMNS
from petfit.evidence.parse import parse_number
from petfit.evidence.row_order import sort_rows
from petfit.evidence.rows import Row, each_row
from petfit.evidence.validate import row_problems, table_problems
from petfit.model.applies_to import applies_to
from petfit.model.exposures import ONE_PERSON
from petfit.model.problems import Problems, row_list
from petfit.model.specification import ModelSpec
from petfit.model.specification.terms import Covariate

__all__ = ["select_rows"]


def select_rows(spec: ModelSpec, evidence: Evidence, problems: Problems) -> pd.DataFrame:
    """Return the rows that a model fits, checked against the model.

    Parameters
    ----------
    spec : ModelSpec
        The model.
    evidence : Evidence
        The table.
    problems : Problems
        Collects what the table lacks or mixes.

    Returns
    -------
    pandas.DataFrame
        The rows with ``use = yes`` and the rows excluded for a reason listed in ``also_fit``. They are
        sorted by content, so that the fit does not depend on the order of the table. ``n`` and ``person``
        are filled in; covariates and exposures of competitors are numbers.

    Raises
    ------
    SpecError
        If the table lacks a column or value that the model needs, or mixes targets or outcomes that the
        model does not distinguish. The message names the column, the rows and the remedy.
    """
    rows = sort_rows(_selected(spec, evidence))
    for factor in spec.factors:
        with problems.collecting():
            _check_factor(spec, rows, factor)
    for factor, level in spec.answers_for.items():
        with problems.collecting():
            _check_answer(rows, factor, level)
    for column in ("target", "outcome"):
        with problems.collecting():
            _check_single_kind(spec, rows, column)
    with problems.collecting():
        _check_scans(spec, rows)
    numbers: dict[str, pd.Series] = {}
    for _, column, covariate in spec.covariates():
        with problems.collecting():
            numbers[column] = _covariate(rows, column, covariate)
    for competitor in spec.competition.values():
        with problems.collecting():
            numbers[competitor.column] = _competitor_exposure(rows, competitor.column)
    with problems.collecting():
        _check_sizes(spec, rows)
    sizes = rows["n"].where(~rows["level"].isin(ONE_PERSON), 1.0).fillna(float(spec.n_assumed or 1))
    people = [_person(where, row) for where, row in each_row(rows)]
    return rows.assign(n=sizes, person=people, subject=_subjects(rows), **numbers)


def _selected(spec: ModelSpec, evidence: Evidence) -> pd.DataFrame:
    table = evidence.table
    reasons = set(table["exclusion_reason"]) - {""}
    for reason in spec.also_fit:
        if reasons and reason not in reasons:
            raise SpecError(f"also_fit: no row is excluded for {reason!r}. {nearest(reason, reasons)}")
    is_fitted = (table["use"] == "yes") | table["exclusion_reason"].isin(spec.also_fit)
    table = table.assign(use=np.where(is_fitted, "yes", "no"))
    added = table[is_fitted & (evidence.table["use"] == "no")]
    problems = [problem for where, row in each_row(added) for problem in row_problems(where, row)]
    problems += table_problems(table) if len(added) else []
    if problems:
        raise EvidenceError(evidence.name, problems)
    return table[is_fitted]


def _check_factor(spec: ModelSpec, rows: pd.DataFrame, factor: str) -> None:
    if factor not in rows or not _is_given(rows[factor]).any():
        filled = [name for name in rows.columns if _is_given(rows[name]).any()]
        suggestion = "" if factor in COLUMNS else f"{nearest(factor, filled)} "
        raise SpecError(
            f"the model uses the factor {factor!r}, which the table lacks. {suggestion}Give its column with "
            f"--columns {factor}=YOURS, or its level, if all rows have the same, with --set {factor}=NAME, "
            "or remove the factor from the model."
        )
    needing = [applies_to(part, rows) for part, names in spec.factors_by_part.items() if factor in names]
    needed = reduce(or_, needing, pd.Series(False, rows.index))
    empty = rows.index[needed & ~_is_given(rows[factor])]
    if len(empty):
        raise SpecError(
            f"the model uses the factor {factor!r}, which is empty in {row_list(empty)}. "
            "Fill it in, or set use to no in those rows."
        )


def _check_answer(rows: pd.DataFrame, factor: str, level: str) -> None:
    levels = set(rows[factor]) if factor in rows else set()
    if level not in levels:
        raise SpecError(f"answers_for.{factor}: no fitted row has {level!r}. {nearest(level, levels)}")


def _is_given(column: pd.Series) -> pd.Series:
    return column.astype(str) != ""


def _check_scans(spec: ModelSpec, rows: pd.DataFrame) -> None:
    scans = rows[rows["level"] == "scan"]
    if scans.empty:
        return
    outcome = scans["outcome"].iloc[0]
    bundled = {"bpnd": "scan", "vt": "scan_vt"}[outcome]
    if spec.baseline is None:
        raise SpecError(
            f"the table holds scans, but the model has no [baseline]. Use the bundled model {bundled}, or "
            "copy that section from it."
        )
    if (spec.nondisplaceable is not None) != (outcome == "vt"):
        raise SpecError(
            f"the scans report {outcome}. The model needs [nondisplaceable] for V_T and must not have it "
            f"for BP_ND. Use the bundled model {bundled}."
        )
    if not applies_to("ec50", rows).any():
        raise SpecError("every scan is a baseline scan. Add scans with the drug.")


def _check_single_kind(spec: ModelSpec, rows: pd.DataFrame, column: str) -> None:
    kinds = sorted(set(rows[column]) - ({"occupancy"} if column == "outcome" else set()))
    if column == "target" and spec.first_target in kinds:
        kinds = [kind for kind in kinds if kind not in spec.selectivity]
    if column not in spec.factors and len(kinds) > 1:
        raise SpecError(
            f"the fitted rows hold several kinds of {column} ({', '.join(kinds)}), which the model does "
            f"not distinguish. Set use to no for all but one, or make {column} a factor."
        )


def _covariate(rows: pd.DataFrame, column: str, covariate: Covariate) -> pd.Series:
    return _numbers(rows, column, refuse_missing=covariate.missing == "refuse")


def _competitor_exposure(rows: pd.DataFrame, column: str) -> pd.Series:
    exposure = _numbers(rows, column, refuse_missing=True)
    negative = rows.index[exposure < 0]
    if len(negative):
        raise SpecError(f"{row_list(negative)}, column {column}: an exposure cannot be negative")
    return exposure


def _numbers(rows: pd.DataFrame, column: str, *, refuse_missing: bool) -> pd.Series:
    if column not in rows.columns:
        raise SpecError(
            f"the model uses the column {column!r}, which the table lacks. {nearest(column, rows.columns)}"
        )
    values = [parse_number(str(cell)) for cell in rows[column]]
    numbers = pd.Series([np.nan if value is None else value for value in values], rows.index, dtype=float)
    is_text = pd.Series([value is None for value in values], rows.index)
    wrong = rows.index[(is_text | numbers.isna()) if refuse_missing else is_text]
    if len(wrong):
        seen = ", ".join(repr(str(cell)) for cell in dict.fromkeys(rows.loc[wrong, column]))
        raise SpecError(
            f"{row_list(wrong)}, column {column}: the model needs a number here (seen: {seen}). "
            "Fill it in, or set use to no in that row."
        )
    return numbers


def _check_sizes(spec: ModelSpec, rows: pd.DataFrame) -> None:
    unknown = rows.index[rows["n"].isna() & ~rows["level"].isin(ONE_PERSON)]
    if len(unknown) and spec.n_assumed is None:
        verb = "has" if len(unknown) == 1 else "have"
        raise SpecError(
            f"{row_list(unknown)} {verb} no n, and the model has no n_assumed. "
            "Give n in the table, or n_assumed in the model."
        )


def _person(where: str, row: Row) -> str:
    """Return the label of the person or cohort that a number was measured in."""
    if row["level"] not in ONE_PERSON:
        return f"{row['study']}: {row['cohort']}"
    return f"{row['study']}: person {row['subject'] or where}"


def _subjects(rows: pd.DataFrame) -> pd.Series:
    """Prefix subjects with their study if there are several, as labels may recur between studies."""
    has_label = rows["subject"] != ""
    if rows["study"][has_label].nunique() < 2:
        return rows["subject"]
    return rows["subject"].where(~has_label, rows["study"] + ": " + rows["subject"])
