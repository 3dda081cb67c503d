"""What the page says, section by section, as plain data for the template."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure as Drawing

from petfit import checks, plots, summaries, text
from petfit.checks import Check
from petfit.curves import CURVES
from petfit.quantiles import quantile
from petfit.sources import citation, keys_in
from petfit.store import Stored

__all__ = ["Figure", "Table", "page"]


@dataclass(frozen=True)
class Table:
    """A table of text with a caption that stands alone."""

    columns: list[str]
    rows: list[list[str]]
    caption: str = ""


@dataclass(frozen=True)
class Figure:
    """A drawing as a data address, or the reason why there is none."""

    address: str
    alt: str
    caption: str
    problem: str = ""


def page(stored: Stored) -> dict[str, Any]:
    """Return everything the template shows."""
    figures = _figures(stored)
    verdicts = [*checks.run(stored), _figures_drawn(figures)]
    doses, parameters = summaries.doses(stored), summaries.parameters(stored)
    evidence = stored.evidence
    return {
        "title": stored.spec.title or "Occupancy fit",
        "question": _question(stored),
        "verdict": _overall(verdicts),
        "verdicts": verdicts,
        "answers": _answers(doses),
        "doses": _doses(doses),
        "parameters": _parameters(stored, parameters),
        "leans": _leans(stored, doses),
        "figures": figures,
        "model": _model(stored),
        "references": _references(stored),
        "priors": _priors(stored),
        "used": _rows(evidence.used, stored),
        "unused": _rows(evidence.unused, stored, why=True),
        "defaults": evidence.defaults,
        "sources": _sources(stored),
        "convergence": _convergence(verdicts),
        "run": _run(stored),
        "toml": stored.spec.to_toml(),
    }


def _question(stored: Stored) -> str:
    targets = " and ".join(sorted({one for one in stored.evidence.used["target"] if one})) or "the target"
    drugs = stored.layout.drugs
    named = drugs[0] if len(drugs) == 1 else f"{', '.join(drugs[:-1])} and {drugs[-1]}"
    exposure = stored.spec.exposure
    return f"Which {exposure} of {named} occupies 80 % of {targets}, and at which is half of its ceiling reached?"


def _overall(verdicts: list[Check]) -> dict[str, str]:
    worst = max((one.verdict for one in verdicts), key=("PASS", "WARN", "FAIL").index)
    words = {
        "PASS": "Every check of the computation passed.",
        "WARN": "A check gave a warning: read it before you use a number.",
        "FAIL": "A check failed: do not use these numbers.",
    }
    return {"word": worst, "sentence": words[worst]}


def _answers(doses: xr.Dataset) -> list[dict[str, str]]:
    """Say each drug's answer in a sentence."""
    said = []
    for row in summaries.frame(doses).itertuples():
        interval = f"{100 * row.prob:g} % {row.interval} interval {text.span('dose', row.low, row.high)} {row.unit}"
        dose = "not reached" if math.isinf(row.median) else f"{text.figure(row.median)} {row.unit}"
        reach = f"probability that any dose reaches {100 * row.occupancy:g} %: {text.probability(row.p_reached)}"
        said.append({"drug": row.drug, "dose": dose, "interval": interval, "reach": reach, "support": _support(row)})
    return said


def _support(row: Any) -> str:
    low, high = text.figure(row.tested_low), text.figure(row.tested_high)
    tested = f"the only dose tested, {low} {row.unit}" if low == high else f"the doses tested, {low} to {high} {row.unit}"
    words = {
        "inside": f"within {tested}",
        "below": f"below {tested}",
        "above": f"above {tested}: an extrapolation",
        "not reached": "the ceiling lies below the occupancy in most draws",
        "not tested": "no dose of this kind was tested",
    }
    return words[row.support]


def _doses(doses: xr.Dataset) -> Table:
    prob = f"{100 * doses.attrs['prob']:g} % interval"
    rows = [
        [
            row.drug,
            f"{100 * row.occupancy:g} %",
            text.figure(row.median),
            text.figure(row.low),
            text.figure(row.high),
            row.unit,
            text.probability(row.p_reached),
            _support(row),
        ]
        for row in summaries.frame(doses).itertuples()
    ]
    columns = ["drug", "occupancy", "dose", f"{prob}, low", "high", "unit", "P(reached)", "against the doses tested"]
    return Table(columns, rows, text.caption(doses))


