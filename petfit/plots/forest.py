"""EC50, Emax and the dose for an occupancy, drug by drug."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray

from petfit.fit import At, Fit
from petfit.plots.curve_bands import INTERVAL_QUANTILES
from petfit.plots.log_ticks import label_log_axis
from petfit.plots.style import BAND, COLOURS, INK, GivenAxes, Margins, add_legend, panels, plain_text
from petfit.results import answers
from petfit.results.quantiles import quantile
from petfit.results.summary import tested_range

__all__ = ["plot_forest"]

_TESTED = COLOURS[1]
_BELOW = 0.26


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
    """Draw EC50, Emax and the dose for an occupancy, drug by drug.

    Parameters
    ----------
    fit : Fit
        A fit.
    occupancy : float
        Absolute occupancy, a fraction.
    predict_for, drugs, at
        See `petfit.results.answers.curves`.
    ax : sequence of Axes, optional
        Draw in these three instead of a new figure.

    Returns
    -------
    list of Axes
        Three: median, 50 and 95 % equal-tailed intervals of EC50 and of the dose (logarithmic, in the
        drugs' unit, or in reference doses where they have no common one) and of Emax. An interval that ends
        in infinity ends in an arrow. Orange lines are the exposures tested.
    """
    found = answers.curves(fit, predict_for, drugs, at=at)
    word = fit.spec.exposure_words
    titles = ["EC50 (ED50)" if word == "dose" else "EC50", "Emax", f"{word} for {100 * occupancy:g} %"]
    names = [str(name) for name in found.array(found.parameters["ec50"])["drug"].to_numpy()]
    margins = Margins(left=0.2 + 0.085 * max(map(len, names)))
    axes = panels(titles, ax, height=0.2 + 0.3 * len(names), share_y=True, margins=margins)
    scale, unit = _common_unit(found)
    dose = found.exposure([occupancy])[..., 0]
    regimen = str((at or {}).get("regimen", fit.design.usual_regimen))
    tested = np.array([tested_range(fit.design, drug, regimen) for drug in found.drugs]).T / scale
    _draw_log(axes[0], found.parameters["ec50"] / scale, unit)
    _draw_rows(axes[1], quantile(found.parameters["emax"], INTERVAL_QUANTILES))
    axes[1].xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes[1].locator_params(axis="x", nbins=4)
    axes[1].set_xlabel("occupancy")
    _draw_log(axes[2], dose / scale, unit, tested)
    for panel, title in zip(axes, titles, strict=True):
        panel.set_title(title, loc="left", fontweight="bold")
        panel.grid(axis="x", color="#E3E3E3", linewidth=0.6)
        panel.spines[["top", "right"]].set_visible(False)
        panel.set_ylim(-0.6, len(found.drugs) - 0.4)
    axes[0].set_yticks(np.arange(len(names)), names[::-1])
    add_legend(axes, _handles(word), 4, ax)
    return axes


def _common_unit(found: answers.Curves) -> tuple[NDArray[np.float64], str]:
    """Return what to divide exposures by, drug by drug, and the unit they are then in."""
    units = set(found.units)
    if len(units) == 1:
        return np.ones(len(found.drugs)), units.pop()
    return np.array([found.design.references[drug].value for drug in found.drugs]), "reference doses"


def _draw_log(
    ax: Axes, draws: NDArray[np.float64], unit: str, tested: NDArray[np.float64] | None = None
) -> None:
    """Draw draws of an exposure on a logarithmic axis, infinite ends as arrows."""
    with np.errstate(divide="ignore"):
        ends = np.log10(quantile(draws, INTERVAL_QUANTILES))
        limits = ends if tested is None else np.concatenate([ends, np.log10(tested)])
    finite = limits[np.isfinite(limits)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
    room = 0.12 * (high - low) + 0.05
    _draw_rows(ax, np.clip(ends, low - room, high + room))
    for place, far in enumerate(ends[-1][::-1] == np.inf):
        if far:
            ax.plot([high + room], [place], ">", color=BAND, markersize=6, clip_on=False)
    if tested is not None:
        places = np.arange(tested.shape[1])[::-1] - _BELOW
        ax.hlines(places, *np.log10(tested), color=_TESTED, linewidth=1.6)
        ax.plot(np.log10(tested), [places, places], "|", color=_TESTED, markersize=5)
    ax.set_xlim(low - room, high + room)
    label_log_axis(ax)
    ax.set_xlabel(unit)


def _draw_rows(ax: Axes, ends: NDArray[np.float64]) -> None:
    """Draw intervals and medians, the first drug on top."""
    low, inner_low, median, inner_high, high = ends
    places = np.arange(ends.shape[1])[::-1]
    ax.hlines(places, low, high, color=BAND, linewidth=1.6)
    ax.hlines(places, inner_low, inner_high, color=BAND, linewidth=5)
    ax.plot(median, places, "o", color=INK, markerfacecolor="white", markersize=4.5)


def _handles(word: str) -> list[Line2D]:
    return [
        Line2D([], [], color=INK, marker="o", markerfacecolor="white", linestyle="", label="median"),
        Line2D([], [], color=BAND, linewidth=5, label="50 %"),
        Line2D([], [], color=BAND, linewidth=1.6, label="95 %"),
        Line2D([], [], color=_TESTED, linewidth=1.6, label=f"{word}s tested"),
    ]
