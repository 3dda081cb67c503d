"""What to write instead of a cell that is not a number."""

import pytest

from petfit.evidence.cell_words import number_problem
from tests.evidence.tables import read_content, refusal_of


@pytest.mark.parametrize(
    ("column", "seen", "remedy"),
    [
        ("time_h", "02:30", "Write 2.5 if"),
        ("time_h", "1 day, 2:00:00", "Write 26 if"),
        ("value", "02:30:00", "turned it into a time"),
        ("value", "10-May", "turned it into a date"),
        ("value", "May-21", "turned it into a date"),
        ("value", "01.02.2021", "turned it into a date"),
        ("concentration", "1.2\N{MULTIPLICATION SIGN}10^-8", "Write 1.2e-8."),
        ("concentration", "3 x 10⁻⁹", "Write 3e-9."),
        ("value", "76 ± 5", "named mean ± SD"),
        ("value", "ND", "a limit, such as <0.1"),
        ("value", "n.d.", "Leave the cell empty if it was not determined"),
        ("concentration", "n.d.", "Leave the cell empty if it was not determined"),
        ("value", "not detectable", "Write the limit below which nothing is detected"),
        ("value", "failed", "leave the cell empty if nothing was measured"),
        ("value", "0.45 (45%)", "write it once"),
        ("n", "6/8", "Write 6 if the number is of these people"),
        ("n", "6 (3F)", "Write 6 here"),
        ("value", "O.5", "a letter, O or l, stands in place of a digit"),
        ("dose", "Low (10 mg)", "Write 10 with its unit here"),
        ("dose", "10 mg (base)", "Write 10 with its unit here"),
        ("dose", "10 mg/day (5 mg BID)", "Write 10 with its unit here"),
        ("dose", "20 mg am + 10 mg pm", "Write the dose of a day"),
        ("dose", "20 mg (loading 40 mg)", "Write the dose before the scan"),
    ],
)
def test_a_cell_that_is_no_number_is_told_what_to_write(column, seen, remedy):
    assert remedy in number_problem("line 2", column, seen).remedy


@pytest.mark.parametrize("name", ["mean ± SD", "mean ± SD (%)"])
def test_cells_with_an_sd_are_read_under_the_suggested_name(name):
    one = 100 if "%" in name else 1
    rows = "drug,dose,{},n\nx,10,{} ± {},6\n"
    assert "mean ± SD" in refusal_of(rows.format("value", 0.76, 0.05))
    table = read_content(rows.format(name, 0.76 * one, 0.05 * one)).table
    assert (table["value"].item(), table["sd"].item()) == (pytest.approx(0.76), pytest.approx(0.05))


def test_a_time_without_a_unit_that_looks_like_minutes_is_asked_about():
    rows = "drug,dose,time,value\nx,10,{},0.5\nx,10,24,0.4\n"
    assert "hours or minutes" in refusal_of(rows.format(90), columns={"time_h": "time"})
    evidence = read_content(rows.format(2), columns={"time_h": "time"})
    assert "time_h: 'time' gives no unit and is read in hours" in evidence.assumptions


@pytest.mark.parametrize("header", ["Dosis (mg/Tag)", "Dose (mg/j)", "dose [mg/jour]"])
def test_a_dose_per_day_is_read_in_german_and_french(header):
    table = read_content(f"drug,{header},value\nx,10,0.5\n", columns={"dose": header}).table
    assert (table["dose"].item(), table["dose_unit"].item()) == (10, "mg/day")


def test_a_loading_dose_is_not_the_dose_before_the_scan():
    assert (
        "Write the dose before the scan" in number_problem("line 2", "dose", "20 mg (loading 40 mg)").remedy
    )


@pytest.mark.parametrize(
    ("column", "cell", "remedy"),
    [
        ("value", "80+", "Write 80 in value and above in censored."),
        ("value", ".45 to .50", "write .45 in low and .50 in high"),
        ("dose", "1\N{VULGAR FRACTION ONE HALF}", "with a decimal point"),
        ("dose", "10+10", "Write the dose of a day."),
        ("dose", "100 mg 4-weekly", "such as 100 mg every 4 weeks"),
        ("concentration", "BLQ (<0.5)", "Write <0.5."),
    ],
)
def test_the_remedy_of_a_cell_has_its_numbers(column, cell, remedy):
    assert remedy in number_problem("line 2", column, cell).remedy
