import numpy as np
import pandas as pd
import pytest
from scipy import stats

import petfit
from petfit.errors import PetfitError
from petfit.report.tables.attainment_tables import attainment_table, smallest_strength_table
from petfit.results import summary, target_attainment
from petfit.results.curve_draws import PREDICT_FOR
from petfit.results.curve_parameters import emax_draws
from petfit.results.occupancy import occupancy_draws
from petfit.results.target_dose import dose_for_occupancy_draws
from tests.helpers import fit_from_prior


@pytest.fixture(scope="module")
def sold():
    """A drug with strengths, one without, and one whose strengths are in another unit."""
    table = pd.DataFrame(
        {
            "drug": ["sertraline", "water", "citalopram"] * 2,
            "dose": [50, 10, 0.3] * 2,
            "dose_unit": ["mg/day", "mg/day", "mg/kg/day"] * 2,
            "value": [0.8, 0.5, 0.8, 0.7, 0.4, 0.75],
        }
    )
    return fit_from_prior(petfit.read_model("emax"), table)


@pytest.fixture(scope="module")
def unsold(prior_fit):
    """A fit of drugs nobody sells."""
    return prior_fit


# --- how surely, and in how many people ---------------------------------------------------------


def test_the_probability_is_the_share_of_draws_at_or_above_the_occupancy(ssri_fit):
    doses = [0.0, 20.0, 60.0]
    for predict_for in ("typical", "new_subject", "new_study"):
        found = target_attainment.target_attainment(ssri_fit, doses, [0.6, 0.7], predict_for)
        occupancy = occupancy_draws(ssri_fit, doses, predict_for)
        for target in (0.6, 0.7):
            wanted = (occupancy >= target).mean(("chain", "draw")).to_numpy()
            assert found["probability"].sel(occupancy=target).to_numpy() == pytest.approx(wanted, abs=1e-12)


def test_more_is_never_less_sure_and_a_higher_occupancy_never_surer(unsold):
    found = unsold.attainment(np.geomspace(0.1, 1e4, 30), [0.3, 0.6, 0.9])
    for name in ("probability", "share", "share_low", "share_high"):
        assert (found[name].diff("dose") >= 0).all()
        assert (found[name].diff("occupancy") <= 0).all()


def test_the_share_of_people_is_that_of_the_normal_between_people(ssri_fit):
    fit = ssri_fit
    for predict_for in ("typical", "new_study"):
        needed = dose_for_occupancy_draws(fit, 0.8, predict_for).sel(drug="duloxetine").to_numpy()[..., 0]
        with np.errstate(divide="ignore"):
            share = stats.norm.cdf(np.log(60.0 / needed) / fit.posterior["omega"])
        found = (
            target_attainment.target_attainment(fit, [60.0], 0.8, predict_for, prob=0.9)
            .sel(drug="duloxetine")
            .squeeze()
        )
        for name, q in (("share_low", 0.05), ("share", 0.5), ("share_high", 0.95)):
            assert float(found[name]) == pytest.approx(
                np.quantile(share, q, method="inverted_cdf"), rel=1e-12
            )


def test_one_more_person_reaches_it_as_often_as_people_do_on_average(unsold):
    fit, dose = unsold, 20.0
    needed = dose_for_occupancy_draws(fit, 0.5).to_numpy()[..., 0]
    with np.errstate(divide="ignore"):
        share = stats.norm.cdf(np.log(dose / needed) / fit.posterior["omega"][..., None])
    found = unsold.attainment(dose, 0.5, "new_subject")["probability"].squeeze()
    assert found.to_numpy() == pytest.approx(
        share.mean(axis=(0, 1)), abs=4 * 0.5 / np.sqrt(share[..., 0].size)
    )


def test_nobody_reaches_it_without_a_dose_and_everybody_whose_ceiling_allows_with_a_vast_one(unsold):
    found = unsold.attainment([0.0, 1e15], 0.5)
    assert (found["share"].sel(dose=0.0) == 0).all()
    assert (found["probability"].sel(dose=0.0) == 0).all()
    allowed = (emax_draws(unsold) > 0.5).mean(("chain", "draw"))
    assert found["probability"].sel(dose=1e15).squeeze().to_numpy() == pytest.approx(allowed.to_numpy())


def test_one_person_has_no_share_of_people_and_neither_has_a_model_without_differences(unsold):
    assert "share" not in unsold.attainment(10, 0.5, "new_subject")
    centre = 'centre = { dist = "Normal", mu = 0.0, sigma = 1.0 }\n'
    table = pd.DataFrame({"drug": "A", "dose": [5.0, 20.0], "value": [0.4, 0.7]})
    alike = fit_from_prior(f"[ec50]\n{centre}[emax]\n{centre}", table, draws=100)
    assert "share" not in alike.attainment(10, 0.5)
    with pytest.raises(PetfitError, match="no differences between people"):
        alike.attainment(10, 0.5, "new_subject")


