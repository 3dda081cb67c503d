import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from petfit.results.diagnostics import diagnose
from scipy import special

from petfit.results import summary
from petfit.results.curve_parameters import ec50_draws, emax_draws
from petfit.results.quantiles import quantile
from petfit.results.support import summarise_doses, tested_range
from petfit.results.target_dose import dose_for_occupancy_draws
from tests.helpers import fit_from_prior, monte_carlo_error

LONG_RUN = pd.read_csv(Path(__file__).parents[1] / "reference" / "ssri_posterior.csv")
PERCENT = {"q2.5": 0.025, "q50": 0.5, "q97.5": 0.975}


def draws_of(fit, quantity, drug):
    fit = fit
    if quantity == "ec50":
        return ec50_draws(fit).sel(drug=drug).to_numpy()
    if quantity == "emax":
        return emax_draws(fit).sel(drug=drug).to_numpy()
    return dose_for_occupancy_draws(fit, 0.8).sel(drug=drug).to_numpy()[..., 0]


@pytest.mark.parametrize(
    "row", LONG_RUN[LONG_RUN["drug"].notna()].to_dict("records"), ids=lambda r: f"{r['quantity']} {r['drug']}"
)
def test_the_bundled_answers_are_those_of_an_independent_implementation(ssri_fit, row):
    inverse = row["quantity"] == "inv_dose80"
    draws = draws_of(ssri_fit, row["quantity"], row["drug"])
    draws = 1 / draws if inverse else draws
    for column, q in PERCENT.items():
        ours = float(quantile(draws, q))
        if np.isinf(draws).any():  # errors of a quantile are local: far above it any number will do
            draws = np.minimum(draws, 1e6)
        error = np.hypot(monte_carlo_error(draws, q), row[f"mcse_{column}"])
        assert abs(ours - row[column]) <= 4.5 * error, (column, ours)


@pytest.mark.parametrize(
    "row", LONG_RUN[LONG_RUN["p_reached"].notna()].to_dict("records"), ids=lambda r: r["drug"]
)
def test_the_bundled_probabilities_of_reaching_80_percent_are_those_of_the_long_run(ssri_fit, row):
    ours = ssri_fit.dose_for_occupancy().sel(drug=row["drug"])["p_reached"].item()
    p = row["p_reached"]
    assert abs(ours - p) <= 5 * np.sqrt(max(p * (1 - p), 1e-5) / 1500)


UNKNOWNS = {
    "a": "log_ec50",
    "tau": "log_ec50_drug_sd",
    "sd_study": "log_ec50_study_sd",
    "sd_region": "log_ec50_region_sd",
    "omega": "omega",
    "sigma": "sigma",
    "b": "logit_emax",
    "sd_emax_drug": "logit_emax_drug_sd",
    "c": "logit_emax_tracer",
    **{
        f"shift_{drug}": "log_ec50_drug_regimen"
        for drug in ("citalopram", "duloxetine", "escitalopram", "paroxetine", "sertraline")
    },
}


@pytest.mark.parametrize("name", UNKNOWNS)
def test_the_bundled_unknowns_are_those_of_an_independent_implementation(ssri_fit, name):
    row = LONG_RUN.set_index("quantity").loc[name]
    values = ssri_fit.tree["posterior"][UNKNOWNS[name]]
    if values.ndim == 3:
        level = f"{name.removeprefix('shift_')}:single" if name.startswith("shift_") else "[123I]ADAM"
        values = values.sel({values.dims[2]: level})
    draws = values.to_numpy()
    for column, q in PERCENT.items():
        error = np.hypot(monte_carlo_error(draws, q), row[f"mcse_{column}"])
        assert abs(np.quantile(draws, q) - row[column]) <= 4.5 * error, column


def array(values, name="ec50"):
    drugs = [f"drug {i}" for i in range(values.shape[2])]
    return xr.DataArray(values, dims=("chain", "draw", "drug"), coords={"drug": drugs}, name=name)


@pytest.fixture(scope="module")
def some_doses():
    draws = np.exp(np.random.default_rng(0).normal(2, 1, (4, 500, 3)))
    draws[:, ::50, 1] = np.inf
    draws[:, ::2, 2] = np.inf
    return array(draws, "dose")


