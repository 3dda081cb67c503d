"""Leave-one-out probability integral transform of the fitted numbers."""

from __future__ import annotations

import arviz_plots as azp
import xarray as xr
from matplotlib.axes import Axes

from petfit.errors import PetfitError
from petfit.fit import Fit
from petfit.plots.arviz_axes import arviz_axes
from petfit.plots.canvas import figure_width, plain_text, scaled
from petfit.plots.colours import BAND
from petfit.plots.evidence_marks import RANGED
from petfit.plots.figure import FitFigure

__all__ = ["FIGURE", "plot_loo_pit"]


@plain_text
def plot_loo_pit(fit: Fit) -> list[Axes]:
    """Draw how well the leave-one-out predictive distributions are calibrated.

    Drawn by `arviz_plots.plot_loo_pit`, in a new figure: the ECDF of the probability integral transform of
    each number under its PSIS-LOO predictive distribution, less that of a uniform distribution. Ranges,
    extremes and censored numbers are left out.

    Arguments and axes are those of `petfit.Fit.plot_loo_pit`.
    """
    rows = fit.design.rows
    is_number = ~rows["level"].isin(RANGED) & (rows["censored"] == "")
    numbers = [str(name) for name in rows.index[is_number]]
    if not numbers:
        raise PetfitError("the fit holds only ranges, extremes and limits, for which there is no LOO-PIT.")
    collection = azp.plot_loo_pit(
        _by_row(fit),
        coords={"row": numbers},
        backend="matplotlib",
        visuals={"title": False, "ecdf_lines": {"color": BAND}},
        figure_kwargs={"figsize": (min(5.2, figure_width()), scaled(3.6)), "layout": "constrained"},
    )
    return arviz_axes(collection, ["value"])


def _by_row(fit: Fit) -> xr.DataTree:
    """Return the groups that LOO-PIT needs; each row has the log likelihood of its person."""
    density = fit.log_likelihood
    if "person" in density.dims:
        rows = fit.design.rows
        person = xr.DataArray(
            rows["person"].to_numpy(object), {"row": [str(row) for row in rows.index]}, "row"
        )
        density = density.sel(person=person).drop_vars("person")
    groups = {name: fit.group(name) for name in ("posterior", "posterior_predictive", "observed_data")}
    return xr.DataTree.from_dict({**groups, "log_likelihood": density.to_dataset(name="value")})


FIGURE = FitFigure(plot_loo_pit)
