"""The factors in which rows differ but which a model leaves out, and the lines of TOML that add them."""

from __future__ import annotations

import pandas as pd

from petfit.model.specification import ModelSpec

__all__ = ["FACTORS", "line_for", "missing_factors"]

FACTORS = ("study", "region", "tracer", "regimen", "modality")


def missing_factors(spec: ModelSpec, rows: pd.DataFrame) -> list[str]:
    """Return the factors with several levels among the rows that the model does not include.

    A model with tracers needs no modality, and one with kinetics no regimen.

    Parameters
    ----------
    spec : ModelSpec
        The model.
    rows : pandas.DataFrame
        The fitted rows.

    Examples
    --------
    >>> missing_factors(fit.spec, fit.design.rows)
    []
    """
    included = {*spec.factors, *(["modality"] if "tracer" in spec.factors else [])}
    included |= {"regimen"} if spec.pk else set()
    return [factor for factor in FACTORS if factor not in included and len(_levels(rows[factor])) > 1]


def line_for(factor: str, spec: ModelSpec, rows: pd.DataFrame) -> tuple[str, str]:
    """Return the line of TOML that adds a factor to a model, and the table that it stands in.

    Differences between studies and regions are partially pooled in EC50, as in the bundled models. Tracers
    and modalities shift Emax from their most frequent level, and a single dose shifts EC50 from repeated
    doses.

    Parameters
    ----------
    factor : str
        One of `missing_factors`.
    spec : ModelSpec
        The model.
    rows : pandas.DataFrame
        The fitted rows.

    Returns
    -------
    table, line : str
        The name of the table, and the line to write directly below its header. The line has no spaces, so
        that it is not wrapped.

    Examples
    --------
    >>> line_for("region", fit.spec, fit.design.rows)
    ('ec50', 'region.pooled={dist="HalfNormal",sigma=0.3}')
    """
    if factor in ("tracer", "modality") and spec.emax.fixed is None:
        level = rows.loc[rows[factor] != "", factor].mode().iloc[0]
        return "emax", _shift(factor, level, "mu=0.0,sigma=1.0")
    if factor == "regimen" and _levels(rows[factor]) == {"repeated", "single"}:
        accumulation = "mu=0.7,sigma=0.7" if spec.exposure == "dose" else "mu=0.0,sigma=0.3"
        return "ec50", _shift(factor, "repeated", accumulation)
    return "ec50", f'{factor}.pooled={{dist="HalfNormal",sigma=0.3}}'


def _levels(values: pd.Series) -> set[str]:
    return set(values) - {""}


def _shift(factor: str, level: str, arguments: str) -> str:
    quoted = '"' + level.replace("\\", "\\\\").replace('"', '\\"') + '"'
    prior = f'{{dist="Normal",{arguments}}}'
    return f"{factor}={{from={{{factor}={quoted}}},shift={prior}}}"
