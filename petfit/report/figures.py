"""The report's figures: drawn as vectors, each with a caption that stands alone."""

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
from petfit.results import answers

__all__ = ["Figure", "draw_all", "drawn"]


@dataclass(frozen=True)
class Figure:
    """A drawing as a data address, with its width in inches, or the reason why there is none."""

    address: str
    alt: str
    caption: str
    problem: str = ""
    width: float = 0.0


_CURVES = """Occupancy against exposure (logarithmic axis; a dose of 0 stands behind a break). Line:
posterior median of the curve for a typical person and study{at}; dark and light band: 50 and 95 %
equal-tailed intervals of that curve. The broken horizontal line is 80 %. {rows}"""

_OCCUPANCIES = """Every fitted number stands at its own exposure, as published: thin bars are SDs between
people, thick bars ranges of the mean. Numbers measured under another regimen, tracer or region than the
curve's need not lie on it; the figure of predictive checks holds each against its own prediction."""

_DERIVED = """Open diamonds are scans under the drug, by the occupancy derived from their fitted baseline,
for display only: median and 95 % equal-tailed interval, which holds the uncertainty of the baseline and the
scan's own noise. Nothing was fitted to these occupancies. Baseline scans have none and are not drawn here;
a figure below holds every scan, as it was measured, against its own prediction."""

_FOREST = """EC50, Emax and the {exposure} for 80 % occupancy of each drug, for a typical person and
study{at}: posterior median (circle), 50 % (thick) and 95 % (thin) equal-tailed intervals; logarithmic axes
of {exposure}. An arrow means that the interval ends in infinity: some draws never reach 80 %. Orange: the
{exposure}s tested, for the regimen of the answer."""

_EVIDENCE = """Every fitted occupancy (orange) beside numbers replicated by the fitted model for the same
people at the same dose: median, 50 and 95 % equal-tailed intervals of the posterior predictive
distribution. A good fit leaves about one number in twenty outside its thin bar."""

_SCANS = """Every fitted scan against those that the fitted model replicates for the same person, region and
dose: median and 95 % equal-tailed interval of the posterior predictive distribution (thin bar), one panel a
region unless there are many. On the broken diagonal both agree. A good fit leaves about one bar in twenty
off the diagonal."""

_PAIR = """Joint posterior of Emax and EC50 (logarithmic axis) for a typical person and study{at}, one panel
a drug. Filled: the smallest regions that hold 50 and 95 % of the posterior draws, a cross at the medians;
broken and dotted lines: those of the prior. A region that slants is a trade-off the evidence did not
settle: the same numbers fit with a lower EC50 and a lower ceiling as with a higher of both."""

_ATTAINMENT = """Probability that the occupancy at a {exposure} (logarithmic axis) is at least 80 %: the
share of posterior draws{at}. Line: a typical person in a typical study; broken line, where the model has
differences between people: a new subject. Diamonds: the marketed strengths."""

_PRIORS = """Prior and posterior density of every parameter that has a prior, each on its own scale. Where
the two agree, the data said little."""

type _Draw = Callable[[Fit], Sequence[Axes]]
_ALL: dict[str, tuple[_Draw, str, str]] = {
    "curves": (plots.plot_dose_occupancy, "Fitted curve and every fitted number, one panel a drug.", _CURVES),
    "forest": (
        plots.plot_forest,
        "EC50, Emax and the exposure for 80 % of each drug with intervals.",
        _FOREST,
    ),
    "pair": (plots.plot_ec50_emax, "Joint posterior of Emax and EC50, one panel a drug.", _PAIR),
    "priors": (plots.plot_prior_posterior, "Prior and posterior density of each parameter.", _PRIORS),
    "evidence": (
        plots.plot_predictive_intervals,
        "Each fitted number beside the model's prediction for it.",
        _EVIDENCE,
    ),
    "scans": (plots.plot_scan_predictive, "Each fitted scan against the model's prediction for it.", _SCANS),
    "attainment": (
        plots.plot_target_attainment_curves,
        "How surely each exposure reaches 80 %, one panel a drug.",
        _ATTAINMENT,
    ),
}


_NEEDS = {"evidence": "noise", "scans": "scan_noise"}
"""The part of the model whose rows a figure shows."""


def draw_all(fit: Fit) -> dict[str, Figure]:
    """Draw every figure of the report that there are rows for."""
    rows, at = fit.design.rows, answers.curves(fit).attrs["at"]
    return {
        name: _draw(draw, fit, alt, _caption(fit, caption, at))
        for name, (draw, alt, caption) in _ALL.items()
        if name not in _NEEDS or applies_to(_NEEDS[name], rows).any()
    }


def _caption(fit: Fit, caption: str, at: str) -> str:
    """Fill in where the curve holds and what stands beside it."""
    kinds = {"noise": _OCCUPANCIES, "scan_noise": _DERIVED}
    rows = [said for part, said in kinds.items() if applies_to(part, fit.design.rows).any()]
    line = caption.replace("{rows}", " ".join(rows)).replace("{exposure}", fit.spec.exposure_words)
    return " ".join(line.split()).replace("{at}", f" ({at})" if at else "")


def _draw(draw: _Draw, fit: Fit, alt: str, caption: str) -> Figure:
    """Draw a figure; one that cannot be drawn says so in its place, and in the verdicts."""
    buffer = io.BytesIO()
    try:
        with mpl.rc_context({"svg.hashsalt": "petfit", "text.parse_math": False}):
            drawing = draw(fit)[0].get_figure(root=True)
            assert drawing is not None
            drawing.savefig(buffer, format="svg", metadata={"Date": None})
    except Exception as error:
        return Figure("", alt, caption, f"This figure could not be drawn: {type(error).__name__}: {error}")
    address = f"data:image/svg+xml;base64,{base64.b64encode(buffer.getvalue()).decode()}"
    return Figure(address, alt, caption, width=float(drawing.get_figwidth()))


def drawn(figures: dict[str, Figure]) -> Check:
    """Return the verdict on the figures themselves."""
    table = pd.DataFrame({"problem": {name: figure.problem for name, figure in figures.items()}})
    missing = [name for name, figure in figures.items() if figure.problem]
    findings = (
        Finding("figures", len(figures)),
        Finding("figures missing", len(missing), "at most", 0, "WARN"),
    )
    if missing:
        return Check("figures", "WARN", f"Could not be drawn: {', '.join(missing)}.", table, findings)
    return Check("figures", "PASS", f"All {len(figures)} figures were drawn.", table, findings)
