"""Figures, one file each, and their register. A new figure needs one file and one line here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from petfit.errors import PetfitError, nearest

if TYPE_CHECKING:
    from petfit.plots.figure import FitFigure

__all__ = ["FIGURES", "Entry", "load_figure"]


class Entry(NamedTuple):
    """The module that defines a figure as ``FIGURE``, and what the figure shows."""

    module: str
    summary: str


FIGURES: dict[str, Entry] = {
    "curves": Entry(
        "petfit.plots.dose_occupancy", "Fitted curve and every fitted value, one panel per drug."
    ),
    "forest": Entry(
        "petfit.plots.forest", "EC50, Emax and the dose for the target of each drug, with intervals."
    ),
    "pair": Entry("petfit.plots.ec50_emax", "Joint posterior of Emax and EC50, one panel per drug."),
    "priors": Entry("petfit.plots.prior_posterior", "Prior and posterior density of each parameter."),
    "predictive": Entry(
        "petfit.plots.predictive_intervals", "Each fitted value and its posterior prediction."
    ),
    "scans": Entry("petfit.plots.scan_predictive", "Each fitted scan against its posterior prediction."),
    "window": Entry(
        "petfit.plots.window_curves", "Probability that each dose keeps the occupancy in a window."
    ),
    "attainment": Entry(
        "petfit.plots.target_attainment_curves", "Probability that each dose reaches the target."
    ),
    "time": Entry("petfit.plots.time_curves", "Occupancy over the hours after a dose, one panel per drug."),
    "targets": Entry("petfit.plots.target_occupancy", "Occupancy of every target against the dose."),
    "rank": Entry("petfit.plots.rank", "Rank plots, which show whether the chains agree."),
    "loo_pit": Entry("petfit.plots.loo_pit", "Calibration of the leave-one-out predictive distributions."),
}
"""By name, in the order of the report."""


def load_figure(name: str) -> FitFigure:
    """Return a figure by its name, importing its module.

    Raises
    ------
    PetfitError
        If there is none of that name.
    """
    if name not in FIGURES:
        raise PetfitError(f"there is no figure {name!r}. {nearest(name, FIGURES)}")
    figure: FitFigure = import_module(FIGURES[name].module).FIGURE
    return figure
