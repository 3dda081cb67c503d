import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import petfit
from petfit.errors import PetfitError
from petfit.results import contrasts as contrasts_module
from petfit.results.contrasts import contrasts, pair_frame, ratio
from petfit.results.curve_draws import curve_draws
from tests.helpers import fit_from_prior

DOSE = st.one_of(st.floats(1e-6, 1e9), st.just(np.inf))


EC50 = None
"""Contrasts of EC50 name no occupancy."""


def compared_draws(fit, occupancy, predict_for="typical", at=None):
    if occupancy is EC50:
        return fit.ec50_draws(predict_for, at=at)
    return fit.dose_for_occupancy_draws(occupancy, predict_for, at=at).isel(occupancy=0)


@given(DOSE, DOSE)
def test_swapped_ratio_is_the_inverse_and_two_infinite_doses_have_no_ratio(a, b):
    with np.errstate(divide="ignore"):
        one, other = ratio(np.array([a]), np.array([b])), 1.0 / ratio(np.array([b]), np.array([a]))
    assert one == pytest.approx(other, rel=1e-12, nan_ok=True)
    assert np.isnan(one[0]) == (np.isinf(a) and np.isinf(b))


@given(st.lists(st.floats(1e-6, 1e9), min_size=3, max_size=3))
def test_ratios_of_finite_doses_are_transitive(doses):
    a, b, c = (np.array([one]) for one in doses)
    assert ratio(a, b) * ratio(b, c) == pytest.approx(ratio(a, c), rel=1e-12)


@pytest.mark.parametrize("occupancy", [EC50, 0.5, 0.9])
def test_ratio_of_a_drug_to_itself_is_1(prior_fit, occupancy):
    found = prior_fit.contrasts(occupancy)
    for drug in "AB":
        itself = found.sel(drug=drug, other=drug)
        assert itself["p_less"] == itself["p_more"] == itself["p_less_own"] == 0
        if itself["p_neither"] == 0:
            assert itself["low"] == itself["median"] == itself["high"] == itself["median_own"] == 1


@pytest.mark.parametrize("occupancy", [EC50, 0.5, 0.9])
def test_probabilities_add_up_to_1_and_swap_with_the_drugs(prior_fit, occupancy):
    found = prior_fit.contrasts(occupancy)
    off = found.sel(drug="A", other="B")
    swapped = found.sel(drug="B", other="A")
    for end in ("", "_own"):
        total = off[f"p_less{end}"] + off[f"p_more{end}"] + off["p_neither"]
        assert float(total) == pytest.approx(1.0)
        assert off[f"p_less{end}"] == swapped[f"p_more{end}"]
    assert off["p_only_drug"] == swapped["p_only_other"]


@pytest.mark.parametrize("occupancy", [EC50, 0.5])
def test_interval_of_the_swapped_ratio_is_the_inverse(ssri_fit, occupancy):
    found = ssri_fit.contrasts(occupancy, prob=0.9)
    for low, high in (("low", "high"), ("median", "median"), ("low_own", "high_own")):
        inverse = 1.0 / found[high].to_numpy().T
        assert found[low].to_numpy() == pytest.approx(inverse, rel=0.02)  # of neighbouring draws


@pytest.mark.parametrize("predict_for", ["typical", "new_subject", "new_study"])
def test_ratios_are_computed_draw_by_draw(ssri_fit, predict_for):
    draws = compared_draws(ssri_fit, EC50, predict_for)
    one, other = draws.sel(drug="sertraline").to_numpy(), draws.sel(drug="duloxetine").to_numpy()
    found = ssri_fit.contrasts(EC50, predict_for).sel(drug="sertraline", other="duloxetine")
    for name, q in (("low_own", 0.025), ("median_own", 0.5), ("high_own", 0.975)):
        assert float(found[name]) == pytest.approx(np.quantile(one / other, q, method="inverted_cdf"))
    assert float(found["median"]) == pytest.approx(float(found["median_own"]) * 60 / 50)
    assert float(found["p_less_own"]) == np.mean(one < other)
    assert float(found["p_less"]) == np.mean(one / 50 < other / 60)
    assert found.attrs["predict_for"] == predict_for


def test_finite_quantities_are_never_counted_as_not_reached(ssri_fit):
    found = ssri_fit.contrasts(EC50)
    assert not any(found[name].any() for name in ("p_neither", "p_only_drug", "p_only_other"))
    assert np.isfinite(found["r_hat"].sel(drug="sertraline", other="duloxetine"))


def test_draws_without_a_ratio_widen_the_interval_on_both_sides(prior_fit):
    draws = compared_draws(prior_fit, 0.9)
    a, b = (draws.sel(drug=drug).to_numpy() for drug in "AB")
    neither = np.isinf(a) & np.isinf(b)
    with np.errstate(invalid="ignore"):
        defined = (a / b)[~neither]
    found = prior_fit.contrasts(0.9).sel(drug="A", other="B")
    assert 0.05 < neither.mean() == found["p_neither"]
    assert found["low"] <= np.quantile(defined, 0.025, method="inverted_cdf")
    assert found["high"] >= np.quantile(defined, 0.975, method="inverted_cdf")
    assert (float(found["low"]), float(found["high"])) == (0.0, np.inf)


def test_a_median_that_half_of_the_draws_do_not_know_is_none():
    draws = np.array([[1.0, np.nan, np.nan, 2.0]])
    low, median, high = contrasts_module._quantiles(draws, 0.5)
    assert (low, high) == (0.0, np.inf)
    assert np.isnan(median)
    one_of_four = np.array([[1.0, 2.0, 3.0, np.nan]])
    assert contrasts_module._quantiles(one_of_four, 0.5)[1] in (1.0, 2.0)


def test_drugs_with_different_units_are_compared_in_reference_doses_only():
    table = pd.DataFrame(
        {"drug": ["A", "B"], "dose": [5, 10], "value": [0.4, 0.6], "dose_unit": ["mg/kg/day", "mg/day"]}
    )
    fit = fit_from_prior(petfit.read_model("emax"), table, draws=100)
    found = fit.contrasts()
    assert np.isnan(found["median_own"].sel(drug="A", other="B"))
    assert np.isfinite(found["median"].sel(drug="A", other="B"))


def test_contrasts_do_not_depend_on_the_order_of_drugs(ssri_fit):
    fit, names = ssri_fit, ["sertraline", "citalopram", "duloxetine"]
    one, other = (contrasts(curve_draws(fit, "typical", order), 0.8) for order in (names, sorted(names)))
    for name in one.data_vars:
        assert np.array_equal(
            one[name].sel(drug=sorted(names), other=sorted(names)), other[name], equal_nan=True
        )


def test_frame_holds_each_pair_once(ssri_fit):
    found = ssri_fit.contrasts(0.8, "new_subject")
    flat = pair_frame(found)
    pairs = [frozenset(pair) for pair in zip(flat["drug"], flat["other"], strict=True)]
    assert len(pairs) == len(set(pairs)) == 10
    assert all(len(pair) == 2 for pair in pairs)
    assert set(flat["predict_for"]) == {"new_subject"}


REFUSED = {
    "a new drug": (lambda fit: fit.contrasts(EC50, "new_drug"), "two drugs of the fit"),
    "an occupancy in percent": (lambda fit: fit.contrasts(80), "Did you mean 0.8"),
}


@pytest.mark.parametrize(("ask", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_questions_without_an_answer_are_refused(prior_fit, ask, words):
    with pytest.raises(PetfitError, match=words):
        ask(prior_fit)
