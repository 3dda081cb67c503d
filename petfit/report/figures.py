"""The figures of the report, as SVG, each with a caption that can be read without the text around it."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from petfit.checks import Check, Finding
from petfit.fit import Fit
from petfit.model.applies_to import applies_to
from petfit.plots import FIGURES, load_figure
from petfit.plots.canvas import figures_for_files
from petfit.results.curve_draws import curve_draws
from petfit.results.time_course import plasma_curves

__all__ = ["MANY_DRUGS", "Drawing", "draw_figure", "draw_figures", "figure_check"]


@dataclass(frozen=True)
class Drawing:
    """A drawn figure as a ``data:`` URL with its width in inches, or the problem that prevented it."""

    data_url: str
    section: str
    alt: str
    caption: str
    problem: str = ""
    width: float = 0.0


_OCCUPANCIES = """Every fitted value is drawn as published, at its own exposure or, where marks would cover
each other, side by side around it: thin bars are SDs between people, or the standard error of one person's
number, thick bars ranges of the mean; an arrow begins at the limit where only a limit is known. Values
measured under another regimen, tracer or region than that of the curve need not lie on it; the figure of
predictive checks compares each with its own prediction."""

_DERIVED = """Open diamonds are scans under the drug, side by side where they would cover each other, with the
occupancy derived from their fitted baseline, for display only: median and 95 % equal-tailed interval, which
includes the uncertainty of the baseline and the noise of the scan. Nothing was fitted to these occupancies.
Baseline scans have no occupancy and are not drawn here; a figure below compares every scan, as measured, with
its own prediction."""

MANY_DRUGS = 3
"""With more drugs the panels of the curves are lower, so that they and the answers fit a screen."""
_CURVES_WIDTH = 6.4


def draw_figures(
    fit: Fit, occupancy: float = 0.8, window: tuple[float, float] | None = None
) -> dict[str, Drawing]:
    """Draw every figure of the report of a fit that suits it, for a target occupancy or a window."""
    few_drugs = len(fit.design.drugs) <= MANY_DRUGS
    asked = {
        "occupancy": occupancy,
        "window": window,
        "width": _CURVES_WIDTH,
        "height": 2.0 if few_drugs else 1.15,
    }
    words = _words(fit, occupancy, window)
    drawings = {}
    for name, entry in FIGURES.items():
        figure = load_figure(name)
        options = {option: asked[option] for option in figure.options if option in asked}
        lacks_window = figure.options.get("window", False) and window is None
        if figure.section and figure.applies_to(fit) and not lacks_window:
            caption = " ".join(figure.caption.format(**words).split())
            draw = partial(figure.draw, fit, **options)
            drawings[name] = draw_figure(draw, figure.section, entry.summary, caption)
    return drawings


def _words(fit: Fit, occupancy: float, window: tuple[float, float] | None) -> dict[str, str]:
    """Return what the places in captions stand for."""
    attrs = curve_draws(fit).attrs
    at = f" ({attrs['at']})" if attrs["at"] else ""
    place = plasma_curves(fit).place["at"] if fit.spec.pk else attrs["at"]
    target, band = f"{100 * occupancy:g} %", ""
    line = f"The dashed horizontal line is {target}."
    if window:
        band = f"{100 * window[0]:g} to {100 * window[1]:g} %"
        line = f"The green band is the window, {band}."
    return {
        "exposure": fit.spec.exposure_words,
        "target": target,
        "window": band,
        "population": attrs["population"] + at,
        "person": attrs["population"] + (f" ({place})" if place else ""),
        "at": at,
        "rows": _row_words(fit),
        "line": line,
    }


def _row_words(fit: Fit) -> str:
    """Say what a figure of curves shows of the rows."""
    kinds = {"noise": _OCCUPANCIES, "scan_noise": _DERIVED}
    return " ".join(text for part, text in kinds.items() if applies_to(part, fit.design.rows).any())


def draw_figure(draw: Callable[[], Sequence[Axes]], section: str, alt: str, caption: str) -> Drawing:
    """Draw a figure; if that fails, the problem is shown in its place and in the verdicts."""
    buffer = io.BytesIO()
    try:
        with mpl.rc_context({"svg.hashsalt": "petfit", "text.parse_math": False}), figures_for_files():
            drawing = draw()[0].get_figure(root=True)
            assert drawing is not None
            drawing.savefig(buffer, format="svg", metadata={"Date": None})
    except Exception as error:
        return Drawing(
            "", section, alt, caption, f"This figure could not be drawn: {type(error).__name__}: {error}"
        )
    data_url = f"data:image/svg+xml;base64,{base64.b64encode(buffer.getvalue()).decode()}"
    return Drawing(data_url, section, alt, caption, width=float(drawing.get_figwidth()))


def figure_check(figures: dict[str, Drawing]) -> Check:
    """Check that every figure was drawn."""
    table = pd.DataFrame({"problem": {name: figure.problem for name, figure in figures.items()}})
    missing = [name for name, figure in figures.items() if figure.problem]
    findings = (
        Finding("figures", len(figures)),
        Finding("figures missing", len(missing), "at most", 0, "WARN"),
    )
    if missing:
        return Check(
            "figures", "WARN", f"Figures that could not be drawn: {', '.join(missing)}.", table, findings
        )
    return Check("figures", "PASS", f"All {len(figures)} figures were drawn.", table, findings)