def _parameters(stored: Stored, tables: dict[str, xr.Dataset]) -> Table:
    ec50 = "EC50 (ED50)" if stored.spec.exposure == "dose" else "EC50"
    names = {"ec50": ec50, "emax": "Emax", "hill": "Hill"}
    rows = [
        [
            names[row.parameter],
            row.drug,
            text.quantity(row.parameter, row.median),
            text.quantity(row.parameter, row.low),
            text.quantity(row.parameter, row.high),
            text.quantity(row.parameter, row.mean),
            text.quantity(row.parameter, row.sd),
            row.unit if row.parameter == "ec50" else "",
        ]
        for row in summaries.parameter_frame(tables).itertuples()
    ]
    prob = f"{100 * tables['ec50'].attrs['prob']:g} % interval"
    columns = ["parameter", "drug", "median", f"{prob}, low", "high", "mean", "SD", "unit"]
    return Table(columns, rows, text.caption(tables["ec50"]))


def _leans(stored: Stored, doses: xr.Dataset) -> list[str]:
    """Say what the answers lean on, from the evidence itself."""
    layout, said = stored.layout, []
    regimen = stored.spec.answers_for.get("regimen", "")
    kind = f"{regimen} dosing" if regimen else "all rows"
    thin = []
    for drug in layout.drugs:
        rows = layout.rows[(layout.rows["drug"] == drug) & (layout.rows["x"] > 0)]
        tested = sorted(set(rows[stored.spec.exposure][(rows["regimen"] == regimen) | (regimen == "")]))
        if len(tested) < 3:
            amounts = " and ".join(f"{one:g}" for one in tested) or "none"
            thin.append(f"{drug} ({amounts} {layout.references[drug].unit})")
    if thin:
        said.append(
            f"Fewer than three doses were tested ({kind}) for {', '.join(thin)}. One or two doses cannot tell EC50 from Emax: "
            "there the split between them, and any dose far from those tested, is carried by pooling over drugs, "
            "by the reference doses and by the priors."
        )
    origins = sorted({reference.origin for reference in layout.references.values()})
    if len(layout.drugs) > 1 and stored.spec.exposure == "dose":
        said.append(
            f"Drugs are compared in reference doses (from {' and '.join(origins)}); other reference doses would pull the drugs "
            "together at other milligrams."
        )
    ranges = int((layout.rows["level"] == "range").sum())
    if ranges:
        assumed = int((stored.evidence.used["level"] == "range").to_numpy()[stored.evidence.used["n"].isna()].sum())
        more = f"; {assumed} of them came without the number of people, taken as {stored.spec.n_assumed}" if assumed else ""
        said.append(f"{ranges} of {len(layout.rows)} rows say only in which interval the group's mean lies{more}.")
    timed = layout.rows["time_h"].dropna()
    if len(timed):
        said.append(
            f"Scans were made {timed.min():g} to {timed.max():g} h after the last dose where the time is known ({len(timed)} of "
            f"{len(layout.rows)} rows): this is occupancy near its peak, not at the end of the dosing interval."
        )
    else:
        said.append("No row says how long after the last dose it was scanned: peak and trough are not told apart.")
    out = len(stored.evidence.unused)
    if out:
        said.append(f"{out} rows of the table were left out; each is listed below with its reason.")
    above = [str(drug) for drug in doses["drug"].to_numpy()[(doses["support"] == "above").to_numpy().any(axis=1)]]
    if above:
        said.append(f"The answer lies above every dose tested for {', '.join(above)}.")
    return said


