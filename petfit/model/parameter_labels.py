"""What each parameter that has a prior of its own is, in words."""

from __future__ import annotations

from collections.abc import Iterator

from petfit.model.design import Design
from petfit.model.effect import STUDY_OFFSET, Effect, effect_name
from petfit.model.parameters import PARAMETERS, competitor_name
from petfit.model.prior_sentences import quantity

__all__ = ["parameter_labels", "prior_paths"]


def parameter_labels(design: Design) -> dict[str, str]:
    """Return what each parameter is, by the names of `petfit.Fit.parameters_with_priors`.

    Parameters
    ----------
    design : Design
        A design.

    Returns
    -------
    dict of str to str
        Such as ``{"log_ec50_drug_sd": "SD of log EC50 between levels of drug"}``.

    Examples
    --------
    >>> parameter_labels(fit.design)["omega"]
    'SD of log EC50 between people (omega)'
    """
    labels = {name: quantity(path).removeprefix("the ") for name, path in prior_paths(design).items()}
    for effect in design.effects:
        if effect.has_prior_of_its_own:
            labels |= {f"{effect.name} {label}": _effect_label(effect, label) for label in effect.labels}
    return labels


def prior_paths(design: Design) -> dict[str, str]:
    """Return where the prior of each scalar parameter stands in the model file.

    Examples
    --------
    >>> prior_paths(fit.design)["omega"]
    'ec50.people.sd'
    """
    return {name: path for name, path in _scalar_paths(design) if name in design.scalar_priors}


def _scalar_paths(design: Design) -> Iterator[tuple[str, str]]:
    """Yield the name of every scalar that a model may have, and the path of its prior in the model file."""
    spec = design.spec
    for name, parameter in (spec.parameters | spec.scan_parameters).items():
        yield PARAMETERS[name].linked_name, f"{name}.centre"
        for key in parameter.terms:
            yield f"{effect_name(name, key)}_sd", f"{name}.{key}.pooled"
    yield "omega", "ec50.people.sd"
    for name, residual in spec.residuals.items():
        yield PARAMETERS[name].sd_name, f"{name}.sigma"
        yield PARAMETERS[name].floor_name, f"{name}.floor"
        for key in residual.terms:
            yield f"{effect_name(name, key)}_sd", f"{name}.{key}.pooled"
    yield f"{STUDY_OFFSET}_sd", "plasma.study"
    for name in spec.competition:
        yield competitor_name(name), f"competition.{name}.ec50"


def _effect_label(effect: Effect, label: str) -> str:
    words, reference = label.replace(":", ", "), " ".join(effect.reference)
    match effect.kind:
        case "kinetic":
            return quantity(f"pk.{label}.{effect.name}").removeprefix("the ")
        case "share":
            return f"share of people on the higher dose: {words}"
        case "below":
            return f"share of the limit of quantification: {words}"
    parameter = PARAMETERS[effect.parameter]
    match effect.kind:
        case "shift":
            return f"shift of {parameter.linked_label} from {reference} to {words}"
        case "slope":
            by = "" if label == "all" else f" for {words}"
            return f"slope of {parameter.linked_label} over {effect.covariate[0]}{by}"
    centre = parameter.label if parameter.sd_name else f"centre of {parameter.linked_label}"
    return f"{centre} for {words}"
