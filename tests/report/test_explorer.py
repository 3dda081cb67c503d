"""The data of the explorer; its answers are tested in test_browser.py."""

import base64
import json

import numpy as np
import pandas as pd
import pytest

from petfit.report import explorer as explorer_module
from petfit.report.explorer import explorer
from petfit.report.fit_page import fit_page
from petfit.report.render import render_page
from petfit.results.curve_draws import curve_draws
from petfit.results.populations import PREDICT_FOR
from tests.helpers import PLAIN, fit_from_prior


@pytest.fixture(scope="module")
def data(ssri_fit):
    return explorer(ssri_fit)


def test_draws_are_complete_and_in_single_precision(data, ssri_fit):
    columns = np.frombuffer(base64.b64decode(data["columns"]), "<f4").reshape(-1, data["draws"])
    draws = ssri_fit.posterior["log_ec50"].reshape(-1)
    assert data["draws"] == draws.size
    assert columns[data["parameters"]["ec50"]["centre"]] == pytest.approx(draws, rel=1e-6)


def test_every_offered_level_can_be_requested(data, ssri_fit):
    fit = ssri_fit
    assert data["predict_for"].keys() == set(PREDICT_FOR)
    for factor, levels in data["factors"].items():
        for level in levels:
            curve_draws(fit, "typical", None, at={factor: level})
        assert levels[0] == data["typical"][factor]
    assert data["factors"].keys() == {"region", "tracer", "regimen"}


def test_the_data_are_json(data):
    assert json.loads(json.dumps(data)) == data


def test_a_curve_without_an_explorer_is_reported_on_the_page(prior_fit, monkeypatch):
    monkeypatch.setattr(explorer_module, "_CURVES", ())
    page = fit_page(prior_fit)
    assert page["explorer"] == {"unavailable": "the explorer does not support the curve emax."}
    html = render_page(page)
    assert "Not available for this model: the explorer does not support the curve emax." in html
    assert "<script" not in html


MODEL = """
[ec50]
centre = { dist = "Normal", mu = 0.0, sigma = 1.0 }
[ec50.region]
pooled = { dist = "HalfNormal", sigma = 0.3 }
[ec50.covariates.age]
centre = 30.0
slope = { dist = "Normal", mu = 0.0, sigma = 0.1 }
[emax]
fixed = 1.0
"""


def test_covariates_and_factors_of_many_levels_are_fixed():
    table = pd.DataFrame({"drug": "A", "dose": np.arange(1.0, 21.0), "value": 0.5, "age": 40.0})
    table["region"] = [f"region {i}" for i in range(20)]
    data = explorer(fit_from_prior(MODEL, table, draws=100))
    assert data["factors"] == {}
    assert "age is fixed at 30" in data["fixed"]
    assert "region is fixed at its typical level because it has 21 levels" in data["fixed"]


def test_a_censored_value_reaches_from_its_limit_to_0_or_to_1():
    table = pd.DataFrame(
        {
            "drug": "A",
            "dose": [1.0, 10.0, 80.0],
            "value": [0.1, 0.5, 0.95],
            "censored": ["below", "", "above"],
        }
    )
    (drug,) = explorer(fit_from_prior(PLAIN, table, draws=100))["drugs"].values()
    assert drug["evidence"] == [[1.0, 0.0, 0.1], [10.0, 0.5, 0.5], [80.0, 0.95, 1.0]]
