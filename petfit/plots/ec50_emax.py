"""Joint posterior of EC50 and Emax, one panel for each drug."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray
from scipy import ndimage

from petfit.fit import At, Fit
from petfit.plots.canvas import plain_text
from petfit.plots.colours import BAND, COLOURS, INK
from petfit.plots.figure import FitFigure
from petfit.plots.legend import add_legend
from petfit.plots.log_ticks import label_log_axis
from petfit.plots.panels import GivenAxes, format_occupancy_axis, make_panels
from petfit.results.arguments import drug_names
from petfit.results.curve_draws import curve_draws
from petfit.results.quantiles import quantile

__all__ = ["FIGURE", "plot_ec50_emax"]

_PROBS = (0.95, 0.5)
_N_BINS = 60
_BANDWIDTH = 12.0
"""Bandwidth of a single draw, in bins; it shrinks with the sixth root of the number of draws (Scott 1992).

`arviz_stats.kde2d` has a narrower one that cannot be set: the region of 2000 prior draws becomes ragged.
"""
_PRIOR: dict[str, Any] = {"colors": COLOURS[1], "linestyles": [(0, (4, 2)), (0, (1, 1))], "linewidths": 1.0}
_SHADES = [to_rgba(BAND, 0.25), to_rgba(BAND, 0.6)]

type _Draws = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Draws of the decimal logarithm of EC50, and of Emax."""


@plain_text
def plot_ec50_emax(
    fit: Fit, drugs: Iterable[str] | None = None, *, ax: GivenAxes = None, at: At | None = None
) -> list[Axes]:
    """Draw the joint posterior of EC50 and Emax, one panel for each drug.

    Highest-density regions of 50 and 95 % for a typical person: filled for the posterior, dashed
    lines for the prior; a cross marks the posterior medians. In a slanted region the evidence cannot tell a
    low EC50 with a low Emax from a high EC50 with a high Emax.

    ArviZ's ``plot_pair`` would draw a matrix of all drugs' parameters, and no prior.

    Arguments and axes are those of `petfit.Fit.plot_pair`.
    """
    names = drug_names(fit.design, drugs)
    axes = make_panels(names, ax, height=1.6, share_y=True)
    prior, posterior = (
        curve_draws(source, "typical", names, at=at).parameters for source in (fit.with_prior_draws(), fit)
    )
    lowest = min(quantile(parameters["emax"], 0.02).min() for parameters in (prior, posterior))
    axes[0].set_ylim(max(0.0, lowest - 0.05), 1.02)
    for i, (panel, drug) in enumerate(zip(axes, names, strict=True)):
        _draw_drug(panel, *(_draws(parameters, i) for parameters in (prior, posterior)))
        panel.set_title(drug, loc="left", fontweight="bold")
        panel.set_xlabel(f"EC50 ({fit.design.reference_doses[drug].unit})")
        label_log_axis(panel)
    format_occupancy_axis(axes, "Emax")
    add_legend(axes, _handles(), 3, ax)
    return axes


def _draws(parameters: dict[str, NDArray[np.float64]], drug: int) -> _Draws:
    return np.log10(parameters["ec50"][..., drug].ravel()), parameters["emax"][..., drug].ravel()


def _draw_drug(ax: Axes, prior: _Draws, posterior: _Draws) -> None:
    _draw_regions(ax, prior, is_posterior=False)
    _draw_regions(ax, posterior, is_posterior=True)
    medians = [quantile(draws[None], 0.5) for draws in posterior]
    ax.plot(*medians, "+", color=INK, markersize=8)
    ax.set_xlim(*_limits(prior[0], posterior[0]))


def _limits(prior: NDArray[np.float64], posterior: NDArray[np.float64]) -> tuple[float, float]:
    """Return limits that hold 98 % of the prior draws and 99.8 % of the posterior draws."""
    ends = np.concatenate([quantile(prior[None], [0.01, 0.99]), quantile(posterior[None], [0.001, 0.999])])
    low, high = float(ends.min()), float(ends.max())
    return (low, high) if low < high else (low - 1.0, low + 1.0)


def _draw_regions(ax: Axes, draws: _Draws, *, is_posterior: bool) -> None:
    """Draw highest-density regions, or a line if one of the two parameters is fixed."""
    x, y = draws
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        colour = BAND if is_posterior else COLOURS[1]
        ax.plot([x.min(), x.max()], [y.min(), y.max()], color=colour, marker=".", linewidth=1.0)
        return
    x_edges, y_edges = (_bin_edges(values) for values in draws)
    counts, _, _ = np.histogram2d(x, y, bins=(x_edges, y_edges))
    density = ndimage.gaussian_filter(counts, _BANDWIDTH / len(x) ** (1 / 6))
    density_of_draws = density[_bin_index(x, x_edges), _bin_index(y, y_edges)]
    levels = np.quantile(density_of_draws, [1.0 - prob for prob in _PROBS])
    x_middles, y_middles = ((edges[1:] + edges[:-1]) / 2 for edges in (x_edges, y_edges))
    if is_posterior:
        highest = density.max() * 1.01
        ax.contourf(x_middles, y_middles, density.T, levels=[*levels, highest], colors=_SHADES)
    else:
        ax.contour(x_middles, y_middles, density.T, levels=levels, **_PRIOR)


def _bin_edges(draws: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the edges of bins over almost all draws, with a margin of a tenth on both sides."""
    low, high = quantile(draws[None], [0.0005, 0.9995])
    margin = 0.1 * (high - low)
    return np.linspace(low - margin, high + margin, _N_BINS + 1)


def _bin_index(draws: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the bin of each draw; those outside belong to the outermost bins."""
    return np.clip(np.searchsorted(edges, draws) - 1, 0, _N_BINS - 1)


def _handles() -> list[Line2D | Patch]:
    outer, inner = _PRIOR["linestyles"]
    return [
        Patch(color=_SHADES[1], label="posterior, 50 %"),
        Patch(color=_SHADES[0], label="posterior, 95 %"),
        Line2D([], [], color=INK, marker="+", linestyle="", markersize=8, label="posterior medians"),
        Line2D([], [], color=_PRIOR["colors"], linewidth=1.0, linestyle=inner, label="prior, 50 %"),
        Line2D([], [], color=_PRIOR["colors"], linewidth=1.0, linestyle=outer, label="prior, 95 %"),
    ]


FIGURE = FitFigure(
    plot_ec50_emax,
    section="posterior",
    caption="""Joint posterior of Emax and EC50 (logarithmic axis) for {population}, one panel
per drug. Filled: the smallest regions that contain 50 and 95 % of the posterior draws, with a cross at the
medians; dashed and dotted lines: those of the prior. A slanted region is a trade-off that the evidence does
not resolve: a lower EC50 with a lower Emax fits as well as a higher EC50 with a higher Emax.""",
)
