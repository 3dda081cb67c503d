"""The table of the curve's parameters, such as EC50 and Emax."""

from __future__ import annotations

from collections.abc import Mapping

import xarray as xr

from petfit.model.parameters import CURVE_PARAMETERS, PARAMETERS, SITE_PARAMETERS
from petfit.report.table import Column, Table
from petfit.report.tables.interval_columns import exposure_name, probability_words
from petfit.results import formatting
from petfit.results.curve_parameters import parameter_frame

__all__ = ["PARAMETER_NAMES", "parameter_name", "parameter_table"]

PARAMETER_NAMES = {name: PARAMETERS[name].label for name in (*CURVE_PARAMETERS, *SITE_PARAMETERS)}
"""The names of the curve's parameters, as they are printed."""


def parameter_name(parameter: str, exposure: str) -> str:
    """Return the printed name of a parameter; EC50 on a dose axis is called ED50 as well, a free one free.

    Examples
    --------
    >>> parameter_name("ec50", "dose"), parameter_name("ec50", "concentration")
    ('EC50 (ED50)', 'EC50')
    >>> parameter_name("ec50", "free concentration")
    'free EC50'
    """
    names = {"dose": "EC50 (ED50)", "free concentration": "free EC50"}
    return names.get(exposure, "EC50") if parameter == "ec50" else PARAMETER_NAMES[parameter]


def parameter_table(answers: dict[str, xr.Dataset]) -> Table:
    """Return the parameters of each drug's curve as a table.

    Parameters
    ----------
    answers : dict of str to xarray.Dataset
        From `petfit.results.curve_parameters.curve_parameters`.
    """
    ec50 = answers["ec50"]
    exposure, prob = exposure_name(ec50), probability_words(ec50)
    ends = (_value_column("low", f"{prob} low"), _value_column("high", f"{prob} high"))
    columns = (
        Column("parameter", "parameter", lambda parameter: parameter_name(parameter, exposure)),
        Column("drug", "drug"),
        _with_unit("median", "median"),
        Column(("parameter", "low", "high"), f"{prob} interval", formatting.interval, ends),
        _with_unit("mean", "mean"),
        _with_unit("sd", "SD"),
        Column("unit", "unit", lambda unit: _unit(unit).strip("%"), (Column("unit", "unit", _unit),)),
    )
    names = [PARAMETERS[name].label for name in CURVE_PARAMETERS if name in answers]
    title = formatting.enumerate_words(names)
    return Table("parameters", title, parameter_frame(answers), columns, formatting.caption(ec50))


def _with_unit(name: str, heading: str) -> Column:
    """Return a column whose fractions are written with "%", without where the unit has a column."""
    names = ("parameter", name)
    return Column(names, heading, formatting.parameter_value, (_value_column(name, heading),))


def _value_column(name: str, heading: str) -> Column:
    return Column(("parameter", name), heading, _value)


def _unit(unit: str) -> str:
    words: Mapping[str, str] = {"fraction": "%", "none": ""}
    return words.get(unit, unit)


def _value(parameter: str, value: float) -> str:
    return formatting.parameter_value(parameter, value).removesuffix(" %")
