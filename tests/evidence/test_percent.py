import pytest

from tests.evidence.tables import read_content, refusal_of


@pytest.mark.parametrize("header", ["occupancy", "RO", "SERT occupancy", "Receptor occupancy"])
def test_occupancies_that_are_called_so_and_can_only_be_percent_are_percent(header):
    evidence = read_content(f"drug,dose,{header},sd,n\nx,0,-2,6,6\nx,10,45,8,6\nx,20,62,7,6\nx,80,0,9,6\n")
    assert evidence.table["value"].tolist() == [-0.02, 0.45, 0.62, 0.0]
    assert evidence.table["sd"].tolist() == [0.06, 0.08, 0.07, 0.09]
    assert "value_unit not given: occupancies are in percent, as they rise to 62" in evidence.assumptions


def test_ranges_of_occupancy_that_can_only_be_percent_are_percent():
    table = read_content("drug,dose,low,high,n\nx,50,76,85,5\n", outcome="occupancy").table
    assert table[["low", "high"]].to_numpy().tolist() == [[0.76, 0.85]]


@pytest.mark.parametrize(
    "rows",
    [
        "drug,dose,value\nx,10,45\nx,20,62\n",  # may be volumes of distribution
        "drug,dose,occupancy\nx,10,4.5\nx,20,6.2\n",  # may be binding potentials
        "drug,dose,occupancy\nx,10,0.45\nx,20,62\n",
        "drug,dose,occupancy\nx,10,45\nx,20,620\n",
        "drug,dose,occupancy,sd,n\nx,10,45,0.08,6\nx,20,62,0.07,6\n",
    ],
)
def test_numbers_that_may_be_something_else_are_refused(rows):
    refusal_of(rows)
