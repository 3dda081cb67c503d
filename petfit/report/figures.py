"""The figures of the report, as SVG, each with a caption that can be read without the text around it."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from petfit import plots
from petfit.checks import Check, Finding
from petfit.fit import Fit
from petfit.model.applies_to import applies_to
from petfit.plots.style import figures_for_files
from petfit.results.curve_draws import curve_draws
from petfit.results.selectivity import has_second_targets

__all__ = ["FIGURES", "MANY_DRUGS", "Figure", "draw_figures", "figure_check"]


@dataclass(frozen=True)
class Figure:
    """A drawing as a ``data:`` URL with its width in inches, or the problem that prevented it."""

    data_url: str
    alt: str
    caption: str
    problem: str = ""
    width: float = 0.0


_CURVES = """Occupancy against exposure (logarithmic axis; a dose of 0 stands left of a break). Line:
posterior median of the curve for {population}; dark and light band: 50 and 95 % equal-tailed intervals of
that curve. {line} {rows}"""

_OCCUPANCIES = """Every fitted value is drawn at its own exposure, as published: thin bars are SDs between
people, or the standard error of one person's number, thick bars ranges of the mean; an arrow leads from the
limit of a number of which only a limit is known. Values measured under another regimen, tracer or region
than the curve's need not lie on it; the figure of predictive checks compares each with its own prediction."""

_DERIVED = """Open diamonds are scans under the drug, with the occupancy derived from their fitted baseline,
for display only: median and 95 % equal-tailed interval, which includes the uncertainty of the baseline and
the noise of the scan. Nothing was fitted to these occupancies. Baseline scans have no occupancy and are not
drawn here; a figure below compares every scan, as measured, with its own prediction."""

_FOREST = """EC50, Emax and the {exposure} for {target} occupancy of each drug, for {population}: posterior
median (circle), 50 % (thick) and 95 % (thin) equal-tailed intervals; logarithmic axes of {exposure}. An arrow
marks an interval that ends in infinity: some draws never reach {target}. Orange: the {exposure}s tested,
under the regimen of the answer."""

_EVIDENCE = """Every fitted occupancy (orange) and values replicated by the fitted model at the
same dose: median, 50 and 95 % equal-tailed intervals of the posterior predictive distribution. With
a good fit, about one value in twenty lies outside its thin bar."""

_SCANS = """Every fitted scan against scans replicated by the fitted model for the same person, region and
dose: median and 95 % equal-tailed interval of the posterior predictive distribution (thin bar), one panel
per region unless there are many. On the dashed diagonal both agree. With a good fit, about one bar in twenty
misses the diagonal."""

_PAIR = """Joint posterior of Emax and EC50 (logarithmic axis) for {population}, one panel
per drug. Filled: the smallest regions that contain 50 and 95 % of the posterior draws, with a cross at the
medians; dashed and dotted lines: those of the prior. A slanted region is a trade-off that the evidence does
not resolve: a lower EC50 with a lower Emax fits as well as a higher EC50 with a higher Emax."""

_ATTAINMENT = """Probability that the occupancy at a {exposure} (logarithmic axis) is at least {target}: the
share of posterior draws. Line: {population}; dashed line, where the model has differences between people: a
new person. Diamonds: the marketed strengths."""

_WINDOW = """Probability that the occupancy at a {exposure} (logarithmic axis) lies within {window}: the share
of posterior draws. Line: {population}; dashed line, where the model has differences between people: a new
person. Diamonds: the marketed strengths. The grey band reaches from the median {exposure} for the lower end
to that for the upper end."""

_TARGETS = """Occupancy of every target against {exposure} (logarithmic axis), for {population}, one
panel per drug with affinities: posterior median and 95 % equal-tailed interval. Occupancy of
targets other than the first is inferred from affinities in vitro, unless PET rows of them were fitted."""

_TIME = """Occupancy over the hours after the last of the usual doses at steady state, for
{population}, one panel per drug: posterior median, 50 and 95 % equal-tailed intervals. The dashed horizontal
line is {target}."""

_PRIORS = """Prior and posterior density of every parameter that has a prior, each on its own scale. Where
the two agree, the evidence added little."""

MANY_DRUGS = 3
"""With more drugs the panels of the curves are lower, so that they and the answers fit a screen."""
_CURVES_WIDTH = 6.4


def _draw_curves(fit: Fit, occupancy: float, window: tuple[float, float] | None = None) -> Sequence[Axes]:
    height = 2.0 if len(fit.design.drugs) <= MANY_DRUGS else 1.15
    return plots.plot_dose_occupancy(fit, occupancy, window=window, width=_CURVES_WIDTH, height=height)


