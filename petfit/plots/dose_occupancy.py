"""The dose-occupancy curve of each drug with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from petfit.fit import At, Fit
from petfit.plots.canvas import plain_text
from petfit.plots.colours import COLOURS
from petfit.plots.curve_bands import draw_bands
from petfit.plots.evidence_marks import OTHER_REGIMEN, EvidenceMarks
from petfit.plots.exposure_axis import ExposureAxis, dodge, label_panel
from petfit.plots.figure import FitFigure
from petfit.plots.legend import add_legend
from petfit.plots.panels import GivenAxes, format_occupancy_axis, make_panels, scaled_once
from petfit.results.arguments import as_conditions, drug_names
from petfit.results.curve_draws import curve_draws
from petfit.results.plasma_curves import PlasmaCurves
from petfit.results.quantiles import quantile
from petfit.results.scan_occupancy import scan_occupancy

__all__ = ["FIGURE", "plot_dose_occupancy"]


@plain_text
def plot_dose_occupancy(
    fit: Fit,
    occupancy: float = 0.8,
    drugs: Iterable[str] | None = None,
    *,
    ax: GivenAxes = None,
    at: At | None = None,
    window: tuple[float, float] | None = None,
    width: float | None = None,
    height: float = 2.0,
) -> list[Axes]:
    """Draw the dose-occupancy curve of each drug with its evidence.

    The curve is for a typical person: median, 50 and 95 % equal-tailed bands. Each fitted number stands at
    its own exposure, beside others that it would cover. Colour and, where there is room, a number show the
    study, or colour the region where there is one study; shape the regimen, or the region where there is
    one regimen; fill the tracer. Thin bars are SDs of groups or standard errors of people, thick bars
    ranges of a mean, and thick dashed bars the lowest and highest of people or of a complete set of means.
    The arrow of a censored number begins at its limit. Open diamonds are scans under the drug: median and
    95 % equal-tailed interval of `petfit.results.scan_occupancy`. Baseline scans are not drawn, nor are
    rows with a concentration and no dose where the axis is the dose. With kinetics the curve is for the
    moment that `at` names, and each number is that of its own time.

    A `window` is drawn as a band instead of the line. Other arguments and axes are those of
    `petfit.Fit.plot_curves`.
    """
    design = fit.design
    at = as_conditions(at)
    rows = design.rows_at(str(at.get("target", "")))
    rows = rows[rows["is_dose"]] if design.spec.pk else rows
    names = drug_names(design, drugs)
    axes = make_panels(names, ax, width=width, height=height, share_y=True)
    marks = EvidenceMarks(rows, scan_occupancy(fit))
    drug_rows = [rows[rows["drug"] == drug] for drug in names]
    exposures = [_exposures(table) for table in drug_rows]
    references = [design.reference_doses[drug] for drug in names]
    exposure_axes = [ExposureAxis(x, r.value) for x, r in zip(exposures, references, strict=True)]
    grids = np.array([axis.grid() for axis in exposure_axes])
    typical = curve_draws(fit, "typical", names, at=at)
    curves = typical.occupancy(grids)
    other_curves = _other_regimens(fit, names, grids, at)
    with scaled_once(axes, ax):
        for i, (panel, axis) in enumerate(zip(axes, exposure_axes, strict=True)):
            draw_bands(panel, axis.position(grids[i]), curves[..., i, :])
            for regimen, medians in other_curves.items():
                if (drug_rows[i]["regimen"] == regimen).any():
                    panel.plot(axis.position(grids[i]), medians[i], **OTHER_REGIMEN)
            if window:
                panel.axhspan(*window, color=COLOURS[2], alpha=0.18, linewidth=0)
            else:
                panel.axhline(occupancy, color="#555555", linewidth=0.8, linestyle=(0, (4, 3)))
            positions = dodge(axis.position(exposures[i]), *marks.ends(drug_rows[i]))
            label_panel(panel, axis, design, names[i])
            marks.draw(panel, positions, drug_rows[i])
    format_occupancy_axis(axes)
    legend = marks.legend(pd.concat(drug_rows), several_regimens=bool(other_curves))
    if isinstance(typical, PlasmaCurves):
        legend[0].set_label(f"typical {typical.dosing.moment}, 50 and 95 %")
        legend.insert(1, Line2D([], [], linestyle="", label="marks: at their scan's time"))
    add_legend(axes, legend, 3, ax)
    return axes


def _exposures(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return the exposure of each row; of a range of exposures the geometric mean of its ends."""
    ends = rows[["exposure_low", "exposure_high"]].to_numpy(float)
    return np.asarray(np.sqrt(ends[:, 0] * ends[:, 1]))


def _other_regimens(
    fit: Fit, names: Sequence[str], exposures: NDArray[np.float64], at: Mapping[str, str | float]
) -> dict[str, NDArray[np.float64]]:
    """Return the median curves (drug, exposure) under the regimens that the curve is not for.

    There are none if no effect of the model depends on the regimen.
    """
    if not any("regimen" in effect.factors for effect in fit.design.effects):
        return {}
    usual = at.get("regimen", fit.spec.answers_for.get("regimen", ""))
    medians = {}
    for regimen in sorted(set(fit.design.rows["regimen"]) - {usual}):
        curves = curve_draws(fit, "typical", names, at={**at, "regimen": regimen})
        medians[regimen] = quantile(curves.occupancy(exposures), 0.5)
    return medians


FIGURE = FitFigure(
    plot_dose_occupancy,
    section="answers",
    caption="""Occupancy against exposure (logarithmic axis; a dose of 0 stands left of a break). Line:
posterior median of the curve for {population}; dark and light band: 50 and 95 % equal-tailed intervals of
that curve. {line} {rows}""",
)
