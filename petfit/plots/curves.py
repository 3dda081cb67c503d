"""Each drug's curve over its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from petfit import answers, derived
from petfit.plots.axis import LogAxis, spread
from petfit.plots.bands import draw_bands
from petfit.plots.look import Given, dress_occupancy, explain, panels, plain_text
from petfit.plots.marks import OTHER_REGIMEN, Marks
from petfit.quantiles import quantile
from petfit.scope import concerned
from petfit.store import Stored

__all__ = ["curves"]


@plain_text
def curves(
    stored: Stored,
    occupancy: float = 0.8,
    drugs: Iterable[str] | None = None,
    /,
    *,
    ax: Given = None,
    **at: str | float,
) -> list[Axes]:
    """Draw each drug's curve over its evidence.

    Parameters
    ----------
    stored : Stored
        A fit.
    occupancy : float
        Marked by a line.
    drugs : iterable of str, optional
        All of the fit's, if not given.
    ax : Axes or sequence of Axes, optional
        Draw in these, one a drug, instead of a new figure.
    **at : str
        Levels of factors, instead of the model's ``answers_for``.

    Returns
    -------
    list of Axes
        One panel a drug: median, 50 and 95 % equal-tailed bands of the curve for a typical person and
        study; every fitted number on its own exposure, coloured and numbered by study, shaped by regimen,
        filled by tracer. Thin bars are published SDs of groups, thick ones ranges of a mean, thick broken
        ones the extremes of people or of a complete set of means. Open diamonds are scans under the drug, by
        the occupancy that `petfit.derived` makes of them: its median and 95 % equal-tailed interval, whose
        bar runs out of the panel where it ends below -50 or above 150 %. Baseline scans have none and are
        not drawn. The axis is logarithmic; a dose of 0 stands at its left end, marked as 0.
    """
    layout = stored.layout
    rows = layout.rows[concerned("ec50", layout.rows)]
    names = answers.named(layout, drugs)
    axes = panels(names, ax, share_y=True)
    marks = Marks(rows, derived.occupancies(stored))
    of_drugs = [rows[rows["drug"] == drug] for drug in names]
    exposures = [_exposures(of_drug) for of_drug in of_drugs]
    scales = [
        LogAxis(exposure, layout.references[drug].value)
        for exposure, drug in zip(exposures, names, strict=True)
    ]
    grids = np.array([axis.grid() for axis in scales])
    usual = answers.curves(stored, "typical", names, **at).occupancy(grids)
    others = _other_regimens(stored, names, grids, at)
    for i, (panel, axis) in enumerate(zip(axes, scales, strict=True)):
        draw_bands(panel, axis.place(grids[i]), usual[..., i, :])
        for regimen, medians in others.items():
            if (of_drugs[i]["regimen"] == regimen).any():
                panel.plot(axis.place(grids[i]), medians[i], **OTHER_REGIMEN)
        panel.axhline(occupancy, color="#555555", linewidth=0.8, linestyle=(0, (4, 3)))
        for x, (_, row) in zip(spread(axis.place(exposures[i])), of_drugs[i].iterrows(), strict=True):
            marks.draw(panel, float(x), row)
        panel.set_title(names[i], loc="left", fontweight="bold")
        panel.set_xlabel(f"{layout.spec.exposure_words} ({layout.references[names[i]].unit})")
        axis.dress(panel)
    dress_occupancy(axes)
    explain(axes, marks.legend(several_regimens=len(set(rows["regimen"])) > 1), 3, ax)
    return axes


def _exposures(rows: pd.DataFrame) -> NDArray[np.float64]:
    ends = rows[["exposure_low", "exposure_high"]].to_numpy(float)
    return np.asarray(np.sqrt(ends[:, 0] * ends[:, 1]))


def _other_regimens(
    stored: Stored, names: Sequence[str], exposures: NDArray[np.float64], at: Mapping[str, str | float]
) -> dict[str, NDArray[np.float64]]:
    """Return median curves (drug, exposure) under the regimens that the curve is not for.

    There are none where the model does not tell regimens apart.
    """
    if "regimen" not in {factor for effect in stored.layout.effects for factor in effect.factors}:
        return {}
    asked = at.get("regimen", stored.spec.answers_for.get("regimen", ""))
    found = {}
    for regimen in sorted(set(stored.layout.rows["regimen"]) - {asked}):
        curves = answers.curves(stored, "typical", names, **{**at, "regimen": regimen})
        found[regimen] = quantile(curves.occupancy(exposures), 0.5)
    return found
