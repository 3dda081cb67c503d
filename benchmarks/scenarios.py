"""The tables whose numbers are simulated: who was measured at which dose, for each bundled model."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pandas as pd

from benchmarks import scans
from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drugs
from petfit.model.design import Design
from petfit.model.specification import read_model

__all__ = ["SCENARIOS", "TABLES", "Scenario", "make_design"]

TABLES = {
    "people": "one number for each person, nothing else",
    "mixed": "people, scans or the bundled table, and means with and without SD, ranges, extremes of people "
    "and a complete set of means",
    "bundled": "the bundled table as shipped: means with and without SD, and ranges",
    "scans": "scans with and without the drug, nothing else",
}
"""What the tables hold."""


@dataclass(frozen=True)
class Scenario:
    """A bundled model and the table it is calibrated on.

    Parameters
    ----------
    model : str
        A bundled model.
    table : str
        A key of ``TABLES``.
    """

    model: str
    table: str

    def __str__(self) -> str:
        """Return the name of the scenario's files."""
        return f"{self.model}-{self.table}"


_OUTCOMES = {"scan": "bpnd", "scan_vt": "vt"}
_OF_EVIDENCE = {"ssri": "bundled", "ssri_time": "bundled", "meta_analysis": "mixed"}
_OF_PEOPLE = ("emax", "one_site", "sigmoid_emax", "emax_concentration", "individual")

SCENARIOS: tuple[Scenario, ...] = (
    *(Scenario(model, table) for model, table in product(_OUTCOMES, ("scans", "mixed"))),
    *(Scenario(model, table) for model, told in _OF_EVIDENCE.items() for table in ("people", told)),
    *(Scenario(model, table) for model, table in product(_OF_PEOPLE, ("people", "mixed"))),
)
"""Every bundled model, with and without the rows of groups."""

_EXPOSURES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
_INTERVAL: dict[str, object] = {"low": 0.4, "high": 0.6}
_SET: dict[str, object] = {"level": "range", "set_complete": "yes", **_INTERVAL}
_TOLD: tuple[dict[str, object], ...] = (
    {"level": "group", "value": 0.5, "sd": 0.1},
    {"level": "group", "value": 0.5},
    {"level": "range", **_INTERVAL},
    {"level": "extremes", **_INTERVAL},
    _SET,
    _SET,
)
"""How groups at six exposures are told of; every value is a placeholder."""


def make_design(scenario: Scenario) -> Design:
    """Return a bundled model laid over the table of a scenario; the values are placeholders."""
    spec = read_model(scenario.model)
    table = _table(scenario)
    return Design.build(spec, read_evidence(table, extra=spec.columns), read_drugs())


def _table(scenario: Scenario) -> pd.DataFrame | str:
    mixed = scenario.table == "mixed"
    if scenario.model in _OUTCOMES:
        return _scans(_OUTCOMES[scenario.model], groups=mixed)
    if scenario.table == "bundled":
        return "sert_occupancy"
    if scenario.model == "meta_analysis" and mixed:
        return _with_extremes(_bundled())
    if scenario.model in _OF_EVIDENCE:
        return _as_people(_bundled())
    return _around_one(scenario.model, groups=mixed)


def _bundled() -> pd.DataFrame:
    return read_evidence("sert_occupancy").table.astype(object)


def _as_people(table: pd.DataFrame) -> pd.DataFrame:
    """Return one person instead of each group."""
    people = table.assign(level="subject", value=0.5, cohort="", range_set="", set_complete="")
    people["subject"] = [f"{i}" for i in range(len(people))]
    return people.drop(columns=["sd", "se", "n", "low", "high", "dose_low", "dose_high"]).dropna(
        subset="dose"
    )


def _with_extremes(table: pd.DataFrame) -> pd.DataFrame:
    """Add the extremes of six people at three doses, and a complete set of three groups, of one drug."""
    first = table[table["use"] == "yes"].iloc[0]
    common: dict[str, object] = {"drug": first["drug"], "target": first["target"], "n": 6}
    parts: tuple[tuple[str, tuple[int, ...], dict[str, object]], ...] = (
        ("extremes", (3, 9, 30), {"level": "extremes", **_INTERVAL}),
        ("set", (5, 15, 50), {"range_set": "set", **_SET}),
    )
    added = [
        {**common, **told, "study": study, "dose": dose} for study, doses, told in parts for dose in doses
    ]
    return pd.concat([table, pd.DataFrame(added)], ignore_index=True)


def _scans(outcome: str, *, groups: bool) -> pd.DataFrame:
    """Return baseline and drug scans of ten people in two regions; four people lack the baseline."""
    planned = scans.plan("some without baseline", people=10, regions=("midbrain", "striatum"))
    planned = planned.assign(outcome=outcome, value=1.0)
    if not groups:
        return planned
    where = {"study": "groups", "drug": "simulated drug", "region": "striatum", "dose_unit": "mg/day"}
    added = pd.DataFrame([_group(i, 10.0 * exposure, where) for i, exposure in enumerate(_EXPOSURES)])
    return pd.concat([planned, added.assign(outcome="occupancy")], ignore_index=True)


def _around_one(model: str, *, groups: bool) -> pd.DataFrame:
    """Return pairs of people at six exposures around 1, or one person and one group.

    They are of two drugs, or of one drug in three regions.
    """
    individual = model == "individual"
    regions = ("midbrain", "striatum", "thalamus") if individual else ("",)
    rows: list[dict[str, object]] = []
    for drug, region in product("A" if individual else "AB", regions):
        where = {"drug": drug, "region": region}
        for i, exposure in enumerate(_EXPOSURES):
            rows += [_person(twin, exposure, where) for twin in ((1,) if groups else (1, 2))]
            rows += [_group(i, exposure, where)] if groups else []
    table = pd.DataFrame(rows)
    return _as_concentrations(table, errors=groups) if model == "emax_concentration" else table


def _person(twin: int, exposure: float, where: dict[str, str]) -> dict[str, object]:
    name = f"{where['drug']} {exposure:g} {twin}"
    return {**where, "dose": exposure, "level": "subject", "subject": name, "cohort": name, "value": 0.5}


def _group(i: int, exposure: float, where: dict[str, str]) -> dict[str, object]:
    named = {"cohort": f"{where['region']} {where['drug']} {exposure:g} group", "n": 6, "dose": exposure}
    told = _TOLD[i]
    in_set = {"range_set": f"{where['region']} {where['drug']}"} if told is _SET else {}
    return {**where, **named, **told, **in_set}


def _as_concentrations(table: pd.DataFrame, *, errors: bool) -> pd.DataFrame:
    """Return concentrations for doses; some with errors, spread between people, or below their limit."""
    table = table.rename(columns={"dose": "concentration"}).assign(concentration_unit="ng/mL")
    table["concentration"] *= 10.0
    if errors:
        table["concentration_sd"] = (0.2 * table["concentration"]).where(table["concentration"].isin([3, 10]))
        below = (table["concentration"] == 1.0) & (table["level"] == "subject")
        table["concentration_loq"] = table["concentration"].where(below)
        table["concentration"] = table["concentration"].where(~below)
    return table
