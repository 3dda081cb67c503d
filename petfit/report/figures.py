"""The figures of the report, as SVG, each with a caption that can be read without the text around it."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from petfit import plots
from petfit.checks import Check, Finding
from petfit.fit import Fit
from petfit.model.applies_to import applies_to
from petfit.results.curve_draws import curve_draws
from petfit.results.selectivity import has_second_targets

__all__ = ["FIGURES", "Figure", "draw_figures", "figure_check"]


@dataclass(frozen=True)
class Figure:
    """A drawing as a ``data:`` URL with its width in inches, or the problem that prevented it."""

    data_url: str
    alt: str
    caption: str
    problem: str = ""
    width: float = 0.0


_CURVES = """Occupancy against exposure (logarithmic axis; a dose of 0 stands left of a break). Line:
posterior median of the curve for a typical person and study{at}; dark and light band: 50 and 95 %
equal-tailed intervals of that curve. The dashed horizontal line is 80 %. {rows}"""

_OCCUPANCIES = """Every fitted value is drawn at its own exposure, as published: thin bars are SDs between
people, or the standard error of one person's number, thick bars ranges of the mean; an arrow leads from the
limit of a number of which only a limit is known. Values measured under another regimen, tracer or region
than the curve's need not lie on it; the figure of predictive checks compares each with its own prediction."""

_DERIVED = """Open diamonds are scans under the drug, with the occupancy derived from their fitted baseline,
for display only: median and 95 % equal-tailed interval, which includes the uncertainty of the baseline and
the noise of the scan. Nothing was fitted to these occupancies. Baseline scans have no occupancy and are not
drawn here; a figure below compares every scan, as measured, with its own prediction."""

_FOREST = """EC50, Emax and the {exposure} for 80 % occupancy of each drug, for a typical person and
study{at}: posterior median (circle), 50 % (thick) and 95 % (thin) equal-tailed intervals; logarithmic axes
of {exposure}. An arrow marks an interval that ends in infinity: some draws never reach 80 %. Orange: the
{exposure}s tested, under the regimen of the answer."""

_EVIDENCE = """Every fitted occupancy (orange) and values replicated by the fitted model for the same people
at the same dose: median, 50 and 95 % equal-tailed intervals of the posterior predictive distribution. With
a good fit, about one value in twenty lies outside its thin bar."""

_SCANS = """Every fitted scan against scans replicated by the fitted model for the same person, region and
dose: median and 95 % equal-tailed interval of the posterior predictive distribution (thin bar), one panel
per region unless there are many. On the dashed diagonal both agree. With a good fit, about one bar in twenty
misses the diagonal."""

_PAIR = """Joint posterior of Emax and EC50 (logarithmic axis) for a typical person and study{at}, one panel
per drug. Filled: the smallest regions that contain 50 and 95 % of the posterior draws, with a cross at the
medians; dashed and dotted lines: those of the prior. A slanted region is a trade-off that the evidence does
not resolve: a lower EC50 with a lower Emax fits as well as a higher EC50 with a higher Emax."""

_ATTAINMENT = """Probability that the occupancy at a {exposure} (logarithmic axis) is at least 80 %: the
share of posterior draws{at}. Line: a typical person in a typical study; dashed line, where the model has
differences between people: a new subject. Diamonds: the marketed strengths."""

_TARGETS = """Occupancy of every target against {exposure} (logarithmic axis), for a typical person and
study{at}, one panel per drug with affinities: posterior median and 95 % equal-tailed interval. Occupancy of
targets other than the first is inferred from affinities in vitro, unless PET rows of them were fitted."""

_PRIORS = """Prior and posterior density of every parameter that has a prior, each on its own scale. Where
the two agree, the evidence added little."""

type _Draw = Callable[[Fit], Sequence[Axes]]
FIGURES: dict[str, tuple[_Draw, str, str]] = {
    "curves": (
        plots.plot_dose_occupancy,
        "Fitted curve and every fitted value, one panel per drug.",
        _CURVES,
    ),
    "forest": (
        plots.plot_forest,
        "EC50, Emax and the exposure for 80 % of each drug, with intervals.",
        _FOREST,
    ),
    "pair": (plots.plot_ec50_emax, "Joint posterior of Emax and EC50, one panel per drug.", _PAIR),
    "priors": (plots.plot_prior_posterior, "Prior and posterior density of each parameter.", _PRIORS),
    "evidence": (
        plots.plot_predictive_intervals,
        "Each fitted value and its posterior prediction.",
        _EVIDENCE,
    ),
    "scans": (plots.plot_scan_predictive, "Each fitted scan against its posterior prediction.", _SCANS),
    "attainment": (
        plots.plot_target_attainment_curves,
        "Probability that each exposure reaches 80 %, one panel per drug.",
        _ATTAINMENT,
    ),
    "targets": (
        plots.plot_target_occupancy,
        "Occupancy of every target over the exposure, one panel per drug.",
        _TARGETS,
    ),
}
"""By name: the function that draws the figure, its description and its caption."""

_NEEDS: dict[str, Callable[[Fit], bool]] = {
    "evidence": lambda fit: bool(applies_to("noise", fit.design.rows).any()),
    "scans": lambda fit: bool(applies_to("scan_noise", fit.design.rows).any()),
    "targets": has_second_targets,
}
"""What a figure needs of a fit."""


def draw_figures(fit: Fit) -> dict[str, Figure]:
    """Draw every figure of the report that suits the fit."""
    at = curve_draws(fit).attrs["at"]
    return {
        name: _draw(draw, fit, alt, _caption(fit, caption, at))
        for name, (draw, alt, caption) in FIGURES.items()
        if name not in _NEEDS or _NEEDS[name](fit)
    }


def _caption(fit: Fit, caption: str, at: str) -> str:
    """Fill in the conditions of the curve, the exposure, and what the figure shows of the rows."""
    kinds = {"noise": _OCCUPANCIES, "scan_noise": _DERIVED}
    rows = [text for part, text in kinds.items() if applies_to(part, fit.design.rows).any()]
    text = caption.replace("{rows}", " ".join(rows)).replace("{exposure}", fit.spec.exposure_words)
    return " ".join(text.split()).replace("{at}", f" ({at})" if at else "")


def _draw(draw: _Draw, fit: Fit, alt: str, caption: str) -> Figure:
    """Draw a figure; if that fails, the problem is shown in its place and in the verdicts."""
    buffer = io.BytesIO()
    try:
        with mpl.rc_context({"svg.hashsalt": "petfit", "text.parse_math": False}):
            drawing = draw(fit)[0].get_figure(root=True)
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
