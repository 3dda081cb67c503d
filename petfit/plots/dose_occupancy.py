"""Each drug's curve over its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from petfit.fit import At, Fit
from petfit.model.applies_to import applies_to
from petfit.plots.curve_bands import draw_bands
from petfit.plots.evidence_marks import OTHER_REGIMEN, EvidenceMarks
from petfit.plots.exposure_axis import LogAxis, dodge
from petfit.plots.style import GivenAxes, add_legend, format_occupancy_axis, panels, plain_text
from petfit.results import answers, scan_occupancy
from petfit.results.quantiles import quantile

__all__ = ["plot_dose_occupancy"]


@plain_text
def plot_dose_occupancy(
    fit: Fit,
    occupancy: float = 0.8,
    drugs: Iterable[str] | None = None,
    *,
    ax: GivenAxes = None,
    at: At | None = None,
) -> list[Axes]:
    """Draw each drug's curve over its evidence.

    Parameters
    ----------
    fit : Fit
        A fit.
    occupancy : float
        Marked by a line.
    drugs : iterable of str, optional
        All of the fit's, if not given.
    ax : Axes or sequence of Axes, optional
        Draw in these, one a drug, instead of a new figure.
    at : mapping of str to str or float, optional
        Levels of factors, instead of the model's ``answers_for``.

    Returns
    -------
    list of Axes
        One panel a drug: median, 50 and 95 % equal-tailed bands of the curve for a typical person and
        study; every fitted number on its own exposure, coloured and numbered by study, shaped by regimen,
        filled by tracer. Thin bars are published SDs of groups, thick ones ranges of a mean, thick broken
        ones the extremes of people or of a complete set of means. Open diamonds are scans under the drug, by
        the occupancy that `petfit.results.scan_occupancy` makes of them: its median and 95 % equal-tailed interval, whose
        bar runs out of the panel where it ends below -50 or above 150 %. Baseline scans have none and are
        not drawn. The axis is logarithmic; a dose of 0 stands at its left end, marked as 0.
    """
    design = fit.design
    rows = design.rows[applies_to("ec50", design.rows)]
    names = answers.named(design, drugs)
    axes = panels(names, ax, share_y=True)
    marks = EvidenceMarks(rows, scan_occupancy.occupancies(fit))
    of_drugs = [rows[rows["drug"] == drug] for drug in names]
    exposures = [_exposures(of_drug) for of_drug in of_drugs]
    scales = [
        LogAxis(exposure, design.references[drug].value)
        for exposure, drug in zip(exposures, names, strict=True)
    ]
    grids = np.array([axis.grid() for axis in scales])
    usual = answers.curves(fit, "typical", names, at=at).occupancy(grids)
    others = _other_regimens(fit, names, grids, at or {})
    for i, (panel, axis) in enumerate(zip(axes, scales, strict=True)):
        draw_bands(panel, axis.position(grids[i]), usual[..., i, :])
        for regimen, medians in others.items():
            if (of_drugs[i]["regimen"] == regimen).any():
                panel.plot(axis.position(grids[i]), medians[i], **OTHER_REGIMEN)
        panel.axhline(occupancy, color="#555555", linewidth=0.8, linestyle=(0, (4, 3)))
        for x, (_, row) in zip(dodge(axis.position(exposures[i])), of_drugs[i].iterrows(), strict=True):
            marks.draw(panel, float(x), row)
        panel.set_title(names[i], loc="left", fontweight="bold")
        panel.set_xlabel(f"{design.spec.exposure_words} ({design.references[names[i]].unit})")
        axis.format_ticks(panel)
    format_occupancy_axis(axes)
    add_legend(axes, marks.legend(several_regimens=len(set(rows["regimen"])) > 1), 3, ax)
    return axes


def _exposures(rows: pd.DataFrame) -> NDArray[np.float64]:
    ends = rows[["exposure_low", "exposure_high"]].to_numpy(float)
    return np.asarray(np.sqrt(ends[:, 0] * ends[:, 1]))


def _other_regimens(
    fit: Fit, names: Sequence[str], exposures: NDArray[np.float64], at: Mapping[str, str | float]
) -> dict[str, NDArray[np.float64]]:
    """Return median curves (drug, exposure) under the regimens that the curve is not for.

    There are none where the model does not tell regimens apart.
    """
    if "regimen" not in {factor for effect in fit.design.effects for factor in effect.factors}:
        return {}
    asked = at.get("regimen", fit.spec.answers_for.get("regimen", ""))
    found = {}
    for regimen in sorted(set(fit.design.rows["regimen"]) - {asked}):
        curves = answers.curves(fit, "typical", names, at={**at, "regimen": regimen})
        found[regimen] = quantile(curves.occupancy(exposures), 0.5)
    return found
