"""The model in words: the parameters of the curve and of scans, and the distribution of each value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from petfit.evidence.ranges import in_complete_set
from petfit.fit import Fit
from petfit.model.applies_to import applies_to
from petfit.model.effect import Effect
from petfit.model.exposures import ONE_PERSON
from petfit.model.parameters import PARAMETERS
from petfit.model.specification.residual_noise import Residual
from petfit.report.exposure_text import exposure_text

__all__ = ["model_text"]


def model_text(fit: Fit) -> dict[str, Any]:
    """Return the equation and the sentences of a model, for the template."""
    curve = fit.design.curve
    return {
        "equation": f"{curve.equation}, where x is the {_exposure_words(fit)}",
        "source": curve.source,
        "parameters": list(_parameters(fit)),
        "likelihood": [
            *_subject_likelihood(fit),
            *_group_likelihood(fit),
            *exposure_text(fit),
            *_scan_likelihood(fit),
            *_own_errors(fit),
        ],
        "description": fit.spec.description,
    }


def _exposure_words(fit: Fit) -> str:
    return "concentration in plasma" if fit.spec.pk else fit.spec.exposure_words


def _parameters(fit: Fit) -> Iterator[str]:
    """Yield each parameter as a sum of its effects."""
    for name, parameter in fit.design.active_parameters.items():
        if parameter.fixed is not None:
            yield f"{name} = {parameter.fixed:g}, fixed"
        else:
            parts = [_effect_words(fit, effect) for effect in fit.design.effects if effect.parameter == name]
            terms = parts if parameter.separate else ["centre", *parts]
            yield f"{PARAMETERS[name].linked_label} = {' + '.join(terms)}"


def _effect_words(fit: Fit, effect: Effect) -> str:
    factors, count = " by ".join(effect.factors), len(effect.levels)
    levels = f"{count} levels" if count > 1 else "1 level, so that its SD only widens the prior"
    people = "people scanned under the drug" if fit.spec.scan_parameters else "people"
    has_groups = not set(fit.design.rows["level"]) <= set(ONE_PERSON)
    words = {
        "pooled": f"{factors} (partially pooled, {levels})",
        "shift": f"{factors} (shift from {effect.reference[1]}, {levels})",
        "slope": f"slope of {effect.covariate[0]}" + (f" by {factors}" if factors else ""),
        "people": f"person (SD omega; omega / sqrt(n) for the mean of a group; {count} people or cohorts)"
        if has_groups
        else f"person (SD omega; {count} {people})",
        "separate": f"{factors} (separate, {levels})",
    }
    return words[effect.kind]


def _subject_likelihood(fit: Fit) -> Iterator[str]:
    """Yield how one person's occupancy is distributed around the curve."""
    if not applies_to("noise", fit.design.rows).any():
        return
    noise = fit.spec.noise
    sigma = _sigma(noise, "sigma")
    spread = f"sqrt(floor^2 + ({sigma} (1 - occupancy))^2)" if noise.floor else sigma
    yield (
        f"One person's occupancy has a {_family(noise)} distribution around the curve, with the scale "
        f"{spread}{_effects_on(fit, 'noise', 'sigma')}. Occupancies below 0 or above 1 are valid data and "
        "are not clipped."
    )


def _own_errors(fit: Fit) -> Iterator[str]:
    """Yield what the standard errors of people's own numbers add, and what the limits of numbers are."""
    rows = fit.design.rows
    if (rows["level"].isin(ONE_PERSON) & (rows["se"] > 0)).any():
        yield "The standard error of one person's own number is added to that scale: sqrt(scale^2 + se^2)."
    if (rows["censored"] != "").any():
        yield (
            "The likelihood of a number below (above) a limit is the probability that the number of the "
            "person, or the mean of the group, is below (above) it."
        )


def _family(residual: Residual) -> str:
    return "normal" if residual.family == "normal" else f"Student's t (df = {residual.nu:g})"


def _sigma(residual: Residual, name: str) -> str:
    return f"{name} = {residual.fixed:g}" if residual.fixed is not None else name


def _effects_on(fit: Fit, residual: str, name: str) -> str:
    effects = [_effect_words(fit, effect) for effect in fit.design.effects if effect.parameter == residual]
    return f"; {name} depends on {', '.join(effects)}" if effects else ""


def _group_likelihood(fit: Fit) -> Iterator[str]:
    """Yield how means and ranges of groups are distributed."""
    rows, people = fit.design.rows, fit.spec.ec50.people
    levels = set(rows["level"])
    if people is None:
        method = "0, as the model has none"
    elif people.groups == "quadrature":
        method = "averaged over the people by quadrature"
    else:
        method = "to first order, (slope * omega)^2"
    if levels & {"group", "range"}:
        yield (
            "The mean of n people is normal, with the variance of one person's residual divided by n. "
            "Their published variance has a Gamma distribution, with the residual variance plus the "
            f"variance between people ({method}) as its mean."
        )
    if ((rows["level"] == "range") & ~in_complete_set(rows)).any():
        yield "The likelihood of a range is the probability that the mean lies in it."
    if "extremes" in levels:
        yield (
            "The lowest and the highest of n people are order statistics of n normal numbers, with the "
            f"variance of one person's residual plus the variance between people ({method})."
        )
    if in_complete_set(rows).any():
        yield (
            "The likelihood of the range of a complete set of groups is the joint density of the lowest "
            "and the highest of all its means."
        )


def _scan_likelihood(fit: Fit) -> Iterator[str]:
    """Yield how scans are distributed around the mean that baseline and occupancy give."""
    scans = applies_to("scan_noise", fit.design.rows)
    if not scans.any():
        return
    noise = fit.spec.residuals["scan_noise"]
    has_v_nd = fit.spec.nondisplaceable is not None
    outcome, what = ("V_T", "V_T - V_ND") if has_v_nd else ("BP_ND", "BP_ND")
    mean = f"{'V_ND + ' if has_v_nd else ''}baseline (1 - occupancy)"
    sigma = _sigma(noise, "scan_sigma")
    spread = f"sqrt(scan_floor^2 + ({sigma} mean)^2)" if noise.floor else f"{sigma} mean"
    yield (
        f"A scan's {outcome} has a {_family(noise)} distribution around the mean {mean}, with the scale "
        f"{spread}{_effects_on(fit, 'scan_noise', 'scan_sigma')}."
    )
    yield (
        f"The baseline, {what} without the drug, is a parameter. A baseline scan, at an occupancy of 0, "
        "depends on the baseline only; a scan under the drug depends on the baseline and on the curve. "
        "Occupancy is not computed before the fit."
    )
    if fit.spec.ec50.people is not None:
        yield "All scans of one person under the drug share that person's deviation in log EC50."
    if not has_v_nd:
        yield "A BP_ND of 0 or less is valid data and is not clipped."