def test_a_summary_of_doses_is_never_nan_though_some_are_infinite(some_doses):
    found = summary.summarise(some_doses)
    assert not any(found[name].isnull().any() for name in found.data_vars)
    assert np.isinf(found["high"]).to_numpy().tolist() == [False, False, True]


def test_r_hat_and_ess_of_a_dose_are_those_of_its_inverse(some_doses):
    found = summary.summarise(some_doses)
    for name, values in diagnose(1 / some_doses.to_numpy()).items():
        assert found[name].to_numpy() == pytest.approx(values)


def test_r_hat_and_ess_of_any_dose_of_a_fit_are_those_of_its_inverse(ssri_fit):
    found = ssri_fit.dose_for_occupancy([0.8, 0.95])
    draws = dose_for_occupancy_draws(ssri_fit, [0.8, 0.95]).to_numpy()
    for name, values in diagnose(1 / draws).items():
        assert found[name].to_numpy() == pytest.approx(values)


def test_a_dose_has_no_mean_and_no_sd_and_anything_else_has_both(some_doses):
    assert not {"mean", "sd"} & set(summary.summarise(some_doses).data_vars)
    found = summary.summarise(array(np.random.default_rng(0).normal(2, 1, (4, 500, 1))))
    assert float(found["mean"].item()) == pytest.approx(2, abs=0.1)
    assert float(found["sd"].item()) == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("prob", [0.5, 0.8, 0.95])
def test_the_interval_holds_what_it_says_with_equal_tails(some_doses, prob):
    found = summary.summarise(some_doses, prob)
    below = (some_doses < found["low"]).mean(("chain", "draw"))
    above = (some_doses > found["high"]).mean(("chain", "draw"))
    assert (below <= (1 - prob) / 2 + 1e-9).all()
    assert (above <= (1 - prob) / 2 + 1e-9).all()
    assert below.to_numpy() == pytest.approx((1 - prob) / 2, abs=1e-3)


def test_the_attributes_say_which_interval_and_whose(ssri_fit):
    for found in (
        ssri_fit.ec50("new_subject", prob=0.9),
        ssri_fit.dose_for_occupancy(0.8, "new_subject", prob=0.9),
    ):
        assert found.attrs["interval"] == "equal-tailed"
        assert found.attrs["prob"] == 0.9
        assert found.attrs["predict_for"] == "new_subject"
        assert "striatum" in found.attrs["at"]


def test_the_chance_of_reaching_an_occupancy_is_the_share_of_finite_draws(ssri_fit):
    found = ssri_fit.dose_for_occupancy([0.5, 0.9])
    emax = emax_draws(ssri_fit).to_numpy()
    for i, target in enumerate((0.5, 0.9)):
        assert found["p_reached"].to_numpy()[:, i] == pytest.approx((emax > target).mean((0, 1)))


# --- support ------------------------------------------------------------------------------------


def test_the_tested_exposures_are_those_of_the_drug_and_regimen(ssri_fit):
    design = ssri_fit.design
    assert tested_range(design, "duloxetine", "repeated") == (20, 60)
    assert tested_range(design, "duloxetine", "single") == (5, 60)
    assert tested_range(design, "duloxetine", "") == (5, 60)
    assert all(np.isnan(tested_range(design, "water", "")))


def test_placebo_is_not_a_tested_exposure(prior_fit):
    assert tested_range(prior_fit.design, "A", "") == (5, 60)


def test_support_says_where_the_median_lies(ssri_fit):
    found = summary.frame(ssri_fit.dose_for_occupancy([0.05, 0.5, 0.8, 0.85, 0.999]))
    words = set()
    for _, row in found.iterrows():
        if np.isinf(row["median"]):
            wanted = "not reached"
        elif row["median"] < row["tested_low"]:
            wanted = "below"
        else:
            wanted = "above" if row["median"] > row["tested_high"] else "inside"
        assert row["support"] == wanted
        words.add(wanted)
    assert words == {"not reached", "below", "above", "inside"}


