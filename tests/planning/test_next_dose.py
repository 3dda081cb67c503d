"""The next dose: never above the limit, and where results tell most."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import petfit
from petfit import PetfitError
from petfit.planning import preposterior
from petfit.planning.next_dose import _dosed, _planned, candidate_doses, next_doses


@given(st.floats(1e-3, 1e3), st.floats(1e-3, 1e3), st.integers(2, 20))
def test_no_candidate_is_above_the_limit(lowest, limit, count):
    doses = candidate_doses(lowest, limit, count)
    assert doses
    assert max(doses) == limit
    assert min(doses) > 0
    assert len(doses) <= count


@pytest.mark.parametrize("limit", [7.0, 33.3])
def test_no_dose_above_the_limit_is_ranked_or_chosen(plain_fit, limit):
    chosen = next_doses(plain_fit, limit, people=2, results=10, draws=400)
    assert len(chosen.doses) == 2
    assert max(chosen.doses) <= limit
    assert chosen.ranking["dose"].max() <= limit


def test_candidates_above_the_limit_are_refused(plain_fit):
    with pytest.raises(PetfitError, match=r"candidate 20: .* not above the limit, 10"):
        next_doses(plain_fit, 10.0, candidates=[5, 20])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"max_dose": 0.0}, "max_dose must be above 0"),
        ({"drug": "Z"}, "no drug 'Z'"),
        ({"people": 0}, "people must be 1 or more"),
        ({"by": "width"}, "by must be"),
        ({"candidates": []}, "there is none"),
    ],
)
def test_what_means_nothing_is_refused(plain_fit, change, words):
    with pytest.raises(PetfitError, match=words):
        next_doses(plain_fit, **{"max_dose": 10.0, **change})


@pytest.fixture(scope="module")
def low_doses():
    """People at low doses only: what the dose for 80 % is, depends on Emax."""
    table = petfit.simulate(
        pd.DataFrame({"n": [3, 3], "drug": "X", "doses": [3, 6]}),
        "emax",
        truth={"ec50": 10.0, "emax": 0.9, "omega": 0.2, "sigma": 0.04},
        seed=4,
    )
    return petfit.fit(table, "emax", draws=1000, tune=800, chains=2, target_accept=0.95, seed=1)


def test_a_high_dose_tells_most_about_the_dose_for_a_high_occupancy(low_doses):
    ranking = next_doses(low_doses, 100.0, candidates=[3, 30, 100], results=100, draws=1500).ranking
    assert ranking["dose"].tolist() == [100.0, 30.0, 3.0]
    assert ranking["below_best"][1] > 3 * ranking["below_best_mcse"][1]
    assert (ranking["mcse"] > 0).all()
    assert ranking["p_no_upper_end"].is_monotonic_increasing


def test_the_same_seed_gives_the_same_ranking_and_the_weights_are_of_the_same_people(low_doses):
    first, again = (
        next_doses(low_doses, 50.0, candidates=[5, 50], results=30, draws=800).ranking for _ in range(2)
    )
    pd.testing.assert_frame_equal(first, again)


def test_several_drugs_must_be_told_apart(prior_fit):
    with pytest.raises(PetfitError, match="Say which one"):
        next_doses(prior_fit, 10.0)


@pytest.fixture(scope="module")
def scans():
    """People with two regions and a baseline: a scan of a new person has few draws near it."""
    arms = pd.DataFrame({"n": [4, 4], "drug": "X", "doses": ["0;10", "0;40"], "level": "scan"})
    design = arms.assign(regions="midbrain;putamen")
    table = petfit.simulate(design, "scan", truth={"ec50": 12.0, "emax": 0.9}, seed=3)
    return petfit.fit(table, "scan", draws=500, tune=500, chains=2, target_accept=0.9, seed=1)


def test_people_who_are_scanned_have_a_baseline_at_every_candidate(scans):
    chosen = next_doses(scans, 80.0, candidates=[5, 80], people=2, results=30, draws=1000)
    assert [arm.doses for arm in chosen.study.arms] == [[0.0, dose] for dose in chosen.doses]
    rows = _dosed(_planned(scans, chosen.person, [5.0, 80.0], 2), [5.0, 80.0]).rows
    by_person = rows.groupby("subject")["dose"].agg(lambda doses: sorted(set(doses)))
    assert by_person.tolist() == [[0.0, 5.0], [0.0, 80.0]]
    assert chosen.doses[0] == 80.0
    assert (chosen.ranking["effective_draws"] > 100).all()


def test_more_new_people_for_each_draw_change_no_answer_but_leave_more_draws(low_doses, monkeypatch):
    one = next_doses(low_doses, 100.0, candidates=[6, 100], results=200, draws=1500).ranking
    monkeypatch.setattr(preposterior, "_FEWEST_EFFECTIVE", np.inf)
    many = next_doses(low_doses, 100.0, candidates=[6, 100], results=200, draws=1500).ranking
    assert many["dose"].tolist() == one["dose"].tolist()
    error = np.hypot(one["mcse"], many["mcse"])
    assert (abs(one["information"] - many["information"]) < 4 * error).all()
    assert (many["effective_draws"] > one["effective_draws"]).all()
