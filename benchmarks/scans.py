"""Simulated scans with and without a drug.

``python -m benchmarks.scans`` writes the bundled example ``data/simulated_scans.csv``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["EXAMPLE", "SCENARIOS", "Truth", "plan", "simulate"]

PEOPLE = 12
DOSES = (3.0, 10.0, 30.0, 100.0)


@dataclass(frozen=True)
class Truth:
    """Parameters that scans are simulated from.

    Parameters
    ----------
    ec50, emax, omega : float
        EC50 in the unit of the doses, Emax, and the SD of log EC50 between subjects.
    baseline : dict of str to float
        Specific binding without drug by region: BP_ND, or V_T - V_ND.
    between, within : float
        SD of the log baseline between subjects, and between the regions of a subject.
    sigma, floor : float
        Noise of a scan: ``sd^2 = floor^2 + (sigma * mean)^2``.
    v_nd, v_nd_sd : float
        V_ND (0 for BP_ND) and the SD of log V_ND between subjects.
    """

    ec50: float = 10.0
    emax: float = 0.92
    omega: float = 0.4
    baseline: dict[str, float] = field(
        default_factory=lambda: {"midbrain": 2.4, "putamen": 1.5, "thalamus": 1.0}
    )
    between: float = 0.3
    within: float = 0.1
    sigma: float = 0.085
    floor: float = 0.05
    v_nd: float = 0.0
    v_nd_sd: float = 0.15


EXAMPLE = Truth()


def _own_baseline(i: int) -> list[float]:
    return [0.0, DOSES[i % 4]]


def _several_baselines(i: int) -> list[float]:
    return [0.0, 0.0, DOSES[i % 4]]


def _shared_baseline(i: int) -> list[float]:
    return [0.0, DOSES[i % 2], DOSES[2 + i % 2]]


def _some_baselines(i: int) -> list[float]:
    return [0.0, DOSES[i % 4]] if i % 3 else [DOSES[i % 4]]


def _controls_alone(i: int) -> list[float]:
    return [0.0] if i % 3 == 0 else [DOSES[i % 4]]


SCENARIOS: dict[str, Callable[[int], list[float]]] = {
    "own baseline": _own_baseline,
    "several baselines": _several_baselines,
    "one baseline for two drug scans": _shared_baseline,
    "some without baseline": _some_baselines,
    "controls alone": _controls_alone,
}
"""The doses of a subject's scans (0 for a baseline) as a function of the subject's number."""


def plan(
    scenario: str, people: int = PEOPLE, regions: tuple[str, ...] = tuple(EXAMPLE.baseline)
) -> pd.DataFrame:
    """Return the scans of a scenario without values: a row for each subject, session and region."""
    rows = [
        {
            "study": "Simulated",
            "subject": f"{i + 1:02d}",
            "session": str(session + 1),
            "drug": "simulated drug",
            "region": region,
            "dose": dose,
            "condition": "drug" if dose else "baseline",
        }
        for i, region in product(range(people), regions)
        for session, dose in enumerate(SCENARIOS[scenario](i))
    ]
    return pd.DataFrame(rows).assign(level="scan", dose_unit="mg/day")


def simulate(rng: np.random.Generator, scans: pd.DataFrame, truth: Truth = EXAMPLE) -> pd.DataFrame:
    """Return planned scans with simulated values."""
    subjects, pairs = scans["subject"].unique(), scans[["subject", "region"]].drop_duplicates()
    ec50 = dict(zip(subjects, truth.ec50 * np.exp(rng.normal(0, truth.omega, len(subjects))), strict=True))
    subject_deviation = dict(zip(subjects, rng.normal(0, truth.between, len(subjects)), strict=True))
    v_nd = dict(zip(subjects, truth.v_nd * np.exp(rng.normal(0, truth.v_nd_sd, len(subjects))), strict=True))
    deviations = rng.normal(0, truth.within, len(pairs))
    region_deviation = dict(zip(map(tuple, pairs.to_numpy()), deviations, strict=True))
    means = []
    for subject, region, dose in zip(scans["subject"], scans["region"], scans["dose"], strict=True):
        occupancy = truth.emax * dose / (ec50[subject] + dose)
        deviation = subject_deviation[subject] + region_deviation[subject, region]
        means.append(v_nd[subject] + truth.baseline[region] * np.exp(deviation) * (1 - occupancy))
    mean = np.array(means)
    values = rng.normal(mean, np.hypot(truth.floor, truth.sigma * mean))
    return scans.assign(value=values.round(3), outcome="vt" if truth.v_nd else "bpnd")


def main() -> None:
    """Write the bundled example."""
    note = (
        "simulated: EC50 {0.ec50:g} mg/day, Emax {0.emax:g}, omega {0.omega:g}, noise {0.sigma:g} and "
        "{0.floor:g}; drawn by benchmarks/scans.py"
    )
    table = simulate(np.random.default_rng(20061), plan("one baseline for two drug scans"), replace(EXAMPLE))
    table = table.assign(target="simulated target", tracer="simulated tracer", note=note.format(EXAMPLE))
    table["drug"] = table["drug"].where(table["condition"] == "drug", "")
    order = [
        "study", "subject", "session", "drug", "target", "region", "tracer", "dose", "dose_unit", "level",
        "outcome", "condition", "value", "note",
    ]  # fmt: skip
    table["dose"] = table["dose"].map("{:g}".format)
    path = Path(__file__).parent.parent / "data" / "simulated_scans.csv"
    table[order].to_csv(path, index=False)


if __name__ == "__main__":
    main()
