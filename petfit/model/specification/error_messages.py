"""Messages about a specification that is not valid: the key, what is wrong, and what to write instead."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Collection
from typing import Any

from pydantic import ValidationError

from petfit.errors import nearest
from petfit.model.kinetics.drug_kinetics import DrugKinetics, KineticPeople, Plasma, Saturable, Schedule
from petfit.model.parameters import CURVE_PARAMETERS, RESIDUALS, SCAN_PARAMETERS
from petfit.model.specification.competitor import Competitor
from petfit.model.specification.residual_noise import Noise, ScanNoise
from petfit.model.specification.second_target import Selectivity
from petfit.model.specification.terms import Covariate, Parameter, People

__all__ = ["error_messages"]

_MAX_PROBLEMS = 100
_SHORT = reprlib.Repr(maxstring=80, maxlong=80, maxother=80)
_PARTS = (*CURVE_PARAMETERS, *SCAN_PARAMETERS)
_PYDANTIC_PARTS = ("Prior", "float", "dict[str,Prior]", "function-after[_check(), Prior]")
_KEYS: dict[str, list[str]] = {
    "noise": list(Noise.model_fields),
    "scan_noise": list(ScanNoise.model_fields),
    "people": list(People.model_fields),
    "covariates": list(Covariate.model_fields),
    "competition": list(Competitor.model_fields),
    "selectivity": ["from", *(name for name in Selectivity.model_fields if name != "first")],
    "pk": list(DrugKinetics.model_fields),
    "saturable": list(Saturable.model_fields),
    "schedule": list(Schedule.model_fields),
    "plasma": list(Plasma.model_fields),
    "term": ["pooled", "from", "shift", "centred"],
    "parameter": list(Parameter.model_fields),
}


def error_messages(error: ValidationError, model_keys: Collection[str]) -> list[str]:
    """Return the messages of the problems of a model, sorted; of very many, the first.

    Parameters
    ----------
    error : pydantic.ValidationError
        The problems.
    model_keys : collection of str
        The keys that a model file may have at the top.
    """
    problems = error.errors()
    messages = sorted({_error_message(problem, model_keys) for problem in problems[:_MAX_PROBLEMS]})
    omitted = len(problems) - _MAX_PROBLEMS
    return [*messages, f"and {omitted:,} more problems"] if omitted > 0 else messages


def _error_message(error: Any, model_keys: Collection[str]) -> str:
    """Return the message of a pydantic error: the path of the key, the problem and the remedy."""
    keys = [str(part) for part in error["loc"] if str(part) not in _PYDANTIC_PARTS]
    path = ".".join(keys) or "the file"
    message = str(error["msg"]).removeprefix("Value error, ")
    allowed = _KEYS[keys[0] if keys and keys[0] in RESIDUALS else "parameter"]
    if len(keys) >= 2 and keys[0] in (*_PARTS, *RESIDUALS) and _is_typo(keys[1], allowed):
        return f"unknown key {'.'.join(keys[:2])!r}. {nearest(keys[1], allowed)}"
    if error["type"] == "extra_forbidden":
        others = model_keys if len(keys) == 1 else _allowed_keys(keys)
        return f"unknown key {path!r}. {nearest(keys[-1], others)}"
    if error["type"] == "missing":
        return f"{path} is missing; the model needs it"
    if error["type"] == "model_type" and len(keys) == 2 and keys[0] in _PARTS:
        return (
            f"unknown key {path!r}: a parameter has {', '.join(_KEYS['parameter'])} and one table per factor"
        )
    is_clear = isinstance(error["input"], dict) or message.endswith(".")
    return f"{path}: {message}" + ("" if is_clear else f" (seen: {_SHORT.repr(error['input'])})")


def _is_typo(key: str, keys: list[str]) -> bool:
    return key not in keys and bool(difflib.get_close_matches(key, keys, n=1, cutoff=0.75))


def _allowed_keys(path: list[str]) -> list[str]:
    """Return the keys that are allowed where an unknown key was found."""
    if "pk" in path[:-1] and "people" in path[:-1]:
        return list(KineticPeople.model_fields)
    tables = ("competition", "selectivity", "covariates", "saturable", "schedule", "people", "pk", "plasma")
    return _KEYS[next((table for table in tables if table in path[:-1]), "term")]
