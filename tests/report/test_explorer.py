"""What the page gets to answer questions by itself; what it answers is in test_report_browser.py."""

import base64
import json

import numpy as np
import pandas as pd
import pytest

from petfit import report
from petfit.report import explorer as room
from petfit.report.explorer import explorer
from petfit.report.render import rendered
from petfit.results import answers
from tests.helpers import fit_from_prior


@pytest.fixture(scope="module")
def given(ssri_fit):
    return explorer(ssri_fit)


def test_every_draw_is_there_to_seven_digits(given, ssri_fit):
    columns = np.frombuffer(base64.b64decode(given["columns"]), "<f4").reshape(-1, given["draws"])
    draws = ssri_fit.posterior["log_ec50"].reshape(-1)
    assert given["draws"] == draws.size
    assert columns[given["parameters"]["ec50"]["centre"]] == pytest.approx(draws, rel=1e-6)


def test_the_levels_are_those_the_commands_know(given, ssri_fit):
    fit = ssri_fit
    assert given["whose"].keys() == set(answers.PREDICT_FOR)
    for factor, levels in given["factors"].items():
        for level in levels:
            answers.curves(fit, "typical", None, **{factor: level})
        assert levels[0] == given["usual"][factor]
    assert given["factors"].keys() == {"region", "tracer", "regimen"}


def test_what_is_given_is_json(given):
    assert json.loads(json.dumps(given)) == given


def test_a_curve_the_page_does_not_know_is_not_offered_and_the_page_says_so(prior_fit, monkeypatch):
    monkeypatch.setattr(room, "_CURVES", ())
    page = report.page(prior_fit)
    assert page["explorer"] == {"exclusion_reason": "it does not know the curve emax."}
    html = rendered(page)
    assert "Not offered for this model: it does not know the curve emax." in html
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


def test_a_factor_of_many_levels_and_a_covariate_stay_and_the_page_says_where():
    table = pd.DataFrame({"drug": "A", "dose": np.arange(1.0, 21.0), "value": 0.5, "age": 40.0})
    table["region"] = [f"region {i}" for i in range(20)]
    given = explorer(fit_from_prior(MODEL, table, draws=100))
    assert given["factors"] == {}
    assert "age stays at 30" in given["fixed"]
    assert "region stays at its typical level, as it has 21 levels" in given["fixed"]
