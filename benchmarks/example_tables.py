"""Simulated tables in the forms in which people have them: a sheet of scans, and means from papers.

``python -m benchmarks.example_tables`` writes ``data/simulated_sheet.csv`` and ``data/simulated_means.csv``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from benchmarks.scans import simulate

__all__ = ["MEANS", "means", "sheet"]

_SHEET_DOSES = (2.5, 5.0, 10.0, 20.0, 40.0)
_PEOPLE_PER_DOSE = 3
_WITHOUT_BASELINE = "07"


def sheet(rng: np.random.Generator) -> pd.DataFrame:
    """Return scans as a PET centre lists them: one line a person, baseline and drug scans side by side."""
    doses = np.repeat(_SHEET_DOSES, _PEOPLE_PER_DOSE)
    names = [f"{i + 1:02d}" for i in range(len(doses))]
    scans = pd.DataFrame(
        [
            {"subject": subject, "region": region, "dose": given, "condition": condition}
            for subject, dose in zip(names, doses, strict=True)
            for region in ("putamen", "midbrain")
            for condition, given in (("base", 0.0), ("drug", dose))
        ]
    )
    values = simulate(rng, scans)
    columns = values["region"].str.capitalize() + "_" + values["condition"]
    wide = values.assign(column=columns).pivot(index="subject", columns="column", values="value")
    wide = wide[list(dict.fromkeys(columns))]
    wide.loc[_WITHOUT_BASELINE, ["Putamen_base", "Midbrain_base"]] = np.nan
    drugs = pd.DataFrame({"Drug": "simulated drug", "Dose (mg)": doses}, index=wide.index)
    return pd.concat([drugs, wide], axis=1).rename_axis("Subject").reset_index()


@dataclass(frozen=True)
class Means:
    """Parameters that means are simulated from: EC50 (mg/day), Emax, and SDs.

    Parameters
    ----------
    ec50, emax : float
        EC50 in mg/day, and Emax.
    omega, between_studies : float
        SDs of log EC50 between people and between studies.
    sigma : float
        SD of the noise of one person's occupancy.
    """

    ec50: float = 3.0
    emax: float = 0.92
    omega: float = 0.35
    between_studies: float = 0.2
    sigma: float = 0.05


MEANS = Means()


def _mean_and_sd(people: NDArray[np.float64]) -> dict[str, float]:
    return {"mean": people.mean(), "sd": people.std(ddof=1)}


def _mean_and_se(people: NDArray[np.float64]) -> dict[str, float]:
    return {"mean": people.mean(), "se": stats.sem(people)}


def _mean_and_interval(people: NDArray[np.float64]) -> dict[str, float]:
    half = stats.sem(people) * stats.t.ppf(0.975, len(people) - 1)
    return {"mean": people.mean(), "ci_low": people.mean() - half, "ci_high": people.mean() + half}


def _median_and_quartiles(people: NDArray[np.float64]) -> dict[str, float]:
    q1, median, q3 = np.quantile(people, [0.25, 0.5, 0.75])
    return {"median": median, "q1": q1, "q3": q3}


def _mean_alone(people: NDArray[np.float64]) -> dict[str, float]:
    return {"mean": people.mean()}


_PAPERS: dict[str, tuple[int, tuple[float, ...], Callable[[NDArray[np.float64]], dict[str, float]]]] = {
    "Simulated 2011": (8, (1.0, 4.0, 12.0), _mean_and_sd),
    "Simulated 2014": (10, (2.0, 6.0), _mean_and_se),
    "Simulated 2016": (7, (3.0, 9.0, 18.0), _mean_and_interval),
    "Simulated 2019": (12, (2.0, 8.0), _median_and_quartiles),
    "Simulated 2022": (6, (6.0,), _mean_alone),
}
"""By study: the number of people at each dose, the doses in mg/day, and what it reports."""


def means(rng: np.random.Generator, truth: Means = MEANS) -> pd.DataFrame:
    """Return occupancies in percent as five papers report them, each in its own form."""
    rows = []
    for study, (n, doses, report) in _PAPERS.items():
        deviation = rng.normal(0.0, truth.between_studies)
        for dose in doses:
            ec50 = truth.ec50 * np.exp(deviation + rng.normal(0.0, truth.omega, n))
            people = 100.0 * (truth.emax * dose / (ec50 + dose) + rng.normal(0.0, truth.sigma, n))
            rows.append({"study": study, "dose": dose, "n": n, **report(people)})
    names = {"dose": "dose (mg/day)", "mean": "mean occupancy (%)", "median": "median occupancy (%)"}
    order = ["study", "drug", "dose", "n", "mean", "sd", "se", "ci_low", "ci_high", "median", "q1", "q3"]
    table = pd.DataFrame(rows).round(1).assign(drug="simulated drug")
    return table[order].rename(columns=names)


def main() -> None:
    """Write both tables."""
    folder = Path(__file__).parent.parent / "data"
    sheet(np.random.default_rng(20112)).to_csv(folder / "simulated_sheet.csv", index=False)
    means(np.random.default_rng(20113)).to_csv(folder / "simulated_means.csv", index=False)


if __name__ == "__main__":
    main()
