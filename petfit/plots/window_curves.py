"""The probability that each dose keeps the occupancy in a window."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from petfit.fit import At, Fit
from petfit.plots.exposure_axis import ExposureAxis
from petfit.plots.figure import FitFigure
from petfit.plots.style import (
    GREY,
    GivenAxes,
    add_legend,
    format_occupancy_axis,
    labelled,
    make_panels,
    plain_text,
)
from petfit.plots.target_attainment_curves import LINES, STRENGTH
from petfit.results.arguments import drug_names
from petfit.results.curve_draws import curve_draws
from petfit.results.occupancy_window import occupancy_window, probability_inside
from petfit.results.target_attainment import marketed_strengths

__all__ = ["FIGURE", "plot_window_curves"]

_RANGE: dict[str, Any] = {
    "label": "median doses for both ends",
    "color": GREY,
    "alpha": 0.12,
    "linewidth": 0,
}


@plain_text
def plot_window_curves(
    fit: Fit,
    window: tuple[float, float],
    drugs: Iterable[str] | None = None,
    *,
    ax: GivenAxes = None,
    at: At | None = None,
) -> list[Axes]:
    """Draw the probability that each dose keeps the occupancy in a window, one panel for each drug.

    The grey band reaches from the median dose for the lower end to that for the upper end, of a typical
    person. Lines and diamonds are those of the figure ``attainment``.

    `window` is the lowest and the highest occupancy; other arguments and the axes are those of
    `petfit.Fit.plot_window`.
    """
    low, high = window
    names = drug_names(fit.design, drugs)
    answer = occupancy_window(fit, low, high, drugs=names, at=at)
    people = [str(person) for person in answer["predict_for"].to_numpy()]
    ends = {person: curve_draws(fit, person, names, at=at).exposure([low, high]) for person in people}
    axes = make_panels(names, ax, height=1.5, share_y=True)
    for i, (panel, drug) in enumerate(zip(axes, names, strict=True)):
        strengths = np.array(marketed_strengths(fit, drug)[0])
        rows = fit.design.rows.loc[fit.design.rows["drug"] == drug, ["exposure_low", "exposure_high"]]
        exposures = np.concatenate([rows.to_numpy(float).ravel(), strengths])
        axis = ExposureAxis(exposures, fit.design.reference_doses[drug].value)
        grid = axis.grid()
        typical = answer.sel(drug=drug, predict_for="typical")
        lower, upper = (typical[end].item() for end in ("lower_dose", "upper_dose"))
        if np.isfinite(lower):
            panel.axvspan(*axis.position(np.clip([lower, upper], grid[0], grid[-1])), **_RANGE)
        for person in people:
            inside = probability_inside(ends[person][:, :, i], grid)
            panel.plot(axis.position(grid), inside, **LINES[person])
        if strengths.size:
            inside = probability_inside(ends["typical"][:, :, i], strengths)
            panel.plot(axis.position(strengths), inside, **STRENGTH)
        axis.format_ticks(panel)
        panel.set_ylim(-0.03, 1.03)
        panel.set_title(drug, loc="left", fontweight="bold")
        panel.set_xlabel(f"{fit.spec.exposure_words} ({fit.design.exposure_unit(drug)})")
    format_occupancy_axis(axes, f"P({100 * low:g} to {100 * high:g} %)")
    add_legend(axes, labelled(axes), 4, ax)
    return axes


FIGURE = FitFigure(
    plot_window_curves,
    section="attainment",
    caption="""Probability that the occupancy at a {exposure} (logarithmic axis) lies within {window}: the
share of posterior draws. Line: {population}; dashed line, where the model has differences between people: a
new person. Diamonds: the marketed strengths. The grey band reaches from the median {exposure} for the
lower end to that for the upper end.""",
)