def test_a_new_drug_is_not_tested(ssri_fit):
    assert ssri_fit.dose_for_occupancy(0.5, "new_drug")["support"].item() == "not tested"


def test_support_follows_the_regimen_that_was_asked_for(ssri_fit):
    found = ssri_fit.dose_for_occupancy(0.8, regimen="single").sel(drug="duloxetine")
    assert (found["tested_low"].item(), found["tested_high"].item()) == (5, 60)


def test_the_share_inside_counts_the_draws_between_the_tested_exposures(ssri_fit):
    found = ssri_fit.dose_for_occupancy().sel(drug="duloxetine")
    draws = dose_for_occupancy_draws(ssri_fit).sel(drug="duloxetine")
    assert found["p_inside"].item() == pytest.approx(((draws >= 20) & (draws <= 60)).mean().item())


def test_the_shares_below_inside_above_and_not_reached_add_up_to_1(ssri_fit):
    for predict_for in ("typical", "new_subject", "new_study"):
        found = ssri_fit.dose_for_occupancy([0.05, 0.8, 0.95], predict_for)
        total = sum(found[f"p_{name}"] for name in ("below", "inside", "above", "not_reached"))
        assert total.to_numpy() == pytest.approx(1.0)
        assert found["p_not_reached"].to_numpy() == pytest.approx(1 - found["p_reached"].to_numpy())
        assert (found["p_above"].sel(occupancy=0.95) > 0).any()


def test_an_infinite_dose_is_not_above_those_tested(some_doses, prior_fit):
    draws = some_doses.isel(drug=[0, 2]).expand_dims("occupancy", -1)
    draws = draws.assign_coords(drug=["A", "B"], occupancy=[0.8])
    found = summarise_doses(prior_fit, draws, 0.95, regimen="")
    assert found["p_not_reached"].to_numpy().squeeze().tolist() == [0.0, 0.5]
    finite = draws.sel(drug="B").to_numpy()
    above = np.isfinite(finite) & (finite > 80)
    assert found["p_above"].sel(drug="B").item() == above.mean()


def test_without_doses_tested_there_are_no_shares_among_them(ssri_fit):
    found = ssri_fit.dose_for_occupancy(0.8, "new_drug")
    assert all(np.isnan(found[f"p_{name}"].item()) for name in ("below", "inside", "above"))
    assert found["p_not_reached"].item() == pytest.approx(1 - found["p_reached"].item())


# --- for files ----------------------------------------------------------------------------------


def test_records_are_json_with_infinity_as_a_word(ssri_fit):
    flat = summary.frame(ssri_fit.dose_for_occupancy([0.8, 0.999]))
    records = json.loads(json.dumps(summary.records(flat), allow_nan=False))
    assert len(records) == 10
    needed = {
        "drug",
        "predict_for",
        "median",
        "low",
        "high",
        "interval",
        "prob",
        "unit",
        "p_reached",
        "support",
    }
    assert needed <= records[0].keys()
    for record, median in zip(records, flat["median"], strict=True):
        assert record["median"] == ("inf" if np.isinf(median) else median)
    assert {"inf"} < {record["high"] for record in records}


def test_what_is_missing_is_null_in_records():
    flat = pd.DataFrame({"a": [np.nan, np.inf, 1.0], "n": [1, 2, 3]})
    text = json.dumps(summary.records(flat), allow_nan=False)
    assert [record["a"] for record in json.loads(text)] == [None, "inf", 1.0]


def test_a_fixed_parameter_is_summarised_as_its_number(people_table):
    text = '[ec50.centre]\ndist = "Normal"\nmu = 0.0\nsigma = 1.0\n[emax]\nfixed = 0.9\n'
    found = fit_from_prior(text, people_table, draws=100).emax()
    assert found["low"].item() == found["median"].item() == found["high"].item() == 0.9


def test_the_typical_answer_is_made_of_the_posterior(plain_fit):
    draws = plain_fit.posterior
    found = plain_fit.emax()
    assert found["median"].item() == quantile(special.expit(draws["logit_emax"]), 0.5)
    assert plain_fit.ec50()["median"].item() == pytest.approx(quantile(10 * np.exp(draws["log_ec50"]), 0.5))
