"""The exposure in words: doses, measured concentrations, competitors, kinetics and delays."""

from __future__ import annotations

from collections.abc import Iterator

from petfit.fit import Fit
from petfit.results.formatting import enumerate_words

__all__ = ["exposure_text"]

_DELAYS = {
    "ke0": "Occupancy follows the concentration Ce of an effect compartment, dCe/dt = ke0 (C - Ce), where "
    "C is that in plasma",
    "koff": "Binding is not in equilibrium: the occupancy O relative to Emax follows "
    "dO/dt = koff ((C / EC50) (1 - O) - O), where C is the concentration in plasma",
}


def exposure_text(fit: Fit) -> Iterator[str]:
    """Yield what is assumed about the exposure of each row, in sentences.

    Examples
    --------
    >>> list(exposure_text(fit))
    []
    """
    kinds = {effect.kind for effect in fit.design.effects}
    for name, competitor in fit.spec.competition.items():
        yield (
            f"{name} competes for the target: its {competitor.column} divided by its own EC50 is added to "
            "x / EC50."
        )
    if "share" in kinds:
        yield "Where a dose is given only as a range, an unknown share of the people took the higher dose."
    if "error" in kinds:
        yield (
            "Where the SD of a concentration's measurement is given, the true concentration is a parameter, "
            "lognormal around the measured one."
        )
    if "below" in kinds:
        yield "A concentration below the limit of quantification is the limit times an unknown share."
    if fit.spec.pk:
        yield from _kinetics(fit)


def _kinetics(fit: Fit) -> Iterator[str]:
    """Yield how doses become concentrations."""
    yield (
        "A one-compartment model with first-order absorption and elimination gives the concentration in "
        "plasma at the time of the scan, after all doses before it; EC50 is a concentration in ng/mL."
    )
    if saturable := [drug for drug, kinetics in fit.spec.pk.items() if kinetics.saturable]:
        yield (
            f"The clearance of {', '.join(saturable)} falls with a power of the dose, and a single dose has "
            "a half-life and a bioavailability of its own."
        )
    for name, sentence in _DELAYS.items():
        if delayed := [drug for drug, kinetics in fit.spec.pk.items() if kinetics.delay == name]:
            yield f"{sentence} ({', '.join(delayed)})."
    differing = [e.name.removesuffix("_person") for e in fit.design.effects if e.kind == "kinetic_people"]
    if differing:
        yield (
            f"People differ in {enumerate_words(differing)} with known coefficients of variation; they widen "
            "the expected SD of a group."
        )
    if fit.spec.plasma is not None and fit.design.rows["measured"].notna().any():
        yield (
            "A concentration measured after a dose is lognormal around the predicted one, with the "
            f"coefficient of variation of the assay ({fit.spec.plasma.assay_cv:g}) and an offset of its "
            "study. It counts once, however many rows it appears in."
        )
