"""How many rows, people and sets there are of each kind: counted once, for sentences and table alike."""

from __future__ import annotations

import pandas as pd

from petfit.evidence.ranges import in_complete_set
from petfit.fit import Fit
from petfit.model.applies_to import applies_to

__all__ = ["counts"]


def counts(fit: Fit) -> dict[str, int]:
    """Return what the report says of the evidence in numbers, by what was counted.

    Parameters
    ----------
    fit : Fit
        A fit.
    """
    rows = fit.design.rows
    table = fit.evidence.table.loc[rows.index]
    complete = in_complete_set(table)
    of_mean = table["level"] == "range"
    return {
        "rows fitted": len(rows),
        "rows left out": len(fit.excluded_rows),
        "rows of groups": int(rows["level"].isin(["group", "range", "extremes"]).sum()),
        "ranges that hold a mean": int((of_mean & ~complete).sum()),
        "ranges without a number of people": int((of_mean & table["n"].isna()).sum()),
        "rows of complete sets of means": int(complete.sum()),
        "complete sets of means": int(table.loc[complete, "range_set"].nunique()),
        "rows of extremes of people": int((table["level"] == "extremes").sum()),
        **_exposures(rows),
        **_baselines(rows[rows["level"] == "scan"]),
    }


def _exposures(rows: pd.DataFrame) -> dict[str, int]:
    """Count the rows of the curve by what is known of their time and concentration."""
    of_curve = rows[applies_to("ec50", rows)]
    return {
        "rows of the curve": len(of_curve),
        "rows of the curve with a time after the dose": int(of_curve["time_h"].notna().sum()),
        "rows with a concentration below its limit": int((rows["censored"] != "").sum()),
        "rows with the error of a concentration": int((rows["sample"] != "").sum()),
    }


def _baselines(scans: pd.DataFrame) -> dict[str, int]:
    """Count people under the drug with a baseline in all, some or none of their regions, and controls."""
    under_drug = applies_to("ec50", scans)
    before, during = (
        scans[at].groupby("subject")["region"].agg(set).to_dict() for at in (~under_drug, under_drug)
    )
    shares = [len(regions & before.get(subject, set())) / len(regions) for subject, regions in during.items()]
    own, none = shares.count(1.0), shares.count(0.0)
    return {
        "people scanned under the drug": len(shares),
        "of them with a baseline in every region": own,
        "of them with a baseline in some regions": len(shares) - own - none,
        "of them without a baseline": none,
        "people with baseline scans alone": len(before.keys() - during.keys()),
    }
