"""The probability that each dose keeps the occupancy in a window."""

from __future__ import annotations

from collections.abc import Iterable

from matplotlib.axes import Axes

from petfit.fit import At, Fit
from petfit.plots.canvas import plain_text
from petfit.plots.figure import FitFigure
from petfit.plots.panels import GivenAxes
from petfit.plots.probability_curves import draw_probability_curves
from petfit.results.occupancy_window import check_window

__all__ = ["FIGURE", "plot_window_curves"]


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
    low, high = check_window(window)
    label = f"P({100 * low:g} to {100 * high:g} %)"
    return draw_probability_curves(fit, low, high, drugs, label=label, with_range=True, ax=ax, at=at)


FIGURE = FitFigure(
    plot_window_curves,
    section="attainment",
    caption="""Probability that the occupancy at a {exposure} (logarithmic axis) lies within {window}: the
share of posterior draws. Line: {population}; dashed line, where the model has differences between people: a
new person. Diamonds: the marketed strengths. The grey band reaches from the median {exposure} for the
lower end to that for the upper end.""",
)
