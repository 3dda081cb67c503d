"""How surely each dose reaches an occupancy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from petfit import answers
from petfit.attainment import marketed
from petfit.plots.axis import LogAxis
from petfit.plots.look import COLOURS, INK, Given, dress_occupancy, explain, panels, plain_text
from petfit.store import Stored

__all__ = ["attainment"]

_LOOKS: dict[str, dict[str, Any]] = {
    "typical": {"color": INK, "linewidth": 1.6},
    "new_subject": {"color": COLOURS[0], "linewidth": 1.4, "linestyle": (0, (5, 2))},
}
_LABELS = {"typical": "a typical person", "new_subject": "one more person"}
_STRENGTH: dict[str, Any] = {"color": COLOURS[1], "marker": "D", "markersize": 4.5, "linestyle": ""}


@plain_text
def attainment(
    stored: Stored,
    occupancy: float = 0.8,
    drugs: Iterable[str] | None = None,
    /,
    *,
    ax: Given = None,
    **at: str | float,
) -> list[Axes]:
    """Draw how surely each dose reaches an occupancy, one panel a drug.

    Parameters
    ----------
    stored : Stored
        A fit.
    occupancy : float
        Absolute occupancy, a fraction.
    drugs : iterable of str, optional
        All of the fit's, if not given.
    ax : Axes or sequence of Axes, optional
        Draw in these, one a drug, instead of a new figure.
    **at : str or float
        Levels of factors, instead of the model's ``answers_for``.

    Returns
    -------
    list of Axes
        The probability that the occupancy at a dose (logarithmic) is at least this: of a typical person
        and, where the model has differences between people, of one more person (broken line). Diamonds are
        the marketed strengths.
    """
    layout, names = stored.layout, answers.named(stored.layout, drugs)
    axes = panels(names, ax, height=1.5, share_y=True)
    whose = [who for who in _LOOKS if answers.has_differences(layout, who)]
    needed = {who: answers.curves(stored, who, names, **at).exposure([occupancy])[..., 0] for who in whose}
    for i, (panel, drug) in enumerate(zip(axes, names, strict=True)):
        strengths = np.array(marketed(stored, drug)[0])
        tested = layout.rows.loc[layout.rows["drug"] == drug, ["exposure_low", "exposure_high"]]
        exposures = np.concatenate([tested.to_numpy(float).ravel(), strengths])
        axis = LogAxis(exposures, layout.references[drug].value)
        grid = axis.grid()
        for who, draws in needed.items():
            panel.plot(axis.place(grid), _reached(draws[..., i], grid), **_LOOKS[who])
        if strengths.size:
            panel.plot(axis.place(strengths), _reached(needed["typical"][..., i], strengths), **_STRENGTH)
        axis.dress(panel)
        panel.set_ylim(-0.03, 1.03)
        panel.set_title(drug, loc="left", fontweight="bold")
        panel.set_xlabel(f"{stored.spec.exposure_words} ({layout.references[drug].unit})")
    dress_occupancy(axes, f"P(occupancy ≥ {100 * occupancy:g} %)")
    handles = [Line2D([], [], label=_LABELS[who], **_LOOKS[who]) for who in whose]
    explain(axes, [*handles, Line2D([], [], label="marketed strength", **_STRENGTH)], 3, ax)
    return axes


def _reached(needed: NDArray[np.float64], doses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of draws in which doses are enough."""
    return np.searchsorted(np.sort(needed, axis=None), doses, side="right") / needed.size
