import json

import pytest

from tests.cli.runner import run
from tests.helpers import fit_from_prior
from tests.plasma_model import MODEL, TABLE


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    fit = fit_from_prior(MODEL, TABLE, draws=100)
    return fit.save(tmp_path_factory.mktemp("fits") / "plasma.nc")


def records(*arguments):
    code, out, err = run(*arguments, "--format", "json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_time_prints_occupancy_over_the_hours(file):
    rows = records("time", file, "--drug", "A", "--dose", "20", "--every", "12", "--hours", "0,6,12")
    assert [(row["drug"], row["time_h"]) for row in rows] == [("A", 0), ("A", 6), ("A", 12)]
    assert rows[0]["median"] == pytest.approx(rows[2]["median"])
    assert {row["schedule"] for row in rows} == {"20 mg every 12 h"}


def test_the_time_course_is_drawn(file, tmp_path):
    figure = tmp_path / "time.svg"
    code, out, _ = run("plot", file, "time", "--dose", "20", "--missed", "1", "-o", figure)
    assert (code, figure.is_file()) == (0, True)
    assert "Wrote" in out


def test_stop_prints_the_hours_until_occupancy_is_low(file):
    rows = records("stop", file, "--drug", "B", "--dose", "40", "--below", "0.5,0.2")
    assert [row["below"] for row in rows] == [0.5, 0.2]
    assert rows[0]["median"] <= rows[1]["median"]


def test_dose_prints_all_moments_or_one(file):
    every = records("dose", file, "--occupancy", "0.5")
    assert {(row["drug"], row["when"]) for row in every} == {
        (drug, when) for drug in "AB" for when in ("trough", "mean", "peak")
    }
    trough = records("dose", file, "--occupancy", "0.5", "--when", "trough")
    medians = {row["drug"]: row["median"] for row in every if row["when"] == "trough"}
    assert {row["drug"]: row["median"] for row in trough} == medians
    after_one_dose = records("dose", file, "--occupancy", "0.5", "--at", "time_h=6", "--at", "n_doses=1")
    assert {row["at"] for row in after_one_dose} == {"6 h after a single dose"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["time", "--dose", "0"], "each dose must be above 0 mg"),
        (["time", "--dose", "20", "--drug", "C"], "the fit has no drug 'C'"),
        (["stop", "--dose", "20", "--below", "1.5"], "below must lie between 0 and 1"),
        (["dose", "--when", "through"], "Did you mean 'trough'"),
    ],
)
def test_what_cannot_be_is_one_message(file, arguments, message):
    code, out, err = run(arguments[0], file, *arguments[1:])
    assert (code, out) == (2, "")
    assert message in err


def test_a_model_without_kinetics_says_so(saved):
    code, _, err = run("stop", saved, "--dose", "20")
    assert code == 2
    assert "the model has no kinetics" in err
