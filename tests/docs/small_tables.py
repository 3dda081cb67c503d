"""A small table that holds every column that the examples use."""

import numpy as np
import pandas as pd

from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drug_table
from petfit.model.design import Design
from petfit.model.likelihood import inputs, log_likelihood
from petfit.model.ops import NUMPY

TABLE = pd.DataFrame(
    [
        {"drug": "A", "dose": 10, "value": 0.41, "subject": "01", "region": "striatum", "regimen": "single"},
        {"drug": "A", "dose": 40, "value": 0.72, "subject": "01", "region": "midbrain", "time_h": 4},
        {"drug": "B", "dose": 20, "value": 0.35, "sd": 0.07, "n": 6, "tracer": "T2", "study": "s2"},
        {"drug": "B", "dose": 60, "value": 0.66, "n": 6, "regimen": "single", "study": "s2"},
        {"drug": "B", "dose": 90, "low": 0.70, "high": 0.82, "n": 5, "study": "s2", "region": "midbrain"},
        {"drug": "B", "dose": 60, "value": 0.31, "n": 6, "study": "s2", "time_h": 30, "use": "no"},
    ]
).assign(
    concentration=lambda table: table["dose"] / 2,
    concentration_unit="ng/mL",
    metabolite_concentration=[0, 5, 2, 8, 0, 1],
    age=[30, 30, 45, 45, 52, 45],
)
for _column, _level in {"study": "s1", "region": "striatum", "tracer": "T1", "regimen": "repeated"}.items():
    TABLE[_column] = TABLE.get(_column, pd.Series(index=TABLE.index, dtype=object)).fillna(_level)
TABLE["use"] = TABLE["use"].fillna("yes")
TABLE["exclusion_reason"] = TABLE["use"].map({"yes": "", "no": "late scan"})
RANGE = {"drug": "B", "dose_low": 20, "dose_high": 40, "value": 0.5, "n": 8, "study": "s3", "use": "yes"}


def design_for(spec, table):
    return Design.build(spec, read_evidence(table, extra=spec.columns), read_drug_table())


def table_for(spec):
    """Return a small table with the model's columns, and with the gaps that it has a rule for."""
    rows = pd.concat([TABLE, pd.DataFrame([RANGE])], ignore_index=True) if spec.dose_share else TABLE
    if spec.n_assumed:
        rows = rows.assign(n=rows["n"].where(rows["low"].isna()))
    return rows.drop(columns={"age", "metabolite_concentration"} - set(spec.columns))


def has_finite_density(design):
    draws = design.draw_prior(np.random.default_rng(1), 20)
    densities = log_likelihood(NUMPY, design, draws, inputs(design))
    return densities and all(np.isfinite(density).all() for density in densities.values())
