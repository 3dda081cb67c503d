"""Probability that each dose reaches an occupancy."""

from __future__ import annotations

from collections.abc import Iterable

from matplotlib.axes import Axes

from petfit.fit import At, Fit
from petfit.plots.canvas import plain_text
from petfit.plots.figure import FitFigure
from petfit.plots.panels import GivenAxes
from petfit.plots.probability_curves import draw_probability_curves
from petfit.results.quantiles import check_prob

__all__ = ["FIGURE", "plot_target_attainment_curves"]


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
    target, label = check_prob(occupancy, "occupancy"), f"P(≥ {100 * occupancy:g} %)"
    return draw_probability_curves(fit, target, 1.0, drugs, label=label, ax=ax, at=at)


FIGURE = FitFigure(
    plot_target_attainment_curves,
    section="attainment",
    caption="""Probability that the occupancy at a {exposure} (logarithmic axis) is at least {target}: the
share of posterior draws. Line: {population}; dashed line, where the model has differences between people: a
new person. Diamonds: the marketed strengths.""",
)
