"""How the next person would be scanned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from petfit.fit import Fit
from petfit.planning.study_design import Arm

__all__ = ["most_frequent", "person_like", "with_doses"]


def person_like(fit: Fit, drug: str) -> Arm:
    """Return how the next person would be scanned: as the people of the fit, at no dose yet.

    Scans, if the fit has scans of the drug, with a baseline if most people have one; the occupancy of one
    person otherwise. Region, tracer, target and times are those most frequent among the rows of the drug
    under its most frequent regimen; scans are in every region.

    Parameters
    ----------
    fit : Fit
        A fit.
    drug : str
        One of its drugs.

    Examples
    --------
    >>> person_like(fit, "A").level
    'subject'
    """
    rows = fit.design.rows_at()
    rows = rows[rows["drug"] == drug]
    is_scan = (rows["level"] == "scan").any()
    rows = rows[rows["level"] == "scan"] if is_scan else rows
    rows = rows[rows["regimen"] == most_frequent(rows["regimen"])]
    words = {
        name: most_frequent(rows[name])
        for name in ("target", "tracer", "regimen", "modality", "dose_unit")
        if name in rows
    }
    numbers = {name: most_frequent(rows[name]) for name in ("days_on_drug", "dosing_interval_h")}
    is_by_dose = fit.spec.exposure == "dose" or (bool(fit.spec.pk) and bool(rows["is_dose"].any()))
    exposure = "doses" if is_by_dose else "concentrations"
    regions = sorted(set(rows["region"]) - {""}) if is_scan else [most_frequent(rows["region"])]
    named = {"drug", "region", "time_h", "study", "subject", "cohort"}
    others = set(fit.spec.columns).intersection(rows) - set(Arm.model_fields) - named
    content: dict[str, Any] = {
        **{name: value for name, value in words.items() if value},
        **{name: value for name, value in numbers.items() if not math.isnan(value)},
        "n": 1,
        "drug": drug,
        exposure: [0.0, 1.0] if is_scan and _has_baselines(fit) else [1.0],
        "level": "scan" if is_scan else "subject",
        "regions": [region for region in regions if region],
        "times": [time] if not math.isnan(time := most_frequent(rows["time_h"])) else [],
        "columns": {
            name: most_frequent(rows[name]) for name in sorted(others) if name in rows and name != "cohort"
        },
    }
    if is_scan:
        content["outcome"] = most_frequent(rows["outcome"])
    if fit.spec.exposure == "free_concentration":
        content["columns"]["fp"] = most_frequent(rows["fp"])
    if exposure == "concentrations":
        content["concentration_unit"] = most_frequent(rows["concentration_unit"])
    return Arm.model_validate(content)


def most_frequent(values: pd.Series) -> Any:
    """Return the most frequent value; NaN, or an empty text, where there is none."""
    frequent = values.dropna().mode()
    return frequent.iloc[0] if len(frequent) else (math.nan if values.dtype.kind == "f" else "")


def _has_baselines(fit: Fit) -> bool:
    rows = fit.design.rows[fit.design.rows["level"] == "scan"]
    without = rows["condition"] == "baseline"
    return len(set(rows["subject"][without])) > len(set(rows["subject"])) / 2


def with_doses(person: Arm, doses: Sequence[float]) -> Arm:
    """Return a person at doses, one a session; a baseline scan stays the first session."""
    name = "doses" if person.doses else "concentrations"
    baselines = [value for value in person.exposures if value == 0]
    return person.model_copy(update={name: [*baselines, *doses]})
