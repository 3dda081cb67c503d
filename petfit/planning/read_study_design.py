"""Read the design of a study from a TOML file or a DataFrame."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from petfit.errors import PetfitError, nearest
from petfit.evidence.files import as_path
from petfit.planning.study_design import Arm, StudyDesign

__all__ = ["read_study_design"]

_MOST_CHARACTERS = 1_000_000
_LISTS = frozenset({"doses", "concentrations", "times", "regions"})
_NUMBERS = frozenset({"doses", "concentrations", "times"})


def read_study_design(source: str | Path | pd.DataFrame | StudyDesign) -> StudyDesign:
    """Read the design of a study.

    Parameters
    ----------
    source : str, path, DataFrame or StudyDesign
        A TOML file with a table ``[[arms]]`` for each arm; keys of an arm that stand above the first one hold
        for all arms. Or a DataFrame with a row for each arm and the keys of `Arm` as columns; a cell may hold
        a list, or numbers separated by semicolons.

    Returns
    -------
    StudyDesign
        The design.

    Raises
    ------
    PetfitError
        If there is no such file, or anything in it is wrong; the message lists every problem.

    Examples
    --------
    >>> arms = pd.DataFrame({"n": [4, 4], "drug": "X", "doses": ["0; 10", "0; 40"], "level": "scan"})
    >>> read_study_design(arms).words
    '4 people at 0 and 10 mg/day of X; 4 people at 0 and 40 mg/day of X'
    """
    if isinstance(source, StudyDesign):
        return source
    if isinstance(source, pd.DataFrame):
        return _validated({"arms": list(_records(source))}, "the DataFrame")
    path = as_path(source, "a design is a path, a DataFrame or a StudyDesign")
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(_MOST_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise PetfitError(f"{path}: cannot be read as text ({error}). Give a TOML file with arms.") from None
    if len(text) > _MOST_CHARACTERS:
        raise PetfitError(f"{path}: this is too long for a design: at most {_MOST_CHARACTERS:,} characters.")
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise PetfitError(
            f"{path.name}: not valid TOML: {error}. Quote text, and close every bracket."
        ) from None
    return _validated(_with_defaults(content, path.name), path.name)


def _records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the arms in a DataFrame, without missing cells."""
    for record in frame.to_dict("records"):
        arm = {str(name): _plain(value) for name, value in record.items() if not _is_missing(value)}
        yield {name: _as_list(name, value) if name in _LISTS else value for name, value in arm.items()}


def _is_missing(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and pd.isna(value))


def _plain(value: Any) -> Any:
    """Return a number of NumPy as one of Python, and an integer where it has no fraction."""
    value = value.item() if hasattr(value, "item") and not hasattr(value, "__len__") else value
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _as_list(name: str, value: Any) -> Any:
    if isinstance(value, str):
        parts = [part.strip() for part in value.split(";")]
        return [_number(part) for part in parts] if name in _NUMBERS else parts
    return [_plain(part) for part in value] if hasattr(value, "__len__") else [value]


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _with_defaults(content: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the content of a file with the keys that hold for all arms copied into each."""
    arms = content.get("arms")
    if not isinstance(arms, list) or not all(isinstance(arm, dict) for arm in arms):
        raise PetfitError(f"{name}: arms is missing. Write a table [[arms]] with n and doses for each arm.")
    of_all = {key: value for key, value in content.items() if key in Arm.model_fields}
    rest = {key: value for key, value in content.items() if key not in Arm.model_fields}
    return {**rest, "arms": [{**of_all, **arm} for arm in arms]}


def _validated(content: Mapping[str, Any], name: str) -> StudyDesign:
    try:
        return StudyDesign.model_validate(content)
    except ValidationError as error:
        messages = dict.fromkeys(_message(problem) for problem in error.errors())
        raise PetfitError(f"{name}: " + f"\n{name}: ".join(messages)) from None


def _message(problem: Any) -> str:
    """Return the message of a pydantic error: the place, what is wrong, and what to write."""
    keys = list(problem["loc"])
    in_arm = len(keys) > 1 and keys[0] == "arms"
    where = f"arm {int(keys[1]) + 1}: " if in_arm else ""
    key = ".".join(str(part) for part in keys[2 if in_arm else 0 :])
    if problem["type"] == "extra_forbidden":
        allowed = Arm.model_fields if in_arm else {**StudyDesign.model_fields, **Arm.model_fields}
        return f"{where}unknown key {key!r}. {nearest(key, allowed)} Further columns belong in columns."
    if problem["type"] == "missing":
        return f"{where}{key} is missing. Write it in the arm, or above the first arm for all of them."
    message = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "value_error":
        return f"{where}{message}"
    return f"{where}{key}: {message} (seen: {problem['input']!r:.80})"
