"""The exposure of each row: known exactly, as a range, with error, or as below a limit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from petfit.errors import SpecError
from petfit.evidence.levels import LEVELS
from petfit.model.applies_to import applies_to
from petfit.model.specification import ModelSpec

__all__ = ["ONE_PERSON", "exposures", "log_sd"]

ONE_PERSON = tuple(level.name for level in LEVELS.values() if level.one_person)
"""Levels of one person's number."""


def exposures(spec: ModelSpec, rows: pd.DataFrame) -> pd.DataFrame:
    """Return what is known of the exposure behind each row.

    Parameters
    ----------
    spec : ModelSpec
        Its ``exposure`` says which column counts.
    rows : pandas.DataFrame
        The fitted rows, with ``person``.

    Returns
    -------
    pandas.DataFrame
        ``exposure_low`` and ``exposure_high``, the same but where only a range is known, 0 at a baseline;
        ``dose_range`` names such a range; ``censored`` names a sample below the limit of quantification,
        whose exposure is then the limit; ``sample`` names one measured with error, and ``exposure_error``
        is its SD of the log; ``exposure_spread`` is the SD of the log between a group's people.

    Raises
    ------
    SpecError
        When the exposure of a row is unknown, or known in a way the model has no part for.
    """
    if spec.exposure == "dose":
        return _doses(spec, rows).assign(censored="", sample="", exposure_error=0.0, exposure_spread=0.0)
    return _concentrations(spec, rows).assign(dose_range="")


def log_sd(mean: pd.Series, sd: pd.Series) -> pd.Series:
    """Return the SD of a lognormal variable's logarithm, ``sqrt(log(1 + (sd / mean)^2))``, 0 where unknown.

    Examples
    --------
    >>> round(float(log_sd(pd.Series([10.0]), pd.Series([4.0]))[0]), 4)
    0.3853
    """
    return pd.Series(np.sqrt(np.log1p((sd / mean) ** 2)), mean.index).fillna(0.0)


def _refuse_unknown(spec: ModelSpec, unknown: pd.Series) -> None:
    if unknown.any():
        raise SpecError(
            f"the model's exposure is the {spec.exposure_words}, which is empty in "
            f"{unknown.index[unknown][0]} of the table. Fill it in, set use to no, "
            "or choose the other exposure in the model."
        )


def _doses(spec: ModelSpec, rows: pd.DataFrame) -> pd.DataFrame:
    dose = rows["dose"].where(applies_to("ec50", rows), 0.0)
    ranged = dose.isna() & rows["dose_low"].notna() & rows["dose_high"].notna()
    _refuse_unknown(spec, dose.isna() & ~ranged)
    if ranged.any() and spec.dose_share is None:
        raise SpecError(
            f"{rows.index[ranged][0]} knows its dose only as a range. Give the model a dose_share, a "
            "prior of the share of people on the higher dose, or set use to no."
        )
    alone = ranged & rows["level"].isin(ONE_PERSON)
    if alone.any():
        where = rows.index[alone][0]
        raise SpecError(f"{where} is one person, who took one dose, not a range. Give the dose.")
    ends = [f"{low:g} to {high:g}" for low, high in zip(rows["dose_low"], rows["dose_high"], strict=True)]
    names = (rows["person"] + " " + pd.Series(ends, rows.index)).where(ranged, "")
    return pd.DataFrame(
        {
            "exposure_low": dose.where(~ranged, rows["dose_low"]),
            "exposure_high": dose.where(~ranged, rows["dose_high"]),
            "dose_range": names,
        }
    )


def _concentrations(spec: ModelSpec, rows: pd.DataFrame) -> pd.DataFrame:
    with_drug = applies_to("ec50", rows)
    below = with_drug & rows["concentration"].isna() & rows["concentration_loq"].notna()
    exposure = rows["concentration"].where(~below, rows["concentration_loq"]).where(with_drug, 0.0)
    _refuse_unknown(spec, exposure.isna())
    sd = log_sd(exposure, rows["concentration_sd"]).where(with_drug & ~below, 0.0)
    alone = rows["level"].isin(ONE_PERSON)
    told = [rows["session"], rows["time_h"].map("{:g} h".format), exposure.map("{:g}".format)]
    sample = rows["person"].str.cat(pd.concat(told, axis=1), sep=" ")
    if spec.exposure == "free_concentration":
        lacking = with_drug & rows["fp"].isna()
        if lacking.any():
            raise SpecError(
                f"{rows.index[lacking][0]} lacks fp, the free fraction in plasma, and the exposure is "
                "the free concentration. Fill it in, set use to no, or choose the total concentration."
            )
        exposure = exposure * rows["fp"].where(with_drug, 1.0)
    return pd.DataFrame(
        {
            "exposure_low": exposure,
            "exposure_high": exposure,
            "censored": sample.where(below, ""),
            "sample": sample.where(alone & (sd > 0), ""),
            "exposure_error": sd.where(alone, 0.0),
            "exposure_spread": sd.where(~alone, 0.0),
        }
    )
