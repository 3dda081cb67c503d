"""What the page says, section by section, as plain data for the template."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import xarray as xr

from petfit import checks, derived, summaries, tables, text
from petfit.answers import has_differences
from petfit.attainment import attainment, marketed, smallest_strength
from petfit.checks import Check
from petfit.learning import learned
from petfit.quantiles import quantile
from petfit.report.figures import draw_all, drawn
from petfit.report.leans import leans
from petfit.report.model import model
from petfit.scope import concerned
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
        "title": _title(stored),
        "question": _question(stored),
        "verdict": _overall(verdicts),
        "verdicts": verdicts,
        "answers": _answers(doses),
        "exposure": tables.exposure_of(doses),
        "whose": text.caption(doses),
        "doses": tables.doses(doses),
        "parameters": tables.parameters(parameters, stored.spec.exposure_words),
        "strengths": list(_strengths(stored)),
        "leans": leans(stored, doses, taught),
        "figures": figures,
        "model": model(stored),
        "references": _references(stored),
        "priors": _priors(stored),
        "learned": tables.learned(taught),
        "used": tables.evidence(stored.layout.rows, last="note", derived=derived.occupancies(stored)),
        "unused": tables.evidence(stored.left_out, last="why_not"),
        "defaults": evidence.defaults,
        "sources": _sources(stored),
        "convergence": _convergence(verdicts),
        "behind": {name: tables.behind(one.table) for name, one in _looked_into(verdicts)},
        "run": _run(stored),
        "toml": stored.spec.to_toml(),
    }


def _title(stored: Stored) -> str:
    title = stored.spec.title or "Occupancy fit"
    return f"{title} (simulated values)" if stored.evidence.simulated else title


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
    exposure = tables.exposure_of(doses)
    for row in summaries.rows(doses):
        span = text.span("dose", row.low, row.high)
        dose = "not reached" if math.isinf(row.median) else f"{text.figure(row.median)} {row.unit}"
        reached = text.probability(row.p_reached)
        said.append(
            {
                "drug": row.drug,
                "dose": dose,
                "interval": f"{100 * row.prob:g} % {row.interval} interval: {span} {row.unit}",
                "reach": f"probability that any {exposure} reaches {100 * row.occupancy:g} %: {reached}",
                "support": f"against the {exposure}s tested, {row.unit}: {tables.support(row)}",
            }
        )
    return said


def _strengths(stored: Stored) -> Iterator[Table]:
    """Yield how surely the marketed strengths reach 80 %, and which is the smallest that is sure enough."""
    if not any(marketed(stored, drug)[0] for drug in stored.layout.drugs):
        return
    yield tables.attainment(attainment(stored), all_doses=False)
    for who in ("typical", "new_subject"):
        if has_differences(stored.layout, who):
            yield tables.smallest(smallest_strength(stored, 0.8, who))


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
    return Table(columns, rows, _scales(stored))


def _scales(stored: Stored) -> str:
    """Say on which scale each unknown is, and of what."""
    rows = stored.layout.rows
    said = ["omega is the SD of log EC50 between people"]
    if concerned("noise", rows).any():
        said.append("sigma the residual SD of occupancy as a fraction")
    if concerned("scan_noise", rows).any():
        name, unit = text.outcome(rows.loc[rows["level"] == "scan", "outcome"].iloc[0])
        has_v_nd = stored.spec.nondisplaceable is not None
        what = "V_T - V_ND" if has_v_nd else "BP_ND"
        said.append(f"log_baseline the logarithm of {what} without the drug{_in(unit)}")
        said += [f"log_v_nd the logarithm of V_ND{_in(unit)}"] if has_v_nd else []
        said.append(f"scan_sigma the residual SD of {name} as a share of its mean")
        if stored.spec.residuals["scan_noise"].floor is not None:
            said.append(
                f"scan_floor what of the residual SD of {name} is left where the mean is 0{_in(unit)}"
            )
    return (
        "Unknowns on their own scales: log_ is the natural logarithm (EC50 in reference doses), logit_ the "
        f"log odds; {', '.join(said)}. 95 % equal-tailed intervals."
    )


def _in(unit: str) -> str:
    return f" in {unit}" if unit else ""


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


def _looked_into(verdicts: list[Check]) -> Iterator[tuple[str, Check]]:
    """Yield the checks whose figures are worth a table of their own, with what the table is of."""
    titles = {
        "predictive": "Every number, and sets of them, against replicated numbers",
        "loo": "Every row left out, by importance sampling",
        "sensitivity": "Sensitivity of every answer to priors and likelihood",
        "studies": "The answers without each study",
        "assumptions": "The answers under other assumptions",
    }
    for one in verdicts:
        if one.name in titles and len(one.table):
            yield titles[one.name], one


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
