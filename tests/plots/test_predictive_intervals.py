from collections import Counter

import numpy as np
import pytest
from matplotlib.collections import LineCollection

from petfit.errors import PetfitError
from petfit.plots.predictive_intervals import plot_predictive_intervals
from petfit.results.quantiles import quantile
from tests.helpers import legend_labels


def segments(collection):
    """The ends of horizontal lines as (y, low, high), sorted."""
    return sorted((segment[0, 1], *segment[:, 0]) for segment in collection.get_segments())


@pytest.mark.parametrize("fixture", ["ssri_fit", "prior_fit"])
def test_every_row_has_a_line_with_its_reported_number_or_range(fixture, request):
    rows = request.getfixturevalue(fixture).design.rows
    (ax,) = plot_predictive_intervals(request.getfixturevalue(fixture))
    is_range = rows["level"] == "range"
    numbers = [line.get_data() for line in ax.get_lines() if line.get_marker() == "o"]
    ranges = [
        tuple(line.get_xdata())
        for line in ax.get_lines()
        if line.get_linestyle() == "-" and len(line.get_xdata()) == 2
    ]
    assert Counter(float(x[0]) for x, _ in numbers) == Counter(rows.loc[~is_range, "value"])
    assert len({float(y[0]) for _, y in numbers}) == len(numbers)
    assert Counter(ranges) == Counter(zip(rows.loc[is_range, "low"], rows.loc[is_range, "high"], strict=True))
    assert len(ax.get_yticklabels()) == len(rows)


def test_intervals_are_quantiles_of_the_predictive_draws(prior_fit):
    (ax,) = plot_predictive_intervals(prior_fit)
    replicated = prior_fit.posterior_predictive["value"].to_numpy()
    outer, inner = (lines for lines in ax.collections if isinstance(lines, LineCollection))
    for lines, probs in ((outer, [0.025, 0.975]), (inner, [0.25, 0.75])):
        ends = sorted(segment[1:] for segment in segments(lines))
        assert np.array(ends) == pytest.approx(np.array(sorted(map(tuple, quantile(replicated, probs).T))))


def test_extremes_are_compared_with_replicated_lows_and_highs(extremes_fit):
    (ax,) = plot_predictive_intervals(extremes_fit)
    outer = [lines for lines in ax.collections if isinstance(lines, LineCollection)][::2]
    drawn = sorted((round(y), low, high) for lines in outer for y, low, high in segments(lines))
    variables = [["value"], ["low", "high"], ["value"], ["low", "high"], ["low", "high"]]
    expected = sorted(
        (4 - row, *quantile(extremes_fit.posterior_predictive[name].to_numpy()[..., row], [0.025, 0.975]))
        for row, names in enumerate(variables)
        for name in names
    )
    assert np.array(drawn) == pytest.approx(np.array(expected))


def test_scans_are_left_out(both_fit):
    (ax,) = plot_predictive_intervals(both_fit)
    assert len(ax.get_yticklabels()) == (both_fit.design.rows["level"] != "scan").sum()


def test_fit_of_scans_is_refused_with_the_figure_to_use(scans_fit):
    with pytest.raises(PetfitError, match="Draw the figure 'scans'"):
        plot_predictive_intervals(scans_fit)


def test_a_triangle_at_a_limit_points_to_where_the_number_lies(limits_fit):
    (ax,) = plot_predictive_intervals(limits_fit)
    marks = {(line.get_marker(), float(line.get_xdata()[0])) for line in ax.get_lines()}
    assert {("<", 0.1), ("o", 0.5), (">", 0.6), (">", 0.95)} <= marks
    assert "reported limit" in legend_labels(ax)


def test_of_many_rows_the_farthest_from_their_predictions_are_drawn(prior_fit, monkeypatch):
    monkeypatch.setattr("petfit.plots.predictive_intervals.MOST_ROWS", 3)
    (ax,) = plot_predictive_intervals(prior_fit)
    assert ax.get_title(loc="left") == "the 3 of 9 rows that are farthest from their predictions"
    rows, replicated = prior_fit.design.rows, prior_fit.posterior_predictive["value"].to_numpy()
    low, median, high = quantile(replicated, [0.025, 0.5, 0.975])
    reported = rows["value"].fillna((rows["low"] + rows["high"]) / 2)
    wanted = (abs(reported - median) / (high - low)).nlargest(3).index
    drawn = {str(label.get_text()) for label in ax.get_yticklabels()}
    assert len(drawn) == 3
    assert all(
        any(f"{row['drug']} · {row['exposure_low']:g}" in name for name in drawn)
        for _, row in rows.loc[wanted].iterrows()
    )
