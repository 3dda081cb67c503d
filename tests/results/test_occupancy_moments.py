import numpy as np
import pytest

from petfit.errors import PetfitError
from petfit.results.occupancy_moments import occupancy_moments
from tests.helpers import fit_from_prior
from tests.plasma_model import MODEL, TABLE

DOSES = {"A": [5.0, 20.0], "B": [10.0, 20.0, 40.0]}


@pytest.fixture(scope="module")
def fit():
    return fit_from_prior(MODEL, TABLE, draws=100)


@pytest.fixture(scope="module")
def moments(fit):
    return occupancy_moments(fit, DOSES, 0.6).set_index(["drug", "predict_for", "when", "dose"]).sort_index()


@pytest.mark.parametrize("person", ["typical", "new_subject"])
@pytest.mark.parametrize("when", ["trough", "mean", "peak"])
def test_each_is_the_occupancy_at_that_moment(fit, moments, person, when):
    for drug, doses in DOSES.items():
        answer = fit.occupancy(doses, person, at={"when": when}).sel(drug=drug)
        attained = fit.target_attainment(doses, 0.6, person, at={"when": when}).sel(drug=drug)
        rows = moments.loc[drug, person, when]
        for name in ("median", "low", "high"):
            assert rows[name].tolist() == answer[name].to_numpy().tolist()
        assert rows["probability"].tolist() == pytest.approx(
            attained["probability"].to_numpy().ravel().tolist()
        )


def test_occupancy_is_lowest_at_trough_and_highest_at_peak(moments):
    medians = moments["median"].unstack("when")
    assert (medians["trough"] <= medians["mean"]).all()
    assert (medians["mean"] <= medians["peak"]).all()


def test_the_inner_interval_lies_inside_the_outer_one(moments):
    ends = moments[["low", "inner_low", "median", "inner_high", "high"]].to_numpy()
    assert (np.diff(ends, axis=1) >= 0).all()


def test_a_model_without_kinetics_has_no_moments(prior_fit):
    with pytest.raises(PetfitError, match="the model has no kinetics"):
        occupancy_moments(prior_fit, {"A": [10.0]})
