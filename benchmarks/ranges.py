"""Compare two readings of a reported range: as extremes, and as bounds of each mean.

Run ``python -m benchmarks.ranges --fits 300``. Subjects are simulated with individual EC50s. The lowest and
highest of a cohort, or of the means of a set of cohorts, are fitted as extremes and as an interval that
contains each mean. The coverages and widths are cited in docs/models.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from benchmarks.calibrate import QUICK, quantities
from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drug_table
from petfit.inference import sample
from petfit.model.design import Design
from petfit.model.specification import parse_model

N = 6
DOSES = (0.2, 0.5, 1.2, 3.0, 8.0)
"""Doses of five cohorts, whose means form a complete set; there are three such studies."""

MODEL = """
[reference_doses]
A = 1.0
[ec50]
centre = { dist = "Normal", mu = 0.0, sigma = 1.0 }
people.sd = { dist = "LogNormal", mu = -0.916, sigma = 0.4 }
[emax]
centre = { dist = "Normal", mu = 2.2, sigma = 0.7 }
[noise]
sigma = { dist = "LogNormal", mu = -2.813, sigma = 0.4 }
"""
QUANTITIES = ("ec50 of A", "emax of A")
LEVELS = (0.5, 0.9)


def cohort_design(level: str, studies: int, complete: str = "") -> Design:
    """Return the design of cohorts reported at one level; low and high are placeholders."""
    rows = [
        {"drug": "A", "study": f"{i}", "dose": dose, "level": level, "low": 0.4, "high": 0.5, "n": N}
        for i in range(studies)
        for dose in DOSES
    ]
    table = pd.DataFrame(rows)
    table["range_set"], table["set_complete"] = table["study"] if complete else "", complete
    return Design.build(parse_model(MODEL), read_evidence(table), read_drug_table())


def occupancies(truth: dict[str, NDArray[np.float64]], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the occupancies in one study (cohort, subject)."""
    shape = (len(DOSES), N)
    ec50 = np.exp(truth["log_ec50"] + truth["omega"] * rng.standard_normal(shape))
    dose = np.array(DOSES)[:, None]
    curve = special.expit(truth["logit_emax"]) * dose / (ec50 + dose)
    return np.asarray(curve + truth["sigma"] * rng.standard_normal(shape))


def with_ranges(design: Design, subjects: NDArray[np.float64], *, means: bool) -> Design:
    """Fill in the lowest and highest subject of each cohort, or the lowest and highest mean of each study."""
    low, high = subjects.min(axis=-1), subjects.max(axis=-1)
    if means:
        cohort_means = subjects.mean(axis=-1)
        low = np.repeat(cohort_means.min(axis=-1), len(DOSES))
        high = np.repeat(cohort_means.max(axis=-1), len(DOSES))
    return replace(design, rows=design.rows.assign(low=low.reshape(-1), high=high.reshape(-1)))


def compare(fits: int, rng: np.random.Generator) -> Iterator[dict[str, object]]:
    """Yield the rank of the truth, the width of the 90 % interval and the error of the median, by reading."""
    people = {
        "as extremes": cohort_design("extremes", 1),
        "as bounds of each mean": cohort_design("range", 1),
    }
    means = {
        "as a complete set": cohort_design("range", 3, "yes"),
        "as bounds of each mean": cohort_design("range", 3),
    }
    prior = people["as extremes"]
    for _ in range(fits):
        parameters = {name: values[0] for name, values in prior.draw_prior(rng, 1).items()}
        truth = quantities(prior, parameters)
        for unit, readings, studies in (("people", people, 1), ("means", means, 3)):
            measured = np.stack([occupancies(parameters, rng) for _ in range(studies)])
            for reading, template in readings.items():
                design = with_ranges(template, measured, means=unit == "means")
                settings = replace(QUICK, seed=int(rng.integers(2**31)))
                draws = quantities(design, sample.sample(design, settings).draws)
                for name in QUANTITIES:
                    yield {"extremes of": unit, "read": reading, **_record(name, draws[name], truth[name])}


def _record(name: str, draws: NDArray[np.float64], truth: NDArray[np.float64]) -> dict[str, object]:
    scale = np.log if name.startswith("ec50") else np.asarray
    low, median, high = np.quantile(scale(draws), [0.05, 0.5, 0.95])
    return {
        "quantity": name.split()[0],
        "rank": float(np.mean(draws < truth)),
        "width_90": high - low,
        "error": median - scale(truth),
    }


def summary(records: pd.DataFrame) -> pd.DataFrame:
    """Return coverage, median width of the 90 % interval and root mean square error of the median."""
    for level in LEVELS:
        records[f"coverage_{level:g}"] = (records["rank"] - 0.5).abs() <= level / 2
    groups = records.groupby(["extremes of", "quantity", "read"], sort=False)
    columns = [f"coverage_{level:g}" for level in LEVELS]
    table = groups[columns].mean()
    table["width_90"] = groups["width_90"].median()
    table["rmse"] = groups["error"].agg(lambda error: float(np.sqrt((error**2).mean())))
    return table.assign(fits=groups.size())


def main() -> None:
    """Compare the readings and print the summary."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--fits", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    records = pd.DataFrame(compare(options.fits, np.random.default_rng(options.seed)))
    print(summary(records).round(3).to_string())


if __name__ == "__main__":
    main()
