"""Tables of the checks: verdicts, figures with their limits, and details."""

from __future__ import annotations

import pandas as pd

from petfit.checks import Check, Finding
from petfit.report.table import Column, Table, plain

__all__ = ["check_detail_tables", "limit_table", "verdict_table", "with_labels"]

_DETAIL_TITLES = {
    "convergence": "R-hat and ESS of every parameter and every answer",
    "divergences": "Divergent draws by chain",
    "energy": "E-BFMI by chain",
    "integration": "Integrals over the deviations of people",
    "posterior_predictive": "Every fitted value, and sets of them, compared with posterior predictive draws",
    "shape": "Tests of the shape of the curve",
    "ignored_columns": "Tests of the columns that the model ignores",
    "loo": "Leave-one-out: every person, cohort or row",
    "prior_sensitivity": "Sensitivity of every answer to the priors and the likelihood",
    "leave_one_study_out": "The answers without each study",
    "assumptions": "The answers under other assumptions",
}

_HEADINGS = {
    "quantity": "parameter or answer",
    "r_hat": "R-hat",
    "ess_bulk": "bulk ESS",
    "ess_tail": "tail ESS",
    "mcse_mean": "MCSE of the mean, posterior SDs",
    "mcse_interval": "MCSE of an interval limit, interval widths",
    "is_parameter": "a parameter",
    "divergent": "divergent draws",
    "maximum_depth": "draws at the maximum tree depth",
    "e_bfmi": "E-BFMI",
    "largest_error": "largest error of the log likelihood",
    "name": "value or set",
    "set": "kind of set",
    "values": "number of values",
    "largest": "largest deviation, SDs",
    "p_largest": "tail probability of the largest deviation",
    "mean_square": "mean squared deviation, SDs",
    "p_mean_square": "tail probability of the mean square",
    "low": "lower end",
    "high": "upper end",
    "predicted_low": "lower end of the prediction",
    "predicted_high": "upper end of the prediction",
    "p": "p-value",
    "p_adjusted": "adjusted p-value",
    "df": "degrees of freedom",
    "pareto_k": "Pareto k",
    "prior": "sensitivity to the priors",
    "likelihood": "sensitivity to the likelihood",
    "median": "median dose",
    "ratio": "ratio to the dose of the fit",
    "rank": "share of the fit's draws below",
    "in_interval": "inside the interval of the fit",
    "ec50_ratio": "ratio to the EC50 of the fit",
    "emax_difference": "difference from the Emax of the fit",
    "elpd_mcse": "Monte Carlo error of elpd",
}
"""Headings of the columns whose names are not words."""


def verdict_table(checks: list[Check]) -> Table:
    """Return the verdict and the sentence of each check as a table."""
    rows = [(check.verdict, check.name, check.sentence, check.details) for check in checks]
    frame = pd.DataFrame(rows, columns=["verdict", "check", "sentence", "details"])
    return Table.from_frame("checks", "All checks", frame)


def limit_table(checks: list[Check]) -> Table:
    """Return the figures of each check with their limits, and a verdict of each that has a limit."""
    passed = sum(check.verdict == "PASS" for check in checks)
    totals = (Finding("checks", len(checks)), Finding("checks passed", passed))
    findings = [(check.name, check.findings) for check in checks] + [("all", totals)]
    rows = [
        (
            name,
            finding.quantity,
            finding.value,
            finding.side,
            finding.limit,
            ("PASS" if finding.within_limit else finding.verdict_beyond) if finding.side else "",
        )
        for name, check_findings in findings
        for finding in check_findings
    ]
    frame = pd.DataFrame(rows, columns=["check", "quantity", "value", "side", "limit", "verdict"])
    columns = tuple(Column(name, name, plain) for name in frame.columns)
    return Table("limits", "Figures of the checks and their limits", frame, columns)


def check_detail_tables(checks: list[Check]) -> dict[str, Table]:
    """Return the details of each check that has a table of its own, by the name of the check."""
    return {
        check.name: Table.from_frame(
            f"check_{check.name}", _DETAIL_TITLES[check.name], with_labels(check.table), check.text, _HEADINGS
        )
        for check in checks
        if check.name in _DETAIL_TITLES and len(check.table)
    }


def with_labels(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a DataFrame with its index as columns, unless the index only numbers the rows.

    Examples
    --------
    >>> with_labels(pd.DataFrame({"n": [3]}, index=pd.Index(["A"], name="drug"))).columns.tolist()
    ['drug', 'n']
    """
    is_numbered = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
    return frame if is_numbered else frame.reset_index()
