"""Columns on which the residuals depend and the curve does not.

Each column is added as an effect on log EC50: an indicator for each level of a text column, ranks and
squared ranks of a column of numbers. See `petfit.checks.added_variable` for the test.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from petfit.checks.added_variable import LinearModel, added_variable_test, linearise, table_of_tests
from petfit.checks.record import Check, Finding, limit_to_report, overall_verdict, p_words, warn_and_fail
from petfit.fit import Fit
from petfit.model.missing_factors import FACTORS, line_for

__all__ = ["MIN_P_FAIL", "MIN_P_WARN", "candidate_columns", "check", "column_tests"]

MIN_P_WARN = 0.05
MIN_P_FAIL = 0.005
"""Limits of the smallest p-value, adjusted for the number of columns by Holm's method."""

_REPORTED = {"value", "censored", "sd", "se", "n", "low", "high", "value_unit", "outcome"}
_REPORTED |= {"range_set", "set_complete"}
_EXPOSURE = {"dose_low", "dose_high", "dose_unit"} | {f"concentration_{end}" for end in ("sd", "loq", "unit")}
_NAMES = {"subject", "cohort", "drug", "condition", "use", "exclusion_reason", "source", "note"}
_KINETICS = {"dose", "dosing_interval_h", "regimen", "days_on_drug", "concentration"}
"""Columns that a model with kinetics uses. It uses ``time_h`` too, but occupancy may lag behind plasma."""
_NOT_TESTED = frozenset(_REPORTED | _EXPOSURE | _NAMES)
"""Names, units and the reported values."""


def check(fit: Fit) -> Check:
    """Test every column with several levels on which the curve does not depend."""
    model = linearise(fit)
    table = column_tests(model, candidate_columns(fit))
    if table["p"].isna().all():
        sentence = "There is no column to test beyond those that the curve depends on."
        return Check("ignored_columns", "PASS", sentence, table)
    smallest = float(table["p_adjusted"].min())
    quantity = "smallest p-value of an ignored column, adjusted"
    limits = warn_and_fail(quantity, smallest, "at least", MIN_P_WARN, MIN_P_FAIL)
    verdict = overall_verdict(limits)
    tested = ", ".join(table.index[table["p"].notna()])
    if verdict == "PASS":
        sentence = "The residuals depend on no column that the curve leaves out."
    else:
        sentence = _objection(fit, table[table["p_adjusted"] < MIN_P_WARN])
    details = f"Smallest adjusted p {p_words(smallest)} ({limit_to_report(*limits)}). Tested: {tested}."
    findings = (Finding("columns tested", int(table["p"].notna().sum())), *limits)
    return Check("ignored_columns", verdict, sentence, table, findings, details)


def candidate_columns(fit: Fit) -> list[str]:
    """Return the columns of the evidence on which the curve does not depend, if they have several values."""
    free = {"fp", "concentration"} if fit.spec.exposure == "free_concentration" else set()
    used = {*fit.spec.curve_columns, fit.spec.exposure, *free, *(_KINETICS if fit.spec.pk else ())}
    names = [name for name in fit.evidence.table.columns if name not in _NOT_TESTED | used]
    return [name for name in names if _present(fit.design.rows[name]).nunique() > 1]


def column_tests(model: LinearModel, names: Iterable[str]) -> pd.DataFrame:
    """Test columns one at a time.

    Parameters
    ----------
    model : LinearModel
        From `petfit.checks.added_variable.linearise`.
    names : iterable of str
        The columns.

    Returns
    -------
    pandas.DataFrame
        By ``column``: ``p`` (NaN if the model's own effects explain the column), ``p_adjusted``, ``df``.
    """
    tests = {
        name: added_variable_test(model, _basis(model.rows[name]) * model.slope[..., None]) for name in names
    }
    return table_of_tests(tests)[["p", "p_adjusted", "df"]].rename_axis("column").sort_values("p")


def _present(values: pd.Series) -> pd.Series:
    return values[values.notna() & (values != "")]


def _basis(values: pd.Series) -> NDArray[np.float64]:
    """Return the centred contribution of a column to log EC50, 0 in rows where it is empty."""
    present = _present(values)
    basis = np.zeros((len(values), 0))
    if present.nunique() > 1:
        numeric = pd.api.types.is_numeric_dtype(values)
        columns = _ranks(present) if numeric else pd.get_dummies(present, dtype=float).to_numpy()
        basis = np.zeros((len(values), columns.shape[1]))
        basis[values.index.isin(present.index)] = columns - columns.mean(axis=0)
    return basis


def _ranks(values: pd.Series) -> NDArray[np.float64]:
    """Return ranks from -1 to 1 and, for four values or more, their squares."""
    ranks = stats.rankdata(values)
    ranks = 2.0 * (ranks - ranks.mean()) / np.ptp(ranks)
    return np.stack([ranks, ranks**2][: 2 if values.nunique() > 3 else 1], axis=1)


def _objection(fit: Fit, table: pd.DataFrame) -> str:
    first = str(table.index[0])
    sentence = f"The residuals depend on {', '.join(map(str, table.index))}, which the curve leaves out."
    if "concentration" in table.index:
        return f'{sentence} The table has concentrations: try exposure = "concentration" or "plasma".'
    if first == "time_h" and fit.spec.pk:
        drug = fit.design.drugs[0]
        return (
            "The residuals depend on time_h: occupancy does not follow plasma as the kinetics say. It may "
            "lag behind (hysteresis), or a half-life is wrong. With concentrations of the same people in the "
            f'table, add to [pk.{drug}] the line ke0 = {{ dist = "LogNormal", mu = -0.7, sigma = 1.0 }}.'
        )
    if first == "time_h":
        return f"{sentence} Fit the times separately, or use concentrations or a model with time_h."
    if first in FACTORS:
        part, line = line_for(first, fit.spec, fit.design.rows)
        return f"{sentence} Write {line} below [{part}] in the model, or fit the levels separately."
    kind = "covariate" if pd.api.types.is_numeric_dtype(fit.design.rows[first]) else "factor"
    return f"{sentence} Add {first} to the model as a {kind} of EC50, or fit its levels separately."
