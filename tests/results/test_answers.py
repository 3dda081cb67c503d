import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.errors import PetfitError
from petfit.results.curve_draws import PREDICT_FOR, curve_draws
from petfit.results.curve_parameters import ec50_draws, emax_draws
from petfit.results.occupancy import occupancy_draws
from petfit.results.target_dose import dose_for_occupancy_draws
from tests.helpers import fit_from_prior

CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'


def log_ec50(fit, **effects):
    """The sum that an answer should be made of: each effect by name and level."""
    total = fit.posterior["log_ec50"]
    for name, level in effects.items():
        effect = next(effect for effect in fit.design.effects if effect.name == f"log_ec50_{name}")
        total = total + fit.posterior[effect.name][..., effect.labels.index(level)]
    return total


def same(found, wanted):
    assert np.asarray(found) == pytest.approx(np.asarray(wanted), rel=1e-12)


# --- the dose for an occupancy ------------------------------------------------------------------

TARGETS = [0.3, 0.5, 0.8, 0.9, 0.97]


def test_a_dose_is_infinite_in_exactly_the_draws_whose_emax_is_not_above_the_target(ssri_fit):
    ceilings = emax_draws(ssri_fit).to_numpy()[..., None]
    doses = dose_for_occupancy_draws(ssri_fit, TARGETS)
    assert np.array_equal(np.isinf(doses.to_numpy()), ceilings <= np.array(TARGETS))
    assert 0 < np.isinf(doses.to_numpy()).mean() < 1


def test_no_draw_is_dropped_and_none_is_nan(ssri_fit):
    doses = dose_for_occupancy_draws(ssri_fit, TARGETS)
    assert doses.shape[:2] == ssri_fit.posterior["sigma"].shape
    assert not np.isnan(doses).any()


def test_every_finite_dose_reaches_its_occupancy(ssri_fit):
    fit = ssri_fit
    doses = dose_for_occupancy_draws(fit, TARGETS).to_numpy()
    ec50, emax = ec50_draws(fit).to_numpy()[..., None], emax_draws(fit).to_numpy()[..., None]
    finite = np.isfinite(doses)
    with np.errstate(invalid="ignore"):
        reached = emax * doses / (ec50 + doses)
    assert np.where(finite, reached, np.array(TARGETS)) == pytest.approx(
        np.broadcast_to(TARGETS, doses.shape), rel=1e-9
    )


def test_a_higher_occupancy_never_needs_less(ssri_fit):
    doses = dose_for_occupancy_draws(ssri_fit, TARGETS).to_numpy()
    assert np.all(doses[..., 1:] >= doses[..., :-1])


def test_at_ec50_the_occupancy_is_half_of_emax(ssri_fit):
    found = curve_draws(ssri_fit).parameters
    curve = ssri_fit.design.curve
    same(curve.occupancy(found["ec50"], **found), found["emax"] / 2)


def test_no_dose_occupies_nothing_and_a_vast_one_reaches_emax(ssri_fit):
    found = occupancy_draws(ssri_fit, [0.0, 1e15])
    assert (found.sel(dose=0.0) == 0).all()
    same(found.sel(dose=1e15), emax_draws(ssri_fit))


# --- whose, and where ---------------------------------------------------------------------------


def test_a_typical_answer_has_people_and_study_at_effect_0(ssri_fit):
    found = ec50_draws(ssri_fit).sel(drug="duloxetine")
    same(found, 60 * np.exp(log_ec50(ssri_fit, drug="duloxetine", region="striatum")))


def test_a_level_can_be_asked_for(ssri_fit):
    fit = ssri_fit
    found = ec50_draws(fit, region="midbrain", regimen="single").sel(drug="sertraline")
    effects = {"drug": "sertraline", "region": "midbrain", "drug_regimen": "sertraline:single"}
    same(found, 50 * np.exp(log_ec50(ssri_fit, **effects)))
    assert (emax_draws(fit, tracer="[123I]ADAM") != emax_draws(fit)).all()


def test_a_named_study_can_be_asked_for(ssri_fit):
    found = ec50_draws(ssri_fit, study="Klein2006").sel(drug="citalopram")
    same(found, 20 * np.exp(log_ec50(ssri_fit, drug="citalopram", region="striatum", study="Klein2006")))


