import pandas as pd

from petfit.report.tables.parameter_table import parameter_table
from petfit.results import formatting
from petfit.results.curve_draws import curve_draws
from petfit.results.curve_parameters import curve_parameters, parameter_frame


def column(table, heading):
    return [row[table.headings.index(heading)] for row in table.rows]


def test_emax_is_in_percent_and_ec50_in_its_unit(ssri_fit):
    answers = curve_parameters(curve_draws(ssri_fit))
    table = parameter_table(answers)
    emax = answers["emax"]["median"].to_numpy()
    assert column(table, "parameter") == ["EC50 (ED50)"] * 5 + ["Emax"] * 5
    assert column(table, "unit") == ["mg/day"] * 5 + ["%"] * 5
    assert [f"{cell} %" for cell in column(table, "median")[5:]] == [
        formatting.percent(value) for value in emax
    ]


def test_an_ec50_of_a_concentration_is_not_called_ed50(prior_fit):
    answers = curve_parameters(curve_draws(prior_fit))
    answers["ec50"] = answers["ec50"].assign_attrs(exposure="concentration")
    assert set(column(parameter_table(answers), "parameter")) == {"EC50", "Emax"}


def test_the_frame_is_that_of_the_summary(prior_fit):
    answers = curve_parameters(curve_draws(prior_fit))
    pd.testing.assert_frame_equal(parameter_table(answers).frame, parameter_frame(answers))
