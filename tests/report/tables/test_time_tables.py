import pytest

from petfit.report.tables.time_tables import stop_table, time_table
from tests.helpers import fit_from_prior
from tests.plasma_model import MODEL, TABLE


@pytest.fixture(scope="module")
def fit():
    return fit_from_prior(MODEL, TABLE, draws=100)


def test_each_hour_is_a_row_with_occupancy_and_concentration(fit):
    table = time_table(fit.time_course(20.0, drugs=["A"], times=[0, 6, 24]))
    assert [row[0] for row in table.rows] == ["0", "6", "24"]
    assert table.title == "Occupancy over time: A, 20 mg every 24 h"
    assert "Hours above 80 % within these 24 h: A " in table.caption


def test_several_drugs_are_named(fit):
    table = time_table(fit.time_course(20.0, times=[0]))
    assert [row[0] for row in table.rows] == ["A", "B"]


def test_schedules_that_differ_are_a_column(fit):
    one, other = fit.stopping(20.0, drugs=["A"]), fit.stopping(30.0, [0.5, 0.2], drugs=["B"])
    assert stop_table(one).headings[:2] == ["drug", "until below, %"]
    both = stop_table(one, other)
    assert [row[:3] for row in both.rows] == [
        ["A", "20 mg every 24 h", "50"],
        ["B", "30 mg every 24 h", "50"],
        ["B", "30 mg every 24 h", "20"],
    ]


def test_what_is_assumed_of_saturable_elimination_is_said_where_doses_are_missed(fit):
    assumed = "The elimination of B is taken to stay as it was at steady state"
    assert assumed in stop_table(fit.stopping(20.0, drugs=["A"]), fit.stopping(20.0, drugs=["B"])).caption
    assert assumed not in stop_table(fit.stopping(20.0, drugs=["A"])).caption
    missed = time_table(fit.time_course(20.0, missed=1)).caption
    assert f"At steady state. The next dose is taken at 48 h. {assumed}" in missed
    assert assumed not in time_table(fit.time_course(20.0)).caption