def test_where_a_competitor_is_enough_everybody_reaches_it_without_a_dose():
    centre = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
    text = (
        f'[ec50]\ncentre = {centre}\npeople.sd = {{ dist = "HalfNormal", sigma = 1.0 }}\n'
        f'[emax]\nfixed = 1.0\n[competition.rival]\ncolumn = "rival_ng_ml"\nec50 = {centre}\n'
    )
    table = pd.DataFrame({"drug": "A", "dose": [5.0, 20.0], "value": [0.4, 0.7], "rival_ng_ml": [0.0, 2.0]})
    reach = fit_from_prior(text, table).attainment([0.0, 10.0], 0.6, rival=1.5)
    assert np.isfinite(reach["share"]).all()
    assert (reach["share_high"].sel(dose=0.0) == 1).all()


@pytest.mark.parametrize("predict_for", PREDICT_FOR)
def test_it_says_whose_and_where(ssri_fit, predict_for):
    for found in (
        ssri_fit.attainment([0.5, 1.0], 0.8, predict_for, region="midbrain"),
        ssri_fit.smallest_strength(0.8, predict_for, region="midbrain"),
    ):
        assert found.attrs["predict_for"] == predict_for
        assert "midbrain" in found.attrs["at"]
        assert set(summary.frame(found)["predict_for"]) == {predict_for}


REFUSED = {
    "a probability in percent": (
        lambda s: target_attainment.target_attainment(s, 20, prob=95),
        "Did you mean 0.95",
    ),
    "an occupancy in percent": (lambda s: target_attainment.target_attainment(s, 20, 80), "Did you mean 0.8"),
    "a negative dose": (lambda s: target_attainment.target_attainment(s, -20), "0 or more"),
    "a certainty of 1": (lambda s: target_attainment.smallest_strength(s, 0.8, certainty=1.0), "certainty"),
    "no strength anywhere": (
        target_attainment.target_attainment,
        "A: no strengths known; B: no strengths known",
    ),
}


@pytest.mark.parametrize(("ask", "told"), REFUSED.values(), ids=REFUSED.keys())
def test_a_question_without_an_answer_is_refused(unsold, ask, told):
    with pytest.raises(PetfitError, match=told):
        ask(unsold)


# --- the marketed strengths ---------------------------------------------------------------------


def test_strengths_count_only_in_the_unit_of_the_fit(sold):
    assert target_attainment.marketed(sold, "sertraline") == ((25.0, 50.0, 100.0), "")
    assert target_attainment.marketed(sold, "water") == ((), "no strengths known")
    none, why = target_attainment.marketed(sold, "citalopram")
    assert none == ()
    assert "mg/day" in why
    assert "mg/kg/day" in why


def test_strengths_are_no_concentrations():
    table = pd.DataFrame(
        {"drug": "sertraline", "concentration": [5, 10], "concentration_unit": "ng/mL", "value": [0.4, 0.6]}
    )
    fit = fit_from_prior(petfit.read_model("emax_concentration"), table, draws=100)
    assert "concentration" in target_attainment.marketed(fit, "sertraline")[1]
    assert fit.smallest_strength()["strength"].isnull().all()


def test_without_doses_every_strength_of_every_drug_is_answered_for(ssri_fit, sold):
    found = ssri_fit.attainment()
    for drug in found["drug"].to_numpy():
        kept = found["dose"].to_numpy()[found["marketed"].sel(drug=drug).to_numpy()]
        assert tuple(kept) == target_attainment.marketed(ssri_fit, drug)[0]
    assert not sold.attainment()["marketed"].sel(drug=["water", "citalopram"]).any()


@pytest.mark.parametrize("predict_for", ["typical", "new_subject"])
def test_the_smallest_strength_is_the_first_that_is_sure_enough(ssri_fit, predict_for):
    sure = ssri_fit.attainment(None, [0.5, 0.8, 0.9], predict_for)
    least = ssri_fit.smallest_strength([0.5, 0.8, 0.9], predict_for)
    seen = set()
    for row in summary.frame(least).itertuples():
        at = sure["probability"].sel(drug=row.drug, occupancy=row.occupancy)
        enough = sure["dose"].where(sure["marketed"].sel(drug=row.drug) & (at >= row.certainty), drop=True)
        wanted = enough.min().item() if enough.size else np.nan
        assert row.strength == pytest.approx(wanted, nan_ok=True)
        assert row.why_none == ("" if enough.size else "none")
        seen.add(row.why_none)
    assert seen == {"", "none"}


def test_without_strengths_the_reason_stands_in_their_place(sold):
    found = sold.smallest_strength(0.5)
    assert set(found["why_none"].sel(drug="water").to_numpy().ravel()) == {"no strengths known"}
    assert "mg/day" in found["why_none"].sel(drug="citalopram").to_numpy().ravel()[0]
    printed = {row[0]: row[2] for row in smallest_strength_table(found).rows}
    assert printed["water"] == "no strengths known"


def test_the_table_of_strengths_holds_each_drug_s_own_and_no_other(ssri_fit):
    found = ssri_fit.attainment()
    table = attainment_table(found, marketed_only=True)
    printed = {(row[0], float(row[1])) for row in table.rows}
    assert printed == {
        (drug, dose)
        for drug in ssri_fit.design.drugs
        for dose in target_attainment.marketed(ssri_fit, drug)[0]
    }
    assert len(attainment_table(found).rows) == 5 * found.sizes["dose"]
    assert "typical person" in table.caption
