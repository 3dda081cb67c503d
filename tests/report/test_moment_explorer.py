"""The data of the explorer of a model with kinetics; what it shows is tested in test_browser.py."""

import json

import pytest

from petfit.report.moment_explorer import explored_doses, moment_explorer
from petfit.results.occupancy_moments import occupancy_moments
from tests.helpers import fit_from_prior
from tests.plasma_model import MODEL, TABLE


@pytest.fixture(scope="module")
def fit():
    return fit_from_prior(MODEL, TABLE, draws=100)


@pytest.fixture(scope="module")
def data(fit):
    doses = {drug: explored_doses(fit, drug) for drug in fit.design.drugs}
    return moment_explorer(fit, occupancy_moments(fit, doses), 0.8)


def test_the_data_are_json(data):
    assert json.loads(json.dumps(data)) == data


def test_doses_include_the_usual_ones_and_reach_beyond_them(fit, data):
    assert {10.0, 20.0, 40.0} < set(explored_doses(fit, "A"))
    for drug in data["drugs"].values():
        low, high = drug["tested"]
        assert drug["doses"] == sorted(set(drug["doses"]))
        assert drug["doses"][0] < low <= drug["doses"][drug["usual"]] <= high < drug["doses"][-1]


def test_every_dose_has_a_summary_at_each_moment_for_each_population(fit, data):
    assert data["predict_for"].keys() == {"typical", "new_subject"}
    for name, drug in data["drugs"].items():
        for person, moments in drug["occupancy"].items():
            for when, summaries in moments.items():
                answer = fit.occupancy(drug["doses"], person, at={"when": when}).sel(drug=name)
                assert [row["median"] for row in summaries] == answer["median"].to_numpy().tolist()


def test_the_conditions_name_no_moment(data):
    assert data["at"] == "at steady state, every 24 h"
