"""The probability that the occupancy at each dose lies between two occupancies, one panel for each drug."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from petfit.fit import At, Fit
from petfit.plots.colours import COLOURS, GREY, INK
from petfit.plots.exposure_axis import ExposureAxis, label_panel
from petfit.plots.legend import add_legend, labelled
from petfit.plots.panels import GivenAxes, format_occupancy_axis, make_panels
from petfit.results.arguments import drug_names
from petfit.results.curve_draws import curve_draws
from petfit.results.marketed_strengths import marketed_strengths
from petfit.results.occupancy_window import probability_inside
from petfit.results.populations import people_of
from petfit.results.quantiles import quantile

__all__ = ["draw_probability_curves"]

_LINES: dict[str, dict[str, Any]] = {
    "typical": {"label": "typical person", "color": INK, "linewidth": 1.6},
    "new_subject": {"label": "new person", "color": COLOURS[0], "linewidth": 1.4, "linestyle": (0, (5, 2))},
}
_STRENGTH: dict[str, Any] = {
    "label": "marketed strength",
    "color": COLOURS[1],
    "marker": "D",
    "markersize": 4.5,
    "linestyle": "",
}
_RANGE: dict[str, Any] = {"label": "median doses for both ends", "color": GREY, "alpha": 0.12, "linewidth": 0}


def draw_probability_curves(
    fit: Fit,
    low: float,
    high: float,
    drugs: Iterable[str] | None,
    *,
    label: str,
    with_range: bool = False,
    ax: GivenAxes = None,
    at: At | None = None,
) -> list[Axes]:
    """Draw the share of draws in which the occupancy at each dose lies between two occupancies.

    A line is for a typical person and, where the model has differences between people, a dashed one for a new
    person; diamonds are the marketed strengths.

    Parameters
    ----------
    fit : Fit
        A fit.
    low, high : float
        The occupancies, fractions; no dose exceeds 1.
    drugs, at, ax
        See `petfit.Fit.plot_curves`.
    label : str
        Label of the vertical axis.
    with_range : bool
        Whether to shade the doses between the medians for both occupancies.

    Returns
    -------
    list of Axes
        One for each drug.
    """
    names = drug_names(fit.design, drugs)
    people = people_of(fit.design)
    ends = {person: curve_draws(fit, person, names, at=at).exposure([low, high]) for person in people}
    axes = make_panels(names, ax, height=1.5, share_y=True)
    for panel in axes[:1] if ax is None else axes:
        panel.set_ylim(-0.03, 1.03)
    for i, (panel, drug) in enumerate(zip(axes, names, strict=True)):
        strengths = np.array(marketed_strengths(fit, drug)[0])
        tested = fit.design.rows.loc[fit.design.rows["drug"] == drug, ["exposure_low", "exposure_high"]]
        exposures = np.concatenate([tested.to_numpy(float).ravel(), strengths])
        axis = ExposureAxis(exposures, fit.design.reference_doses[drug].value)
        grid = axis.grid()
        medians = quantile(ends["typical"][:, :, i], 0.5)
        if with_range and np.isfinite(medians[0]):
            panel.axvspan(*axis.position(np.clip(medians, grid[0], grid[-1])), **_RANGE)
        for person in people:
            inside = probability_inside(ends[person][:, :, i], grid)
            panel.plot(axis.position(grid), inside, **_LINES[person])
        if strengths.size:
            inside = probability_inside(ends["typical"][:, :, i], strengths)
            panel.plot(axis.position(strengths), inside, **_STRENGTH)
        label_panel(panel, axis, fit.design, drug)
    format_occupancy_axis(axes, label)
    add_legend(axes, labelled(axes), 4, ax)
    return axes
