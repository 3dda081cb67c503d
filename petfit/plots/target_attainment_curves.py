"""How surely each dose reaches an occupancy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from petfit.fit import At, Fit
from petfit.plots.exposure_axis import LogAxis
from petfit.plots.style import COLOURS, INK, GivenAxes, add_legend, format_occupancy_axis, panels, plain_text
from petfit.results import answers
from petfit.results.target_attainment import marketed

__all__ = ["plot_target_attainment_curves"]

_LOOKS: dict[str, dict[str, Any]] = {
    "typical": {"color": INK, "linewidth": 1.6},
    "new_subject": {"color": COLOURS[0], "linewidth": 1.4, "linestyle": (0, (5, 2))},
}
_LABELS = {"typical": "a typical person", "new_subject": "one more person"}
_STRENGTH: dict[str, Any] = {"color": COLOURS[1], "marker": "D", "markersize": 4.5, "linestyle": ""}


@plain_text
def plot_target_attainment_curves(
    fit: Fit,
    occupancy: float = 0.8,
    drugs: Iterable[str] | None = None,
    *,
    ax: GivenAxes = None,
    at: At | None = None,
) -> list[Axes]:
    """Draw how surely each dose reaches an occupancy, one panel a drug.

    Parameters
    ----------
    fit : Fit
        A fit.
    occupancy : float
        Absolute occupancy, a fraction.
    drugs : iterable of str, optional
        All of the fit's, if not given.
    ax : Axes or sequence of Axes, optional
        Draw in these, one a drug, instead of a new figure.
    at : mapping of str to str or float, optional
        Levels of factors, instead of the model's ``answers_for``.

    Returns
    -------
    list of Axes
        The probability that the occupancy at a dose (logarithmic) is at least this: of a typical person
        and, where the model has differences between people, of one more person (broken line). Diamonds are
        the marketed strengths.
    """
    design, names = fit.design, answers.named(fit.design, drugs)
    axes = panels(names, ax, height=1.5, share_y=True)
    whose = [predict_for for predict_for in _LOOKS if answers.has_differences(design, predict_for)]
    needed = {
        predict_for: answers.curves(fit, predict_for, names, at=at).exposure([occupancy])[..., 0]
        for predict_for in whose
    }
    for i, (panel, drug) in enumerate(zip(axes, names, strict=True)):
        strengths = np.array(marketed(fit, drug)[0])
        tested = design.rows.loc[design.rows["drug"] == drug, ["exposure_low", "exposure_high"]]
        exposures = np.concatenate([tested.to_numpy(float).ravel(), strengths])
        axis = LogAxis(exposures, design.references[drug].value)
        grid = axis.grid()
        for predict_for, draws in needed.items():
            panel.plot(axis.position(grid), _reached(draws[..., i], grid), **_LOOKS[predict_for])
        if strengths.size:
            panel.plot(axis.position(strengths), _reached(needed["typical"][..., i], strengths), **_STRENGTH)
        axis.format_ticks(panel)
        panel.set_ylim(-0.03, 1.03)
        panel.set_title(drug, loc="left", fontweight="bold")
        panel.set_xlabel(f"{fit.spec.exposure_words} ({design.references[drug].unit})")
    format_occupancy_axis(axes, f"P(occupancy ≥ {100 * occupancy:g} %)")
    handles = [Line2D([], [], label=_LABELS[predict_for], **_LOOKS[predict_for]) for predict_for in whose]
    add_legend(axes, [*handles, Line2D([], [], label="marketed strength", **_STRENGTH)], 3, ax)
    return axes


def _reached(needed: NDArray[np.float64], doses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of draws in which doses are enough."""
    return np.searchsorted(np.sort(needed, axis=None), doses, side="right") / needed.size
