"""The joint posterior of EC50 and Emax, one panel a drug."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray
from scipy import ndimage

from petfit.fit import At, Fit
from petfit.plots.log_ticks import label_log_axis
from petfit.plots.style import (
    BAND,
    COLOURS,
    INK,
    GivenAxes,
    add_legend,
    format_occupancy_axis,
    panels,
    plain_text,
)
from petfit.results import answers
from petfit.results.quantiles import quantile

__all__ = ["plot_ec50_emax"]

_REGIONS = (0.95, 0.5)
_BINS = 60
_SMOOTHING = 12.0
"""In bins, over the sixth root of the number of draws: Scott's rule for two dimensions."""
_PRIOR: dict[str, Any] = {"colors": COLOURS[1], "linestyles": [(0, (4, 2)), (0, (1, 1))], "linewidths": 1.0}
_SHADES = ((*(0x5B / 255, 0x70 / 255, 0x83 / 255), 0.25), (*(0x5B / 255, 0x70 / 255, 0x83 / 255), 0.6))


@plain_text
def plot_ec50_emax(
    fit: Fit, drugs: Iterable[str] | None = None, *, ax: GivenAxes = None, at: At | None = None
) -> list[Axes]:
    """Draw the joint posterior of EC50 and Emax, one panel a drug.

    Parameters
    ----------
    fit : Fit
        A fit.
    drugs : iterable of str, optional
        All of the fit's, if not given.
    ax : Axes or sequence of Axes, optional
        Draw in these, one a drug, instead of a new figure.
    at : mapping of str to str or float, optional
        Levels of factors, instead of the model's ``answers_for``.

    Returns
    -------
    list of Axes
        The smallest regions that hold 50 and 95 % of the draws of Emax and EC50 (logarithmic) for a typical
        person and study: filled those of the posterior, broken lines those of the prior, a cross at the
        posterior medians. A slanted region is a trade-off that the evidence did not settle.
    """
    names = answers.named(fit.design, drugs)
    axes = panels(names, ax, height=1.6, share_y=True)
    before, after = (answers.curves(one, "typical", names, at=at).parameters for one in (fit.prior_fit, fit))
    for i, (panel, drug) in enumerate(zip(axes, names, strict=True)):
        prior, posterior = (
            (np.log10(one["ec50"][..., i].ravel()), one["emax"][..., i].ravel()) for one in (before, after)
        )
        _draw_region(panel, *prior, filled=False)
        _draw_region(panel, *posterior, filled=True)
        middle = [float(quantile(one[None], 0.5)) for one in posterior]
        panel.plot(*([one] for one in middle), "+", color=INK, markersize=8)
        panel.set_xlim(*_ends(prior[0], posterior[0]))
        panel.set_title(drug, loc="left", fontweight="bold")
        panel.set_xlabel(f"EC50 ({fit.design.references[drug].unit})")
        label_log_axis(panel)
    format_occupancy_axis(axes, "Emax")
    lowest = min(*(quantile(one["emax"], 0.02).min() for one in (before, after)))
    axes[0].set_ylim(max(0.0, lowest - 0.05), 1.02)
    add_legend(axes, _handles(), 3, ax)
    return axes


def _ends(prior: NDArray[np.float64], posterior: NDArray[np.float64]) -> tuple[float, float]:
    """Return the decades that hold all but 2 % of the prior and all of the posterior but its very tails."""
    ends = np.concatenate([quantile(prior[None], [0.01, 0.99]), quantile(posterior[None], [0.001, 0.999])])
    low, high = float(ends.min()), float(ends.max())
    return (low, high) if low < high else (low - 1.0, low + 1.0)


def _draw_region(ax: Axes, x: NDArray[np.float64], y: NDArray[np.float64], *, filled: bool) -> None:
    """Draw the regions of draws; where one of the two never varies that is a line."""
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        colour = BAND if filled else COLOURS[1]
        ax.plot([x.min(), x.max()], [y.min(), y.max()], color=colour, marker=".", linewidth=1.0)
        return
    ends = [[*quantile(one[None], [0.0005, 0.9995])] for one in (x, y)]
    margins = [0.1 * (high - low) for low, high in ends]
    limits = [(low - margin, high + margin) for (low, high), margin in zip(ends, margins, strict=True)]
    counts, columns, rows = np.histogram2d(x, y, bins=_BINS, range=limits)
    smooth = ndimage.gaussian_filter(counts, _SMOOTHING / len(x) ** (1 / 6))
    middles = [(edges[1:] + edges[:-1]) / 2 for edges in (columns, rows)]
    places = [
        np.clip(np.searchsorted(edges, one) - 1, 0, _BINS - 1) for edges, one in ((columns, x), (rows, y))
    ]
    levels = np.quantile(smooth[places[0], places[1]], [1.0 - share for share in _REGIONS])
    if filled:
        ax.contourf(*middles, smooth.T, levels=[*levels, smooth.max() * 1.01], colors=_SHADES)
    else:
        ax.contour(*middles, smooth.T, levels=levels, **_PRIOR)


def _handles() -> list[Line2D | Patch]:
    line, dots = _PRIOR["linestyles"]
    return [
        Patch(color=_SHADES[1], label="posterior, 50 %"),
        Patch(color=_SHADES[0], label="posterior, 95 %"),
        Line2D([], [], color=INK, marker="+", linestyle="", markersize=8, label="posterior medians"),
        Line2D([], [], color=_PRIOR["colors"], linewidth=1.0, linestyle=dots, label="prior, 50 %"),
        Line2D([], [], color=_PRIOR["colors"], linewidth=1.0, linestyle=line, label="prior, 95 %"),
    ]
