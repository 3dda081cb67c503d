import pandas as pd
import pytest

import petfit
from petfit.results.usual_dose import usual_dose
from tests.helpers import PLAIN, fit_from_prior


def table(drug, doses, **columns):
    return pd.DataFrame({"drug": drug, "dose": doses, "value": 0.5, **columns})


def test_the_usual_dose_of_a_marketed_drug_is_its_reference_dose(ssri_fit):
    assert usual_dose(ssri_fit, "escitalopram") == (10.0, "usual")


def test_the_dose_of_another_drug_is_the_highest_tested():
    fit = fit_from_prior(PLAIN, table("A", [5.0, 40.0, 10.0]), draws=100)
    assert usual_dose(fit, "A") == (40.0, "highest tested")


@pytest.mark.parametrize(("drug", "expected"), [("A", 5.0), ("B", 40.0)])
def test_doses_under_the_regimen_of_the_answers_come_first(drug, expected):
    """Only single doses of B were given."""
    spec = petfit.read_model("emax").model_copy(update={"answers_for": {"regimen": "repeated"}})
    regimens = {"A": ["single", "repeated"], "B": ["single", "single"]}
    rows = pd.concat([table(name, [40.0, 5.0], regimen=given) for name, given in regimens.items()])
    assert usual_dose(fit_from_prior(spec, rows, draws=100), drug)[0] == expected
