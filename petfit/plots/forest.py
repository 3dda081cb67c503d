"""Forest plot of EC50, Emax and the dose for an occupancy."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from petfit.fit import At, Fit
from petfit.plots.canvas import plain_text, scaled
from petfit.plots.colours import BAND, COLOURS, INK
from petfit.plots.curve_bands import INTERVAL_QUANTILES
from petfit.plots.figure import FitFigure
from petfit.plots.legend import add_legend
from petfit.plots.log_ticks import label_log_axis
from petfit.plots.panels import GivenAxes, Margins, make_panels
from petfit.results.curve_draws import curve_draws
from petfit.results.drug_curves import CurveDraws
from petfit.results.plasma_curves import PlasmaCurves
from petfit.results.quantiles import quantile
from petfit.results.tested_range import tested_ranges

__all__ = ["FIGURE", "plot_forest"]

_TESTED = COLOURS[1]
_TESTED_OFFSET = 0.26
"""Distance of the tested exposures below their drug's interval, in lines."""


@plain_text
def plot_forest(
    fit: Fit,
    occupancy: float = 0.8,
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    ax: GivenAxes = None,
    at: At | None = None,
) -> list[Axes]:
    """Draw a forest plot of EC50, Emax and the dose for an occupancy.

    Medians, 50 and 95 % equal-tailed intervals, one line for each drug. An interval that extends to infinity
    ends in an arrow. Orange lines are the exposures tested.

    Arguments and axes are those of `petfit.Fit.plot_forest`.
    """
    curves = curve_draws(fit, predict_for, drugs, at=at)
    exposure = fit.spec.exposure_words
    titles = [
        "EC50 (ED50)" if curves.ec50_units == curves.units and exposure == "dose" else "EC50",
        "Emax",
        f"{exposure} for {100 * occupancy:g} %",
    ]
    names = [str(name) for name in curves.array(curves.parameters["ec50"])["drug"].to_numpy()]
    margins = Margins(left=0.2 + 0.085 * max(map(len, names)))
    axes = make_panels(titles, ax, height=0.2 + 0.3 * len(names), share_y=True, margins=margins)
    scale, unit = _common_unit(curves, curves.units)
    ec50_scale, ec50_unit = _common_unit(curves, curves.ec50_units)
    _draw_log(axes[0], curves.parameters["ec50"] / ec50_scale, ec50_unit)
    _draw_emax(axes[1], curves.parameters["emax"])
    moment = f", {curves.dosing.moment}" if isinstance(curves, PlasmaCurves) else ""
    draws = curves.exposure([occupancy])[..., 0] / scale
    _draw_log(axes[2], draws, f"{unit}{moment}", tested_ranges(curves) / scale)
    for panel, title in zip(axes, titles, strict=True):
        panel.set_title(title, loc="left", fontweight="bold")
        panel.grid(axis="x", color="#E3E3E3", linewidth=0.6)
        panel.spines[["top", "right"]].set_visible(False)
        panel.set_ylim(-0.6, len(names) - 0.4)
        panel.tick_params(axis="x", labelsize=scaled(9))
    axes[0].set_yticks(np.arange(len(names)), names[::-1])
    add_legend(axes, _handles(exposure), 4, ax)
    return axes


def _common_unit(curves: CurveDraws, units: tuple[str, ...]) -> tuple[NDArray[np.float64], str]:
    """Return the divisor of each drug's exposures in `units`, and the unit of the quotients."""
    if len(set(units)) == 1:
        return np.ones(len(curves.drugs)), units[0]
    return np.array([curves.design.reference_doses[drug].value for drug in curves.drugs]), "reference doses"


def _draw_emax(ax: Axes, draws: NDArray[np.float64]) -> None:
    _draw_intervals(ax, quantile(draws, INTERVAL_QUANTILES))
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.locator_params(axis="x", nbins=4)
    ax.set_xlabel("occupancy")


def _draw_log(
    ax: Axes, draws: NDArray[np.float64], unit: str, tested: NDArray[np.float64] | None = None
) -> None:
    """Draw intervals of an exposure on a logarithmic axis, with arrows at infinite ends."""
    with np.errstate(divide="ignore"):
        ends = np.log10(quantile(draws, INTERVAL_QUANTILES))
        values = ends if tested is None else np.concatenate([ends, np.log10(tested)])
    finite = values[np.isfinite(values)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
    margin = 0.12 * (high - low) + 0.05
    low, high = low - margin, high + margin
    _draw_intervals(ax, np.clip(ends, low, high))
    infinite = np.flatnonzero(ends[-1][::-1] == np.inf)
    for line in infinite:
        ax.plot([high], [line], ">", color=BAND, markersize=6, clip_on=False)
    if tested is not None:
        _draw_tested(ax, np.log10(tested))
    ax.set_xlim(low, high)
    label_log_axis(ax)
    ax.set_xlabel(unit)


def _draw_tested(ax: Axes, ends: NDArray[np.float64]) -> None:
    """Draw the tested exposures below the intervals."""
    lines = np.arange(ends.shape[1])[::-1] - _TESTED_OFFSET
    ax.hlines(lines, *ends, color=_TESTED, linewidth=1.6)
    ax.plot(ends, [lines, lines], "|", color=_TESTED, markersize=5)


def _draw_intervals(ax: Axes, ends: NDArray[np.float64]) -> None:
    """Draw intervals and medians, the first drug on top."""
    low, inner_low, median, inner_high, high = ends
    lines = np.arange(ends.shape[1])[::-1]
    ax.hlines(lines, low, high, color=BAND, linewidth=1.6)
    ax.hlines(lines, inner_low, inner_high, color=BAND, linewidth=5)
    ax.plot(median, lines, "o", color=INK, markerfacecolor="white", markersize=4.5)


def _handles(exposure: str) -> list[Line2D]:
    return [
        Line2D([], [], color=INK, marker="o", markerfacecolor="white", linestyle="", label="median"),
        Line2D([], [], color=BAND, linewidth=5, label="50 %"),
        Line2D([], [], color=BAND, linewidth=1.6, label="95 %"),
        Line2D([], [], color=_TESTED, linewidth=1.6, label=f"{exposure}s tested"),
    ]


FIGURE = FitFigure(
    plot_forest,
    section="posterior",
    caption="""EC50, Emax and the {exposure} for {target} occupancy of each drug, for {population}: posterior
median (circle), 50 % (thick) and 95 % (thin) equal-tailed intervals; logarithmic axes of {exposure}. An arrow
marks an interval that ends in infinity: some draws never reach {target}. Orange: the {exposure}s tested,
under the regimen of the answer.""",
)