def _model(stored: Stored) -> dict[str, Any]:
    layout = stored.layout
    link = {"ec50": "log EC50", "emax": "logit Emax", "hill": "log Hill"}
    lines = []
    for name, parameter in stored.spec.parameters.items():
        if parameter.fixed is not None:
            lines.append(f"{name} = {parameter.fixed:g}, fixed")
            continue
        parts = [] if parameter.separate else ["centre"]
        for effect in layout.effects:
            if effect.parameter == name:
                parts.append(_effect_words(effect.kind, effect.factors, effect.reference, len(effect.levels)))
        lines.append(f"{link[name]} = " + " + ".join(parts))
    curve = CURVES[stored.spec.curve]
    return {"equation": curve.equation, "source": curve.source, "lines": lines, "description": stored.spec.description}


def _effect_words(kind: str, factors: tuple[str, ...], reference: tuple[str, str], count: int) -> str:
    named = " by ".join(factors)
    if kind == "pooled":
        return f"{named} (partially pooled, {count} levels)"
    if kind == "shift":
        return f"{named} (shift from {reference[1]}, {count} levels)"
    if kind == "people":
        return f"person (omega; a group's mean shares omega / root n, {count} people or cohorts)"
    return f"{named} (separate, {count} levels)"


def _references(stored: Stored) -> Table:
    rows = [[drug, f"{one.value:g}", one.unit, one.origin] for drug, one in stored.layout.references.items()]
    caption = f"The {stored.spec.exposure} that counts as 1 in the model."
    return Table(["drug", "reference", "unit", "from"], rows, caption)


def _priors(stored: Stored) -> Table:
    layout = stored.layout
    scalars = [(name, "", prior, stored.posterior[name]) for name, prior in layout.scalars.items()]
    levels = [
        (effect.name, level, prior, stored.posterior[effect.name][..., i])
        for effect in layout.effects
        for i, (level, prior) in enumerate(zip(effect.levels, effect.priors, strict=False))
    ]
    rows = []
    for name, level, prior, draws in [*scalars, *levels]:
        low, median, high = quantile(draws, [0.025, 0.5, 0.975])
        below, middle, above = prior.quantile([0.025, 0.5, 0.975])
        rows.append(
            [
                f"{name} {level}".strip(),
                str(prior),
                f"{text.figure(middle)} ({text.figure(below)} to {text.figure(above)})",
                f"{text.figure(median)} ({text.figure(low)} to {text.figure(high)})",
                prior.source,
            ]
        )
    columns = ["unknown", "prior", "prior median (95 %)", "posterior median (95 %)", "why this prior"]
    caption = (
        "Unknowns on their own scales: log_ is the natural logarithm (EC50 in reference doses), logit_ the log odds; "
        "omega is the SD of log EC50 between people, sigma the residual SD of occupancy as a fraction. 95 % equal-tailed intervals."
    )
    return Table(columns, rows, caption)


def _rows(rows: pd.DataFrame, stored: Stored, *, why: bool = False) -> Table:
    exposure = stored.spec.exposure
    columns = ["study", "cohort", "subject", "drug", exposure, "regimen", "time_h", "region", "tracer", "level"]
    columns = [name for name in columns if (rows[name].astype(str) != "").any() and not rows[name].isna().all()]
    table = [
        [
            str(where),
            *(_cell(row[name]) for name in columns),
            _reported(row),
            _cell(row["n"]),
            row["why_not"] if why else row["note"],
            row["source"],
        ]
        for where, row in rows.iterrows()
    ]
    heads = ["place", *columns, "reported", "n", "why not" if why else "note", "source"]
    return Table(heads, table)


def _cell(value: Any) -> str:
    return "" if isinstance(value, float) and math.isnan(value) else f"{value:g}" if isinstance(value, float) else str(value)


def _reported(row: pd.Series) -> str:
    if row["outcome"] != "occupancy":
        return f"{row['outcome']} {_cell(row['value'])}"
    if math.isnan(row["value"]):
        return f"{100 * row['low']:.3g} to {100 * row['high']:.3g} %"
    spread = f" (SD {100 * row['sd']:.3g})" if row["sd"] > 0 else f" (SE {100 * row['se']:.3g})" if row["se"] > 0 else ""
    return f"{100 * row['value']:.4g} %{spread}"


def _sources(stored: Stored) -> list[str]:
    """List the citation of every key that a row or a prior names."""
    keys = set(stored.evidence.table["source"]) - {""}
    for said in [*stored.evidence.table["note"], *(prior.source for _, prior in stored.spec.priors())]:
        keys |= set(keys_in(said))
    return [f"{key}: {citation(key)}" if citation(key) != key else key for key in sorted(keys)]


