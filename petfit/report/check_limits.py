"""What the verdicts rest on in numbers, each beside the limit it is held to."""

from __future__ import annotations

import pandas as pd

from petfit.checks import Check, Finding
from petfit.report.table import Column, Sheet, plain

__all__ = ["limits"]


def limits(verdicts: list[Check]) -> Sheet:
    """Return what each check found beside its limit, and the verdict where the limit is not kept.

    Parameters
    ----------
    verdicts : list of Check
        All that are on the page.
    """
    passed = sum(one.verdict == "PASS" for one in verdicts)
    of_all = (Finding("checks", len(verdicts)), Finding("checks passed", passed))
    found = [(one.name, one.findings) for one in verdicts] + [("all", of_all)]
    rows = [
        (name, one.quantity, one.value, one.wanted, one.limit, one.otherwise if one.wanted else "")
        for name, findings in found
        for one in findings
    ]
    frame = pd.DataFrame(rows, columns=["check", "quantity", "value", "wanted", "limit", "otherwise"])
    columns = tuple(Column(name, name, plain) for name in frame.columns)
    return Sheet("limits", "What the checks found, and their limits", frame, columns)
