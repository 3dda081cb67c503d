"""Tables for simulation: the subjects and groups measured at each dose, for each bundled model."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pandas as pd

from benchmarks import scans
from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drug_table
from petfit.model.design import Design
from petfit.model.specification import read_model

__all__ = ["SCENARIOS", "TABLES", "Scenario", "make_design"]

TABLES = {
    "people": "single subjects only",
    "mixed": "single subjects, scans or the bundled table, together with group means with and without SD, "
    "ranges, extremes of subjects and a complete set of means",
    "bundled": "the bundled table: group means with and without SD, and ranges",
    "scans": "scans with and without the drug only",
    "doses": "single subjects and group means of two drugs, one of which saturates its clearance, 4 to 50 "
    "hours after single and repeated doses",
    "concentrations": "single subjects and group means of these drugs at concentrations in plasma",
    "both": "the rows of doses and of concentrations; beside each dose a concentration was measured, or was "
    "below a limit of quantification",
}
"""Contents of each kind of table."""


@dataclass(frozen=True)
class Scenario:
    """A bundled model and the kind of table it is calibrated on.

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
        """Return the file name of the scenario."""
        return f"{self.model}-{self.table}"


_OUTCOMES = {"scan": "bpnd", "scan_vt": "vt"}
_BUNDLED_DRUG_MODELS = {"ssri": "bundled", "ssri_time": "bundled", "meta_analysis": "mixed"}
_KINETIC_TABLES = ("doses", "concentrations", "both")
_CONCENTRATION_MODELS = ("emax_concentration", "sigmoid_emax_concentration", "two_site_concentration")
_GENERIC_MODELS = ("emax", "one_site", "sigmoid_emax", *_CONCENTRATION_MODELS, "individual")

SCENARIOS: tuple[Scenario, ...] = (
    *(Scenario(model, table) for model, table in product(_OUTCOMES, ("scans", "mixed"))),
    *(Scenario(m, table) for m, evidence in _BUNDLED_DRUG_MODELS.items() for table in ("people", evidence)),
    *(Scenario(model, table) for model, table in product(_GENERIC_MODELS, ("people", "mixed"))),
    *(Scenario("ssri_pk", table) for table in _KINETIC_TABLES),
)
"""Every bundled model, with and without group rows, and that with kinetics on small tables."""

_EXPOSURES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
_INTERVAL: dict[str, object] = {"low": 0.4, "high": 0.6}
_COMPLETE_SET: dict[str, object] = {"level": "range", "set_complete": "yes", **_INTERVAL}
_GROUP_ROWS: tuple[dict[str, object], ...] = (
    {"level": "group", "value": 0.5, "sd": 0.1},
    {"level": "group", "value": 0.5},
    {"level": "range", **_INTERVAL},
    {"level": "extremes", **_INTERVAL},
    _COMPLETE_SET,
    _COMPLETE_SET,
)
"""How the groups at the six exposures are reported; every value is a placeholder."""


def make_design(scenario: Scenario) -> Design:
    """Return the design of a scenario; the values in its rows are placeholders."""
    spec = read_model(scenario.model)
    table = _table(scenario)
    return Design.build(spec, read_evidence(table, extra=spec.columns), read_drug_table())


def _table(scenario: Scenario) -> pd.DataFrame | str:
    mixed = scenario.table == "mixed"
    if scenario.model in _OUTCOMES:
        return _scans(_OUTCOMES[scenario.model], groups=mixed)
    if scenario.table == "bundled":
        return "sert_occupancy"
    if scenario.table in _KINETIC_TABLES:
        return _kinetic(scenario.table)
    if scenario.model == "meta_analysis" and mixed:
        return _with_extremes(_bundled())
    if scenario.model in _BUNDLED_DRUG_MODELS:
        return _subjects_from_groups(_bundled())
    return _factorial(scenario.model, groups=mixed)


def _kinetic(table: str) -> pd.DataFrame:
    """Return a subject and a group of two drugs at each of some doses and concentrations.

    Paroxetine saturates its clearance, and citalopram does not.
    """
    exposures: list[dict[str, object]] = []
    if table != "concentrations":
        beside = {"concentration": 20.0} if table == "both" else {}
        low = {"concentration_loq": 5.0} if table == "both" else {}
        exposures += [
            {"dose": 20, "regimen": "single", "time_h": 4, **beside},
            {"dose": 20, "regimen": "single", "time_h": 30, **low},
            {"dose": 40, "regimen": "repeated", "time_h": 6, **beside},
            {"dose": 40, "regimen": "repeated", "time_h": 50, **beside},
        ]
    if table != "doses":
        exposures += [{"concentration": value, "time_h": 6} for value in (2.0, 10.0, 50.0)]
    rows: list[dict[str, object]] = []
    for drug, (i, exposure) in product(("citalopram", "paroxetine"), enumerate(exposures)):
        place = {"drug": drug, "study": f"study {i % 2}", "region": "striatum", "tracer": "[11C]DASB"}
        row = {**place, "value": 0.5, "concentration_unit": "ng/mL", **exposure}
        rows += [
            {**row, "subject": f"{drug} {i}"},
            {**row, "cohort": f"{drug} group {i}", "n": 6, "sd": 0.1},
        ]
    return pd.DataFrame(rows)


