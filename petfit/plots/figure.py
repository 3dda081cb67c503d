"""What a figure is: the function that draws it, its options, and its place and caption in the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import Parameter, signature
from typing import Any

from matplotlib.axes import Axes

from petfit.errors import PetfitError, nearest
from petfit.fit import Fit
from petfit.plots import load_figure
from petfit.results.occupancy_window import check_window
from petfit.results.quantiles import check_prob

__all__ = ["FitFigure", "draw_figure"]


@dataclass(frozen=True)
class FitFigure:
    """A figure of a fit.

    Parameters
    ----------
    draw : callable
        Draws a fit, given first, with options by name; returns the axes.
    section : str
        The section of the report that shows it; "" if the report does not.
    caption : str
        Its caption in the report. ``{exposure}``, ``{target}``, ``{window}``, ``{population}``, ``{at}``,
        ``{line}`` and ``{rows}`` stand for words about the fit.
    applies_to : callable
        Whether a fit has what the figure shows.
    """

    draw: Callable[..., list[Axes]]
    section: str = ""
    caption: str = ""
    applies_to: Callable[[Fit], bool] = lambda _: True

    @property
    def options(self) -> dict[str, bool]:
        """The names of the options, and whether each must be given."""
        parameters = list(signature(self.draw).parameters.values())[1:]
        return {parameter.name: parameter.default is Parameter.empty for parameter in parameters}


def draw_figure(fit: Fit, name: str, **options: Any) -> list[Axes]:
    """Draw a figure of a fit by its name.

    Parameters
    ----------
    fit : Fit
        A fit.
    name : str
        The name of a figure in `petfit.plots.FIGURES`.
    **options
        Options of its function.

    Raises
    ------
    PetfitError
        If there is no such figure, or it has no such option, or lacks one that it needs, or an occupancy or a
        window is none.
    """
    figure = load_figure(name)
    known = figure.options
    for option in options:
        if option not in known:
            raise PetfitError(f"the figure {name!r} has no option {option!r}. {nearest(option, known)}")
    for option, is_needed in known.items():
        if is_needed and option not in options:
            raise PetfitError(f"the figure {name!r} needs the option {option!r}")
    if options.get("occupancy") is not None:
        check_prob(options["occupancy"], "occupancy")
    if options.get("window") is not None:
        check_window(options["window"])
    return figure.draw(fit, **options)
