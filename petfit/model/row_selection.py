"""Select the rows that a model fits, and check that the table has what the model needs."""

from __future__ import annotations

from functools import reduce
from operator import or_

import numpy as np
import pandas as pd

from petfit.errors import EvidenceError, SpecError, nearest
from petfit.evidence import Evidence
from petfit.evidence.parse import parse_number
from petfit.evidence.row_order import sort_rows
from petfit.evidence.rows import Row, each_row
from petfit.evidence.validate import row_problems, table_problems
from petfit.model.applies_to import applies_to
from petfit.model.exposures import ONE_PERSON, exposures
from petfit.model.specification import ModelSpec

__all__ = ["select_rows"]


def select_rows(spec: ModelSpec, evidence: Evidence) -> pd.DataFrame:
    """Return the rows that a model fits, completed.

    Parameters
    ----------
    spec : ModelSpec
        The model.
    evidence : Evidence
        The table.

    Returns
    -------
    pandas.DataFrame
        The rows with ``use = yes``, and those left out for a reason that the model names in ``also_fit``,
        sorted by what they hold, so that the fit does not depend on the order of the table; with ``n`` and
        ``person`` filled in, what `petfit.model.exposures.exposures` says of the exposures, and the model's
        covariates and competitors as numbers.

    Raises
    ------
    SpecError
        When the table lacks what the model names, or mixes what the model does not tell apart; it names
        the column, the row, and what to do.
    """
    try:
        return _complete(spec, sort_rows(_selected(spec, evidence)))
    except SpecError as error:
        raise SpecError(f"{evidence.name}: {error}") from None


def _complete(spec: ModelSpec, rows: pd.DataFrame) -> pd.DataFrame:
    _check_factors(spec, rows)
    _check_one_kind(spec, rows)
    _check_scans(spec, rows)
    rows["n"] = _sizes(spec, rows)
    rows["person"] = [_person(where, row) for where, row in each_row(rows)]
    rows["subject"] = _subjects(rows)
    for _, column, covariate in spec.covariates():
        rows[column] = _numbers(rows, column, refuse_missing=covariate.missing == "refuse")
    for competitor in spec.competition.values():
        rows[competitor.column] = _numbers(rows, competitor.column, refuse_missing=True)
        for where in rows.index[rows[competitor.column] < 0]:
            raise SpecError(f"{where}, column {competitor.column}: an exposure may not be negative")
    found = exposures(spec, rows)
    return rows.drop(columns=rows.columns.intersection(found.columns)).join(found)


def _selected(spec: ModelSpec, evidence: Evidence) -> pd.DataFrame:
    table = evidence.table
    reasons = set(table["exclusion_reason"]) - {""}
    for reason in spec.also_fit:
        if reason not in reasons:
            raise SpecError(f"also_fit: no row is left out for {reason!r}. {nearest(reason, reasons)}")
    chosen = (table["use"] == "yes") | table["exclusion_reason"].isin(spec.also_fit)
    as_fitted = table.assign(use=np.where(chosen, "yes", "no"))
    added = as_fitted[chosen & (table["use"] == "no")]
    problems = [problem for where, row in each_row(added) for problem in row_problems(where, row)]
    problems += table_problems(as_fitted) if len(added) else []
    if problems:
        raise EvidenceError(evidence.name, problems)
    return as_fitted[chosen]


def _check_factors(spec: ModelSpec, rows: pd.DataFrame) -> None:
    for factor in spec.factors:
        if factor not in rows or not _is_given(rows[factor]).any():
            filled = [name for name in rows.columns if _is_given(rows[name]).any()]
            raise SpecError(
                f"the model uses the factor {factor!r}, which the table lacks. {nearest(factor, filled)} "
                "Add the column, or leave the factor out of the model."
            )
        told = [applies_to(part, rows) for part, named in spec.factors_by_part.items() if factor in named]
        needed = reduce(or_, told, pd.Series(False, rows.index))
        empty = rows.index[needed & ~_is_given(rows[factor])]
        if len(empty):
            more = f" and {len(empty) - 1} more rows" if len(empty) > 1 else ""
            raise SpecError(
                f"the model uses the factor {factor!r}, which is empty in {empty[0]}{more}. "
                "Fill it in, or set use to no in those rows."
            )
    for factor, level in spec.answers_for.items():
        known = set(rows[factor])
        if level not in known:
            raise SpecError(f"answers_for.{factor}: no fitted row has {level!r}. {nearest(level, known)}")


def _is_given(column: pd.Series) -> pd.Series:
    return column.astype(str) != ""


def _check_scans(spec: ModelSpec, rows: pd.DataFrame) -> None:
    scans = rows[rows["level"] == "scan"]
    if scans.empty:
        return
    outcome = scans["outcome"].iloc[0]
    wanted = {"bpnd": "scan", "vt": "scan_vt"}[outcome]
    if spec.baseline is None:
        raise SpecError(
            f"the table holds scans, and the model has no [baseline]. Use the bundled model {wanted}, or "
            "take that part from it."
        )
    if (spec.nondisplaceable is not None) != (outcome == "vt"):
        raise SpecError(
            f"the scans hold {outcome}: V_T needs [nondisplaceable] in the model, and BP_ND has none. Use "
            f"the bundled model {wanted}."
        )
    if not applies_to("ec50", rows).any():
        raise SpecError(
            "every scan is a baseline, so that nothing tells of a drug. Add scans under the drug."
        )


def _check_one_kind(spec: ModelSpec, rows: pd.DataFrame) -> None:
    for column in ("target", "outcome"):
        found = sorted(set(rows[column]) - ({"occupancy"} if column == "outcome" else set()))
        if column not in spec.factors and len(found) > 1:
            raise SpecError(
                f"the fitted rows hold several kinds of {column} ({', '.join(found)}), and the model does "
                f"not tell them apart. Set use to no for all but one, or make {column} a factor."
            )


def _numbers(rows: pd.DataFrame, column: str, *, refuse_missing: bool) -> pd.Series:
    if column not in rows.columns:
        raise SpecError(
            f"the model uses the column {column!r}, which the table lacks. {nearest(column, rows.columns)}"
        )
    values = []
    for where, cell in rows[column].items():
        value = parse_number(str(cell))
        if value is None or (np.isnan(value) and refuse_missing):
            raise SpecError(
                f"{where}, column {column}: the model needs a number here (seen: {str(cell)!r}). "
                "Fill it in, or set use to no in that row."
            )
        values.append(value)
    return pd.Series(values, rows.index, dtype=float)


def _sizes(spec: ModelSpec, rows: pd.DataFrame) -> pd.Series:
    sizes = rows["n"].where(~rows["level"].isin(ONE_PERSON), 1.0)
    unknown = sizes.index[sizes.isna()]
    if len(unknown) and spec.n_assumed is None:
        raise SpecError(
            f"{unknown[0]} is a range without n, and the model has no n_assumed. "
            "Give n in the table, or n_assumed in the model."
        )
    return sizes.fillna(float(spec.n_assumed or 1))


def _person(where: str, row: Row) -> str:
    """Name who is behind a number: one person, or the cohort whose mean it is."""
    if row["level"] not in ONE_PERSON:
        return f"{row['study']}: {row['cohort']}"
    return f"{row['study']}: person {row['subject'] or where}"


def _subjects(rows: pd.DataFrame) -> pd.Series:
    """Tell apart people of several studies who have the same label."""
    named = rows["subject"] != ""
    if rows["study"][named].nunique() < 2:
        return rows["subject"]
    return rows["subject"].where(~named, rows["study"] + ": " + rows["subject"])
