import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import petfit
from petfit.errors import PetfitError
from petfit.report.tables.contrast_table import contrast_table
from petfit.report.tables.equivalent_dose_table import equivalent_dose_table
from petfit.results import summary
from petfit.results.contrasts import contrasts, pair_frame, ratio
from petfit.results.curve_draws import curve_draws
from petfit.results.curve_parameters import ec50_draws
from petfit.results.equivalent_dose import equivalent_dose_draws
from petfit.results.occupancy import occupancy_draws
from petfit.results.target_dose import dose_for_occupancy_draws
from tests.helpers import fit_from_prior

DOSE = st.one_of(st.floats(1e-6, 1e9), st.just(np.inf))
OFS = ["ec50", 0.5, 0.9]


def needed(fit, of, predict_for="typical", **at):
    if of == "ec50":
        return ec50_draws(fit, predict_for, **at)
    return dose_for_occupancy_draws(fit, of, predict_for, **at).isel(occupancy=0)


# --- ratios -------------------------------------------------------------------------------------


@given(DOSE, DOSE)
def test_the_ratio_the_other_way_round_is_the_inverse_and_of_two_that_are_not_reached_there_is_none(a, b):
    with np.errstate(divide="ignore"):
        one, other = ratio(np.array([a]), np.array([b])), 1.0 / ratio(np.array([b]), np.array([a]))
    assert one == pytest.approx(other, rel=1e-12, nan_ok=True)
    assert np.isnan(one[0]) == (np.isinf(a) and np.isinf(b))


@given(st.lists(st.floats(1e-6, 1e9), min_size=3, max_size=3))
def test_ratios_of_finite_doses_are_transitive(doses):
    a, b, c = (np.array([one]) for one in doses)
    assert ratio(a, b) * ratio(b, c) == pytest.approx(ratio(a, c), rel=1e-12)


@pytest.mark.parametrize("of", OFS)
def test_a_drug_needs_exactly_as_much_as_itself(prior_fit, of):
    found = prior_fit.differences(of)
    for drug in "AB":
        itself = found.sel(drug=drug, other=drug)
        assert itself["p_less"] == itself["p_more"] == itself["p_less_own"] == 0
        if itself["p_neither"] == 0:
            assert itself["low"] == itself["median"] == itself["high"] == itself["median_own"] == 1


@pytest.mark.parametrize("of", OFS)
def test_probabilities_add_up_and_change_places_with_the_drugs(prior_fit, of):
    found = prior_fit.differences(of)
    off = found.sel(drug="A", other="B")
    swapped = found.sel(drug="B", other="A")
    for end in ("", "_own"):
        total = off[f"p_less{end}"] + off[f"p_more{end}"] + off["p_neither"]
        assert float(total) == pytest.approx(1.0)
        assert off[f"p_less{end}"] == swapped[f"p_more{end}"]
    assert off["p_only_drug"] == swapped["p_only_other"]


@pytest.mark.parametrize("of", ["ec50", 0.5])
def test_the_interval_the_other_way_round_is_the_inverse(ssri_fit, of):
    found = ssri_fit.differences(of, prob=0.9)
    for low, high in (("low", "high"), ("median", "median"), ("low_own", "high_own")):
        inverse = 1.0 / found[high].to_numpy().T
        assert found[low].to_numpy() == pytest.approx(inverse, rel=0.02)  # of neighbouring draws


@pytest.mark.parametrize("predict_for", ["typical", "new_subject", "new_study"])
def test_the_ratio_is_that_of_the_joint_posterior(ssri_fit, predict_for):
    draws = needed(ssri_fit, "ec50", predict_for)
    one, other = draws.sel(drug="sertraline").to_numpy(), draws.sel(drug="duloxetine").to_numpy()
    found = ssri_fit.differences("ec50", predict_for).sel(drug="sertraline", other="duloxetine")
    for name, q in (("low_own", 0.025), ("median_own", 0.5), ("high_own", 0.975)):
        assert float(found[name]) == pytest.approx(np.quantile(one / other, q, method="inverted_cdf"))
    assert float(found["median"]) == pytest.approx(float(found["median_own"]) * 60 / 50)
    assert float(found["p_less_own"]) == np.mean(one < other)
    assert float(found["p_less"]) == np.mean(one / 50 < other / 60)
    assert found.attrs["predict_for"] == predict_for


