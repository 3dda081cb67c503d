import numpy as np
import pytest

from petfit.report.tables.summary_table import summary_table
from petfit.results.main_answers import main_answers


@pytest.fixture(scope="module")
def answers(prior_fit):
    return main_answers(prior_fit)


def test_each_drug_has_a_line_for_a_typical_and_one_for_a_new_person(answers):
    table = summary_table(answers, "dose").narrow()
    assert [row[0] for row in table.rows] == ["A", "  new person", "B", "  new person"]
    assert summary_table(answers, "dose").headings[:2] == ["drug", "person"]
    assert table.headings[:3] == [
        "typical person\n  new person",
        "EC50 (ED50)\nmg/day",
        "dose for 80 %\nmg/day",
    ]


def test_a_single_drug_is_not_named(plain_fit):
    table = summary_table(main_answers(plain_fit), "dose").narrow()
    assert [row[0] for row in table.rows] == ["typical person"]


def test_exposures_have_three_digits_and_with_several_drugs_their_ends_two(answers):
    changed = answers.assign(ec50=17.923, ec50_low=0.4567, ec50_high=1234.0)
    assert {row[1] for row in summary_table(changed, "dose").narrow().rows} == {"17.9 (0.46-1200)"}
    of_one = summary_table(changed[changed["drug"] == "A"], "dose").narrow()
    assert {row[1] for row in of_one.rows} == {"17.9 (0.457-1230)"}


def test_infinity_is_explained(answers):
    changed = answers.assign(target_dose=30.0, target_dose_low=8.0, target_dose_high=np.inf)
    table = summary_table(changed, "dose").narrow()
    assert table.rows[0][2] == "30.0 (8.0-∞)"
    assert "∞: no dose reaches 80 %" in table.caption
    assert "∞" not in summary_table(changed.assign(target_dose_high=90.0), "dose").narrow().caption


def test_units_that_differ_have_a_column(answers):
    units = ["mg/day", "mg/day", "mg/kg/day", "mg/kg/day"]
    table = summary_table(answers.assign(unit=units, ec50_unit=units), "dose").narrow()
    assert [row[-1] for row in table.rows] == units
    assert not any("mg" in heading for heading in table.headings)


def test_each_occupancy_names_its_dose(answers):
    table = summary_table(answers, "dose").narrow()
    assert all(
        row[4].endswith(f"at {dose:g}") for row, dose in zip(table.rows, answers["at_dose"], strict=True)
    )
