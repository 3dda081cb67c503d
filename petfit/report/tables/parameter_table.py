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
    """Return the printed name of a parameter; EC50 on a dose axis is called ED50 as well.

    Examples
    --------
    >>> parameter_name("ec50", "dose"), parameter_name("ec50", "concentration")
    ('EC50 (ED50)', 'EC50')
    """
    is_ed50 = parameter == "ec50" and exposure == "dose"
    return "EC50 (ED50)" if is_ed50 else PARAMETER_NAMES[parameter]


def parameter_table(answers: dict[str, xr.Dataset]) -> Table:
    """Return the parameters of each drug's curve as a table.

    Parameters
    ----------
    answers : dict of str to xarray.Dataset
        From `petfit.results.curve_parameters.curve_parameters`.
    """
    ec50 = answers["ec50"]
    exposure, prob = exposure_name(ec50), probability_words(ec50)
    headings = {"median": "median", "low": f"{prob} low", "high": f"{prob} high", "mean": "mean", "sd": "SD"}
    labels = (
        Column("parameter", "parameter", lambda parameter: parameter_name(parameter, exposure)),
        Column("drug", "drug"),
    )
    return Table(
        "parameters",
        _title(answers),
        parameter_frame(answers),
        (
            *labels,
            *(Column(("parameter", name), heading, _value) for name, heading in headings.items()),
            Column("unit", "unit", _unit),
        ),
        formatting.caption(ec50),
        (*labels, *_narrow_columns(prob)),
    )


def _title(answers: dict[str, xr.Dataset]) -> str:
    """Return the parameters of the table as an enumeration."""
    names = [PARAMETERS[name].label for name in CURVE_PARAMETERS if name in answers]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _narrow_columns(prob: str) -> list[Column]:
    """Return the columns for a terminal."""
    return [
        Column(("parameter", "median"), "median", formatting.parameter_value),
        Column(("parameter", "low", "high"), f"{prob} interval", formatting.interval),
        Column(("parameter", "mean"), "mean", formatting.parameter_value),
        Column(("parameter", "sd"), "SD", formatting.parameter_value),
        Column("unit", "unit", lambda unit: _unit(unit).strip("%")),
    ]


def _unit(unit: str) -> str:
    words: Mapping[str, str] = {"fraction": "%", "none": ""}
    return words.get(unit, unit)


def _value(parameter: str, value: float) -> str:
    return formatting.parameter_value(parameter, value).removesuffix(" %")
