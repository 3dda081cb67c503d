"""The columns of the canonical long table: one row, one reported number."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

__all__ = ["COLUMNS", "NUMBERS", "Column"]


@dataclass(frozen=True)
class Column:
    """One column of the table.

    Parameters
    ----------
    name : str
        Header.
    kind : {"text", "number", "choice"}
        What a cell holds.
    description : str
        One sentence for the data dictionary.
    unit : str
        Unit of a number, or the column that holds it.
    levels : dict of str to str
        Allowed values of a choice, each with its meaning.
    """

    name: str
    kind: Literal["text", "number", "choice"]
    description: str
    unit: str = ""
    levels: dict[str, str] = field(default_factory=dict)


_OCCUPANCY = "value_unit"

_LIST = [
    Column("study", "text", "The paper or experiment that a number comes from."),
    Column("cohort", "text", "Names the same people across rows; rows of one cohort are not independent."),
    Column("subject", "text", "One person, unique within the study."),
    Column("drug", "text", "Generic name of the drug given."),
    Column("target", "text", "Molecular target whose occupancy was measured."),
    Column("region", "text", "Brain region."),
    Column("tracer", "text", "Radioligand."),
    Column("regimen", "text", "Dosing before the scan, for example single or repeated."),
    Column("dose", "number", "Dose given; a single dose counts as that day's dose.", "dose_unit"),
    Column("dose_low", "number", "Lowest dose where only a range is known.", "dose_unit"),
    Column("dose_high", "number", "Highest dose where only a range is known.", "dose_unit"),
    Column(
        "dose_unit",
        "text",
        "Unit of the doses, such as mg/day, g or ug/kg; petfit holds mg/day or mg/kg/day.",
    ),
    Column("concentration", "number", "Plasma concentration at the scan.", "concentration_unit"),
    Column(
        "concentration_sd",
        "number",
        "Of a person: measurement error of the concentration. Of a group: its SD between the people.",
        "concentration_unit",
    ),
    Column(
        "concentration_loq",
        "number",
        "Limit of quantification, where the concentration lay below it and concentration is empty.",
        "concentration_unit",
    ),
    Column(
        "concentration_unit",
        "text",
        "Unit of the concentration, its SD and its limit, such as ug/L or nM; petfit holds ng/mL or nmol/L.",
    ),
    Column("fp", "number", "Free fraction of the drug in plasma, 0 to 1."),
    Column("weight", "number", "Body weight, for doses by kg.", "kg"),
    Column("time_h", "number", "Time from the last dose to the scan.", "h"),
    Column("session", "text", "Names one scanning session of a person; its scans share a blood sample."),
    Column("days_on_drug", "number", "Days of dosing before the scan.", "day"),
    Column("modality", "text", "Imaging modality, for example PET or SPECT."),
    Column(
        "level",
        "choice",
        "What the number describes.",
        levels={
            "subject": "the occupancy of one person",
            "group": "the mean of n people, with sd or se where published",
            "range": "an interval, low to high, that holds the group's mean",
            "extremes": "the lowest and the highest of n people, as low and high",
            "scan": "BP_ND or V_T of one person and region at one condition",
        },
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
        "For level scan: whether the drug was on board.",
        levels={"baseline": "no drug on board", "drug": "drug on board"},
    ),
    Column("value", "number", "The number reported; occupancy may lie below 0 or above 1.", _OCCUPANCY),
    Column("sd", "number", "Standard deviation between the n people.", _OCCUPANCY),
    Column("se", "number", "Standard error of the mean.", _OCCUPANCY),
    Column("n", "number", "Number of people behind a mean or a range."),
    Column("low", "number", "Lower end of a range.", _OCCUPANCY),
    Column("high", "number", "Upper end of a range.", _OCCUPANCY),
    Column("range_set", "text", "Names the set of group means whose lowest and highest are low and high."),
    Column(
        "set_complete",
        "choice",
        "Whether every group of the range_set has a row in the table.",
        levels={
            "yes": "low and high are the extremes of these rows' means, an order statistic",
            "no": "other groups may hold the extremes, so that low and high only bound each mean",
        },
    ),
    Column(
        "value_unit",
        "choice",
        "Unit of value, sd, se, low and high.",
        levels={
            "fraction": "of an occupancy: 0 to 1",
            "percent": "of an occupancy: 0 to 100, divided by 100 on reading",
            "1": "of BP_ND, which has no unit",
            "mL/cm3": "of V_T: millilitres of plasma per cubic centimetre of tissue",
        },
    ),
    Column(
        "use",
        "choice",
        "Whether the row enters the fit.",
        levels={"yes": "fitted", "no": "kept in the table, out of the fit"},
    ),
    Column("exclusion_reason", "text", "Why a row with use = no is left out."),
    Column("source", "text", "Key of the row's source in a bibliography."),
    Column("note", "text", "Anything a reader of the row should know."),
]

COLUMNS: dict[str, Column] = {column.name: column for column in _LIST}
NUMBERS: tuple[str, ...] = tuple(column.name for column in _LIST if column.kind == "number")
