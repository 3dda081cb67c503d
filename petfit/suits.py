"""Whether a table suits a model: refuse here what could not be fitted or would mislead."""

from __future__ import annotations

import pandas as pd

from petfit.errors import SpecError, nearest
from petfit.spec import ModelSpec

__all__ = ["check_suits"]


def check_suits(spec: ModelSpec, rows: pd.DataFrame) -> None:
    """Refuse rows that lack a factor or an exposure, or mix what the model does not tell apart.

    Raises
    ------
    SpecError
        Naming the column, the row, and what to do.
    """
    for factor in spec.factors:
        filled = [name for name in rows.columns if (rows[name].astype(str) != "").any()]
        if factor not in filled:
            raise SpecError(
                f"the model uses the factor {factor!r}, which the table lacks. {nearest(factor, filled)} "
                "Add the column, or leave the factor out of the model."
            )
        empty = rows.index[rows[factor].astype(str) == ""]
        if len(empty):
            raise SpecError(
                f"the model uses the factor {factor!r}, which is empty in {empty[0]}"
                f"{f' and {len(empty) - 1} more rows' if len(empty) > 1 else ''}. "
                "Fill it in, or set use to no in those rows."
            )
    for column in ("target", "outcome"):
        found = sorted(set(rows[column]))
        if column not in spec.factors and len(found) > 1:
            raise SpecError(
                f"the fitted rows hold several kinds of {column} ({', '.join(found)}), and the model "
                f"does not tell them apart. Set use to no for all but one, or make {column} a factor."
            )
    for factor, level in spec.answers_for.items():
        if level not in set(rows[factor]):
            raise SpecError(
                f"answers_for.{factor}: no fitted row has {level!r}. {nearest(level, set(rows[factor]))}"
            )
    missing = rows.index[rows[spec.exposure].isna()]
    if len(missing):
        raise SpecError(
            f"the model's exposure is the {spec.exposure}, which is empty in {missing[0]} of the table. "
            "Fill it in, set use to no, or choose the other exposure in the model."
        )