def _bundled() -> pd.DataFrame:
    return read_evidence("sert_occupancy").table.astype(object)


def _subjects_from_groups(table: pd.DataFrame) -> pd.DataFrame:
    """Replace each group by a single subject."""
    subjects = table.assign(level="subject", value=0.5, cohort="", range_set="", set_complete="")
    subjects["subject"] = [f"{i}" for i in range(len(subjects))]
    return subjects.drop(columns=["sd", "se", "n", "low", "high", "dose_low", "dose_high"]).dropna(
        subset="dose"
    )


def _with_extremes(table: pd.DataFrame) -> pd.DataFrame:
    """Add the extremes of six subjects at three doses and a complete set of three groups, for one drug."""
    first = table[table["use"] == "yes"].iloc[0]
    common: dict[str, object] = {"drug": first["drug"], "target": first["target"], "n": 6}
    parts: tuple[tuple[str, tuple[int, ...], dict[str, object]], ...] = (
        ("extremes", (3, 9, 30), {"level": "extremes", **_INTERVAL}),
        ("set", (5, 15, 50), {"range_set": "set", **_COMPLETE_SET}),
    )
    rows = [{**common, **row, "study": study, "dose": dose} for study, doses, row in parts for dose in doses]
    return pd.concat([table, pd.DataFrame(rows)], ignore_index=True)


def _scans(outcome: str, *, groups: bool) -> pd.DataFrame:
    """Return baseline and drug scans of ten subjects in two regions; four subjects have no baseline."""
    planned = scans.plan("some without baseline", people=10, regions=("midbrain", "striatum"))
    planned = planned.assign(outcome=outcome, value=1.0)
    if not groups:
        return planned
    common = {"study": "groups", "drug": "simulated drug", "region": "striatum", "dose_unit": "mg/day"}
    rows = pd.DataFrame([_group(i, 10.0 * exposure, common) for i, exposure in enumerate(_EXPOSURES)])
    return pd.concat([planned, rows.assign(outcome="occupancy")], ignore_index=True)


def _factorial(model: str, *, groups: bool) -> pd.DataFrame:
    """Return two subjects, or a subject and a group, at each of six exposures around 1.

    There are two drugs, or one drug in three regions.
    """
    individual = model == "individual"
    regions = ("midbrain", "striatum", "thalamus") if individual else ("",)
    rows: list[dict[str, object]] = []
    for drug, region in product("A" if individual else "AB", regions):
        common = {"drug": drug, "region": region}
        for i, exposure in enumerate(_EXPOSURES):
            rows += [_subject(number, exposure, common) for number in ((1,) if groups else (1, 2))]
            rows += [_group(i, exposure, common)] if groups else []
    table = pd.DataFrame(rows)
    return _as_concentrations(table, errors=groups) if model in _CONCENTRATION_MODELS else table


def _subject(number: int, exposure: float, common: dict[str, str]) -> dict[str, object]:
    name = f"{common['drug']} {exposure:g} {number}"
    return {**common, "dose": exposure, "level": "subject", "subject": name, "cohort": name, "value": 0.5}


def _group(i: int, exposure: float, common: dict[str, str]) -> dict[str, object]:
    label, row = f"{common['region']} {common['drug']}", _GROUP_ROWS[i]
    range_set = {"range_set": label} if row is _COMPLETE_SET else {}
    return {**common, "cohort": f"{label} {exposure:g} group", "n": 6, "dose": exposure, **row, **range_set}


def _as_concentrations(table: pd.DataFrame, *, errors: bool) -> pd.DataFrame:
    """Turn doses into concentrations, some of them with an SD or below the limit of quantification."""
    table = table.rename(columns={"dose": "concentration"}).assign(concentration_unit="ng/mL")
    table["concentration"] *= 10.0
    if errors:
        table["concentration_sd"] = (0.2 * table["concentration"]).where(table["concentration"].isin([3, 10]))
        below = (table["concentration"] == 1.0) & (table["level"] == "subject")
        table["concentration_loq"] = table["concentration"].where(below)
        table["concentration"] = table["concentration"].where(~below)
    return table
