"""The simulated tables are what they are called, and the page counts what happened to them."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.check_power import (
    CASES,
    concentrations,
    doses,
    random_columns,
    scan_times,
    summary,
    to_markdown,
)
from petfit.checks import CHECKS
from petfit.model.curves import CURVES
from petfit.model.specification import read_model
from tests.helpers import make_design


@pytest.mark.parametrize("name", CASES)
def test_every_table_can_be_fitted_with_its_model(name):
    case = CASES[name]
    table = case.table(np.random.default_rng(1))
    assert case.check in CHECKS
    assert len(make_design(read_model(case.model), table).rows) == len(table)
    assert f"{table['subject'].nunique()} people" in name


def test_tables_follow_their_curves():
    for simulate, exposure, curve, further in (
        (doses, "dose", "sigmoid_emax", {"ec50": 8.0, "emax": 0.95, "hill": 2.2}),
        (
            concentrations,
            "concentration",
            "two_site",
            {"ec50": 30**0.5, "emax": 1.0, "ec50_ratio": 120.0, "high_affinity_fraction": 0.5},
        ),
    ):
        shape = {name: value for name, value in further.items() if name not in ("ec50", "emax")}
        rng = np.random.default_rng(2)
        tables = [simulate(rng, curve=curve, **shape) for _ in range(400)]
        means = pd.concat(tables).groupby(exposure)["value"].mean()
        expected = CURVES[curve].occupancy(means.index.to_numpy(), **further)
        assert means.to_numpy() == pytest.approx(expected, abs=0.02)


def test_people_scanned_twice_have_one_deviation_and_two_ec50s():
    table = scan_times(np.random.default_rng(3), ratio=1e9)
    late = table[table["time_h"] > 2.5]
    assert late["value"].abs().max() < 0.2
    assert (table["subject"].value_counts() == 2).all()


def test_random_columns_of_a_person_are_the_same_in_all_rows():
    person = pd.Series(["a", "b", "a", "c", "b", "a"])
    columns = pd.DataFrame(random_columns(person, np.random.default_rng(4)))
    of_person = [name for name in columns if "person" in name]
    assert columns.shape == (6, 7)
    assert (columns.groupby(person.to_numpy())[of_person].nunique() == 1).all(axis=None)


def records(check, name, p, *, is_right, suggestion=""):
    return [
        {"check": check, "is_right": is_right, "tables of": name, "p": value, "suggestion": suggestion}
        for value in p
    ]


def test_the_page_counts_objections_and_leaves_out_untested_tables():
    right, wrong = list(CASES)[:2]
    table = summary(
        pd.DataFrame(
            [
                *records("shape", right, [0.9, 0.03, np.nan, 0.5, 0.2], is_right=True),
                *records("ignored_columns", right, [0.9, 0.9], is_right=True),
                *records("shape", wrong, [0.001, 0.04, 0.9, 0.001], is_right=False, suggestion="two sites"),
            ]
        )
    )
    assert table["tables"].tolist() == [4, 2, 4]
    assert table["objects"].tolist() == [0.25, 0.0, 0.75]
    page = to_markdown(table, seed=5)
    assert "- `shape`: 1 of 4 tables, 25.0 % (95 % interval 0.6 to 80.6 %)" in page
    assert f"| {right} | 25 % of 4 | 0 % of 2 |" in page
    assert f"| `shape` | {wrong} | 4 | 75 % | 50 % | 100 % | 0 % |" in page
    assert "nan" not in page
