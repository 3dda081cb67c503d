"""An empty table to fill in, with one example row of each level."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from petfit.errors import PetfitError
from petfit.evidence.columns import COLUMNS
from petfit.evidence.tsv import dictionary, sidecar, write_table

__all__ = ["template", "write_template"]

_ALL: dict[str, str | float] = {
    "study": "Example2020",
    "drug": "drug name",
    "target": "target name",
    "region": "striatum",
    "tracer": "[11C]tracer",
    "regimen": "single",
    "dose": 20,
    "dose_unit": "mg/day",
    "time_h": 4,
    "modality": "PET",
    "outcome": "occupancy",
    "value_unit": "fraction",
    "use": "no",
    "exclusion_reason": "example row",
    "source": "page or table of the paper",
}
_SCAN: dict[str, str | float] = {
    "cohort": "E",
    "subject": "02",
    "level": "scan",
    "outcome": "bpnd",
    "value_unit": "1",
}
_LEVELS: list[dict[str, str | float]] = [
    {"cohort": "A", "subject": "01", "level": "subject", "value": 0.62, "note": "one person"},
    {"cohort": "B", "level": "group", "value": 0.65, "sd": 0.08, "n": 6, "note": "mean and SD of six people"},
    {
        "cohort": "C",
        "level": "range",
        "low": 0.6,
        "high": 0.7,
        "n": 6,
        "note": "holds the mean of six people",
    },
    {
        "cohort": "D",
        "level": "extremes",
        "low": 0.5,
        "high": 0.75,
        "n": 6,
        "note": "lowest and highest of six",
    },
    {
        **_SCAN,
        "condition": "baseline",
        "dose": 0,
        "value": 1.9,
        "note": "BP_ND of one person before the drug",
    },
    {**_SCAN, "condition": "drug", "value": 0.7, "note": "BP_ND of the same person on the drug"},
]


def template() -> pd.DataFrame:
    """Return every canonical column and one example row of each level, none of which is ever fitted.

    Examples
    --------
    >>> set(template()["use"])
    {'no'}
    """
    return pd.DataFrame([{**_ALL, **row} for row in _LEVELS], columns=list(COLUMNS), dtype=object).fillna("")


def write_template(path: str | Path, *, force: bool = False) -> Path:
    """Write the template and its data dictionary.

    Parameters
    ----------
    path : str or path
        Ends in ``.tsv``.
    force : bool
        Whether files that are there already are replaced.

    Returns
    -------
    pathlib.Path
        The table.

    Raises
    ------
    PetfitError
        When one of the two files is there already, or cannot be written.
    """
    target = Path(path)
    for file in (target, sidecar(target)):
        if file.exists() and not force:
            raise PetfitError(
                f"{file}: this is there already. Choose another name, or replace it by --force."
            )
    empty = template()
    units = {f"{name}_unit": "" for name in ("dose", "concentration", "value")}
    return write_table(empty, target, dictionary(empty.assign(**units)))
