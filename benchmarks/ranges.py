"""What it costs to read extremes as bounds of a mean: coverage and width of EC50 and Emax.

Run it with ``python -m benchmarks.ranges --fits 300``. People are simulated one by one, each with an EC50 of
their own; their lowest and highest (or those of the means of a set of groups) are fitted once as what they
are and once as an interval that holds each mean. The figures in docs/models.md come from here.
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
from petfit.evidence.drug_table import read_drugs
from petfit.inference import sample
from petfit.model.design import Design
from petfit.model.specification import parse_model

N = 6
DOSES = (0.2, 0.5, 1.2, 3.0, 8.0)
"""Of five cohorts; the five means of the same cohorts are one set, in each of three studies."""

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


def laid(level: str, studies: int, complete: str = "") -> Design:
    """Return the cohorts of some studies, all told by one level; low and high are placeholders."""
    rows = [
        {"drug": "A", "study": f"{i}", "dose": dose, "level": level, "low": 0.4, "high": 0.5, "n": N}
        for i in range(studies)
        for dose in DOSES
    ]
    table = pd.DataFrame(rows)
    table["range_set"], table["set_complete"] = table["study"] if complete else "", complete
    return Design.build(parse_model(MODEL), read_evidence(table), read_drugs())


def occupancies(truth: dict[str, NDArray[np.float64]], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the occupancy of every person of one study: cohorts, then people."""
    shape = (len(DOSES), N)
    ec50 = np.exp(truth["log_ec50"] + truth["omega"] * rng.standard_normal(shape))
    dose = np.array(DOSES)[:, None]
    curve = special.expit(truth["logit_emax"]) * dose / (ec50 + dose)
    return np.asarray(curve + truth["sigma"] * rng.standard_normal(shape))


def told(design: Design, people: NDArray[np.float64], *, means: bool) -> Design:
    """Return the layout with the lowest and highest person of each cohort, or mean of each study."""
    low, high = people.min(axis=-1), people.max(axis=-1)
    if means:
        of_cohorts = people.mean(axis=-1)
        low = np.repeat(of_cohorts.min(axis=-1), len(DOSES))
        high = np.repeat(of_cohorts.max(axis=-1), len(DOSES))
    return replace(design, rows=design.rows.assign(low=low.reshape(-1), high=high.reshape(-1)))


def compared(fits: int, rng: np.random.Generator) -> Iterator[dict[str, object]]:
    """Yield where the truth ranks among the draws, and the width of the 90 % interval, by way of reading."""
    people = {"as extremes": laid("extremes", 1), "as bounds of each mean": laid("range", 1)}
    means = {"as a complete set": laid("range", 3, "yes"), "as bounds of each mean": laid("range", 3)}
    prior = people["as extremes"]
    for _ in range(fits):
        truth = {name: values[0] for name, values in prior.draw_prior(rng, 1).items()}
        right = quantities(prior, truth)
        for what, readings, studies in (("people", people, 1), ("means", means, 3)):
            measured = np.stack([occupancies(truth, rng) for _ in range(studies)])
            for reading, design in readings.items():
                design = told(design, measured, means=what == "means")
                settings = replace(QUICK, seed=int(rng.integers(2**31)))
                drawn = quantities(design, sample.sample(design, settings).draws)
                for name in QUANTITIES:
                    draws, true = drawn[name], right[name]
                    scale = np.log if name.startswith("ec50") else np.asarray
                    low, middle, high = np.quantile(scale(draws), [0.05, 0.5, 0.95])
                    yield {
                        "extremes of": what,
                        "read": reading,
                        "quantity": name.split()[0],
                        "rank": float(np.mean(draws < true)),
                        "width_90": high - low,
                        "error": middle - scale(true),
                    }


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """Return coverage, median width of the 90 % interval and root mean square error of the median."""
    for level in LEVELS:
        found[f"coverage_{level:g}"] = (found["rank"] - 0.5).abs() <= level / 2
    groups = found.groupby(["extremes of", "quantity", "read"], sort=False)
    columns = [f"coverage_{level:g}" for level in LEVELS]
    table = groups[columns].mean()
    table["width_90"] = groups["width_90"].median()
    table["rmse"] = groups["error"].agg(lambda error: float(np.sqrt((error**2).mean())))
    return table.assign(fits=groups.size())


def main() -> None:
    """Compare, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--fits", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found = pd.DataFrame(compared(asked.fits, np.random.default_rng(asked.seed)))
    print(summary(found).round(3).to_string())


if __name__ == "__main__":
    main()
