import numpy as np
import pandas as pd
import pytest

from petfit.errors import PetfitError
from petfit.results import summary
from petfit.results.curve_draws import curve_draws
from petfit.results.equivalent_dose import equivalent_dose_draws
from tests.helpers import fit_from_prior


def test_a_dose_is_its_own_equivalent(prior_fit):
    found = equivalent_dose_draws(prior_fit, "A", [0.0, 3.7, 1e6])
    assert (found.sel(drug="A") == found["given_dose"]).all()


def test_equivalent_doses_give_the_same_occupancy(ssri_fit):
    fit = ssri_fit
    doses = [5.0, 20.0, 60.0]
    wanted = fit.occupancy_draws(doses).sel(drug="citalopram").to_numpy()
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


def test_with_equal_emax_the_equivalent_dose_scales_with_ec50():
    text = (
        '[reference_doses]\nA = 10.0\nB = 40.0\n[ec50]\ncentre = { dist = "Normal", mu = 0.0, sigma = 1.0 }\n'
        'drug.pooled = { dist = "HalfNormal", sigma = 1.0 }\n[emax]\nfixed = 0.9\n'
    )
    table = pd.DataFrame({"drug": ["A", "B"], "dose": [10.0, 40.0], "value": [0.5, 0.6]})
    fit = fit_from_prior(text, table, draws=100)
    ec50 = fit.ec50_draws()
    per_milligram = equivalent_dose_draws(fit, "A", 1.0).isel(given_dose=0, drop=True)
    wanted = ec50.sel(drug="B") / ec50.sel(drug="A")
    assert per_milligram.sel(drug="B").to_numpy() == pytest.approx(wanted.to_numpy(), rel=1e-9)


def test_converting_back_gives_the_original_dose(prior_fit):
    fit = prior_fit
    there = equivalent_dose_draws(fit, "A", 5.0).sel(drug="B").to_numpy()[..., 0]
    a, b = (curve_draws(fit, "typical", [name]) for name in "AB")
    back = a.exposure(b.occupancy(np.where(np.isfinite(there), there, 0.0)[..., None, None]))[..., 0, 0]
    finite = np.isfinite(there)
    assert 0 < finite.mean() < 1
    assert back[finite] == pytest.approx(5.0, rel=1e-6)


def test_with_competitor_a_competitor_the_equivalent_dose_still_occupies_alike():
    centre = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
    text = (
        f'[ec50]\ncentre = {centre}\ndrug.pooled = {{ dist = "HalfNormal", sigma = 1.0 }}\n'
        f'[emax]\nfixed = 0.9\n[competition.rival]\ncolumn = "rival_ng_ml"\nec50 = {centre}\n'
    )
    table = pd.DataFrame({"drug": ["A", "B"], "dose": [10.0, 40.0], "value": [0.5, 0.6], "rival_ng_ml": 1.0})
    fit = fit_from_prior(text, table, draws=100)
    alone = equivalent_dose_draws(fit, "A", 8.0).sel(drug="B").to_numpy()
    with_competitor = equivalent_dose_draws(fit, "A", 8.0, at={"rival": 2.0}).sel(drug="B").to_numpy()
    assert with_competitor == pytest.approx(alone, rel=1e-9)


def test_equivalent_doses_carry_their_conditions_and_support(ssri_fit):
    found = ssri_fit.equivalent_dose("citalopram", 20, "new_subject", at={"region": "midbrain"})
    assert found.attrs["given_drug"] == "citalopram"
    assert found.attrs["predict_for"] == "new_subject"
    assert "midbrain" in found.attrs["at"]
    total = sum(found[f"p_{name}"] for name in ("below", "inside", "above", "not_reached"))
    assert total.to_numpy() == pytest.approx(1.0)
    flat = summary.frame(found)
    assert set(flat["given_drug"]) == {"citalopram"}


REFUSED = {
    "an unknown drug": (lambda fit: fit.equivalent_dose("C", 20), "no drug 'C'"),
    "a negative dose": (lambda fit: fit.equivalent_dose("A", -20), "0 or more"),
    "a new drug": (lambda fit: fit.equivalent_dose("A", 20, "new_drug"), "two drugs of the fit"),
}


@pytest.mark.parametrize(("ask", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_questions_without_an_answer_are_refused(prior_fit, ask, words):
    with pytest.raises(PetfitError, match=words):
        ask(prior_fit)
