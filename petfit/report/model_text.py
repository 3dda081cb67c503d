"""The model in words: the curve's and the scans' parameters, and how each number is distributed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from petfit.evidence.ranges import in_complete_set
from petfit.fit import Fit
from petfit.model.applies_to import applies_to
from petfit.model.effects import Effect
from petfit.model.terms import Residual

__all__ = ["model"]

_LINKS = {
    "ec50": "log EC50",
    "emax": "logit Emax",
    "hill": "log Hill",
    "baseline": "log baseline",
    "nondisplaceable": "log V_ND",
}


def model(fit: Fit) -> dict[str, Any]:
    """Return the model's equations and sentences, for the template."""
    curve = fit.design.curve
    return {
        "equation": curve.equation,
        "source": curve.source,
        "lines": list(_parameters(fit)),
        "likelihood": [*_of_people(fit), *_of_groups(fit), *_of_exposure(fit), *_of_scans(fit)],
        "description": fit.spec.description,
    }


def _parameters(fit: Fit) -> Iterator[str]:
    """Write each parameter as a sum of its effects."""
    for name, parameter in fit.design.parts.items():
        if parameter.fixed is not None:
            yield f"{name} = {parameter.fixed:g}, fixed"
        else:
            parts = [_effect_words(one) for one in fit.design.effects if one.parameter == name]
            yield f"{_LINKS[name]} = {' + '.join(parts if parameter.separate else ['centre', *parts])}"


def _effect_words(effect: Effect) -> str:
    named, count = " by ".join(effect.factors), len(effect.levels)
    levels = f"{count} level{'s' * (count != 1)}"
    words = {
        "pooled": f"{named} (partially pooled, {levels})",
        "shift": f"{named} (shift from {effect.reference[1]}, {levels})",
        "slope": f"slope over {effect.covariate[0]}" + (f" by {named}" if named else ""),
        "people": f"person (SD omega; a group's mean shares omega / root n; {count} people or cohorts)",
        "separate": f"{named} (separate, {levels})",
    }
    return words[effect.kind]


def _of_people(fit: Fit) -> Iterator[str]:
    """Say how one person's occupancy is distributed around the curve."""
    if not applies_to("noise", fit.design.rows).any():
        return
    noise = fit.spec.noise
    sigma = _sigma(noise, "sigma")
    spread = f"sqrt(floor^2 + ({sigma} (1 - occupancy))^2)" if noise.floor else sigma
    yield (
        f"One person's occupancy is distributed around the curve as {_family(noise)}, with the scale "
        f"{spread}{_differing(fit, 'noise', 'sigma')}."
    )


def _family(residual: Residual) -> str:
    return "normal" if residual.family == "normal" else f"Student's t with {residual.nu:g} degrees of freedom"


def _sigma(residual: Residual, name: str) -> str:
    return f"{name} = {residual.fixed:g}" if residual.fixed is not None else name


def _differing(fit: Fit, residual: str, name: str) -> str:
    differs = [_effect_words(one) for one in fit.design.effects if one.parameter == residual]
    return f"; {name} differs by {', '.join(differs)}" if differs else ""


def _of_groups(fit: Fit) -> Iterator[str]:
    """Say how means and ranges are distributed."""
    rows, people = fit.design.rows, fit.spec.ec50.people
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


def _of_exposure(fit: Fit) -> Iterator[str]:
    for name, competitor in fit.spec.competition.items():
        yield f"{name} competes for the site: its {competitor.column} over its own EC50 adds to x / EC50."
    if fit.spec.dose_share is not None:
        yield "Where a dose is known only as a range, an unknown share of the people took the higher end."
    if applies_to("noise", fit.design.rows).any():
        yield "Occupancies below 0 or above 1 are data; nothing is clipped."


def _of_scans(fit: Fit) -> Iterator[str]:
    """Say how scans are distributed around what their baseline and the drug leave."""
    scans = applies_to("scan_noise", fit.design.rows)
    if not scans.any():
        return
    noise = fit.spec.residuals["scan_noise"]
    has_v_nd = fit.spec.nondisplaceable is not None
    name, what = ("V_T", "V_T - V_ND") if has_v_nd else ("BP_ND", "BP_ND")
    mean = f"{'V_ND + ' if has_v_nd else ''}baseline (1 - occupancy)"
    sigma = _sigma(noise, "scan_sigma")
    spread = f"sqrt(scan_floor^2 + ({sigma} mean)^2)" if noise.floor else f"{sigma} mean"
    yield (
        f"A scan's {name} is distributed as {_family(noise)} around the mean {mean}, with the scale "
        f"{spread}{_differing(fit, 'scan_noise', 'scan_sigma')}."
    )
    yield (
        f"The baseline, {what} without the drug, is a parameter. A baseline scan, where occupancy is 0, "
        "tells of it alone; a scan under the drug tells of it and of the curve. Occupancy is not computed "
        "before the fit."
    )
    if fit.spec.ec50.people is not None:
        yield "All scans of one person under the drug share that person's deviation in log EC50."
    if not has_v_nd:
        yield "A BP_ND at 0 or below is data; nothing is clipped."