@pytest.mark.parametrize(("predict_for", "name"), [("new_subject", "person"), ("new_study", "study")])
def test_a_new_one_differs_from_the_typical_one_by_its_own_normal_times_the_sd(ssri_fit, predict_for, name):
    fit = ssri_fit
    scale = "omega" if name == "person" else f"log_ec50_{name}_sd"
    shift = np.exp(fit.posterior[scale] * fit.new_levels[f"log_ec50_{name}"])
    same(ec50_draws(fit, predict_for), ec50_draws(fit).to_numpy() * shift[..., None])
    same(emax_draws(fit, predict_for), emax_draws(fit))


def test_a_new_drug_is_drawn_from_the_pool_and_told_in_reference_doses(ssri_fit):
    fit = ssri_fit
    found = ec50_draws(fit, "new_drug")
    new = fit.posterior["log_ec50_drug_sd"] * fit.new_levels["log_ec50_drug"]
    same(found.squeeze(), np.exp(log_ec50(ssri_fit, region="striatum") + new))
    assert found["drug"].to_numpy().tolist() == ["new drug"]
    assert found["unit"].to_numpy().tolist() == ["reference doses"]


@pytest.mark.parametrize("predict_for", PREDICT_FOR)
def test_every_answer_says_whose_and_where(ssri_fit, predict_for):
    for draws in (
        ec50_draws(ssri_fit, predict_for),
        dose_for_occupancy_draws(ssri_fit, 0.8, predict_for),
    ):
        assert draws.attrs["predict_for"] == predict_for
        for level in ("striatum", "[11C]DASB", "repeated"):
            assert level in draws.attrs["at"]
    assert "midbrain" in ec50_draws(ssri_fit, predict_for, region="midbrain").attrs["at"]


def test_every_drug_has_its_unit(ssri_fit):
    assert set(ec50_draws(ssri_fit)["unit"].to_numpy()) == {"mg/day"}
    table = pd.DataFrame(
        {"drug": ["A", "B"], "dose": [5, 10], "value": [0.4, 0.6], "dose_unit": ["mg/kg", "mg/day"]}
    )
    found = ec50_draws(fit_from_prior(petfit.read_model("emax"), table, draws=100))
    assert dict(zip(found["drug"].to_numpy(), found["unit"].to_numpy(), strict=True)) == {
        "A": "mg/kg/day",
        "B": "mg/day",
    }


def test_drugs_can_be_chosen_in_any_order(ssri_fit):
    found = ec50_draws(ssri_fit, "typical", ["sertraline", "citalopram"])
    assert found["drug"].to_numpy().tolist() == ["sertraline", "citalopram"]
    same(found.sel(drug="sertraline"), ec50_draws(ssri_fit).sel(drug="sertraline"))


# --- questions that have no answer --------------------------------------------------------------

REFUSED = {
    "an unknown region": (
        lambda s: ec50_draws(s, region="striatun"),
        ["striatun", "Did you mean 'striatum'?"],
    ),
    "an unknown factor": (lambda s: ec50_draws(s, regoin="striatum"), ["regoin", "Did you mean 'region'?"]),
    "an unknown drug": (lambda s: ec50_draws(s, "typical", ["sertralin"]), ["Did you mean 'sertraline'?"]),
    "somebody unknown": (lambda s: ec50_draws(s, "new_subjects"), ["Did you mean 'new_subject'?"]),
    "a percentage": (lambda s: dose_for_occupancy_draws(s, 80), ["80", "Did you mean 0.8?"]),
    "a negative occupancy": (lambda s: dose_for_occupancy_draws(s, -0.1), ["between 0 and 1"]),
    "a negative dose": (lambda s: occupancy_draws(s, -1), ["0 or more", "-1"]),
    "no dose": (lambda s: occupancy_draws(s, float("nan")), ["0 or more"]),
    "a new drug at a single dose": (lambda s: ec50_draws(s, "new_drug", regimen="single"), ["no pool"]),
    "a new study that is named": (
        lambda s: ec50_draws(s, "new_study", study="Klein2006"),
        ["a new study is not 'Klein2006'"],
    ),
    "a new drug that is named": (lambda s: ec50_draws(s, "new_drug", ["sertraline"]), ["not sertraline"]),
}


@pytest.mark.parametrize(("ask", "told"), REFUSED.values(), ids=REFUSED.keys())
def test_a_question_without_an_answer_is_refused_with_the_nearest(ssri_fit, ask, told):
    with pytest.raises(PetfitError) as caught:
        ask(ssri_fit)
    assert all(words in str(caught.value) for words in told), caught.value


