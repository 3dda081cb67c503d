import numpy as np
import pandas as pd
import pytest
from scipy import special

import petfit
from petfit.results.curve_draws import curve_draws
from petfit.results.curve_parameters import curve_parameters, parameter_frame
from petfit.results.populations import PREDICT_FOR
from petfit.results.quantiles import quantile
from tests.helpers import fit_from_prior


def log_ec50(fit, **effects):
    """The sum that an answer should be made of: each effect by name and level."""
    total = fit.posterior["log_ec50"]
    for name, level in effects.items():
        effect = next(effect for effect in fit.design.effects if effect.name == f"log_ec50_{name}")
        total = total + fit.posterior[effect.name][..., effect.labels.index(level)]
    return total


def assert_close(actual, expected):
    assert np.asarray(actual) == pytest.approx(np.asarray(expected), rel=1e-12)


def test_typical_ec50_has_no_person_and_no_study_effect(ssri_fit):
    found = ssri_fit.ec50_draws().sel(drug="duloxetine")
    assert_close(found, 60 * np.exp(log_ec50(ssri_fit, drug="duloxetine", region="striatum")))


def test_levels_of_factors_shift_ec50_and_emax(ssri_fit):
    fit = ssri_fit
    found = fit.ec50_draws(at={"region": "midbrain", "regimen": "single"}).sel(drug="sertraline")
    effects = {"drug": "sertraline", "region": "midbrain", "drug_regimen": "sertraline:single"}
    assert_close(found, 50 * np.exp(log_ec50(ssri_fit, **effects)))
    assert (fit.emax_draws(at={"tracer": "[123I]ADAM"}) != fit.emax_draws()).all()


def test_ec50_of_a_named_study(ssri_fit):
    found = ssri_fit.ec50_draws(at={"study": "Klein2006"}).sel(drug="citalopram")
    assert_close(
        found,
        20 * np.exp(log_ec50(ssri_fit, drug="citalopram", region="striatum", study="Klein2006")),
    )


@pytest.mark.parametrize(("predict_for", "name"), [("new_subject", "person"), ("new_study", "study")])
def test_new_levels_add_a_normal_deviation_scaled_by_the_sd(ssri_fit, predict_for, name):
    fit = ssri_fit
    scale = "omega" if name == "person" else f"log_ec50_{name}_sd"
    shift = np.exp(fit.posterior[scale] * fit.new_level_effects[f"log_ec50_{name}"])
    assert_close(fit.ec50_draws(predict_for), fit.ec50_draws().to_numpy() * shift[..., None])
    assert_close(fit.emax_draws(predict_for), fit.emax_draws())


def test_ec50_of_a_new_drug_is_in_reference_doses(ssri_fit):
    fit = ssri_fit
    found = fit.ec50_draws("new_drug")
    new = fit.posterior["log_ec50_drug_sd"] * fit.new_level_effects["log_ec50_drug"]
    assert_close(found.squeeze(), np.exp(log_ec50(ssri_fit, region="striatum") + new))
    assert found["drug"].to_numpy().tolist() == ["new drug"]
    assert found["unit"].to_numpy().tolist() == ["reference doses"]


@pytest.mark.parametrize("predict_for", PREDICT_FOR)
def test_attributes_hold_the_conditions_of_the_answer(ssri_fit, predict_for):
    for draws in (
        ssri_fit.ec50_draws(predict_for),
        ssri_fit.dose_for_occupancy_draws(0.8, predict_for),
    ):
        assert draws.attrs["predict_for"] == predict_for
        for level in ("striatum", "[11C]DASB", "repeated"):
            assert level in draws.attrs["at"]
    assert "midbrain" in ssri_fit.ec50_draws(predict_for, at={"region": "midbrain"}).attrs["at"]


def test_each_drug_has_its_own_unit(ssri_fit):
    assert set(ssri_fit.ec50_draws()["unit"].to_numpy()) == {"mg/day"}
    table = pd.DataFrame(
        {"drug": ["A", "B"], "dose": [5, 10], "value": [0.4, 0.6], "dose_unit": ["mg/kg", "mg/day"]}
    )
    found = fit_from_prior(petfit.read_model("emax"), table, draws=100).ec50_draws()
    assert dict(zip(found["drug"].to_numpy(), found["unit"].to_numpy(), strict=True)) == {
        "A": "mg/kg/day",
        "B": "mg/day",
    }


def test_summary_of_a_fixed_parameter_is_its_value(people_table):
    text = '[ec50.centre]\ndist = "Normal"\nmu = 0.0\nsigma = 1.0\n[emax]\nfixed = 0.9\n'
    found = fit_from_prior(text, people_table, draws=100).emax()
    assert found["low"].item() == found["median"].item() == found["high"].item() == 0.9


def test_typical_summary_is_that_of_the_posterior_draws(plain_fit):
    draws = plain_fit.posterior
    found = plain_fit.emax()
    assert found["median"].item() == quantile(special.expit(draws["logit_emax"]), 0.5)
    assert plain_fit.ec50()["median"].item() == pytest.approx(quantile(10 * np.exp(draws["log_ec50"]), 0.5))


@pytest.fixture(scope="module")
def two_site_fit():
    table = pd.DataFrame({"drug": "A", "concentration": [1.0, 30.0], "value": [0.3, 0.7]})
    return fit_from_prior(petfit.read_model("two_site_concentration"), table.assign(concentration_unit="nM"))


def test_half_of_all_sites_are_occupied_at_the_ec50_of_two_sites(two_site_fit):
    curves, ec50 = curve_draws(two_site_fit), two_site_fit.ec50_draws().to_numpy()
    assert_close(curves.occupancy(ec50[..., None])[..., 0], 0.5 * two_site_fit.emax_draws())


def test_the_ec50_of_two_sites_lies_between_those_of_the_sites(two_site_fit):
    answers = curve_parameters(curve_draws(two_site_fit), with_diagnostics=False)
    assert list(answers) == [
        "ec50",
        "emax",
        "ec50_ratio",
        "high_affinity_fraction",
        "ec50_high_affinity",
        "ec50_low_affinity",
    ]
    high, both, low = (
        answers[name]["median"].item() for name in ("ec50_high_affinity", "ec50", "ec50_low_affinity")
    )
    assert high < both < low
    units = parameter_frame(answers).set_index("parameter")["unit"]
    assert units.to_dict() == {
        "ec50": "nmol/L",
        "emax": "fraction",
        "ec50_ratio": "none",
        "high_affinity_fraction": "fraction",
        "ec50_high_affinity": "nmol/L",
        "ec50_low_affinity": "nmol/L",
    }