def test_where_both_exist_nothing_is_counted_as_not_reached(ssri_fit):
    found = ssri_fit.differences("ec50")
    assert not any(found[name].any() for name in ("p_neither", "p_only_drug", "p_only_other"))
    assert np.isfinite(found["r_hat"].sel(drug="sertraline", other="duloxetine"))


def test_draws_where_neither_is_reached_widen_the_interval_to_both_sides(prior_fit):
    draws = needed(prior_fit, 0.9)
    a, b = (draws.sel(drug=drug).to_numpy() for drug in "AB")
    neither = np.isinf(a) & np.isinf(b)
    with np.errstate(invalid="ignore"):
        defined = (a / b)[~neither]
    found = prior_fit.differences(0.9).sel(drug="A", other="B")
    assert 0.05 < neither.mean() == found["p_neither"]
    assert found["low"] <= np.quantile(defined, 0.025, method="inverted_cdf")
    assert found["high"] >= np.quantile(defined, 0.975, method="inverted_cdf")
    assert (float(found["low"]), float(found["high"])) == (0.0, np.inf)


def test_a_median_that_half_of_the_draws_do_not_know_is_none():
    draws = np.array([[1.0, np.nan, np.nan, 2.0]])
    low, median, high = contrasts._quantiles(draws, 0.5)
    assert (low, high) == (0.0, np.inf)
    assert np.isnan(median)
    one_of_four = np.array([[1.0, 2.0, 3.0, np.nan]])
    assert contrasts._quantiles(one_of_four, 0.5)[1] in (1.0, 2.0)


def test_drugs_in_other_units_are_compared_in_reference_doses_alone():
    table = pd.DataFrame(
        {"drug": ["A", "B"], "dose": [5, 10], "value": [0.4, 0.6], "dose_unit": ["mg/kg/day", "mg/day"]}
    )
    fit = fit_from_prior(petfit.read_model("emax"), table, draws=100)
    found = fit.differences()
    assert np.isnan(found["median_own"].sel(drug="A", other="B"))
    assert np.isfinite(found["median"].sel(drug="A", other="B"))
    assert "ratio, in their unit" not in contrast_table(found).headings


def test_the_order_of_the_drugs_changes_nothing(ssri_fit):
    fit, names = ssri_fit, ["sertraline", "citalopram", "duloxetine"]
    one = contrasts(fit, 0.8, "typical", names)
    other = contrasts(fit, 0.8, "typical", sorted(names))
    for name in one.data_vars:
        assert np.array_equal(
            one[name].sel(drug=sorted(names), other=sorted(names)), other[name], equal_nan=True
        )


def test_each_pair_stands_once_for_people_and_for_programs(ssri_fit):
    found = ssri_fit.differences(0.8, "new_subject")
    flat = pair_frame(found)
    pairs = [frozenset(pair) for pair in zip(flat["drug"], flat["other"], strict=True)]
    assert len(pairs) == len(set(pairs)) == 10
    assert all(len(pair) == 2 for pair in pairs)
    assert set(flat["predict_for"]) == {"new_subject"}
    table = contrast_table(found)
    assert len(table.rows) == 10
    assert {len(row) for row in table.rows} == {len(table.headings)}
    assert "one more person" in table.caption
    assert "neither" in table.caption


# --- equivalent doses ---------------------------------------------------------------------------


def test_a_drug_is_its_own_equivalent_exactly(prior_fit):
    found = equivalent_dose_draws(prior_fit, "A", [0.0, 3.7, 1e6])
    assert (found.sel(drug="A") == found["given_dose"]).all()


def test_equivalent_doses_occupy_alike(ssri_fit):
    fit = ssri_fit
    doses = [5.0, 20.0, 60.0]
    wanted = occupancy_draws(fit, doses).sel(drug="citalopram").to_numpy()
    found = equivalent_dose_draws(fit, "citalopram", doses)
    parameters = curve_draws(fit).parameters
    for i, drug in enumerate(found["drug"].to_numpy()):
        given_doses = found.sel(drug=drug).to_numpy()
        finite = np.isfinite(given_doses)
        ec50, emax = parameters["ec50"][..., i, None], parameters["emax"][..., i, None]
        with np.errstate(invalid="ignore"):
            occupancy = emax * given_doses / (ec50 + given_doses)
        assert occupancy[finite] == pytest.approx(wanted[finite], rel=1e-9)
        if drug != "citalopram":
            assert np.array_equal(~finite, np.broadcast_to(emax, finite.shape) <= wanted)


