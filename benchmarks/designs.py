"""The tables whose numbers are simulated: who was measured at which dose, for each bundled model."""

from __future__ import annotations

from itertools import product

import pandas as pd

from benchmarks import scans
from petfit.drugs import read_drugs
from petfit.evidence import Evidence, read_evidence
from petfit.layout import Layout
from petfit.spec import read_model

_EVIDENCE = ("ssri", "ssri_time", "meta_analysis")
_SCANS = {"scan": "bpnd", "scan_vt": "vt"}


def layout_of(model: str) -> Layout:
    """Return a bundled model laid over the table that suits it; the values are placeholders."""
    spec = read_model(model)
    evidence = read_evidence(_table(model), extra=spec.columns)
    if model == "meta_analysis":
        evidence = _with_extremes(evidence)
    return Layout.build(spec, evidence, read_drugs())


def _table(model: str) -> str | pd.DataFrame:
    if model in _EVIDENCE:
        return "sert_occupancy"
    return _scans(_SCANS[model]) if model in _SCANS else _people(model)


def _scans(outcome: str) -> pd.DataFrame:
    """Return baseline and drug scans of ten people in two regions; four people lack the baseline."""
    planned = scans.plan("some without baseline", people=10, regions=("midbrain", "striatum"))
    return planned.assign(outcome=outcome, value=1.0)


def _with_extremes(evidence: Evidence) -> Evidence:
    """Add the extremes of six people at three doses, and a complete set of three groups, of one drug."""
    first = evidence.used.iloc[0]
    common = {"drug": first["drug"], "target": first["target"], "n": 6, "low": 0.4, "high": 0.6}
    extremes = [{"level": "extremes", "study": "extremes", "dose": dose} for dose in (3, 9, 30)]
    of_set = {"level": "range", "study": "set", "range_set": "set", "set_complete": "yes"}
    means = [{**of_set, "dose": dose} for dose in (5, 15, 50)]
    added = pd.DataFrame([{**common, **row} for row in (*extremes, *means)])
    return read_evidence(pd.concat([evidence.table.astype(object), added], ignore_index=True))


def _people(model: str) -> pd.DataFrame:
    """Return people at six exposures around 1: two drugs, or one drug in three regions."""
    exposures = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
    if model == "individual":
        rows = [
            {"drug": "A", "dose": dose, "region": region, "subject": f"{dose} {twin}"}
            for dose, region, twin in product(exposures, ("midbrain", "striatum", "thalamus"), (1, 2))
        ]
    else:
        rows = [
            {"drug": drug, "dose": dose, "subject": f"{drug} {dose} {twin}"}
            for drug, dose, twin in product("AB", exposures, (1, 2))
        ]
    table = pd.DataFrame(rows).assign(value=0.5)
    if model == "emax_concentration":
        table = table.rename(columns={"dose": "concentration"}).assign(concentration_unit="ng/mL")
        table["concentration"] *= 10.0
    return table
