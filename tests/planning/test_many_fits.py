"""Many fits: the same rows whatever the order and number of workers, failures as rows, and resumption."""

import json

import numpy as np
import pandas as pd
import pytest

import petfit
from petfit import PetfitError, fit_many
from petfit.planning import many_fits

SETTINGS = petfit.Settings(draws=100, tune=200, chains=2, target_accept=0.8, seed=5)


@pytest.fixture(scope="module")
def tables():
    doses = np.array([2.0, 10.0, 40.0])
    return {
        f"{ec50:g}": pd.DataFrame({"drug": "A", "dose": doses, "value": 0.9 * doses / (ec50 + doses)})
        for ec50 in (5.0, 10.0, 20.0)
    }


@pytest.fixture(scope="module")
def rows(tables):
    return fit_many(tables, "one_site", settings=SETTINGS, workers=1)


def test_the_rows_follow_the_order_of_the_tables_and_are_those_of_the_fits(tables, rows):
    assert rows["table"].tolist() == list(tables)
    assert rows["ec50"].is_monotonic_increasing
    fit = petfit.fit(tables["10"], "one_site", settings=SETTINGS, seed=int(rows["seed"][1]))
    assert float(fit.ec50()["median"][0]) == rows["ec50"][1]


@pytest.mark.slow
def test_processes_and_another_order_change_nothing(tables, rows):
    reordered = dict(reversed(tables.items()))
    again = fit_many(reordered, "one_site", settings=SETTINGS, workers=2)
    expected = rows.iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(again, expected, check_exact=True)


def test_a_fit_that_fails_is_a_row_with_its_reason_and_tables_are_read_with_the_arguments_of_fit(
    tables, tmp_path
):
    (tmp_path / "bad.csv").write_text("mg,value\nmany,0.3\n")
    good = tables["5"].rename(columns={"dose": "mg"}).drop(columns="drug")
    given = {"bad": tmp_path / "bad.csv", "none": "no-such-file.csv", "5": good}
    options = {"columns": {"dose": "mg"}, "constants": {"drug": "A"}}
    rows = fit_many(given, "one_site", settings=SETTINGS, workers=1, **options)
    assert rows["table"].tolist() == ["bad", "none", "5"]
    assert rows["verdict"].tolist() == ["not fitted", "not fitted", "do not use"]
    assert "1 problem" in rows["problem"][0]
    assert "many" in rows["problem"][0]
    assert "no-such-file.csv" in rows["problem"][1]
    assert "convergence: The chains disagree" in rows["problem"][2]
    assert rows["ec50"].isna().tolist() == [True, True, False]


def test_finished_fits_are_found_by_their_content_and_only_the_missing_are_made(
    tables, rows, tmp_path, monkeypatch
):
    first = {name: tables[name] for name in ("5", "10")}
    fit_many(first, "one_site", settings=SETTINGS, workers=1, folder=tmp_path / "fits")
    assert len(list((tmp_path / "fits").glob("*.json"))) == 2
    made = []
    fit_one = many_fits._fit_one
    monkeypatch.setattr(many_fits, "_fit_one", lambda task: made.append(task.name) or fit_one(task))
    renamed = {f"table {name}": table for name, table in tables.items()}
    again = fit_many(renamed, "one_site", settings=SETTINGS, workers=1, folder=tmp_path / "fits")
    assert made == ["table 20"]
    pd.testing.assert_frame_equal(again.drop(columns="table"), rows.drop(columns="table"), check_exact=True)


@pytest.mark.parametrize("damaged", ["", "[{}]", "no json"])
def test_a_damaged_result_is_made_again(tables, tmp_path, damaged):
    given = {"5": tables["5"]}
    first = fit_many(given, "one_site", settings=SETTINGS, workers=1, folder=tmp_path)
    (file,) = tmp_path.glob("*.json")
    file.write_text(damaged)
    again = fit_many(given, "one_site", settings=SETTINGS, workers=1, folder=tmp_path)
    pd.testing.assert_frame_equal(again, first)
    assert json.loads(file.read_text())[0]["drug"] == "A"


def test_a_table_alone_or_given_twice_is_refused(tables):
    with pytest.raises(PetfitError, match="give a list of tables"):
        fit_many(tables["5"])
    with pytest.raises(PetfitError, match="given twice"):
        fit_many(["a.csv", "a.csv"])