type _Draw = Callable[[Fit, float], Sequence[Axes]]
FIGURES: dict[str, tuple[_Draw, str, str]] = {
    "curves": (
        _draw_curves,
        "Fitted curve and every fitted value, one panel per drug.",
        _CURVES,
    ),
    "forest": (
        plots.plot_forest,
        "EC50, Emax and the exposure for the target of each drug, with intervals.",
        _FOREST,
    ),
    "pair": (
        lambda fit, _: plots.plot_ec50_emax(fit),
        "Joint posterior of Emax and EC50, one panel per drug.",
        _PAIR,
    ),
    "priors": (
        lambda fit, _: plots.plot_prior_posterior(fit),
        "Prior and posterior density of each parameter.",
        _PRIORS,
    ),
    "evidence": (
        lambda fit, _: plots.plot_predictive_intervals(fit),
        "Each fitted value and its posterior prediction.",
        _EVIDENCE,
    ),
    "scans": (
        lambda fit, _: plots.plot_scan_predictive(fit),
        "Each fitted scan against its posterior prediction.",
        _SCANS,
    ),
    "attainment": (
        plots.plot_target_attainment_curves,
        "Probability that each exposure reaches the target, one panel per drug.",
        _ATTAINMENT,
    ),
    "targets": (
        lambda fit, _: plots.plot_target_occupancy(fit),
        "Occupancy of every target over the exposure, one panel per drug.",
        _TARGETS,
    ),
    "time": (
        lambda fit, occupancy: plots.plot_time_course(fit, occupancy=occupancy),
        "Occupancy over the hours after a dose, one panel per drug.",
        _TIME,
    ),
}
"""By name: the function that draws the figure, its description and its caption."""

_NEEDS: dict[str, Callable[[Fit], bool]] = {
    "evidence": lambda fit: bool(applies_to("noise", fit.design.rows).any()),
    "scans": lambda fit: bool(applies_to("scan_noise", fit.design.rows).any()),
    "targets": has_second_targets,
    "time": lambda fit: bool(fit.spec.pk),
}
"""What a figure needs of a fit."""


def draw_figures(
    fit: Fit, occupancy: float = 0.8, window: tuple[float, float] | None = None
) -> dict[str, Figure]:
    """Draw every figure of the report of a fit that suits it, for a target occupancy or a window."""
    line = f"The dashed horizontal line is {100 * occupancy:g} %."
    if window:
        line = f"The green band is the window, {100 * window[0]:g} to {100 * window[1]:g} %."
    words = {
        "{exposure}": fit.spec.exposure_words,
        "{target}": f"{100 * occupancy:g} %",
        "{population}": _population(fit),
        "{rows}": _row_words(fit),
        "{line}": line,
    }
    return {
        name: _draw(partial(draw, fit, occupancy), alt, _fill(caption, words))
        for name, (draw, alt, caption) in _for_window(window).items()
        if name not in _NEEDS or _NEEDS[name](fit)
    }


def _for_window(window: tuple[float, float] | None) -> dict[str, tuple[_Draw, str, str]]:
    """Return the figures, with those of a window if there is one."""
    if not window:
        return FIGURES
    _, alt, caption = FIGURES["curves"]
    band = f"{100 * window[0]:g} to {100 * window[1]:g} %"
    return {
        **FIGURES,
        "curves": (lambda fit, occupancy: _draw_curves(fit, occupancy, window), alt, caption),
        "window": (
            lambda fit, _: plots.plot_window_curves(fit, *window),
            "Probability that each exposure keeps the occupancy in the window, one panel per drug.",
            _WINDOW.replace("{window}", band),
        ),
    }


def _population(fit: Fit) -> str:
    attrs = curve_draws(fit).attrs
    return f"{attrs['population']} ({attrs['at']})" if attrs["at"] else attrs["population"]


def _row_words(fit: Fit) -> str:
    """Say what a figure of curves shows of the rows."""
    kinds = {"noise": _OCCUPANCIES, "scan_noise": _DERIVED}
    return " ".join(text for part, text in kinds.items() if applies_to(part, fit.design.rows).any())


def _fill(caption: str, words: Mapping[str, str]) -> str:
    for place, text in words.items():
        caption = caption.replace(place, text)
    return " ".join(caption.split())


def _draw(draw: Callable[[], Sequence[Axes]], alt: str, caption: str) -> Figure:
    """Draw a figure; if that fails, the problem is shown in its place and in the verdicts."""
    buffer = io.BytesIO()
    try:
        with mpl.rc_context({"svg.hashsalt": "petfit", "text.parse_math": False}), figures_for_files():
            drawing = draw()[0].get_figure(root=True)
            assert drawing is not None
            drawing.savefig(buffer, format="svg", metadata={"Date": None})
    except Exception as error:
        return Figure("", alt, caption, f"This figure could not be drawn: {type(error).__name__}: {error}")
    data_url = f"data:image/svg+xml;base64,{base64.b64encode(buffer.getvalue()).decode()}"
    return Figure(data_url, alt, caption, width=float(drawing.get_figwidth()))


def figure_check(figures: dict[str, Figure]) -> Check:
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
