"""The exposure of each row: known exactly, as a range, with error, or below a limit of quantification."""

from __future__ import annotations

import numpy as np
import pandas as pd

from petfit.errors import SpecError
from petfit.evidence.levels import LEVELS
from petfit.evidence.rows import each_row
from petfit.model.applies_to import applies_to
from petfit.model.kinetics.dosing import dosing
from petfit.model.problems import Problems, row_list
from petfit.model.specification import ModelSpec

__all__ = ["ONE_PERSON", "add_exposures", "log_sd", "takes_dose"]

ONE_PERSON = tuple(level.name for level in LEVELS.values() if level.one_person)
"""Levels whose rows hold a number of one person."""


def add_exposures(spec: ModelSpec, rows: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Return the fitted rows with the columns that describe their exposures.

    Parameters
    ----------
    spec : ModelSpec
        The model; its ``exposure`` selects doses or concentrations.
    rows : pandas.DataFrame
        The rows from `petfit.model.row_selection.select_rows`.
    problems : Problems
        Collects what is wrong with the exposures.

    Returns
    -------
    pandas.DataFrame
        The rows with these columns added:

        - ``exposure_low`` and ``exposure_high``: equal unless only a range is known; 0 for a baseline scan
        - ``dose_range``: label of such a range
        - ``sample_below_loq``: label of a sample below its limit of quantification, which is its exposure
        - ``sample``: label of a sample measured with error
        - ``exposure_error``: SD of the log of that measurement
        - ``exposure_spread``: SD of the log exposure between the people of a group
        - with kinetics, ``is_dose``, `petfit.model.kinetics.dosing.DOSING_COLUMNS`, the concentration
          ``measured`` beside a dose, ``is_below_loq``, the label ``measured_sample``, and ``measured_in``,
          its study

    Raises
    ------
    SpecError
        If an exposure is unknown, or is a range that the model has no prior for.
    """
    columns = (
        _plasma(spec, rows, problems)
        if spec.exposure == "plasma"
        else _exposures(spec, rows, spec.exposure, problems)
    )
    return rows.drop(columns=rows.columns.intersection(columns.columns)).join(columns)


def _exposures(spec: ModelSpec, rows: pd.DataFrame, exposure: str, problems: Problems) -> pd.DataFrame:
    if exposure == "dose":
        columns = _doses(spec, rows, problems)
        return columns.assign(sample_below_loq="", sample="", exposure_error=0.0, exposure_spread=0.0)
    return _concentrations(spec, rows, problems).assign(dose_range="")


def _plasma(spec: ModelSpec, rows: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    """Return doses with their dosing where the drug has kinetics, and concentrations elsewhere."""
    is_dose = takes_dose(spec, rows)
    without = sorted(set(rows["drug"][applies_to("ec50", rows)]) - set(spec.pk)) if spec.pk else []
    with problems.collecting():
        if without:
            raise SpecError(
                f"the model has no kinetics of {', '.join(without)}. Add [pk.{without[0]}] with clearance, "
                "half_life and absorption, or set use to no in its rows."
            )
    with problems.collecting():
        _check_delay(spec, rows, is_dose)
    doses, concentrations = rows[is_dose], rows[~is_dose & ~rows["drug"].isin(without)]
    dosing_columns = dosing(spec, doses, problems)
    parts = [
        _exposures(spec, doses, "dose", problems).join(dosing_columns).join(_measured(doses)),
        _exposures(spec, concentrations, "concentration", problems),
    ]
    columns = pd.concat([part.astype(object) for part in parts]).reindex(rows.index)
    columns = columns.fillna({"measured_sample": "", "measured_in": "", "is_below_loq": False})
    return columns.infer_objects().assign(is_dose=is_dose)


def _check_delay(spec: ModelSpec, rows: pd.DataFrame, is_dose: pd.Series) -> None:
    """Refuse a delay where nothing tells it from the kinetics: in people without concentrations."""
    delays = {drug: kinetics.delay for drug, kinetics in spec.pk.items() if kinetics.delay}
    has_plasma = rows["concentration"].notna() | rows["concentration_loq"].notna()
    people = set(rows["person"][is_dose & has_plasma])
    for where, row in each_row(rows[rows["drug"].isin(list(delays)) & applies_to("ec50", rows)]):
        name = delays[row["drug"]]
        key = f"{where}: pk.{row['drug']}.{name}"
        if not is_dose[where]:
            raise SpecError(
                f"{key} needs the dose as well, from which earlier concentrations follow. Add it, or "
                f"remove {name}."
            )
        if row["person"] not in people:
            raise SpecError(
                f"{key} needs a concentration of the same people: without it, a delay cannot be told from "
                f"other kinetics. Fill in concentration, or remove {name}."
            )
        if name == "koff" and row["level"] not in ONE_PERSON:
            raise SpecError(
                f"{key} needs rows of single people: slow dissociation is not averaged over a group. Give "
                "each person a row, set use to no, or write ke0 instead."
            )


def _measured(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the concentration measured beside a dose, the label of its sample, and its study."""
    is_censored = rows["concentration"].isna() & rows["concentration_loq"].notna()
    measured = rows["concentration"].where(~is_censored, rows["concentration_loq"])
    sample = _sample(rows, measured).where(measured.notna(), "")
    study = rows["study"].where(measured.notna(), "")
    columns = {"measured": measured, "is_below_loq": is_censored, "measured_sample": sample}
    return pd.DataFrame({**columns, "measured_in": study})


def takes_dose(spec: ModelSpec, rows: pd.DataFrame) -> pd.Series:
    """Return which rows enter the model with their dose: those of drugs with kinetics that have one."""
    has_dose = rows["dose"].notna() | rows["dose_low"].notna()
    return applies_to("ec50", rows) & rows["drug"].isin(list(spec.pk)) & has_dose


def log_sd(mean: pd.Series, sd: pd.Series) -> pd.Series:
    """Return the SD of the log of a lognormal variable, ``sqrt(log(1 + (sd / mean)^2))``; 0 if unknown.

    Examples
    --------
    >>> round(float(log_sd(pd.Series([10.0]), pd.Series([4.0]))[0]), 4)
    0.3853
    """
    return pd.Series(np.sqrt(np.log1p((sd / mean) ** 2)), mean.index).fillna(0.0)


def _check_known(spec: ModelSpec, is_unknown: pd.Series) -> None:
    if is_unknown.any():
        raise SpecError(
            f"the exposure of the model is the {spec.exposure_words}, which is empty in "
            f"{row_list(is_unknown.index[is_unknown])} of the table. Fill it in, set use to no, "
            "or choose another exposure in the model."
        )


def _check_ranges(spec: ModelSpec, rows: pd.DataFrame, is_range: pd.Series) -> None:
    if is_range.any() and spec.dose_share is None:
        verb = "gives its" if is_range.sum() == 1 else "give their"
        raise SpecError(
            f"{row_list(rows.index[is_range])} {verb} dose only as a range. Add dose_share to the model (the "
            "prior of the share of people on the higher dose), or set use to no."
        )
    is_person = is_range & rows["level"].isin(ONE_PERSON)
    if is_person.any():
        verb = "is one person but has" if is_person.sum() == 1 else "are one person each but have"
        raise SpecError(
            f"{row_list(rows.index[is_person])} {verb} a range of doses. Give the dose of this person."
        )


def _doses(spec: ModelSpec, rows: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    dose = rows["dose"].where(applies_to("ec50", rows), 0.0)
    is_range = dose.isna() & rows["dose_low"].notna() & rows["dose_high"].notna()
    with problems.collecting():
        _check_known(spec, dose.isna() & ~is_range)
    with problems.collecting():
        _check_ranges(spec, rows, is_range)
    ends = zip(rows["dose_low"], rows["dose_high"], strict=True)
    ranges = pd.Series([f"{low:g} to {high:g}" for low, high in ends], rows.index, dtype=str)
    return pd.DataFrame(
        {
            "exposure_low": dose.where(~is_range, rows["dose_low"]),
            "exposure_high": dose.where(~is_range, rows["dose_high"]),
            "dose_range": (rows["person"] + " " + ranges).where(is_range, ""),
        }
    )


def _concentrations(spec: ModelSpec, rows: pd.DataFrame, problems: Problems) -> pd.DataFrame:
    has_drug = applies_to("ec50", rows)
    is_censored = has_drug & rows["concentration"].isna() & rows["concentration_loq"].notna()
    total = rows["concentration"].where(~is_censored, rows["concentration_loq"]).where(has_drug, 0.0)
    with problems.collecting():
        _check_known(spec, total.isna())
    with problems.collecting():
        _check_free_fraction(spec, rows, has_drug)
    is_free = spec.exposure == "free_concentration"
    exposure = total * (rows["fp"].where(has_drug, 1.0) if is_free else 1.0)
    sd = log_sd(total, rows["concentration_sd"]).where(has_drug & ~is_censored, 0.0)
    is_person = rows["level"].isin(ONE_PERSON)
    sample = _sample(rows, total)
    return pd.DataFrame(
        {
            "exposure_low": exposure,
            "exposure_high": exposure,
            "sample_below_loq": sample.where(is_censored, ""),
            "sample": sample.where(is_person & (sd > 0), ""),
            "exposure_error": sd.where(is_person, 0.0),
            "exposure_spread": sd.where(~is_person, 0.0),
        }
    )


def _sample(rows: pd.DataFrame, total: pd.Series) -> pd.Series:
    """Return the label of the sample of each row: its person or cohort, session, time and concentration."""
    labels = [rows["session"], rows["time_h"].map("{:g} h".format), total.map("{:g}".format)]
    return rows["person"].str.cat(pd.concat(labels, axis=1), sep=" ")


def _check_free_fraction(spec: ModelSpec, rows: pd.DataFrame, has_drug: pd.Series) -> None:
    missing = rows.index[has_drug & rows["fp"].isna()]
    if spec.exposure == "free_concentration" and len(missing):
        verb = "lacks" if len(missing) == 1 else "lack"
        raise SpecError(
            f"{row_list(missing)} {verb} fp, the free fraction in plasma, and the exposure of the model "
            "is the free concentration. Fill it in, set use to no, or choose the total concentration."
        )
