import numpy as np
import pytest

from petfit.results import summary, tested_range
from petfit.results.curve_draws import curve_draws
from petfit.results.target_dose import summarise_doses


def test_p_reached_is_the_share_of_draws_with_a_finite_dose(ssri_fit):
    found = ssri_fit.dose_for_occupancy([0.5, 0.9])
    emax = ssri_fit.emax_draws().to_numpy()
    for i, target in enumerate((0.5, 0.9)):
        assert found["p_reached"].to_numpy()[:, i] == pytest.approx((emax > target).mean((0, 1)))


def test_tested_range_is_that_of_the_drug_and_regimen(ssri_fit):
    design = ssri_fit.design
    assert tested_range.tested_range(design, "duloxetine", "repeated", "") == (20, 60)
    assert tested_range.tested_range(design, "duloxetine", "single", "") == (5, 60)
    assert tested_range.tested_range(design, "duloxetine", "", "") == (5, 60)
    assert all(np.isnan(tested_range.tested_range(design, "water", "", "")))


def test_placebo_is_not_a_tested_exposure(prior_fit):
    assert tested_range.tested_range(prior_fit.design, "A", "", "") == (5, 60)


def test_support_is_the_position_of_the_median_in_the_tested_range(ssri_fit):
    found = summary.frame(ssri_fit.dose_for_occupancy([0.05, 0.5, 0.8, 0.85, 0.999]))
    words = set()
    for _, row in found.iterrows():
        if np.isinf(row["median"]):
            wanted = "not reached"
        elif row["median"] < row["tested_low"]:
            wanted = "below"
        else:
            wanted = "above" if row["median"] > row["tested_high"] else "inside"
        assert row["relative_to_tested"] == wanted
        words.add(wanted)
    assert words == {"not reached", "below", "above", "inside"}


def test_a_new_drug_was_not_tested(ssri_fit):
    assert ssri_fit.dose_for_occupancy(0.5, "new_drug")["relative_to_tested"].item() == "not tested"


def test_tested_range_follows_the_requested_regimen(ssri_fit):
    found = ssri_fit.dose_for_occupancy(0.8, at={"regimen": "single"}).sel(drug="duloxetine")
    assert (found["tested_low"].item(), found["tested_high"].item()) == (5, 60)


def test_p_inside_is_the_share_of_draws_in_the_tested_range(ssri_fit):
    found = ssri_fit.dose_for_occupancy().sel(drug="duloxetine")
    draws = ssri_fit.dose_for_occupancy_draws().sel(drug="duloxetine")
    assert found["p_inside"].item() == pytest.approx(((draws >= 20) & (draws <= 60)).mean().item())


def test_shares_of_the_support_add_up_to_1(ssri_fit):
    for predict_for in ("typical", "new_subject", "new_study"):
        found = ssri_fit.dose_for_occupancy([0.05, 0.8, 0.95], predict_for)
        total = sum(found[f"p_{name}"] for name in ("below", "inside", "above", "not_reached"))
        assert total.to_numpy() == pytest.approx(1.0)
        assert found["p_not_reached"].to_numpy() == pytest.approx(1 - found["p_reached"].to_numpy())
        assert (found["p_above"].sel(occupancy=0.95) > 0).any()


def test_infinite_doses_do_not_count_as_above_the_tested_range(some_doses, prior_fit):
    draws = some_doses.isel(drug=[0, 2]).expand_dims("occupancy", -1)
    draws = draws.assign_coords(drug=["A", "B"], occupancy=[0.8])
    found = summarise_doses(curve_draws(prior_fit), draws)
    assert found["p_not_reached"].to_numpy().squeeze().tolist() == [0.0, 0.5]
    finite = draws.sel(drug="B").to_numpy()
    above = np.isfinite(finite) & (finite > 80)
    assert found["p_above"].sel(drug="B").item() == above.mean()


def test_shares_are_nan_without_a_tested_range(ssri_fit):
    found = ssri_fit.dose_for_occupancy(0.8, "new_drug")
    assert all(np.isnan(found[f"p_{name}"].item()) for name in ("below", "inside", "above"))
    assert found["p_not_reached"].item() == pytest.approx(1 - found["p_reached"].item())
