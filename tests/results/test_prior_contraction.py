import numpy as np
import pandas as pd
import pytest

from petfit.results.prior_contraction import LOW_CONTRACTION, contraction, overlap, prior_contraction
from tests.helpers import fit_from_prior

CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
DRAWS = np.random.default_rng(1).normal(size=8000)
OTHERS = np.random.default_rng(2).normal(size=8000)


def test_equal_distributions_have_contraction_0_and_overlap_1():
    assert contraction(OTHERS, DRAWS) == pytest.approx(0, abs=0.05)
    assert overlap(OTHERS, DRAWS) == pytest.approx(1, abs=0.07)


@pytest.mark.parametrize("width", [0.5, 0.2, 0.05, 0.01])
def test_a_narrower_posterior_contracts_more_and_overlaps_less(width):
    assert contraction(width * OTHERS, DRAWS) > contraction(2 * width * OTHERS, DRAWS) - 1e-3
    assert overlap(width * OTHERS, DRAWS) < overlap(2 * width * OTHERS, DRAWS)


def test_contraction_is_near_1_for_a_narrow_posterior():
    assert contraction(0.01 * OTHERS + 1, DRAWS) > 0.99
    assert overlap(OTHERS + 100, DRAWS) < 0.05


def test_contraction_and_overlap_do_not_depend_on_the_scale():
    for scale in (np.exp, lambda x: x**3, lambda x: 5 * x - 2):
        assert contraction(scale(0.3 * OTHERS), scale(DRAWS)) == pytest.approx(
            contraction(0.3 * OTHERS, DRAWS), abs=1e-12
        )
        assert overlap(scale(0.3 * OTHERS), scale(DRAWS)) == pytest.approx(
            overlap(0.3 * OTHERS, DRAWS), abs=1e-12
        )


def test_infinite_draws_are_allowed():
    some = np.where(DRAWS > 1, np.inf, DRAWS)
    assert np.isfinite(contraction(np.where(OTHERS > 1, np.inf, OTHERS), some))
    assert overlap(np.where(OTHERS > 1, np.inf, OTHERS), some) > 0.9


def test_a_fit_of_prior_draws_has_no_contraction(prior_fit):
    table = prior_contraction(prior_fit)
    assert set(zip(table["parameter"], table["drug"], strict=True)) == {
        (name, drug) for name in ("ec50", "emax", "dose") for drug in "AB"
    }
    assert table["contraction"].to_numpy() == pytest.approx(np.zeros(6), abs=0.1)
    assert (table["overlap"] > 0.85).all()


def test_thirty_people_contract_every_parameter(plain_fit):
    table = prior_contraction(plain_fit).set_index("parameter")
    assert (table["contraction"] > 0.8).all()
    assert (table["overlap"] < LOW_CONTRACTION).all()


def test_fixed_parameters_are_left_out():
    table = pd.DataFrame({"drug": "A", "dose": [5.0, 10.0], "value": [0.4, 0.6]})
    table = prior_contraction(fit_from_prior(f"[ec50]\ncentre = {CENTRE}\n[emax]\nfixed = 0.9\n", table))
    assert table["parameter"].tolist() == ["ec50", "dose"]


def test_a_dose_that_is_never_reached_is_left_out():
    table = pd.DataFrame({"drug": "A", "dose": [5.0, 10.0], "value": [0.4, 0.6]})
    table = prior_contraction(fit_from_prior(f"[ec50]\ncentre = {CENTRE}\n[emax]\nfixed = 0.7\n", table), 0.8)
    assert table["parameter"].tolist() == ["ec50"]
