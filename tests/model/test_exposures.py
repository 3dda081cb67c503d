import numpy as np
import pandas as pd
import pytest

from petfit.errors import PetfitError
from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drug_table
from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.ops import NUMPY
from petfit.model.specification import parse_model, read_model
from petfit.results.curve_draws import curve_draws
from petfit.results.curve_parameters import curve_parameters
from tests.helpers import fit_from_prior

SPEC = read_model("emax_concentration")
FREE = parse_model(SPEC.to_toml().replace('exposure = "concentration"', 'exposure = "free_concentration"'))


def people(**columns):
    return pd.DataFrame(
        {"drug": "A", "subject": ["1", "2", "3"], "value": [0.3, 0.5, 0.7], "concentration_unit": "ng/mL"}
    ).assign(**columns)


def laid(table, spec=SPEC):
    return Design.build(spec, read_evidence(table, extra=spec.columns), read_drug_table())


def occupancy(design, **known):
    unknown = {name: np.array(0.0) for name in design.scalar_priors}
    unknown |= {effect.name: np.zeros(len(effect.levels)) for effect in design.effects}
    unknown |= {name: np.asarray(value, float) for name, value in known.items()}
    return likelihood.predict(NUMPY, design, unknown, likelihood.inputs(design))


EXACT = {"concentration": [2.0, 8.0, 30.0]}


def test_free_concentration_is_the_total_times_the_free_fraction():
    table = people(**EXACT, fp=[0.02, 0.05, 0.1])
    total = people(concentration=[0.04, 0.4, 3.0])
    assert occupancy(laid(table, FREE))[0] == pytest.approx(occupancy(laid(total))[0], rel=1e-12)


def test_the_free_fraction_does_not_affect_total_concentrations():
    assert occupancy(laid(people(**EXACT, fp=0.02)))[0] == pytest.approx(occupancy(laid(people(**EXACT)))[0])


def test_a_concentration_with_an_sd_has_a_lognormal_error():
    design = laid(people(**EXACT, concentration_sd=[0.4, np.nan, 6.0]))
    labels = next(effect.labels for effect in design.effects if effect.kind == "error")
    assert labels == sorted(set(design.rows["sample"]) - {""})
    sd = np.sqrt(np.log1p((np.array([0.4, 0.0, 6.0]) / np.array(EXACT["concentration"])) ** 2))
    found = occupancy(design, log_exposure_error=[1.0, 1.0])[0]
    shifted = people(concentration=np.array(EXACT["concentration"]) * np.exp(sd))
    assert found == pytest.approx(occupancy(laid(shifted))[0], rel=1e-12)


def test_rows_of_a_sample_share_its_error():
    table = people(**EXACT, concentration_sd=[0.4, np.nan, np.nan])
    twice = pd.concat([table.assign(region="X"), table.assign(region="Y", value=0.4)], ignore_index=True)
    (error,) = (effect for effect in laid(twice).effects if effect.kind == "error")
    assert len(error.levels) == 1


def test_a_censored_concentration_is_a_share_of_the_limit():
    design = laid(people(concentration=[2.0, np.nan, 30.0], concentration_loq=[1.0, 1.0, np.nan]))
    (below,) = (effect for effect in design.effects if effect.kind == "below")
    assert len(below.levels) == 1
    found = occupancy(design, below_loq=[0.25])[0]
    assert found == pytest.approx(occupancy(laid(people(concentration=[2.0, 0.25, 30.0])))[0], rel=1e-12)
    assert below.priors == (SPEC.below_loq,)


def test_the_variance_of_concentrations_in_a_group_adds_to_omega_squared():
    group = pd.DataFrame(
        {
            "drug": "A",
            "concentration": [5.0],
            "value": [0.5],
            "sd": [0.1],
            "n": [6],
            "concentration_unit": "ng/mL",
        }
    )
    spread = float(np.sqrt(np.log1p((3.0 / 5.0) ** 2)))
    alike, unlike = laid(group), laid(group.assign(concentration_sd=3.0))
    assert (alike.has_exposure_spread, unlike.has_exposure_spread) == (False, True)
    at = {"log_ec50": np.log(5.0), "logit_emax": 2.0}
    found = occupancy(unlike, omega=0.4, **at)[1]
    assert found == pytest.approx(occupancy(alike, omega=np.hypot(0.4, spread), **at)[1], rel=1e-12)


def test_the_model_selects_doses_or_concentrations():
    table = people(**EXACT, dose=[10.0, 20.0, 40.0])
    assert list(laid(table).rows["x"]) == EXACT["concentration"]
    by_dose = laid(table, read_model("emax"))
    assert list(by_dose.rows["exposure_low"]) == [10.0, 20.0, 40.0]


REFUSED = {
    "no concentration": ({"dose": [1.0, 2.0, 3.0]}, SPEC, "which is empty"),
    "no free fraction": ({**EXACT, "fp": [0.02, np.nan, 0.02]}, FREE, "lacks fp"),
    "a free fraction in percent": ({**EXACT, "fp": [2.0, 2.0, 2.0]}, FREE, "free fraction is above 0"),
    "a concentration below its limit": ({**EXACT, "concentration_loq": 5.0}, SPEC, "below its limit"),
    "a limit of 0": (
        {"concentration": [1.0, 2.0, np.nan], "concentration_loq": 0.0},
        SPEC,
        "must be above 0",
    ),
}


@pytest.mark.parametrize(("columns", "spec", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_an_unknown_or_impossible_concentration_is_rejected(columns, spec, words):
    with pytest.raises(PetfitError, match=words):
        laid(people(**columns), spec)


def test_ec50_is_given_in_mass_and_molar_units():
    table = people(**EXACT).assign(drug=["sertraline", "sertraline", "unheard of"])
    frame = fit_from_prior(SPEC, table).ec50()
    assert list(frame["unit"].to_numpy()) == ["ng/mL", "ng/mL"]
    found = curve_parameters(curve_draws(fit_from_prior(SPEC, table)))
    other = found["ec50_other_unit"]
    assert list(other["drug"].to_numpy()) == ["sertraline"]
    assert list(other["unit"].to_numpy()) == ["nmol/L"]
    ratio = other["median"].sel(drug="sertraline") / found["ec50"]["median"].sel(drug="sertraline")
    assert float(ratio) == pytest.approx(1000 / 306.23)
