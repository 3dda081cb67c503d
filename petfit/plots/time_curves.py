"""Occupancy over the hours after a dose."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes

from petfit.fit import At, Fit
from petfit.plots.canvas import plain_text
from petfit.plots.curve_bands import draw_bands
from petfit.plots.figure import FitFigure
from petfit.plots.panels import GivenAxes, Margins, format_occupancy_axis, make_panels
from petfit.results.arguments import drug_names
from petfit.results.time_course import plasma_curves, time_course_draws
from petfit.results.usual_dose import usual_dose

__all__ = ["FIGURE", "plot_time_course"]

_POINTS = 60
"""Of each dosing interval."""


@plain_text
def plot_time_course(
    fit: Fit,
    dose: float | None = None,
    every: float | None = None,
    drugs: Iterable[str] | None = None,
    *,
    occupancy: float = 0.8,
    missed: int = 0,
    ax: GivenAxes = None,
    at: At | None = None,
) -> list[Axes]:
    """Draw the occupancy over the hours after a dose at steady state, one panel for each drug.

    Lines are posterior medians for a typical person, bands 50 and 95 % equal-tailed intervals.

    Parameters
    ----------
    fit : Fit
        A fit of a model with kinetics.
    dose : float, optional
        Each dose in mg; the usual one of each drug if not given.
    every : float, optional
        Hours between doses; the schedule of each drug in the model if not given.
    drugs : iterable of str, optional
        All drugs of the fit by default.
    occupancy : float
        Occupancy (fraction) marked by a horizontal line.
    missed : int
        Number of doses missed; the panel then shows the interval after the next dose as well.
    ax : Axes or sequence of Axes, optional
        Draw in these, one for each drug, instead of a new figure.
    at : mapping of str to str or float, optional
        Levels of factors, instead of the model's ``answers_for``.

    Returns
    -------
    list of Axes
        One for each drug, over hours.
    """
    names = drug_names(fit.design, drugs)
    intervals = plasma_curves(fit, every, drugs=names, at=at).rows.interval
    axes = make_panels(names, ax, share_y=True, margins=Margins(below=0.9 if missed else 0.7))
    for panel, drug, interval in zip(axes, names, intervals, strict=True):
        end = interval * (1 if missed == 0 else missed + 2)
        hours = np.linspace(0.0, end, _POINTS * (1 if missed == 0 else missed + 2) + 1)
        each = usual_dose(fit, drug)[0] * interval / 24.0 if dose is None else dose
        curves = plasma_curves(fit, every, drugs=[drug], at=at)
        draws = time_course_draws(curves, each, times=hours, missed=missed)
        draw_bands(panel, hours, draws["occupancy"].to_numpy()[:, :, 0])
        panel.axhline(occupancy, color="#555555", linewidth=0.8, linestyle=(0, (4, 3)))
        panel.set_title(drug, loc="left", fontweight="bold")
        schedule = str(draws.attrs["schedule"]).replace(", ", ",\n")
        panel.set_xlabel(f"hours after the last of\n{schedule}")
        panel.set_xlim(0.0, end)
        panel.set_xticks(np.linspace(0.0, end, 5))
    format_occupancy_axis(axes)
    return axes


FIGURE = FitFigure(
    plot_time_course,
    section="time",
    caption="""Occupancy over the hours after the last of the usual doses at steady state, for
{person}, one panel per drug: posterior median, 50 and 95 % equal-tailed intervals. The dashed horizontal
line is {target}.""",
    applies_to=lambda fit: bool(fit.spec.pk),
)
