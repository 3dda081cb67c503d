"""Occupancy of every target of each drug over its dose."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from petfit.errors import PetfitError
from petfit.fit import At, Fit
from petfit.plots.canvas import plain_text
from petfit.plots.colours import COLOURS, INK
from petfit.plots.curve_bands import MEDIAN_WIDTH
from petfit.plots.exposure_axis import ExposureAxis, label_panel
from petfit.plots.figure import FitFigure
from petfit.plots.legend import add_legend
from petfit.plots.panels import GivenAxes, format_occupancy_axis, make_panels
from petfit.results.arguments import as_conditions, drug_names
from petfit.results.curve_draws import curve_draws
from petfit.results.ec50_ratio import affinity_ratio
from petfit.results.marketed_strengths import marketed_strengths
from petfit.results.quantiles import quantile
from petfit.results.selectivity import has_second_targets

__all__ = ["FIGURE", "plot_target_occupancy"]


@plain_text
def plot_target_occupancy(
    fit: Fit,
    drugs: Iterable[str] | None = None,
    *,
    ax: GivenAxes = None,
    at: At | None = None,
) -> list[Axes]:
    """Draw the occupancy of every target over the dose, one panel for each drug with affinities.

    Lines are posterior medians for a typical person, bands 95 % equal-tailed intervals.

    Arguments and axes are those of `petfit.Fit.plot_target_occupancy`.
    """
    targets = {
        drug: [target for target in fit.spec.selectivity if affinity_ratio(fit, drug, target)]
        for drug in drug_names(fit.design, drugs)
    }
    names = [drug for drug, known in targets.items() if known]
    if not names:
        raise PetfitError("no drug has affinities to a second target. Add [selectivity.TARGET] to the model.")
    colours = dict(zip([fit.spec.first_target, *fit.spec.selectivity], [INK, *COLOURS], strict=False))
    axes = make_panels(names, ax, share_y=True)
    for panel, drug in zip(axes, names, strict=True):
        reference = fit.design.reference_doses[drug]
        doses = fit.design.rows.loc[fit.design.rows["drug"] == drug, "exposure_high"].to_numpy(float)
        strengths = np.array(marketed_strengths(fit, drug)[0])
        axis = ExposureAxis(np.concatenate([doses[doses > 0], strengths]), reference.value)
        grid = axis.grid()
        for target in (fit.spec.first_target, *targets[drug]):
            curves = curve_draws(fit, "typical", [drug], at={**as_conditions(at), "target": target})
            low, median, high = quantile(curves.occupancy(grid)[..., 0, :], [0.025, 0.5, 0.975])
            x, colour = axis.position(grid), colours[target]
            panel.fill_between(x, low, high, color=colour, alpha=0.13, linewidth=0)
            panel.plot(x, median, color=colour, linewidth=MEDIAN_WIDTH)
        label_panel(panel, axis, fit.design, drug)
    format_occupancy_axis(axes)
    handles = [
        Line2D([], [], color=colour, linewidth=MEDIAN_WIDTH, label=target)
        for target, colour in colours.items()
    ]
    add_legend(axes, handles, 4, ax)
    return axes


FIGURE = FitFigure(
    plot_target_occupancy,
    section="selectivity",
    caption="""Occupancy of every target against {exposure} (logarithmic axis), for {population}, one
panel per drug with affinities: posterior median and 95 % equal-tailed interval. Occupancy of
targets other than the first is inferred from affinities in vitro, unless PET rows of them were fitted.""",
    applies_to=has_second_targets,
)
