"""What the page says, section by section, as plain data for the template."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import xarray as xr

from petfit import checks, summaries, tables, text
from petfit.checks import Check
from petfit.effects import Effect
from petfit.evidence.ranges import in_complete_set
from petfit.learning import learned
from petfit.quantiles import quantile
from petfit.report.figures import draw_all, drawn
from petfit.report.leans import leans
from petfit.sources import citation, keys_in
from petfit.store import Stored
from petfit.tables import Table

__all__ = ["page"]


def page(stored: Stored) -> dict[str, Any]:
    """Return everything the template shows."""
    figures = draw_all(stored)
    verdicts = [*checks.run(stored), drawn(figures)]
    doses, parameters = summaries.doses(stored), summaries.parameters(stored)
    taught = learned(stored)
    evidence = stored.evidence
    return {
        "title": stored.spec.title or "Occupancy fit",
        "question": _question(stored),
        "verdict": _overall(verdicts),
        "verdicts": verdicts,
        "answers": _answers(doses),
        "doses": tables.doses(doses),
        "parameters": tables.parameters(parameters, stored.spec.exposure_words),
        "leans": leans(stored, doses, taught),
        "figures": figures,
        "model": _model(stored),
        "references": _references(stored),
        "priors": _priors(stored),
        "learned": tables.learned(taught),
        "used": tables.evidence(stored.layout.rows, last="note"),
        "unused": tables.evidence(stored.left_out, last="why_not"),
        "defaults": evidence.defaults,
        "sources": _sources(stored),
        "convergence": _convergence(verdicts),
        "run": _run(stored),
        "toml": stored.spec.to_toml(),
    }


def _question(stored: Stored) -> str:
    targets = " and ".join(sorted({one for one in stored.layout.rows["target"] if one})) or "the target"
    drugs = stored.layout.drugs
    named = drugs[0] if len(drugs) == 1 else f"{', '.join(drugs[:-1])} and {drugs[-1]}"
    exposure = stored.spec.exposure_words
    return f"Which {exposure} of {named} occupies 80 % of {targets}, and which half of its own ceiling?"


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
    for row in summaries.rows(doses):
        span = text.span("dose", row.low, row.high)
        dose = "not reached" if math.isinf(row.median) else f"{text.figure(row.median)} {row.unit}"
        reached = text.probability(row.p_reached)
        said.append(
            {
                "drug": row.drug,
                "dose": dose,
                "interval": f"{100 * row.prob:g} % {row.interval} interval: {span} {row.unit}",
                "reach": f"probability that any dose reaches {100 * row.occupancy:g} %: {reached}",
                "support": f"against the doses tested, {row.unit}: {tables.support(row)}",
            }
        )
    return said


def _model(stored: Stored) -> dict[str, Any]:
    link = {"ec50": "log EC50", "emax": "logit Emax", "hill": "log Hill"}
    lines = []
    for name, parameter in stored.spec.parameters.items():
        if parameter.fixed is not None:
            lines.append(f"{name} = {parameter.fixed:g}, fixed")
        else:
            parts = [_effect_words(one) for one in stored.layout.effects if one.parameter == name]
            lines.append(f"{link[name]} = {' + '.join(parts if parameter.separate else ['centre', *parts])}")
    curve = stored.layout.curve
    return {
        "equation": curve.equation,
        "source": curve.source,
        "lines": lines,
        "likelihood": list(_likelihood(stored)),
        "description": stored.spec.description,
    }


def _likelihood(stored: Stored) -> Iterator[str]:
    """Say how a number is distributed around the curve."""
    noise, people = stored.spec.noise, stored.spec.ec50.people
    family = "normal" if noise.family == "normal" else f"Student's t with {noise.nu:g} degrees of freedom"
    sigma = f"sigma = {noise.fixed:g}" if noise.fixed is not None else "sigma"
    spread = f"sqrt(floor^2 + ({sigma} (1 - occupancy))^2)" if noise.floor else sigma
    differs = [_effect_words(one) for one in stored.layout.effects if one.parameter == "noise"]
    by = f"; sigma differs by {', '.join(differs)}" if differs else ""
    yield f"One person's occupancy is distributed around the curve as {family}, with the scale {spread}{by}."
    rows = stored.layout.rows
    levels = set(rows["level"])
    how = "averaged over the people by quadrature" if people and people.groups == "quadrature" else ""
    how = how or "to first order, (slope * omega)^2" if people else "0, as the model has none"
    if levels & {"group", "range"}:
        yield (
            "The mean of n people is normal with the variance of one person's residual over n; their "
            "published variance follows a Gamma distribution around that residual variance plus the variance "
            f"between people ({how})."
        )
    if ((rows["level"] == "range") & ~in_complete_set(rows)).any():
        yield "A range counts by the probability that the mean lies in it."
    if "extremes" in levels:
        yield (
            "The lowest and the highest of n people are order statistics of n normal numbers, with the "
            f"variance of one person's residual plus the variance between people ({how})."
        )
    if in_complete_set(rows).any():
        yield (
            "The range of a complete set of groups counts by the joint density of the lowest and the highest "
            "of all the means of the set."
        )
    for name, competitor in stored.spec.competition.items():
        yield f"{name} competes for the site: its {competitor.column} over its own EC50 adds to x / EC50."
    if stored.spec.dose_share is not None:
        yield "Where a dose is known only as a range, an unknown share of the people took the higher end."
    yield "Occupancies below 0 or above 1 are data; nothing is clipped."


def _effect_words(effect: Effect) -> str:
    named, count = " by ".join(effect.factors), len(effect.levels)
    words = {
        "pooled": f"{named} (partially pooled, {count} levels)",
        "shift": f"{named} (shift from {effect.reference[1]}, {count} levels)",
        "slope": f"slope over {effect.covariate[0]}" + (f" by {named}" if named else ""),
        "people": f"person (SD omega; a group's mean shares omega / root n; {count} people or cohorts)",
        "separate": f"{named} (separate, {count} levels)",
    }
    return words[effect.kind]


def _references(stored: Stored) -> Table:
    rows = [[drug, f"{one.value:g}", one.unit, one.origin] for drug, one in stored.layout.references.items()]
    caption = f"The {stored.spec.exposure_words} that counts as 1 in the model."
    return Table(["drug", "reference", "unit", "from"], rows, caption)


def _priors(stored: Stored) -> Table:
    rows = []
    for name, prior, draws in stored.unknowns():
        low, median, high = (text.figure(one) for one in quantile(draws, [0.025, 0.5, 0.975]))
        below, middle, above = (text.figure(one) for one in prior.quantile([0.025, 0.5, 0.975]))
        before, after = f"{middle} ({below} to {above})", f"{median} ({low} to {high})"
        rows.append([name, str(prior), before, after, prior.source])
    columns = ["unknown", "prior", "prior median (95 %)", "posterior median (95 %)", "why this prior"]
    caption = (
        "Unknowns on their own scales: log_ is the natural logarithm (EC50 in reference doses), logit_ the "
        "log odds; omega is the SD of log EC50 between people, sigma the residual SD of occupancy as a "
        "fraction. 95 % equal-tailed intervals."
    )
    return Table(columns, rows, caption)


def _sources(stored: Stored) -> list[str]:
    """List the citation of every key that a row or a prior names."""
    keys = set(stored.evidence.table["source"]) - {""}
    for said in [*stored.evidence.table["note"], *(prior.source for _, prior in stored.spec.each_prior())]:
        keys |= set(keys_in(said))
    return [f"{key}: {citation(key)}" if citation(key) != key else key for key in sorted(keys)]


def _convergence(verdicts: list[Check]) -> Table:
    found = next(one.table for one in verdicts if one.name == "convergence")
    rows = []
    for name, row in found.iterrows():
        cells = (("r_hat", 4), ("ess_bulk", 0), ("ess_tail", 0))
        figures = ["-" if math.isnan(row[key]) else f"{row[key]:.{digits}f}" for key, digits in cells]
        rows.append([str(name), *figures])
    caption = (
        "Rank R-hat; ESS of the bulk and of the 2.5 and 97.5 % points. For a dose, which may be infinite, "
        "those of its inverse."
    )
    return Table(["quantity", "R-hat", "bulk ESS", "tail ESS"], rows, caption)


def _run(stored: Stored) -> Table:
    attrs = stored.tree.attrs
    sampler = (
        f"NUTS, {attrs['chains']} chains of {attrs['draws']} draws after {attrs['tune']} warm-up draws, "
        f"target acceptance {attrs['target_accept']:g}"
    )
    rows = [
        ["made", str(attrs["created"])],
        ["evidence", f"{attrs['evidence']}, SHA-256 {attrs['evidence_sha256']}"],
        ["sampler", sampler],
        ["seed", str(attrs["seed"])],
        ["time", f"{attrs['seconds_compiling']:.1f} s compiling, {attrs['seconds_sampling']:.1f} s sampling"],
        ["versions", ", ".join(str(attrs["versions"]).splitlines())],
    ]
    return Table(["what", "how"], rows)
