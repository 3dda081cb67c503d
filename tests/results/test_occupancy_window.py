import numpy as np
import pytest

from petfit.errors import PetfitError
from petfit.results.occupancy_window import occupancy_window

PEOPLE = ("typical", "new_subject")


def test_probability_is_the_share_of_draws_whose_occupancy_lies_inside(ssri_fit):
    doses = [0.0, 5.0, 20.0, 300.0]
    answer = occupancy_window(ssri_fit, 0.65, 0.8, doses)
    for person in PEOPLE:
        occupancy = ssri_fit.occupancy_draws(doses, person)
        wanted = ((occupancy >= 0.65) & (occupancy <= 0.8)).mean(("chain", "draw"))
        found = answer["probability_inside"].sel(predict_for=person)
        assert found.to_numpy() == pytest.approx(wanted.to_numpy(), abs=1e-3)


def test_both_ends_are_the_doses_for_their_occupancies(prior_fit):
    answer = prior_fit.window(0.4, 0.97, prob=0.8)
    for person in PEOPLE:
        doses = prior_fit.dose_for_occupancy([0.4, 0.97], person, prob=0.8)
        for name, end in (("lower_dose", 0.4), ("upper_dose", 0.97)):
            for suffix, column in (("", "median"), ("_low", "low"), ("_high", "high")):
                found = answer[f"{name}{suffix}"].sel(predict_for=person).to_numpy()
                assert found.tolist() == doses[column].sel(occupancy=end).to_numpy().tolist()


def test_no_dose_is_better_than_the_best(prior_fit):
    grid = np.geomspace(1e-3, 1e5, 400)
    answer = prior_fit.window(0.5, 0.7, grid)
    assert (answer["probability_inside"].max("dose") <= answer["best_dose_probability"] + 1e-12).all()
    for drug in prior_fit.design.drugs:
        for person in PEOPLE:
            best = answer.sel(drug=drug, predict_for=person)
            at_best = prior_fit.window(0.5, 0.7, best["best_dose"].item())["probability_inside"]
            wanted = best["best_dose_probability"].item()
            assert at_best.sel(drug=drug, predict_for=person).item() == wanted


def test_the_best_strength_is_a_marketed_one(ssri_fit):
    answer = ssri_fit.window(0.65, 0.8)
    for drug in ssri_fit.design.drugs:
        usual = answer["dose"][answer["usual"].sel(drug=drug).to_numpy()]
        for person in PEOPLE:
            asked = answer.sel(drug=drug, predict_for=person)
            inside = asked["probability_inside"].sel(dose=usual)
            assert asked["best_strength"].item() == inside.idxmax("dose").item()
            assert asked["best_strength_probability"].item() == inside.max().item()


def test_people_inside_are_those_above_the_lower_but_not_the_upper_end(ssri_fit):
    """The mean share over draws is the probability for a new person."""
    answer = ssri_fit.window(0.5, 0.9, [10.0])
    share = answer["share"].to_numpy()
    new = answer["probability_inside"].sel(predict_for="new_subject").to_numpy()
    assert (answer["share_low"].to_numpy() <= share).all()
    assert (share <= answer["share_high"].to_numpy()).all()
    assert share == pytest.approx(new, abs=0.12)


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        (0.8, 0.65, "lower occupancy first"),
        (0.8, 0.8, "empty"),
        (65, 80, "Did you mean 0.65"),
        (0.5, 1.0, "upper end"),
    ],
)
def test_an_impossible_window_is_refused(prior_fit, low, high, message):
    with pytest.raises(PetfitError, match=message):
        prior_fit.window(low, high)


def test_an_occupancy_that_is_never_reached_has_no_best_dose(prior_fit):
    answer = prior_fit.window(1 - 1e-9, 1 - 1e-10)
    assert np.isnan(answer["best_dose"]).all()
    assert (answer["best_dose_probability"] == 0).all()
