import pandas as pd
import pytest

from petfit.errors import PetfitError
from tests.helpers import make_design

CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
HALF = '{ dist = "HalfNormal", sigma = 1.0 }'


def model(ec50="", emax="", top=""):
    return f"{top}\n[ec50]\ncentre = {CENTRE}\n{ec50}\n[emax]\ncentre = {CENTRE}\n{emax}\n"


def both(**columns):
    return pd.DataFrame({"drug": ["A", "B"], "dose": [5, 10], "value": [0.4, 0.6], **columns})


UNSUITED = {
    "a factor the table lacks": (
        model(f"[ec50.camera]\npooled = {HALF}"),
        both(),
        ["factor 'camera'", "the table lacks"],
    ),
    "a misspelt factor": (
        model(f"[ec50.tracr]\npooled = {HALF}"),
        both(tracer="x"),
        ["'tracr'", "Did you mean 'tracer'?"],
    ),
    "a factor that is empty in a row": (
        model(f"[ec50.region]\npooled = {HALF}"),
        both(region=["x", ""]),
        ["'region'", "empty in row 1", "Fill it in"],
    ),
    "several targets without a factor": (
        model(),
        both(target=["SERT", "NET"]),
        ["kinds of target", "NET, SERT", "Set use to no"],
    ),
    "a shift away from a level that is not there": (
        model(f'[ec50.regimen]\nshift = {CENTRE}\nfrom = {{ regimen = "repeat" }}'),
        both(regimen=["single", "repeated"]),
        ["ec50.regimen.from", "'repeat'", "Did you mean 'repeated'?"],
    ),
    "a shift away from another factor": (
        model(f'[ec50.regimen]\nshift = {CENTRE}\nfrom = {{ drug = "A" }}'),
        both(regimen=["single", "repeated"]),
        ["ec50.regimen.from", "'drug' is not a factor"],
    ),
    "a shift without a prior": (
        model(f'[ec50.drug]\nfrom = {{ drug = "A" }}\nshift.C = {CENTRE}'),
        both(),
        ["ec50.drug.shift", "no prior for 'B'"],
    ),
    "shifts of two families": (
        model(f'[ec50.region]\nfrom = {{ region = "x" }}\nshift.y = {CENTRE}\nshift.z = {HALF}'),
        pd.DataFrame({"drug": "A", "dose": 5, "value": [0.1, 0.2, 0.3], "region": ["x", "y", "z"]}),
        ["ec50.region.shift", "one family"],
    ),
    "an answer for a level that is not there": (
        model(top='answers_for = { region = "striatun" }'),
        both(region="striatum"),
        ["answers_for.region", "'striatun'", "Did you mean 'striatum'?"],
    ),
    "no concentration": (
        model(top='exposure = "concentration"'),
        both(concentration=[1.0, float("nan")], concentration_unit="ng/mL"),
        ["concentration", "empty in row 1"],
    ),
    "a range of unknown size": (
        model(),
        pd.DataFrame({"drug": ["A"], "dose": [5], "low": [0.4], "high": [0.6]}),
        ["row 0", "no n", "n_assumed"],
    ),
    "a dose known as a range only": (
        model(),
        pd.DataFrame(
            {"drug": ["A"], "dose_low": [20], "dose_high": [40], "dose": [None], "value": [0.4], "n": [6]}
        ),
        ["row 0", "only as a range", "dose_share", "use to no"],
    ),
    "a person on a range of doses": (
        model(top='dose_share = { dist = "Beta", alpha = 1.0, beta = 1.0 }'),
        pd.DataFrame({"drug": ["A"], "dose_low": [20], "dose_high": [40], "dose": [None], "value": [0.4]}),
        ["row 0", "one person", "Give the dose"],
    ),
    "a covariate the table lacks": (
        model(f"[ec50.covariates.age]\ncentre = 40.0\nslope = {CENTRE}"),
        both(),
        ["'age'", "the table lacks"],
    ),
    "a covariate that is no number": (
        model(f"[ec50.covariates.age]\ncentre = 40.0\nslope = {CENTRE}"),
        both(age=["30", "young"]),
        ["row 1, column age", "'young'", "Fill it in"],
    ),
    "a covariate that is missing": (
        model(f"[ec50.covariates.age]\ncentre = 40.0\nslope = {CENTRE}"),
        both(age=[30.0, None]),
        ["row 1, column age", "needs a number"],
    ),
    "slopes by level without one of them": (
        model(f'[ec50.covariates.age]\ncentre = 40.0\nby = "drug"\nslope.A = {CENTRE}'),
        both(age=[30.0, 40.0]),
        ["ec50.covariates.age.slope", "no prior for 'B'"],
    ),
    "a competitor the table lacks": (
        model(top=f'competition.rival = {{ column = "rival_ng_ml", ec50 = {CENTRE} }}'),
        both(),
        ["'rival_ng_ml'", "the table lacks"],
    ),
    "a reason that no row has": (
        model(top='also_fit = ["late"]'),
        pd.DataFrame(
            {
                "drug": "A",
                "dose": [5, 6],
                "value": [0.4, 0.5],
                "use": ["yes", "no"],
                "exclusion_reason": ["", "late scan"],
            }
        ),
        ["also_fit", "'late'", "Did you mean 'late scan'?"],
    ),
    "placebo alone": (model(), both(dose=0.0, value=0.04), ["A was given at dose 0 only", "reference dose"]),
    "several concentration units of one drug": (
        model(top='exposure = "concentration"'),
        pd.DataFrame(
            {
                "drug": "A",
                "concentration": [1.0, 2.0],
                "concentration_unit": ["ng/mL", "nmol/L"],
                "value": 0.4,
            }
        ),
        ["concentration_unit", "ng/mL, nmol/L"],
    ),
    "a concentration without a unit": (
        model(top='exposure = "concentration"'),
        pd.DataFrame({"drug": "A", "concentration": [1.0, 2.0], "value": [0.4, 0.5]}),
        ["concentration_unit"],
    ),
    "a number as a factor": (model(f"[ec50.time_h]\npooled = {HALF}"), both(time_h=[1.0, 2.0]), ["time_h"]),
    "the dose as a factor": (model(f"[ec50.dose]\npooled = {HALF}"), both(), ["dose", "factor"]),
    "the outcome as a factor": (model(f"[ec50.value]\npooled = {HALF}"), both(), ["value", "factor"]),
    "a number that parameters are separate by": (model('separate = "n"'), both(n=[2, 3]), ["'n'", "factor"]),
}


