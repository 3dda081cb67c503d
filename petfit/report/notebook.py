"""A fit as shown in a notebook: the verdict of the checks, the answers, and the curves."""

from __future__ import annotations

import html
import io

import pandas as pd

from petfit.checks.verdict import verdict
from petfit.fit import Fit
from petfit.plots.canvas import figures_for_files
from petfit.plots.dose_occupancy import plot_dose_occupancy
from petfit.report.table import Table
from petfit.report.tables.dose_tables import dose_table
from petfit.report.tables.parameter_table import parameter_table

__all__ = ["notebook_html"]


def notebook_html(fit: Fit) -> str:
    """Return the verdict of the checks, the dose for 80 % occupancy, EC50 and the curves as HTML.

    Parameters
    ----------
    fit : Fit
        A fit.

    Returns
    -------
    str
        HTML without scripts or external files.
    """
    dose, ec50 = fit.dose_for_occupancy(0.8), fit.ec50()
    tables = "".join(map(_table_html, (dose_table(dose), parameter_table({"ec50": ec50}))))
    return (
        f"<div><p><strong>{html.escape(repr(fit)[1:-1])}</strong></p>"
        f"<p>{html.escape(verdict(fit.check()).sentence)}</p>{tables}{_curves_svg(fit)}</div>"
    )


def _table_html(table: Table) -> str:
    cells = pd.DataFrame(table.rows, columns=table.headings)
    return f"<p>{html.escape(table.title)}</p>{cells.to_html(index=False)}<p>{html.escape(table.caption)}</p>"


def _curves_svg(fit: Fit) -> str:
    with figures_for_files():
        figure = plot_dose_occupancy(fit)[0].get_figure(root=True)
    assert figure is not None
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    svg = file.getvalue()
    return svg[svg.index("<svg") :]
