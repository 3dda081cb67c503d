"""Whom an answer is for: a typical or a new person, study or drug."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from petfit.errors import PetfitError, nearest
from petfit.model.design import Design

__all__ = ["NEW_FACTOR", "PREDICT_FOR", "can_predict_for", "check_predict_for", "people_of", "population"]

type PredictFor = Literal["typical", "new_subject", "new_study", "new_drug"]
PREDICT_FOR: tuple[str, ...] = get_args(PredictFor.__value__)
NEW_FACTOR = {"new_subject": "person", "new_study": "study", "new_drug": "drug"}
_PLURAL = {"person": "people", "study": "studies", "drug": "drugs"}
_TABLE = {"person": "[ec50.people]", "study": "[ec50.study]", "drug": "[ec50.drug]"}


def population(design: Design, predict_for: str) -> str:
    """Return in words whom the answers are for; a study is named only where the model has several.

    Examples
    --------
    >>> population(fit.design, "new_subject")
    'a new person'
    """
    in_study = " in a typical study" if can_predict_for(design, "new_study") else ""
    return {
        "typical": f"a typical person{in_study}",
        "new_subject": f"a new person{in_study}",
        "new_study": "a typical person in a new study (a prediction for a study, not a dose to give)",
        "new_drug": f"a new drug, in reference doses, and a typical person{in_study}",
    }[predict_for]


def can_predict_for(design: Design, predict_for: str) -> bool:
    """Return whether the model has random effects from which to draw a new person, study or drug.

    A fit of a single drug says nothing about how drugs differ, so it cannot predict a new one.

    Parameters
    ----------
    design : Design
        The design of a fit.
    predict_for : str
        One of `PREDICT_FOR`; the answer for ``typical`` is always yes.

    Examples
    --------
    >>> can_predict_for(fit.design, "typical")
    True
    """
    factor = NEW_FACTOR.get(predict_for)
    if predict_for == "new_drug" and len(design.drugs) < 2:
        return False
    curve_effects = [effect for effect in design.effects if effect.parameter in design.spec.parameters]
    return factor is None or any(effect.scale and factor in effect.factors for effect in curve_effects)


def people_of(design: Design) -> list[str]:
    """Return whom the main answers are for: a typical person and, if people differ in the model, a new one.

    Examples
    --------
    >>> people_of(fit.design)
    ['typical', 'new_subject']
    """
    return [person for person in ("typical", "new_subject") if can_predict_for(design, person)]


def check_predict_for(design: Design, predict_for: str, at: Mapping[str, str | float]) -> None:
    """Check that a fit can predict for a population, and that no level of a new factor is asked for.

    Raises
    ------
    PetfitError
        If it cannot; the message says why.
    """
    if predict_for not in PREDICT_FOR:
        raise PetfitError(
            f"predict_for must be one of {', '.join(PREDICT_FOR)}, not {predict_for!r}. "
            f"{nearest(predict_for, PREDICT_FOR)}"
        )
    factor = NEW_FACTOR.get(predict_for, "")
    if predict_for == "new_drug" and len(design.drugs) < 2:
        raise PetfitError(f"new_drug: the fit has one drug, {design.drugs[0]}. Ask for it.")
    if not can_predict_for(design, predict_for):
        raise PetfitError(
            f"{predict_for}: the model has no differences between {_PLURAL[factor]} to draw a new {factor} "
            f"from. Ask for a typical one, or add the table {_TABLE[factor]} to the model."
        )
    if factor in at:
        raise PetfitError(
            f"{predict_for}: a new {factor} cannot be {at[factor]!r}. Ask for one or the other."
        )
