"""Recompute the numbers of the validation page that need no fit."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import validation
from petfit.evidence.bibliography import citation
from petfit.model.curves.emax import EMAX

PAGE = (Path(__file__).parents[2] / "docs" / "validation.md").read_text(encoding="utf-8")
ESTIMATES = validation.published()


def test_least_squares_reproduces_the_published_ed50():
    rows = validation.takano_rows()
    assert rows["dose"].tolist() == [5, 20, 40, 60]
    fixed, emax, free = validation.least_squares(rows["dose"].to_numpy(), rows["value"].to_numpy())
    published = float(ESTIMATES.query("parameter == 'ED50'")["value"].iloc[0])
    assert round(fixed, 1) == published
    assert (fixed, emax, free) == pytest.approx((7.90, 0.901, 5.28), abs=0.005)
    assert f"| {fixed:.2f} |" in PAGE
    assert f"| {free:.2f} |" in PAGE


def test_least_squares_recovers_the_curve_of_exact_data():
    dose = np.array([1.0, 5.0, 20.0, 100.0])
    estimates = validation.least_squares(dose, EMAX.occupancy(dose, ec50=6.0, emax=0.8))
    assert estimates[1:] == pytest.approx((0.8, 6.0), rel=1e-6)


def test_the_dose_for_half_of_vmax_is_k():
    curves = validation.sorensen_curves()
    half = EMAX.exposure(curves["Vmax"] / 200, ec50=curves["K"], emax=curves["Vmax"] / 100)
    assert half == pytest.approx(curves["K"].to_numpy())
    assert np.array_equal(np.isinf(curves["0.8"]), curves["Vmax"] <= 80)
    citalopram = curves.set_index("drug").loc["citalopram"]
    assert citalopram["0.5"] == pytest.approx(3.43, abs=0.005)


def test_the_page_shows_the_doses_of_every_curve_of_the_review():
    for row in validation.sorensen_curves().to_dict("records"):
        cells = f"| {row['drug']} | {row['region']} | {row['Vmax']} | {row['K']} | {row['0.5']:.3g} |"
        assert cells in PAGE
        assert ("not reached" if np.isinf(row["0.8"]) else f"{row['0.8']:.3g}") in PAGE.split(cells)[1].split(
            "\n"
        )[0]


def test_every_estimate_has_a_citation_and_if_not_reproduced_a_reason():
    assert ((ESTIMATES["exclusion_reason"] != "") == (ESTIMATES["reproduced"] == "no")).all()
    for source in ESTIMATES["source"].unique():
        assert citation(source) != source
        assert citation(source) in PAGE
    assert validation.not_reproduced() in PAGE
    assert validation.head() in PAGE


def test_every_parameter_agrees_with_the_posterior_of_stan():
    reference = pd.read_csv(validation.REFERENCE / "reference_posterior.csv")
    section = PAGE.split("## Posterior computed by Stan")[1].split("\n## ")[0]
    for name in reference["parameter"]:
        differences = re.findall(rf"^\| {re.escape(name)} \|.*\| ([+-][\d.]+) \|", section, re.M)
        assert len(differences) == 1
        assert abs(float(differences[0])) < 4


def test_the_published_means_are_inside_their_prediction_intervals():
    section = PAGE.split("## Prediction of a study from the others")[1].split("\n## ")[0]
    rows = re.findall(r"subjects \| (\d+) % \| [\d.]+ % \| [+-][\d.]+ \| ([\d.]+) to ([\d.]+) % ", section)
    assert len(rows) == 2
    for value, low, high in rows:
        assert float(low) < float(value) < float(high)
