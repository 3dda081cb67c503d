"""Probability that each dose reaches an occupancy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from petfit.fit import At, Fit
from petfit.plots.exposure_axis import ExposureAxis
from petfit.plots.figure import FitFigure
from petfit.plots.style import (
    COLOURS,
    INK,
    GivenAxes,
    add_legend,
    format_occupancy_axis,
    labelled,
    make_panels,
    plain_text,
)
from petfit.results.arguments import drug_names
from petfit.results.curve_draws import curve_draws
from petfit.results.populations import can_predict_for
from petfit.results.target_attainment import marketed_strengths

__all__ = ["FIGURE", "plot_target_attainment_curves"]

LINES: dict[str, dict[str, Any]] = {
    "typical": {"label": "typical person", "color": INK, "linewidth": 1.6},
    "new_subject": {
        "label": "new person",
        "color": COLOURS[0],
        "linewidth": 1.4,
        "linestyle": (0, (5, 2)),
    },
}
STRENGTH: dict[str, Any] = {
    "label": "marketed strength",
    "color": COLOURS[1],
    "marker": "D",
    "markersize": 4.5,
    "linestyle": "",
}


@plain_text
def plot_target_attainment_curves(
    fit: Fit,
    occupancy: float = 0.8,
    drugs: Iterable[str] | None = None,
    *,
    ax: GivenAxes = None,
    at: At | None = None,
) -> list[Axes]:
    """Draw the probability that each dose reaches an occupancy, one panel for each drug.

    The line is for a typical person; where the model has differences between people, a dashed line is for a
    new subject. Diamonds are the marketed strengths.

    Arguments and axes are those of `petfit.Fit.plot_target_attainment`.
    """
    design, names = fit.design, drug_names(fit.design, drugs)
    axes = make_panels(names, ax, height=1.5, share_y=True)
    lines = {name: line for name, line in LINES.items() if can_predict_for(design, name)}
    needed = {
        predict_for: curve_draws(fit, predict_for, names, at=at).exposure([occupancy])[..., 0]
        for predict_for in lines
    }
    for i, (panel, drug) in enumerate(zip(axes, names, strict=True)):
        strengths = np.array(marketed_strengths(fit, drug)[0])
        tested = design.rows.loc[design.rows["drug"] == drug, ["exposure_low", "exposure_high"]]
        exposures = np.concatenate([tested.to_numpy(float).ravel(), strengths])
        axis = ExposureAxis(exposures, design.reference_doses[drug].value)
        grid = axis.grid()
        for predict_for, draws in needed.items():
            panel.plot(axis.position(grid), _probability(draws[..., i], grid), **lines[predict_for])
        if strengths.size:
            probability = _probability(needed["typical"][..., i], strengths)
            panel.plot(axis.position(strengths), probability, **STRENGTH)
        axis.format_ticks(panel)
        panel.set_ylim(-0.03, 1.03)
        panel.set_title(drug, loc="left", fontweight="bold")
        panel.set_xlabel(f"{fit.spec.exposure_words} ({design.exposure_unit(drug)})")
    format_occupancy_axis(axes, f"P(≥ {100 * occupancy:g} %)")
    add_legend(axes, labelled(axes), 3, ax)
    return axes


def _probability(needed: NDArray[np.float64], exposures: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of draws in which each exposure is at least the one needed."""
    return np.searchsorted(np.sort(needed, axis=None), exposures, side="right") / needed.size


FIGURE = FitFigure(
    plot_target_attainment_curves,
    section="attainment",
    caption="""Probability that the occupancy at a {exposure} (logarithmic axis) is at least {target}: the
share of posterior draws. Line: {population}; dashed line, where the model has differences between people: a
new person. Diamonds: the marketed strengths.""",
)
