"""Figures of a stored fit; each function returns a Matplotlib figure and draws nothing twice."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, PercentFormatter
from numpy.typing import NDArray

from petfit import answers
from petfit.beforehand import prior_curves
from petfit.errors import PetfitError
from petfit.evidence.ranges import in_complete_set
from petfit.quantiles import quantile
from petfit.spec import ModelSpec
from petfit.store import Stored

__all__ = ["before", "curves", "evidence", "pair", "priors", "save"]

# Okabe and Ito's palette, told apart by colour-blind readers.
_COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D31"]
_MARKERS = ["o", "^", "s", "D", "v", "P"]
_BAND = "#5B7083"
_BANDS = ((0.95, 0.18), (0.5, 0.32))
_CLOUD = 2000
_CLOUDS: tuple[dict[str, Any], dict[str, Any]] = (
    {"marker": ".", "markersize": 2.0, "color": "#C9D1D8"},
    {"marker": ".", "markersize": 2.0, "color": "#0072B2", "alpha": 0.35},
)
_COLUMNS = 3
_BOUNDS: dict[str, Any] = {"linewidth": 2.4, "solid_capstyle": "butt"}
_EXTREMES: dict[str, Any] = {"linewidth": 2.4, "linestyle": (0, (1.2, 0.6)), "dash_capstyle": "butt"}
_RANGED = ("range", "extremes")


def _plain_text[**P](draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw with every name taken as it is, never as mathematics."""

    @wraps(draw)
    def plainly(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with mpl.rc_context({"text.parse_math": False}):
            return draw(*args, **kwargs)

    return plainly


@_plain_text
def curves(stored: Stored, occupancy: float = 0.8, /, **at: str | float) -> Figure:
    """Draw each drug's curve over its evidence.

    Parameters
    ----------
    stored : Stored
        A fit.
    occupancy : float
        Marked by a line, with the dose that reaches it.
    **at : str
        Levels of factors, instead of the model's ``answers_for``.

    Returns
    -------
    matplotlib.figure.Figure
        One panel a drug: median, 50 and 95 % equal-tailed bands of the curve for a typical person and
        study; every fitted number on its own exposure, coloured and numbered by study, shaped by regimen,
        filled by tracer. Thin bars are published SDs of groups, thick ones ranges of a mean, thick broken
        ones the extremes of people or of a complete set of means. The axis is logarithmic; a dose of
        0 stands at its left end, marked as 0.
    """
    layout = stored.layout
    figure, panels = _panels(len(layout.drugs), share_y=True)
    marks = _Marks(layout.rows)
    for ax, drug in zip(panels, layout.drugs, strict=True):
        rows = layout.rows[layout.rows["drug"] == drug]
        ends = rows[["exposure_low", "exposure_high"]].to_numpy(float)
        exposure = np.sqrt(ends[:, 0] * ends[:, 1])
        axis = _LogAxis(exposure, layout.references[drug].value)
        grid = axis.grid()
        found = answers.curves(stored, "typical", [drug], **at)
        drawn = found.occupancy(grid)[..., 0, :]
        for prob, alpha in _BANDS:
            low, high = quantile(drawn, [(1 - prob) / 2, (1 + prob) / 2])
            ax.fill_between(axis.place(grid), low, high, color=_BAND, alpha=alpha, linewidth=0)
        ax.plot(axis.place(grid), quantile(drawn, 0.5), color="#1F2D3A", linewidth=1.6)
        ax.axhline(occupancy, color="#555555", linewidth=0.8, linestyle=(0, (4, 3)))
        for regimen in _other_regimens(stored, rows, at):
            other = answers.curves(stored, "typical", [drug], **{**at, "regimen": regimen})
            dashed = quantile(other.occupancy(grid)[..., 0, :], 0.5)
            ax.plot(axis.place(grid), dashed, color="#1F2D3A", linewidth=1.0, linestyle=(0, (5, 2)))
        for x, (_, row) in zip(_spread(axis.place(exposure)), rows.iterrows(), strict=True):
            marks.draw(ax, float(x), row)
        ax.set_title(drug, loc="left", fontweight="bold")
        ax.set_xlabel(f"{layout.spec.exposure_words} ({layout.references[drug].unit})")
        axis.dress(ax)
    _dress_occupancy(panels)
    figure.legend(handles=marks.legend(), loc="outside lower center", ncols=3, frameon=False, fontsize=8)
    return figure


@_plain_text
def evidence(stored: Stored) -> Figure:
    """Draw every fitted number beside what the fitted model predicts for it.

    Parameters
    ----------
    stored : Stored
        A fit.

    Returns
    -------
    matplotlib.figure.Figure
        One line a row: the number (a range as its interval), and the median, 50 and 95 % equal-tailed
        intervals of replicated numbers for the same people at the same dose. Beside the extremes of
        people, or of a complete set of means, stand replicated lows and replicated highs.
    """
    layout = stored.layout
    rows = layout.rows
    order = np.lexsort((rows["x"], rows["drug"]))[::-1]
    figure = Figure(figsize=(8.4, 0.9 + 0.24 * len(rows)), layout="constrained")
    ax = figure.subplots()
    y = np.arange(len(rows))
    places, replicated = _replicated(stored, order)
    low, inner_low, median, inner_high, high = quantile(replicated, [0.025, 0.25, 0.5, 0.75, 0.975])
    ax.hlines(places, low, high, color=_BAND, alpha=0.45, linewidth=2)
    ax.hlines(places, inner_low, inner_high, color=_BAND, linewidth=5, alpha=0.6)
    ax.plot(median, places, "|", color="#1F2D3A", markersize=9)
    labels = []
    for place, i in enumerate(order):
        row = rows.iloc[i]
        if row["level"] in _RANGED:
            ax.plot(
                [row["low"], row["high"]],
                [place + 0.0] * 2,
                "|-",
                color=_COLOURS[1],
                linewidth=1.4,
                markersize=9,
            )
        else:
            ax.plot(row["value"], place, "o", color=_COLOURS[1], markersize=5)
        parts = [row["drug"], _exposure(row), row["regimen"], row["region"], row["study"]]
        labels.append(" \N{MIDDLE DOT} ".join(part for part in parts if part))
    ax.set_yticks(y, labels, fontsize=8)
    ax.set_ylim(-0.7, len(rows) - 0.3)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel("occupancy")
    ax.grid(axis="x", color="#DDDDDD", linewidth=0.6)
    handles = [
        Line2D([], [], color=_COLOURS[1], marker="o", linestyle="", markersize=5, label="reported"),
        Line2D([], [], color=_COLOURS[1], marker="|", markersize=9, label="reported range"),
        Line2D([], [], color=_BAND, linewidth=4, alpha=0.6, label="replicated by the model, 50 and 95 %"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False, fontsize=8)
    return figure


@_plain_text
def pair(stored: Stored, **at: str | float) -> Figure:
    """Draw the joint posterior of EC50 and Emax, one panel a drug.

    Parameters
    ----------
    stored : Stored
        A fit.
    **at : str or float
        Levels of factors, instead of the model's ``answers_for``.

    Returns
    -------
    matplotlib.figure.Figure
        Draws of Emax against EC50 (logarithmic) for a typical person and study: prior draws in outline,
        posterior draws in colour. A slanted cloud is a trade-off that the evidence did not settle.
    """
    layout = stored.layout
    figure, panels = _panels(len(layout.drugs), height=2.6, share_y=True)
    clouds = [
        (answers.curves(one, "typical", None, **at), look)
        for one, look in zip((stored.before, stored), _CLOUDS, strict=True)
    ]
    for i, (ax, drug) in enumerate(zip(panels, layout.drugs, strict=True)):
        inner = quantile(clouds[0][0].parameters["ec50"][..., i], [0.01, 0.99])
        ax.set_xscale("log")
        ax.set_xlim(*(inner if inner[0] < inner[1] else (inner[0] / 10, inner[0] * 10)))
        for found, look in clouds:
            ec50, emax = (found.parameters[name][..., i].reshape(-1)[:_CLOUD] for name in ("ec50", "emax"))
            ax.plot(ec50, emax, linestyle="", rasterized=True, **look)
        ax.set_title(drug, loc="left", fontweight="bold")
        ax.set_xlabel(f"EC50 ({layout.references[drug].unit})")
    _dress_occupancy(panels)
    for ax in panels:
        ax.set_ylabel("Emax" if ax.get_ylabel() else "")
    names = ("prior", "posterior")
    handles = [
        Line2D([], [], linestyle="", label=name, **look) for name, look in zip(names, _CLOUDS, strict=True)
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2, frameon=False, fontsize=8)
    return figure


@_plain_text
def before(spec: ModelSpec, draws: int = 4000, seed: int = 1) -> Figure:
    """Draw the curves that a model expects before it has seen any evidence.

    Parameters
    ----------
    spec : ModelSpec
        The model.
    draws : int
        From the prior.
    seed : int
        Of the draws.

    Returns
    -------
    matplotlib.figure.Figure
        Median, 50 and 95 % equal-tailed bands of the curve of a drug drawn from the prior, in a typical
        person, over the exposure in reference doses (or in units of concentration), and twenty
        single curves.
    """
    figure = Figure(figsize=(5.2, 3.6), layout="constrained")
    ax = figure.subplots()
    middle = 1.0 if spec.exposure == "dose" else 10.0
    axis = _LogAxis(np.array([0.01, 100.0]) * middle, middle)
    grid = axis.grid()
    drawn = prior_curves(spec, grid, draws, np.random.default_rng(seed))[None]
    for prob, alpha in _BANDS:
        low, high = quantile(drawn, [(1 - prob) / 2, (1 + prob) / 2])
        ax.fill_between(axis.place(grid), low, high, color=_BAND, alpha=alpha, linewidth=0)
    ax.plot(axis.place(grid), drawn[0, :20].T, color="#1F2D3A", linewidth=0.4, alpha=0.5)
    ax.plot(axis.place(grid), quantile(drawn, 0.5), color="#1F2D3A", linewidth=1.8)
    axis.dress(ax)
    unit = "reference doses" if spec.exposure == "dose" else "in the table's unit"
    ax.set_xlabel(f"{spec.exposure_words} ({unit})")
    ax.set_title(spec.title or "Before the evidence", loc="left", fontsize=10)
    _dress_occupancy([ax])
    return figure


@_plain_text
def priors(stored: Stored) -> Figure:
    """Draw prior and posterior density of every top-level unknown.

    Parameters
    ----------
    stored : Stored
        A fit.

    Returns
    -------
    matplotlib.figure.Figure
        One panel an unknown: the prior's density as a line, the posterior draws as a histogram.
    """
    unknowns = list(stored.unknowns())
    figure, panels = _panels(len(unknowns), columns=4, height=1.9)
    for ax, (name, prior, draws) in zip(panels, unknowns, strict=True):
        ends = np.concatenate([prior.quantile([0.01, 0.99]), np.quantile(draws, [0.001, 0.999])])
        grid = np.linspace(ends.min(), ends.max(), 300)
        ax.hist(draws.reshape(-1), bins=60, range=(grid[0], grid[-1]), density=True, color=_BAND, alpha=0.55)
        ax.plot(grid, np.exp(prior.log_density(grid)), color=_COLOURS[1], linewidth=1.4)
        ax.set_title(name.replace(" ", "\n"), fontsize=8, loc="left")
        ax.set_yticks([])
        ax.tick_params(labelsize=7)
        ax.spines[["left", "top", "right"]].set_visible(False)
    handles = [
        Line2D([], [], color=_COLOURS[1], label="prior"),
        Line2D([], [], color=_BAND, linewidth=6, alpha=0.55, label="posterior"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=2, frameon=False, fontsize=8)
    return figure


def save(figure: Figure, path: Path) -> None:
    """Write a figure to an SVG, PDF or PNG file, by the ending of its name.

    Raises
    ------
    PetfitError
        When the ending is another or the file cannot be written.
    """
    if path.suffix not in (".svg", ".pdf", ".png"):
        raise PetfitError(f"{path}: figures are written as .svg, .pdf or .png")
    try:
        figure.savefig(path, dpi=200)
    except OSError as error:
        raise PetfitError(f"{path}: cannot be written ({error.strerror}). Choose another place.") from None


def _ordered(rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which rows give an order statistic: extremes of people, or of a complete set of means."""
    return in_complete_set(rows) | (rows["level"] == "extremes").to_numpy()


def _replicated(stored: Stored, order: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what stands beside the rows, in that order: the lines it stands on, and its draws."""
    found = stored.tree["posterior_predictive"]
    ends = _ordered(stored.layout.rows)[order]
    lines = np.arange(len(order))
    parts = [("value", lines[~ends], 0.0)]
    parts += [(name, lines[ends], apart) for name, apart in (("low", -0.16), ("high", 0.16)) if ends.any()]
    draws = [found[name].to_numpy()[..., order[at]] for name, at, _ in parts]
    return np.concatenate([at + apart for _, at, apart in parts]), np.concatenate(draws, axis=-1)


def _other_regimens(stored: Stored, rows: pd.DataFrame, at: Mapping[str, str | float]) -> list[str]:
    """Name the regimens of the rows that the curve is not for, where the model tells them apart."""
    factors = {factor for effect in stored.layout.effects for factor in effect.factors}
    asked = at.get("regimen", stored.spec.answers_for.get("regimen", ""))
    return sorted(set(rows["regimen"]) - {asked}) if "regimen" in factors else []


def _spread(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Set rows at one exposure side by side, by 3 % of the exposure each, so that none hides another."""
    spread = places.copy()
    for place in np.unique(places):
        same = np.flatnonzero(places == place)
        spread[same] += 0.013 * (np.arange(len(same)) - (len(same) - 1) / 2)
    return spread


def _exposure(row: pd.Series) -> str:
    ends = sorted({row["exposure_low"], row["exposure_high"]})
    return " to ".join(f"{end:g}" for end in ends)


def _panels(
    count: int, *, columns: int = _COLUMNS, height: float = 2.9, share_y: bool = False
) -> tuple[Figure, list[Axes]]:
    across = min(columns, count)
    down = math.ceil(count / across)
    figure = Figure(figsize=(max(4.2, 8.4 * across / columns), 0.6 + height * down), layout="constrained")
    grid = figure.subplots(down, across, squeeze=False, sharey=share_y).reshape(-1)
    for spare in grid[count:]:
        spare.remove()
    return figure, list(grid[:count])


def _dress_occupancy(panels: Iterable[Axes]) -> None:
    for ax in panels:
        ax.yaxis.set_major_formatter(PercentFormatter(1.0))
        ax.grid(axis="y", color="#E3E3E3", linewidth=0.6)
        ax.spines[["top", "right"]].set_visible(False)
        if ax.get_subplotspec() is not None and ax.get_subplotspec().is_first_col():  # type: ignore[union-attr]
            ax.set_ylabel("occupancy")


class _LogAxis:
    """A logarithmic exposure axis that has room for 0 at its left end."""

    def __init__(self, exposure: NDArray[np.float64], reference: float) -> None:
        positive = exposure[exposure > 0]
        ends = np.array([positive.min(initial=reference), positive.max(initial=reference)])
        self.low, self.high = math.log10(ends[0]) - 0.9, math.log10(ends[1]) + 0.6
        self.zero = self.low - 0.25
        self.has_zero = bool((exposure == 0).any())

    def place(self, exposure: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where exposures stand on the axis."""
        with np.errstate(divide="ignore"):
            return np.where(exposure > 0, np.log10(exposure), self.zero)

    def grid(self) -> NDArray[np.float64]:
        """Return exposures to draw a curve at."""
        return np.logspace(self.low, self.high, 121)

    def dress(self, ax: Axes) -> None:
        """Put ticks and limits on an axis."""
        decades = np.arange(math.floor(self.low), math.ceil(self.high) + 1)
        steps = np.log10([1.0, 2.0, 5.0] if self.high - self.low < 2.4 else [1.0])
        ticks = sorted(float(d + s) for d in decades for s in steps if self.low <= d + s <= self.high)
        ax.set_xticks([*([self.zero] if self.has_zero else []), *ticks])
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: "0" if x == self.zero else f"{10**x:g}"))
        ax.set_xlim(self.zero - 0.1 if self.has_zero else self.low, self.high)


class _Marks:
    """How a number is drawn: colour and number by study, shape by regimen, fill by tracer."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self.studies = list(dict.fromkeys(rows["study"]))
        self.regimens = sorted(set(rows["regimen"]))
        self.tracers = sorted(set(rows["tracer"]))
        self.levels = set(rows["level"])
        self.ordered = set(rows.index[_ordered(rows)])
        self.bounds = bool(((rows["level"] == "range") & ~in_complete_set(rows)).any())

    def _style(self, row: pd.Series) -> dict[str, object]:
        colour = _COLOURS[self.studies.index(row["study"]) % len(_COLOURS)]
        hollow = self.tracers.index(row["tracer"]) % 2 == 0 and len(self.tracers) > 1
        marker = _MARKERS[self.regimens.index(row["regimen"]) % len(_MARKERS)]
        return {"color": colour, "marker": marker, "markerfacecolor": "white" if hollow else colour}

    def draw(self, ax: Axes, x: float, row: pd.Series) -> None:
        """Draw one row's number at the place `x`."""
        style = self._style(row)
        colour = str(style["color"])
        if row["level"] in _RANGED:
            look = _EXTREMES if row.name in self.ordered else _BOUNDS
            ax.plot([x, x], [row["low"], row["high"]], color=colour, **look)
            middle = row["high"]
        else:
            middle = row["value"]
            spread = row["sd"] if row["sd"] > 0 else row["se"] * math.sqrt(row["n"])
            if spread > 0:
                ax.plot([x, x], [middle - spread, middle + spread], color=colour, linewidth=0.9)
            size = 4.0 if row["level"] == "subject" else 5.5
            ax.plot([x], [middle], linestyle="", markersize=size, **style)  # type: ignore[arg-type]
        if len(self.studies) > 1 and row["level"] != "subject":
            number = str(self.studies.index(row["study"]) + 1)
            ax.annotate(number, (x, middle), (4, 3), textcoords="offset points", fontsize=6.5, color=colour)

    def legend(self) -> list[Line2D]:
        """Return the handles that explain the marks that were used."""
        handles = [Line2D([], [], color="#1F2D3A", linewidth=1.6, label="median; bands 50 and 95 %")]
        if len(self.regimens) > 1:
            dashes = (0, (5, 2))
            handles.append(
                Line2D([], [], color="#1F2D3A", linestyle=dashes, label="median, the other regimen")
            )
        if self.levels & {"group"}:
            handles.append(
                Line2D(
                    [], [], color="#444444", marker="o", linewidth=0.9, label="group mean, SD between people"
                )
            )
        if self.bounds:
            handles.append(Line2D([], [], color="#444444", label="published range of the mean", **_BOUNDS))
        if self.ordered:
            handles.append(Line2D([], [], color="#444444", label="published lowest and highest", **_EXTREMES))
        if "subject" in self.levels:
            handles.append(
                Line2D([], [], color="#444444", marker="o", markersize=4, linestyle="", label="one person")
            )
        for i, regimen in enumerate(self.regimens if len(self.regimens) > 1 else []):
            marker = _MARKERS[i % len(_MARKERS)]
            handles.append(
                Line2D(
                    [],
                    [],
                    color="#444444",
                    marker=marker,
                    linestyle="",
                    label=f"{regimen or 'not given'} dosing",
                )
            )
        for i, tracer in enumerate(self.tracers if len(self.tracers) > 1 else []):
            fill = "white" if i % 2 == 0 else "#444444"
            handles.append(
                Line2D(
                    [],
                    [],
                    color="#444444",
                    marker="o",
                    markerfacecolor=fill,
                    linestyle="",
                    label=tracer or "tracer not given",
                )
            )
        for i, study in enumerate(self.studies if len(self.studies) > 1 else []):
            colour = _COLOURS[i % len(_COLOURS)]
            handles.append(Line2D([], [], color=colour, linewidth=3, label=f"{i + 1} {study}"))
        return handles