def test_everything_that_keeps_a_model_from_a_table_is_reported_at_once():
    text = model(
        f"[ec50.camera]\npooled = {HALF}\n[ec50.region]\npooled = {HALF}\n"
        f"[ec50.covariates.age]\ncentre = 40.0\nslope = {CENTRE}",
        top='exposure = "concentration"',
    )
    table = both(
        region=["x", ""], age=["30", "young"], concentration=[1.0, float("nan")], concentration_unit="nM"
    )
    with pytest.raises(PetfitError) as caught:
        make_design(text, table)
    message = str(caught.value)
    assert "4 problems with the model" in message
    for words in ("factor 'camera'", "empty in row 1", "row 1, column age", "is the concentration"):
        assert words in message, message


def test_every_row_that_lacks_something_is_named():
    table = pd.DataFrame({"drug": "A", "dose": 5, "value": [0.2, 0.3, 0.4], "region": ["", "x", ""]})
    with pytest.raises(PetfitError, match="empty in row 0 and row 2"):
        make_design(model(f"[ec50.region]\npooled = {HALF}"), table)


@pytest.mark.parametrize(("text", "table", "expected"), UNSUITED.values(), ids=UNSUITED.keys())
def test_a_model_that_does_not_fit_the_table_is_rejected(text, table, expected):
    with pytest.raises(PetfitError) as caught:
        make_design(text, table)
    assert all(words in str(caught.value) for words in expected), caught.value


def test_a_model_that_fits_excluded_rows_takes_a_table_without_any():
    assert len(make_design(model(top='also_fit = ["late"]'), both()).rows) == len(both())