def test_where_ceilings_are_alike_one_ec50_is_the_equivalent_of_the_other():
    text = (
        '[reference_doses]\nA = 10.0\nB = 40.0\n[ec50]\ncentre = { dist = "Normal", mu = 0.0, sigma = 1.0 }\n'
        'drug.pooled = { dist = "HalfNormal", sigma = 1.0 }\n[emax]\nfixed = 0.9\n'
    )
    table = pd.DataFrame({"drug": ["A", "B"], "dose": [10.0, 40.0], "value": [0.5, 0.6]})
    fit = fit_from_prior(text, table, draws=100)
    ec50 = ec50_draws(fit)
    per_milligram = equivalent_dose_draws(fit, "A", 1.0).isel(given_dose=0, drop=True)
    wanted = ec50.sel(drug="B") / ec50.sel(drug="A")
    assert per_milligram.sel(drug="B").to_numpy() == pytest.approx(wanted.to_numpy(), rel=1e-9)


def test_there_and_back_again_is_the_same_dose(prior_fit):
    fit = prior_fit
    there = equivalent_dose_draws(fit, "A", 5.0).sel(drug="B").to_numpy()[..., 0]
    a, b = (curve_draws(fit, "typical", [name]) for name in "AB")
    back = a.exposure(b.occupancy(np.where(np.isfinite(there), there, 0.0)[..., None, None]))[..., 0, 0]
    finite = np.isfinite(there)
    assert 0 < finite.mean() < 1
    assert back[finite] == pytest.approx(5.0, rel=1e-6)


def test_beside_a_competitor_the_equivalent_dose_still_occupies_alike():
    centre = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
    text = (
        f'[ec50]\ncentre = {centre}\ndrug.pooled = {{ dist = "HalfNormal", sigma = 1.0 }}\n'
        f'[emax]\nfixed = 0.9\n[competition.rival]\ncolumn = "rival_ng_ml"\nec50 = {centre}\n'
    )
    table = pd.DataFrame({"drug": ["A", "B"], "dose": [10.0, 40.0], "value": [0.5, 0.6], "rival_ng_ml": 1.0})
    fit = fit_from_prior(text, table, draws=100)
    alone = equivalent_dose_draws(fit, "A", 8.0).sel(drug="B").to_numpy()
    beside = equivalent_dose_draws(fit, "A", 8.0, rival=2.0).sel(drug="B").to_numpy()
    assert beside == pytest.approx(alone, rel=1e-9)  # with one ceiling what competes adds to both alike


def test_equivalents_say_whose_for_what_and_how_they_stand_to_the_doses_tested(ssri_fit):
    found = ssri_fit.equivalent_dose("citalopram", 20, "new_subject", region="midbrain")
    assert found.attrs["given_drug"] == "citalopram"
    assert found.attrs["predict_for"] == "new_subject"
    assert "midbrain" in found.attrs["at"]
    total = sum(found[f"p_{name}"] for name in ("below", "inside", "above", "not_reached"))
    assert total.to_numpy() == pytest.approx(1.0)
    flat = summary.frame(found)
    assert set(flat["given_drug"]) == {"citalopram"}
    table = equivalent_dose_table(found)
    assert table.headings[0] == "citalopram, mg/day"
    assert "one more person" in table.caption


REFUSED = {
    "an unknown drug": (lambda fit: fit.equivalent_dose("C", 20), "no drug 'C'"),
    "a negative dose": (lambda fit: fit.equivalent_dose("A", -20), "0 or more"),
    "a new drug's equivalent": (lambda fit: fit.equivalent_dose("A", 20, "new_drug"), "two drugs of the fit"),
    "a new drug's ratio": (lambda fit: fit.differences("ec50", "new_drug"), "two drugs of the fit"),
    "a ratio of something else": (lambda fit: fit.differences("emax"), "not 'emax'"),
    "an occupancy in percent": (lambda fit: fit.differences(80), "Did you mean 0.8"),
}


@pytest.mark.parametrize(("ask", "told"), REFUSED.values(), ids=REFUSED.keys())
def test_a_question_without_an_answer_is_refused(prior_fit, ask, told):
    with pytest.raises(PetfitError, match=told):
        ask(prior_fit)
