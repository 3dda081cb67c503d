import numpy as np
import pandas as pd
import pytest

from petfit.plots.time_curves import plot_time_course
from petfit.results.quantiles import quantile
from petfit.results.time_course import plasma_curves, time_course_draws
from tests.helpers import by_title, fit_from_prior
from tests.plasma_model import MEASURED, MODEL, TABLE


@pytest.fixture(scope="module")
def fit():
    return fit_from_prior(MODEL, TABLE, draws=100)


def test_the_line_is_the_median_over_the_interval(fit):
    panels = by_title(plot_time_course(fit, 20.0))
    assert set(panels) == {"A", "B"}
    x, y = panels["B"].get_lines()[0].get_data()
    draws = time_course_draws(plasma_curves(fit, drugs=["B"]), 20.0, times=x[::20])["occupancy"]
    np.testing.assert_allclose(y[::20], quantile(draws, 0.5)[0], rtol=1e-9)
    assert panels["B"].get_xlim() == (0.0, 24.0)


def test_a_missed_dose_extends_the_axis(fit):
    (panel,) = plot_time_course(fit, 20.0, drugs=["A"], missed=1)
    assert panel.get_xlim() == (0.0, 72.0)
    assert "one dose missed" in panel.get_xlabel()


def test_the_usual_dose_is_drawn_where_none_is_given(fit):
    (panel,) = plot_time_course(fit, drugs=["A"], every=12.0)
    assert "20 mg every 12 h" in panel.get_xlabel()  # half of the highest daily dose tested


def test_with_kinetics_doses_are_in_mg(fit):
    figures = [fit.plot_curves(), fit.plot_target_attainment(0.5), fit.plot_window(0.4, 0.7)]
    assert all("dose (mg/day)" in axes.get_xlabel() for figure in figures for axes in figure)


def test_rows_with_concentrations_only_are_not_drawn_over_doses():
    only = MEASURED.dropna(subset="concentration").assign(dose=np.nan, days_on_drug=np.nan)
    both = fit_from_prior(MODEL, pd.concat([TABLE, only]), draws=100).plot("curves")
    doses = fit_from_prior(MODEL, TABLE, draws=100).plot("curves")
    for some, others in zip(both, doses, strict=True):
        assert [len(group.get_offsets()) for group in some.collections] == [
            len(group.get_offsets()) for group in others.collections
        ]
    alone = fit_from_prior(MODEL, only.drop(columns="dose"), draws=100).plot("curves")
    assert "dose (mg/day)" in alone[0].get_xlabel()
