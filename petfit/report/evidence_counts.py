"""Counts of the fitted rows, people and complete sets, for sentences and tables alike."""

from __future__ import annotations

import pandas as pd

from petfit.evidence.ranges import in_complete_set
from petfit.fit import Fit
from petfit.model.applies_to import applies_to
from petfit.model.exposures import ONE_PERSON

__all__ = ["counts"]


def counts(fit: Fit) -> dict[str, int]:
    """Return the numbers of rows, people and sets of each kind.

    Parameters
    ----------
    fit : Fit
        A fit.

    Returns
    -------
    dict of str to int
        By what was counted, in words.
    """
    rows = fit.design.rows
    table = fit.evidence.table.loc[rows.index]
    complete = in_complete_set(table)
    is_person = rows["level"].isin(ONE_PERSON)
    is_range = table["level"] == "range"
    return {
        "rows fitted": len(rows),
        "rows excluded": len(fit.excluded_rows),
        "rows of one person": int(is_person.sum()),
        "people with rows of their own": rows.loc[is_person, "person"].nunique(),
        "rows of groups": int(rows["level"].isin(["group", "range", "extremes"]).sum()),
        "ranges that hold a mean": int((is_range & ~complete).sum()),
        "groups and ranges without a number of people": int(
            ((is_range | (table["level"] == "group")) & table["n"].isna()).sum()
        ),
        "rows of complete sets of means": int(complete.sum()),
        "complete sets of means": int(table.loc[complete, "range_set"].nunique()),
        "rows of extremes of people": int((table["level"] == "extremes").sum()),
        "rows of which only a limit is known": int((table["censored"] != "").sum()),
        "rows of one person with a standard error": int((is_person & (table["se"] > 0)).sum()),
        **_exposures(rows),
        **_baselines(rows[rows["level"] == "scan"]),
    }


def _exposures(rows: pd.DataFrame) -> dict[str, int]:
    """Count the rows of the curve with a time, a censored concentration or an error of the concentration."""
    curve_rows = rows[applies_to("ec50", rows)]
    return {
        "rows of the curve": len(curve_rows),
        "rows of the curve with a time after the dose": int(curve_rows["time_h"].notna().sum()),
        "rows of the curve without a time after the dose": int(curve_rows["time_h"].isna().sum()),
        "rows with a concentration below its limit": int((rows["sample_below_loq"] != "").sum()),
        "rows with the error of a concentration": int((rows["sample"] != "").sum()),
    }


def _baselines(scans: pd.DataFrame) -> dict[str, int]:
    """Count the people under the drug by their baseline scans, and the people without a scan under it."""
    under_drug = applies_to("ec50", scans)
    baseline_regions, drug_regions = (
        scans[condition].groupby("subject")["region"].agg(set).to_dict()
        for condition in (~under_drug, under_drug)
    )
    shares = [
        len(regions & baseline_regions.get(subject, set())) / len(regions)
        for subject, regions in drug_regions.items()
    ]
    complete, none = shares.count(1.0), shares.count(0.0)
    return {
        "people scanned under the drug": len(shares),
        "of them with a baseline in every region": complete,
        "of them with a baseline in some regions": len(shares) - complete - none,
        "of them without a baseline": none,
        "people with baseline scans alone": len(baseline_regions.keys() - drug_regions.keys()),
    }
