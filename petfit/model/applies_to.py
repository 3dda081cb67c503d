"""Which rows a parameter or a residual noise applies to."""

from __future__ import annotations

import pandas as pd

from petfit.model.parameters import SCAN_PARAMETERS

__all__ = ["applies_to"]


def applies_to(part: str, rows: pd.DataFrame) -> pd.Series:
    """Return which rows a parameter or a residual noise applies to.

    The parameters of the curve do not apply to baseline scans; baseline binding, V_ND and scan noise apply
    to scans only. Rows without a ``level`` are rows to predict occupancy for.

    Parameters
    ----------
    part : str
        Name of the parameter or of the residual noise in the model file.
    rows : pandas.DataFrame
        Rows of evidence, or rows to predict.

    Returns
    -------
    pandas.Series of bool
        One for each row.

    Examples
    --------
    >>> scans = pd.DataFrame({"level": "scan", "condition": ["baseline", "drug"]})
    >>> applies_to("ec50", scans).tolist(), applies_to("baseline", scans).tolist()
    ([False, True], [True, True])
    """
    of_scans = part in (*SCAN_PARAMETERS, "scan_noise")
    if "level" not in rows:
        return pd.Series(not of_scans, rows.index)
    scan = rows["level"] == "scan"
    if of_scans:
        return scan
    if part == "noise":
        return ~scan
    return ~(scan & (rows.get("condition", pd.Series("", rows.index)) == "baseline"))
