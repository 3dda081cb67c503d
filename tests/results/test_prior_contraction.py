import numpy as np
import pandas as pd
import pytest

from petfit.results.prior_contraction import LOW_CONTRACTION, contraction, overlap, prior_contraction
from tests.helpers import fit_from_prior

CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
DRAWS = np.random.default_rng(1).normal(size=8000)
OTHERS = np.random.default_rng(2).normal(size=8000)


def test_nothing_learned_is_a_contraction_of_0_and_an_overlap_of_1():
    assert contraction(OTHERS, DRAWS) == pytest.approx(0, abs=0.05)
    assert overlap(OTHERS, DRAWS) == pytest.approx(1, abs=0.07)


@pytest.mark.parametrize("width", [0.5, 0.2, 0.05, 0.01])
def test_a_narrower_posterior_has_contracted_more_and_overlaps_less(width):
    assert contraction(width * OTHERS, DRAWS) > contraction(2 * width * OTHERS, DRAWS) - 1e-3
    assert overlap(width * OTHERS, DRAWS) < overlap(2 * width * OTHERS, DRAWS)


def test_a_sure_posterior_has_contracted_wholly_even_far_out():
    assert contraction(0.01 * OTHERS + 1, DRAWS) > 0.99
    assert overlap(OTHERS + 100, DRAWS) < 0.05


def test_it_is_the_same_on_every_scale():
    for scale in (np.exp, lambda x: x**3, lambda x: 5 * x - 2):
        assert contraction(scale(0.3 * OTHERS), scale(DRAWS)) == pytest.approx(
            contraction(0.3 * OTHERS, DRAWS), abs=1e-12
        )
        assert overlap(scale(0.3 * OTHERS), scale(DRAWS)) == pytest.approx(
            overlap(0.3 * OTHERS, DRAWS), abs=1e-12
        )


def test_infinite_draws_count():
    some = np.where(DRAWS > 1, np.inf, DRAWS)
    assert np.isfinite(contraction(np.where(OTHERS > 1, np.inf, OTHERS), some))
    assert overlap(np.where(OTHERS > 1, np.inf, OTHERS), some) > 0.9


def test_draws_of_the_prior_learned_nothing(prior_fit):
    found = prior_contraction(prior_fit)
    assert set(zip(found["parameter"], found["drug"], strict=True)) == {
        (name, drug) for name in ("ec50", "emax", "dose") for drug in "AB"
    }
    assert found["contraction"].to_numpy() == pytest.approx(np.zeros(6), abs=0.1)
    assert (found["overlap"] > 0.85).all()


def test_thirty_people_teach_much(plain_fit):
    found = prior_contraction(plain_fit).set_index("parameter")
    assert (found["contraction"] > 0.8).all()
    assert (found["overlap"] < LOW_CONTRACTION).all()


def test_a_fixed_parameter_has_nothing_to_learn():
    table = pd.DataFrame({"drug": "A", "dose": [5.0, 10.0], "value": [0.4, 0.6]})
    found = prior_contraction(fit_from_prior(f"[ec50]\ncentre = {CENTRE}\n[emax]\nfixed = 0.9\n", table))
    assert found["parameter"].tolist() == ["ec50", "dose"]


def test_a_dose_that_is_never_reached_says_nothing_and_fails_nothing():
    table = pd.DataFrame({"drug": "A", "dose": [5.0, 10.0], "value": [0.4, 0.6]})
    found = prior_contraction(fit_from_prior(f"[ec50]\ncentre = {CENTRE}\n[emax]\nfixed = 0.7\n", table), 0.8)
    assert found["parameter"].tolist() == ["ec50"]
