import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection

from petfit.plots.forest import plot_forest
from petfit.results.curve_draws import curve_draws
from petfit.results.quantiles import quantile
from tests.helpers import PLAIN, fit_from_prior


def test_intervals_of_every_drug_are_drawn(ssri_fit):
    curves = curve_draws(ssri_fit)
    expected = [
        np.log10(curves.parameters["ec50"]),
        curves.parameters["emax"],
        np.log10(curves.exposure([0.8])[..., 0]),
    ]
    for ax, draws in zip(plot_forest(ssri_fit), expected, strict=True):
        outer, inner = [lines for lines in ax.collections if isinstance(lines, LineCollection)][:2]
        for lines, probs in ((outer, [0.025, 0.975]), (inner, [0.25, 0.75])):
            by_line = {segment[0, 1]: segment[:, 0] for segment in lines.get_segments()}
            ends = np.array([by_line[line] for line in sorted(by_line, reverse=True)])
            assert ends == pytest.approx(np.clip(quantile(draws, probs).T, *ax.get_xlim()))


def test_interval_to_infinity_ends_in_an_arrow():
    table = pd.DataFrame({"drug": ["A", "B"], "dose": [5.0, 10.0], "value": [0.4, 0.5]})
    _, _, dose = plot_forest(fit_from_prior(PLAIN, table, draws=100))
    assert len([line for line in dose.get_lines() if line.get_marker() == ">"]) == 2