def _convergence(verdicts: list[Check]) -> Table:
    found = next(one.table for one in verdicts if one.name == "convergence")
    rows = [
        [str(name), text.figure(row["r_hat"]) if math.isnan(row["r_hat"]) else f"{row['r_hat']:.4f}", f"{row['ess_bulk']:.0f}", f"{row['ess_tail']:.0f}"]
        for name, row in found.iterrows()
    ]
    caption = "Rank R-hat; ESS of the bulk and of the 2.5 and 97.5 % points. For a dose, which may be infinite, those of its inverse."
    return Table(["quantity", "R-hat", "bulk ESS", "tail ESS"], rows, caption)


def _run(stored: Stored) -> Table:
    attrs = stored.tree.attrs
    sampler = f"NUTS, {attrs['chains']} chains of {attrs['draws']} draws after {attrs['tune']} warm-up draws, target acceptance {attrs['target_accept']:g}"
    rows = [
        ["made", str(attrs["created"])],
        ["evidence", f"{attrs['evidence']}, SHA-256 {attrs['evidence_sha256']}"],
        ["sampler", sampler],
        ["seed", str(attrs["seed"])],
        ["time", f"{attrs['seconds_compiling']:.1f} s compiling, {attrs['seconds_sampling']:.1f} s sampling"],
        ["versions", ", ".join(str(attrs["versions"]).splitlines())],
    ]
    return Table(["what", "how"], rows)


_DRAWN: dict[str, tuple[Callable[[Stored], Drawing], str, str]] = {
    "curves": (
        plots.curves,
        "Exposure against occupancy, one panel a drug, with the fitted curve and every fitted number.",
        "Occupancy against exposure (logarithmic axis). Line: posterior median of the curve{at}; dark and light band: 50 and 95 % "
        "equal-tailed intervals of that curve. The dashed horizontal line is 80 %. Every fitted number stands at its own exposure, "
        "as published: bars are SDs between people, thick bars ranges of the mean. Numbers measured under another regimen, tracer "
        "or region than the curve's need not lie on it; the next figure holds each against its own prediction.",
    ),
    "evidence": (
        plots.evidence,
        "Each fitted number beside the model's prediction for it.",
        "Every fitted number (orange) beside numbers replicated by the fitted model for the same people at the same dose: median, "
        "50 and 95 % equal-tailed intervals. A good fit leaves about one number in twenty outside its thin bar.",
    ),
    "priors": (
        plots.priors,
        "Prior and posterior density of each top-level unknown.",
        "Prior (line) and posterior (bars) of every unknown that has a prior of its own. Where the two agree, the data said little.",
    ),
}


def _figures(stored: Stored) -> dict[str, Figure]:
    at = ", ".join(stored.spec.answers_for.values())
    where = f" for a typical person and study ({at})" if at else " for a typical person and study"
    return {
        name: _draw(draw, stored, alt, caption.replace("{at}", where)) for name, (draw, alt, caption) in _DRAWN.items()
    }


def _draw(draw: Callable[[Stored], Drawing], stored: Stored, alt: str, caption: str) -> Figure:
    """Draw a figure; one that cannot be drawn says so in its place, and in the verdicts."""
    try:
        buffer = io.BytesIO()
        with mpl.rc_context({"svg.hashsalt": "petfit"}):
            draw(stored).savefig(buffer, format="svg", metadata={"Date": None})
    except Exception as error:  # noqa: BLE001
        return Figure("", alt, caption, f"This figure could not be drawn: {type(error).__name__}: {error}")
    return Figure("data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode(), alt, caption)


def _figures_drawn(figures: dict[str, Figure]) -> Check:
    missing = {name: figure.problem for name, figure in figures.items() if figure.problem}
    table = pd.DataFrame({"problem": missing.values()}, index=list(missing))
    if missing:
        return Check("figures", "WARN", f"Could not be drawn: {', '.join(missing)}.", table)
    return Check("figures", "PASS", f"All {len(figures)} figures were drawn.", table)
