"""The doses before each scan, as the rows say them."""

import math

import numpy as np
import pandas as pd
import pytest

from petfit.errors import SpecError
from petfit.model.specification import parse_model
from tests.helpers import make_design
from tests.plasma_model import MODEL, TABLE

ROW = {"drug": "A", "dose": 20.0, "time_h": 6.0, "value": 0.5}


def dosing(model=MODEL, **columns):
    rows = make_design(model, pd.DataFrame([{**ROW, **columns}])).rows
    return tuple(rows[["dose_time", "dose_interval", "n_doses"]].iloc[0])


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"regimen": "single"}, (6.0, 24.0, 1.0)),
        ({"regimen": "Single dose"}, (6.0, 24.0, 1.0)),
        ({"regimen": "repeated"}, (6.0, 24.0, math.inf)),
        ({"regimen": "repeated", "days_on_drug": 10}, (6.0, 24.0, 10.0)),
        ({"regimen": "BID", "dose_unit": "mg BID"}, (6.0, 12.0, math.inf)),
        ({"regimen": "BID", "dose_unit": "mg BID", "days_on_drug": 3}, (6.0, 12.0, 6.0)),
        ({"regimen": "repeated", "dose_unit": "mg/2 weeks"}, (6.0, 336.0, math.inf)),
        ({"regimen": "repeated", "dosing_interval_h": 8, "dose_unit": "mg/day"}, (6.0, 8.0, math.inf)),
        ({"days_on_drug": 4}, (6.0, 24.0, 4.0)),
        ({"regimen": "single", "time_h": None}, (6.0, 24.0, 1.0)),
    ],
)
def test_a_row_says_how_much_how_often_and_when(columns, expected):
    assert dosing(**columns) == expected


def test_the_schedule_of_the_model_is_that_of_rows_without_one():
    assert dosing(MODEL.replace("every_h = 24.0", "every_h = 12.0"), regimen="repeated")[1] == 12.0


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"regimen": ""}, "Write single or repeated, or give days_on_drug"),
        ({"regimen": "as usual"}, "seen: 'as usual'"),
        ({"regimen": "single", "dose_unit": "mg/kg/day"}, "kinetics need a dose in mg"),
        ({"regimen": "repeated", "dosing_interval_h": 0}, "it must be above 0"),
        ({"regimen": "BID", "dose_unit": "mg BID", "days_on_drug": 0.5}, "one dose of several a day"),
    ],
)
def test_what_is_unclear_is_refused(columns, message):
    with pytest.raises(SpecError, match=message):
        dosing(**columns)


def test_a_scan_without_a_time_needs_an_assumed_one():
    without = MODEL.replace("time_assumed = 6.0\n", "")
    with pytest.raises(SpecError, match="no time_h, and the model has no time_assumed"):
        dosing(without, regimen="single", time_h=None)


def test_everything_unclear_is_refused_at_once():
    without = MODEL.replace("time_assumed = 6.0\n", "")
    with pytest.raises(SpecError, match=r"(?s)no time_h.*Write single or repeated"):
        dosing(without, regimen="", time_h=None)


def test_a_drug_without_kinetics_is_refused():
    with pytest.raises(SpecError, match="no kinetics of C"):
        make_design(MODEL, TABLE.assign(drug=TABLE["drug"].replace("B", "C")))


def test_the_dose_that_saturable_clearance_applies_to_is_in_the_drug_table_or_refused():
    without = MODEL.replace("reference = 20.0\n", "")
    with pytest.raises(SpecError, match=r"pk\.B\.saturable: the dose that the clearance applies to"):
        make_design(without, TABLE)
    named = without.replace("[pk.B", "[pk.paroxetine")
    design = make_design(named, TABLE.assign(drug=TABLE["drug"].replace("B", "paroxetine")))
    assert design.spec.pk["paroxetine"].saturable.reference == 20.0
    assert parse_model(design.spec.to_toml()) == design.spec


def test_doses_known_as_a_range_have_both_ends():
    model = MODEL.replace(
        "n_assumed = 5", 'n_assumed = 5\ndose_share = { dist = "Beta", alpha = 1.0, beta = 1.0 }'
    )
    row = {**ROW, "dose": None, "dose_low": 20.0, "dose_high": 40.0, "n": 5, "regimen": "repeated"}
    design = make_design(model, pd.DataFrame([row, {**ROW, "regimen": "single", "n": 1}]))
    ranged = design.rows[design.rows["dose_range"] != ""]
    assert np.array_equal(ranged[["x", "x_high"]].to_numpy(), [[20.0, 40.0]])
