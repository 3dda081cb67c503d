import math

import numpy as np
import pytest

from petfit.report.tables.dose_tables import dose_table, equivalent_dose_table, relative_words
from petfit.results import formatting, summary

POSITIONS = {
    "inside": ("inside", 5.0, 60.0, "within 5.00 to 60.0"),
    "below": ("below", 5.0, 60.0, "below 5.00 to 60.0"),
    "above": ("above", 5.0, 60.0, "above 5.00 to 60.0: extrapolated"),
    "one dose": ("above", 20.0, 20.0, "above the only one, 20.0: extrapolated"),
    "not reached": ("not reached", 5.0, 60.0, "Emax is lower in most draws"),
    "not tested": ("not tested", math.nan, math.nan, "none was tested"),
}


def column(table, heading):
    return [row[table.headings.index(heading)] for row in table.rows]


def test_the_narrow_table_shows_the_summary_in_words(ssri_fit):
    answer = ssri_fit.dose_for_occupancy([0.8, 0.95], prob=0.9)
    table, frame = dose_table(answer).narrow(), summary.frame(answer)
    intervals = [
        formatting.interval("dose", low, high) for low, high in zip(frame["low"], frame["high"], strict=True)
    ]
    assert column(table, "drug") == frame["drug"].tolist()
    assert column(table, "occupancy, %") == ["80", "95"] * 5
    assert column(table, "dose, mg/day") == [formatting.number(value) for value in frame["median"]]
    assert column(table, "P(Emax above)") == [formatting.probability(value) for value in frame["p_reached"]]
    assert column(table, "90 % interval") == intervals
    assert "not reached" in " ".join(column(table, "dose, mg/day") + intervals)
    assert table.caption.startswith(formatting.caption(answer))


def test_the_frame_is_the_unrounded_summary(ssri_fit):
    answer = ssri_fit.dose_for_occupancy([0.5, 0.8])
    frame = summary.frame(answer)
    assert dose_table(answer).frame[frame.columns].equals(frame)


SHARES = "draws below/inside/\nabove/not reached, %"


def test_shares_of_draws_are_in_percent(ssri_fit):
    answer = ssri_fit.dose_for_occupancy([0.8, 0.95])
    names = ("below", "inside", "above", "not_reached")
    shares = [answer[f"p_{name}"].to_numpy().reshape(-1) for name in names]
    cells = column(dose_table(answer).narrow(), SHARES)
    printed = [[float(share) for share in cell.split("/")] for cell in cells]
    assert np.array(printed) == pytest.approx(100 * np.array(shares).T, abs=0.51)


def test_a_drug_without_tested_doses_has_no_shares_relative_to_them(ssri_fit):
    table = dose_table(ssri_fit.dose_for_occupancy(0.8, "new_drug"))
    assert column(table.narrow(), SHARES)[0].startswith("-/-/-/")
    assert column(table, "the median lies") == ["none was tested"]


def test_the_title_names_a_single_occupancy(prior_fit):
    assert dose_table(prior_fit.dose_for_occupancy(0.8)).title == "Dose for 80 % occupancy"
    assert dose_table(prior_fit.dose_for_occupancy([0.5, 0.8])).title == "Dose for an occupancy"


def test_the_given_dose_is_the_first_column(ssri_fit):
    answer = ssri_fit.equivalent_dose("citalopram", [20, 40])
    table = equivalent_dose_table(answer)
    assert table.headings[:3] == ["citalopram, mg/day", "drug", "equivalent dose, median, mg/day"]
    assert {row[0] for row in table.rows} == {"20", "40"}
    median = answer["median"].sel(drug="sertraline", given_dose=20.0).item()
    assert ["20", "sertraline", formatting.number(median)] in [row[:3] for row in table.rows]


@pytest.mark.parametrize(("position", "low", "high", "words"), POSITIONS.values(), ids=POSITIONS.keys())
def test_a_dose_is_described_relative_to_those_tested(position, low, high, words):
    assert relative_words(position, low, high) == words
