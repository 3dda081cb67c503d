"""A table to fill in, with an example row for each level."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from petfit.errors import PetfitError
from petfit.evidence.bundled import toml_beside
from petfit.evidence.columns import COLUMNS
from petfit.evidence.tsv import describe_columns, sidecar, write_table

__all__ = ["template", "write_template"]

_TABLE = toml_beside(__file__)


def template() -> pd.DataFrame:
    """Return every canonical column and an example row for each level; none of the rows is fitted.

    Examples
    --------
    >>> set(template()["use"])
    {'no'}
    """
    rows = [{**_TABLE["common"], **row} for row in _TABLE["rows"]]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object).fillna("")


def write_template(path: str | Path, *, force: bool = False) -> Path:
    """Write the template and the JSON file that describes its columns.

    Parameters
    ----------
    path : str or path
        A file name that ends in ``.tsv``.
    force : bool
        Whether to replace existing files.

    Returns
    -------
    pathlib.Path
        The table.

    Raises
    ------
    PetfitError
        When one of the two files already exists, or cannot be written.
    """
    target = Path(path)
    for file in (target, sidecar(target)):
        if file.exists() and not force:
            raise PetfitError(
                f"{file}: this file already exists. Choose another name, or replace it with --force."
            )
    table = template()
    without_units = table.assign(**{f"{name}_unit": "" for name in ("dose", "concentration", "value")})
    return write_table(table, target, describe_columns(without_units), force=force)
