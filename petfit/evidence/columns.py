"""The columns of the canonical long table, which has one reported number in each row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from petfit.evidence.levels import LEVELS

__all__ = ["COLUMNS", "NUMBERS", "STATISTICS", "Column"]


@dataclass(frozen=True)
class Column:
    """A column of the canonical table.

    Parameters
    ----------
    name : str
        The header of the column.
    kind : {"text", "number", "choice"}
        What a cell contains.
    description : str
        One sentence that describes the column.
    unit : str
        Unit of a number, or the column that gives it.
    levels : dict of str to str
        Allowed words of a choice, each with its meaning.
    """

    name: str
    kind: Literal["text", "number", "choice"]
    description: str
    unit: str = ""
    levels: dict[str, str] = field(default_factory=dict)


_COLUMNS = [
    Column("study", "text", "Paper or experiment that reported the number."),
    Column("cohort", "text", "Name of a group of people; rows of the same cohort are not independent."),
    Column("subject", "text", "Name of one person, unique within the study."),
    Column("drug", "text", "Generic name of the drug given."),
    Column("target", "text", "Molecular target whose occupancy was measured."),
    Column("region", "text", "Brain region."),
    Column("tracer", "text", "Radioligand."),
    Column("regimen", "text", "Dosing before the scan, for example single or repeated."),
    Column(
        "dosing_interval_h",
        "number",
        "Time between repeated doses, where neither unit nor regimen says it; 24 is once a day.",
        "h",
    ),
    Column("dose", "number", "Dose given; a single dose counts as that day's dose.", "dose_unit"),
    Column("dose_low", "number", "Lowest dose where only a range is known.", "dose_unit"),
    Column("dose_high", "number", "Highest dose where only a range is known.", "dose_unit"),
    Column(
        "dose_unit",
        "text",
        "Unit of the doses, such as mg/day, g or ug/kg; converted to mg/day, nmol/day or either per kg.",
    ),
    Column("concentration", "number", "Plasma concentration at the scan.", "concentration_unit"),
    Column(
        "concentration_sd",
        "number",
        "Measurement error of a person's concentration, or SD between the people of a group.",
        "concentration_unit",
    ),
    Column(
        "concentration_loq",
        "number",
        "Limit of quantification, where the concentration was below it and concentration is empty.",
        "concentration_unit",
    ),
    Column(
        "concentration_unit",
        "text",
        "Unit of the concentration, its SD and its limit, such as ug/L or nM; converted to ng/mL or nmol/L.",
    ),
    Column("fp", "number", "Free fraction of the drug in plasma, 0 to 1."),
    Column("weight", "number", "Body weight, for doses per kg.", "kg"),
    Column("time_h", "number", "Time from the last dose to the scan.", "h"),
    Column(
        "session",
        "text",
        "Name of a scanning session of a person; scans of one session share a blood sample.",
    ),
    Column("days_on_drug", "number", "Days of dosing before the scan.", "day"),
    Column("modality", "text", "Imaging modality, for example PET or SPECT."),
    Column(
        "level",
        "choice",
        "What the number describes.",
        levels={level.name: level.meaning for level in LEVELS.values()},
    ),
    Column(
        "outcome",
        "choice",
        "The quantity reported.",
        levels={
            "occupancy": "fraction of the target bound",
            "bpnd": "binding potential relative to nondisplaceable uptake",
            "vt": "total volume of distribution",
        },
    ),
    Column(
        "condition",
        "choice",
        "For level scan: whether the person had taken the drug.",
        levels={"baseline": "without the drug", "drug": "with the drug"},
    ),
    Column("value", "number", "Number reported; an occupancy can be below 0 or above 1.", "value_unit"),
    Column(
        "censored",
        "choice",
        "Whether value is a limit that the number lies below or above, as in <10 or >95; empty if it is not.",
        levels={"below": "the number is below value", "above": "the number is above value"},
    ),
    Column("sd", "number", "Standard deviation between the n people.", "value_unit"),
    Column(
        "se",
        "number",
        "Standard error: of the mean of a group, or of one person's number, such as that of a kinetic fit.",
        "value_unit",
    ),
    Column("n", "number", "Number of people behind a mean or a range."),
    Column("low", "number", "Lower end of a range.", "value_unit"),
    Column("high", "number", "Upper end of a range.", "value_unit"),
    Column("range_set", "text", "Name of the set of group means whose lowest and highest are low and high."),
    Column(
        "set_complete",
        "choice",
        "Whether every group of the range_set has a row in the table.",
        levels={
            "yes": "low and high are the extremes of these rows' means, an order statistic",
            "no": "other groups may have the extremes, so that low and high only bound each mean",
        },
    ),
    Column(
        "value_unit",
        "choice",
        "Unit of value, sd, se, low and high.",
        levels={
            "fraction": "of an occupancy: 0 to 1",
            "percent": "of an occupancy: 0 to 100, divided by 100 when read",
            "1": "of BP_ND, which has no unit",
            "mL/cm3": "of V_T: millilitres of plasma per cubic centimetre of tissue",
        },
    ),
    Column(
        "use",
        "choice",
        "Whether the row enters the fit.",
        levels={"yes": "fitted", "no": "in the table, not fitted"},
    ),
    Column("exclusion_reason", "text", "Why a row with use = no is not fitted."),
    Column("source", "text", "Key of the source in a bibliography."),
    Column("note", "text", "Anything else worth knowing about the row."),
]

COLUMNS: dict[str, Column] = {column.name: column for column in _COLUMNS}
_STATISTICS = [
    Column("ci_low", "number", "Lower end of a confidence interval of the mean.", "value_unit"),
    Column("ci_high", "number", "Upper end of a confidence interval of the mean.", "value_unit"),
    Column("ci_prob", "number", "Probability of the confidence interval, such as 0.95."),
    Column("median", "number", "Median of the n people.", "value_unit"),
    Column("q1", "number", "First quartile of the n people.", "value_unit"),
    Column("q3", "number", "Third quartile of the n people.", "value_unit"),
    Column("iqr", "number", "Distance of the quartiles, q3 - q1, where they are not given.", "value_unit"),
    Column("min", "number", "Lowest of the n people.", "value_unit"),
    Column("max", "number", "Highest of the n people.", "value_unit"),
    Column("cv", "number", "Coefficient of variation of the n people, SD over mean, such as 0.2 or 20 %."),
]
STATISTICS: dict[str, Column] = {column.name: column for column in _STATISTICS}
"""Columns that are read and converted to value, sd and se; a table that was read does not have them."""
NUMBERS: tuple[str, ...] = tuple(column.name for column in _COLUMNS if column.kind == "number")
