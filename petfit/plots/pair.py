"""The joint posterior of EC50 and Emax, one panel a drug."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullFormatter

from petfit import answers
from petfit.plots.look import COLOURS, dress_occupancy, explain, panels, plain_text
from petfit.quantiles import quantile
from petfit.store import Stored

__all__ = ["pair"]

_MOST = 2000
_CLOUDS: dict[str, dict[str, Any]] = {
    "prior": {"marker": ".", "markersize": 2.0, "color": "#C9D1D8"},
    "posterior": {"marker": ".", "markersize": 2.0, "color": COLOURS[0], "alpha": 0.35},
}


@plain_text
def pair(stored: Stored, **at: str | float) -> Figure:
    """Draw the joint posterior of EC50 and Emax, one panel a drug.

    Parameters
    ----------
    stored : Stored
        A fit.
    **at : str or float
        Levels of factors, instead of the model's ``answers_for``.

    Returns
    -------
    matplotlib.figure.Figure
        Draws of Emax against EC50 (logarithmic) for a typical person and study: prior draws in grey,
        posterior draws in colour. A slanted cloud is a trade-off that the evidence did not settle.
    """
    layout = stored.layout
    figure, axes = panels(len(layout.drugs), height=2.6, share_y=True)
    clouds = [
        (answers.curves(one, "typical", None, **at), look)
        for one, look in zip((stored.before, stored), _CLOUDS.values(), strict=True)
    ]
    for i, (ax, drug) in enumerate(zip(axes, layout.drugs, strict=True)):
        inner = quantile(clouds[0][0].parameters["ec50"][..., i], [0.01, 0.99])
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
        ax.xaxis.set_minor_formatter(NullFormatter())
        ax.set_xlim(*(inner if inner[0] < inner[1] else (inner[0] / 10, inner[0] * 10)))
        for found, look in clouds:
            ec50, emax = (found.parameters[name][..., i].reshape(-1)[:_MOST] for name in ("ec50", "emax"))
            ax.plot(ec50, emax, linestyle="", rasterized=True, **look)
        ax.set_title(drug, loc="left", fontweight="bold")
        ax.set_xlabel(f"EC50 ({layout.references[drug].unit})")
    dress_occupancy(axes, "Emax")
    handles = [Line2D([], [], linestyle="", label=name, **look) for name, look in _CLOUDS.items()]
    explain(figure, handles, 2)
    return figure
