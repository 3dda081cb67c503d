"""The TOML file of a model: found, read, and the tables that it names."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from petfit.errors import PetfitError, SpecError, nearest
from petfit.evidence.affinities import read_affinities
from petfit.evidence.bundled import data_folder, models_folder
from petfit.evidence.files import as_path
from petfit.model.affinity_ratios import affinity_pairs
from petfit.model.specification.error_messages import error_messages
from petfit.model.specification.model_spec import ModelSpec
from petfit.model.specification.second_target import Selectivity

__all__ = ["model_file", "parse_model", "read_model"]

_MAX_CHARACTERS, _MAX_LINE = 1_000_000, 10_000
"""Limits of a model file: reading keys with very many dots would take minutes."""


def read_model(source: str | Path | ModelSpec = "emax") -> ModelSpec:
    """Read a model.

    Parameters
    ----------
    source : str, path or ModelSpec
        The name of a bundled model, a TOML file, or a specification, which is returned unchanged.

    Returns
    -------
    ModelSpec
        The model.

    Raises
    ------
    SpecError
        If there is no such model, or the file has errors. The message lists all of them.

    Examples
    --------
    >>> read_model("emax").exposure
    'dose'
    """
    if isinstance(source, ModelSpec):
        return source
    path = model_file(source)
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(_MAX_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"{path}: cannot be read as text ({error}). Save it as UTF-8.") from None
    return parse_model(text, path.name, path.parent)


def model_file(source: str | Path) -> Path:
    """Return the file of a model, given its path or the name of a bundled model.

    Raises
    ------
    SpecError
        If there is no such file or bundled model.
    """
    path = as_path(source, "a model is a path, a ModelSpec or the name of a bundled one")
    bundled = models_folder() / f"{source}.toml"
    if path.is_file():
        return path
    if bundled.is_file():
        return bundled
    names = [file.stem for file in models_folder().glob("*.toml")]
    raise SpecError(
        f"model {str(source)!r}: neither a bundled model nor a file. "
        f"{nearest(str(source), names)} Or give the path of a TOML file."
    )


def parse_model(text: str, name: str = "model", folder: Path = Path()) -> ModelSpec:
    """Read a model from the text of its TOML file; see `read_model`.

    Parameters
    ----------
    text : str
        The text.
    name : str
        What messages call it.
    folder : Path
        Where the tables that it names are.
    """
    longest = max(map(len, text.split("\n")))
    if len(text) > _MAX_CHARACTERS or longest > _MAX_LINE:
        raise SpecError(
            f"{name}: this is too long for a model: at most {_MAX_CHARACTERS:,} characters and {_MAX_LINE:,} "
            "in a line. Give the TOML file of a model."
        )
    try:
        spec = ModelSpec.model_validate(tomllib.loads(text))
    except ValidationError as error:
        raise SpecError(
            f"{name}: " + f"\n{name}: ".join(error_messages(error, ModelSpec.model_fields))
        ) from None
    except RecursionError:
        raise SpecError(f"{name}: tables or arrays too deep in each other. Remove brackets.") from None
    except ValueError as error:  # also of an integer of thousands of digits
        raise SpecError(f"{name}: not valid TOML: {error}. Quote text, and close every bracket.") from None
    targets = {
        target: _with_pairs(f"{name}: selectivity.{target}", target, part, folder)
        for target, part in spec.selectivity.items()
    }
    return spec.model_copy(update={"selectivity": targets})


def _with_pairs(where: str, target: str, part: Selectivity, folder: Path) -> Selectivity:
    """Return the part of a second target with its pairs of affinities, read from their table."""
    if not isinstance(part.affinities, str):
        return part
    places = (folder / part.affinities, data_folder() / part.affinities)
    source = next((place for place in places if place.is_file()), part.affinities)
    try:
        pairs = affinity_pairs(read_affinities(source), part.first, target, mix=part.mix)
    except PetfitError as error:
        raise SpecError(f"{where}: {error.in_shell}") from None
    return part.model_copy(update={"affinities": pairs})
