"""EC50, Emax and the other parameters of each drug's curve."""

from __future__ import annotations

import math

import pandas as pd
import xarray as xr

from petfit.model.parameters import PARAMETERS
from petfit.results.drug_curves import CurveDraws
from petfit.results.quantiles import PROB
from petfit.results.summary import frame, summarise

__all__ = ["curve_parameters", "in_other_unit", "other_unit", "parameter_frame"]


def curve_parameters(
    curves: CurveDraws, prob: float = PROB, *, with_diagnostics: bool = True
) -> dict[str, xr.Dataset]:
    """Summarise the parameters of the curve by drug.

    Parameters
    ----------
    curves : CurveDraws
        The curves.
    prob : float
        Probability of the equal-tailed interval.
    with_diagnostics : bool
        Whether to add R-hat and ESS, which take most of the time.

    Returns
    -------
    dict of str to xarray.Dataset
        ``ec50`` (in each drug's unit), ``emax`` (fraction) and those that only some curves have: ``hill``;
        ``ec50_ratio``, ``high_affinity_fraction``, ``ec50_high_affinity`` and ``ec50_low_affinity``. Where
        the exposure is a concentration and the drug table has the molar mass, each EC50 is given in the
        other unit as well, as ``ec50_other_unit``; where the model gives the fraction unbound, ``ec50_free``.
        Columns as in `petfit.results.summary.summarise`.

    Examples
    --------
    >>> from petfit.results.curve_draws import curve_draws
    >>> list(curve_parameters(curve_draws(fit), with_diagnostics=False))
    ['ec50', 'emax']
    """
    parameters = curves.parameters | curves.design.curve.derived(**curves.parameters)
    draws = {name: curves.parameter_array(name, values) for name, values in parameters.items()}
    for name in [name for name in draws if PARAMETERS[name].unit == "of exposure"]:
        converted = in_other_unit(draws[name], curves.fit.drug_table)
        if converted is not None:
            draws[f"{name}_other_unit"] = converted
    free = _free(curves, draws.get("ec50_other_unit", draws["ec50"]))
    if free is not None:
        draws["ec50_free"] = free
    return {
        name: summarise(values, prob, with_diagnostics=with_diagnostics) for name, values in draws.items()
    }


def _free(curves: CurveDraws, draws: xr.DataArray) -> xr.DataArray | None:
    """Return the free concentrations of drugs whose fraction unbound the model gives."""
    pk = curves.design.spec.pk
    fractions = {drug: kinetics.fu for drug, kinetics in pk.items() if kinetics.fu is not None}
    known = [drug for drug in draws["drug"].to_numpy() if drug in fractions]
    if not known:
        return None
    fu = xr.DataArray([fractions[drug] for drug in known], {"drug": known})
    free = draws.sel(drug=known) * fu
    units = [f"{unit} free" for unit in free["unit"].to_numpy()]
    return free.assign_coords(unit=("drug", units)).assign_attrs(draws.attrs).rename("ec50_free")


def in_other_unit(draws: xr.DataArray, drugs: pd.DataFrame) -> xr.DataArray | None:
    """Convert concentrations by mass to amount, or the reverse, for drugs with a known molar mass.

    Parameters
    ----------
    draws : xarray.DataArray
        With dimension ``drug`` and its coordinate ``unit``.
    drugs : pandas.DataFrame
        The drug table, indexed by drug, with ``molar_mass`` in g/mol.

    Returns
    -------
    xarray.DataArray or None
        The converted draws of those drugs; None if there are none.
    """
    molar_mass = drugs["molar_mass"]
    pairs = zip(draws["drug"].to_numpy(), draws["unit"].to_numpy(), strict=True)
    conversions = {drug: other_unit(unit, float(molar_mass.get(drug, math.nan))) for drug, unit in pairs}
    known = {drug: conversion for drug, conversion in conversions.items() if conversion is not None}
    if not known:
        return None
    factors = xr.DataArray([factor for _, factor in known.values()], {"drug": list(known)})
    converted = draws.sel(drug=list(known)) * factors
    units = [unit for unit, _ in known.values()]
    return converted.assign_coords(unit=("drug", units)).assign_attrs(draws.attrs)


def other_unit(unit: str, molar_mass: float) -> tuple[str, float] | None:
    """Return the other unit of a concentration and the conversion factor, or None if there is none.

    ``nmol/L = ng/mL * 1000 / M``, with the molar mass M in g/mol.

    Parameters
    ----------
    unit : str
        ``ng/mL`` or ``nmol/L``.
    molar_mass : float
        In g/mol; NaN where unknown.

    Returns
    -------
    tuple of str and float, or None
        The other unit, and the factor to multiply by.

    Examples
    --------
    >>> unit, factor = other_unit("ng/mL", 306.23)
    >>> unit, round(1.9 * factor, 1)
    ('nmol/L', 6.2)
    """
    if math.isnan(molar_mass):
        return None
    other = {"ng/mL": ("nmol/L", 1000.0 / molar_mass), "nmol/L": ("ng/mL", molar_mass / 1000.0)}
    return other.get(unit)


def parameter_frame(tables: dict[str, xr.Dataset]) -> pd.DataFrame:
    """Stack the tables of `curve_parameters`, one row per parameter and drug.

    Examples
    --------
    >>> from petfit.results.curve_draws import curve_draws
    >>> len(parameter_frame(curve_parameters(curve_draws(fit))))  # 2 parameters of 2 drugs
    4
    """
    stacked = []
    for name, table in tables.items():
        flat = frame(table)
        parameter = PARAMETERS[name.removesuffix("_other_unit").removesuffix("_free")]
        flat.insert(0, "parameter", parameter.name)
        if parameter.unit != "of exposure":
            flat["unit"] = parameter.unit or "none"
        stacked.append(flat)
    return pd.concat(stacked, ignore_index=True)