@pytest.mark.parametrize(
    ("predict_for", "kind", "table"),
    [
        ("new_subject", "people", "[ec50.people]"),
        ("new_study", "studies", "[ec50.study]"),
        ("new_drug", "drugs", "[ec50.drug]"),
    ],
)
def test_a_new_one_is_refused_with_the_table_that_a_model_without_such_differences_lacks(
    plain_fit, predict_for, kind, table
):
    with pytest.raises(
        PetfitError, match=f"{predict_for}: the model has no differences between {kind} "
    ) as caught:
        plain_fit.ec50(predict_for)
    assert f"write the table {table} into the model" in str(caught.value)


def test_differences_in_the_noise_alone_make_no_new_study(people_table):
    text = (
        f"[ec50]\ncentre = {CENTRE}\n[emax]\ncentre = {CENTRE}\n[noise]\n"
        'sigma = { dist = "HalfNormal", sigma = 0.1 }\nstudy.pooled = { dist = "HalfNormal", sigma = 0.3 }\n'
    )
    fit = fit_from_prior(text, people_table.assign(study="one"), draws=100)
    with pytest.raises(PetfitError, match="no differences between studies"):
        fit.ec50("new_study")


def test_a_separate_factor_needs_its_level_in_the_question():
    table = pd.DataFrame({"drug": "A", "dose": [5, 10], "value": [0.4, 0.6], "region": ["x", "y"]})
    text = f'[ec50]\nseparate = "region"\ncentre = {CENTRE}\n[emax]\ncentre = {CENTRE}\n'
    fit = fit_from_prior(text, table, draws=100)
    assert fit.ec50(region="x")["sd"] > 0
    with pytest.raises(PetfitError, match="region"):
        fit.ec50()


# --- beside a competitor ------------------------------------------------------------------------

BESIDE = f"""
[reference_doses]
A = 10.0
[ec50]
centre = {CENTRE}
people.sd = {{ dist = "HalfNormal", sigma = 1.0 }}
[emax]
centre = {{ dist = "Normal", mu = 2.0, sigma = 1.0 }}
[competition.rival]
column = "rival_ng_ml"
ec50 = {CENTRE}
"""


@pytest.fixture(scope="module")
def beside():
    table = pd.DataFrame({"drug": "A", "dose": [5.0, 20.0], "value": [0.4, 0.7], "rival_ng_ml": [0.0, 2.0]})
    return fit_from_prior(BESIDE, table)


def test_the_dose_beside_a_competitor_reaches_the_occupancy_or_none_is_needed(beside):
    doses = dose_for_occupancy_draws(beside, 0.6, rival=1.5).to_numpy()[..., 0]
    alone = occupancy_draws(beside, 0.0, rival=1.5).to_numpy()[..., 0]
    found, posterior = curve_draws(beside).parameters, beside.posterior
    finite = np.isfinite(doses)
    with np.errstate(invalid="ignore"):
        ratio = doses / found["ec50"] + (1.5 / np.exp(posterior["competitor_log_ec50_rival"]))[..., None]
        reached = found["emax"] * ratio / (1 + ratio)
    assert 0 < (doses == 0).mean() < 1
    assert np.all(alone[doses == 0] >= 0.6)
    assert reached[finite & (doses > 0)] == pytest.approx(0.6, rel=1e-9)
    assert np.array_equal(~finite, found["emax"] <= 0.6)


def test_a_competitor_spares_dose_and_its_level_is_told(beside):
    alone = dose_for_occupancy_draws(beside, 0.6)
    aided = dose_for_occupancy_draws(beside, 0.6, rival="1.5")
    assert np.all(aided <= alone)
    assert alone.attrs["at"] == "rival absent"
    assert aided.attrs["at"] == "rival 1.5"
    same(dose_for_occupancy_draws(beside, 0.6, rival=0.0), alone)


def test_doses_of_zero_and_infinity_have_diagnostics(beside):
    table = beside.dose_for_occupancy(0.6, rival=1.5)
    assert np.isfinite(table["ess_bulk"]).all()


def test_a_negative_level_of_a_competitor_is_refused(beside):
    with pytest.raises(PetfitError, match="0 or more"):
        curve_draws(beside, rival=-1.0)
