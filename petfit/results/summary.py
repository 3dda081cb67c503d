"""Tables of answers: order statistics of the draws, diagnostics, support; and as records for files."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from petfit.fit import At, Fit
from petfit.model.design import Design
from petfit.results import answers
from petfit.results.diagnostics import diagnose
from petfit.results.molar_units import other_unit
from petfit.results.quantiles import INTERVAL, PROB, check_prob, quantile

__all__ = [
    "doses",
    "frame",
    "inverse",
    "parameter_frame",
    "parameters",
    "records",
    "rows",
    "summarise",
    "supported",
    "tested_range",
]


def summarise(draws: xr.DataArray, prob: float = PROB, *, diagnosed: bool = True) -> xr.Dataset:
    """Summarise draws by order statistics, with R-hat and ESS.

    Parameters
    ----------
    draws : xarray.DataArray
        Chain, draw, then labelled axes; named.
    prob : float
        Probability of the equal-tailed interval.
    diagnosed : bool
        Whether to add R-hat and ESS, which take longer than all else.

    Returns
    -------
    xarray.Dataset
        ``median``, ``low``, ``high``, ``r_hat``, ``ess_bulk``, ``ess_tail``; and ``mean`` and ``sd``,
        unless the draws are doses, which may be infinite: R-hat and ESS of a dose are those of its
        inverse. The attributes name the interval, its probability, and whose answer it is.
    """
    low, median, high = quantile(draws, [(1 - check_prob(prob)) / 2, 0.5, (1 + prob) / 2])
    values, is_dose = draws.to_numpy(), draws.name == "dose"
    columns: dict[str, NDArray[np.float64]] = {"median": median, "low": low, "high": high}
    if not is_dose:
        columns |= {"mean": values.mean(axis=(0, 1)), "sd": values.std(axis=(0, 1), ddof=1)}
    if diagnosed:
        columns |= diagnose(inverse(values) if is_dose else values)
    labels = {name: label for name, label in draws.coords.items() if name not in ("chain", "draw")}
    table = xr.Dataset({name: (draws.dims[2:], value) for name, value in columns.items()}, labels)
    return table.assign_attrs({**draws.attrs, "interval": INTERVAL, "prob": prob})


def inverse(doses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``1 / dose``; where a competitor alone may do, so that a dose may be 0, ``1 / (1 + dose)``."""
    return 1.0 / (doses + float((doses == 0).any()))


def parameters(
    fit: Fit,
    predict_for: str = "typical",
    diagnosed: bool = True,
    *,
    prob: float = PROB,
    at: At | None = None,
) -> dict[str, xr.Dataset]:
    """Summarise the curve's parameters by drug.

    Parameters
    ----------
    fit : Fit
        A fit.
    predict_for, at
        See `petfit.results.answers.curves`.
    diagnosed : bool
        Whether to add R-hat and ESS, which take longer than all else.
    prob : float
        Probability of the equal-tailed interval.

    Returns
    -------
    dict of str to xarray.Dataset
        ``ec50`` (in each drug's unit), ``emax`` (fraction) and, where the curve has it, ``hill``; where
        the exposure is a concentration and the drug table knows the molar mass, ``ec50_other_unit``.
    """
    found = answers.curves(fit, predict_for, None, at=at)
    named = {name: found.array(values).rename(name) for name, values in found.parameters.items()}
    tables = {name: summarise(draws, prob, diagnosed=diagnosed) for name, draws in named.items()}
    other = in_other_unit(named["ec50"], fit.drug_table)
    if other is not None:
        tables["ec50_other_unit"] = summarise(other, prob, diagnosed=diagnosed)
    return tables


def in_other_unit(draws: xr.DataArray, drugs: pd.DataFrame) -> xr.DataArray | None:
    """Return concentrations by amount instead of mass, or the reverse, where the molar mass is known."""
    known = drugs["molar_mass"]
    pairs = zip(draws["drug"].to_numpy(), draws["unit"].to_numpy(), strict=True)
    units = {drug: other_unit(unit, float(known.get(drug, math.nan))) for drug, unit in pairs}
    told = {drug: one for drug, one in units.items() if one is not None}
    if not told:
        return None
    factors = xr.DataArray([factor for _, factor in told.values()], {"drug": list(told)})
    changed = draws.sel(drug=list(told)) * factors
    return changed.assign_coords(unit=("drug", [unit for unit, _ in told.values()])).assign_attrs(draws.attrs)


def parameter_frame(tables: dict[str, xr.Dataset]) -> pd.DataFrame:
    """Stack the tables of `parameters`, one row per parameter and drug."""
    units = {"emax": "fraction", "hill": "none"}
    stacked = []
    for name, table in tables.items():
        flat = frame(table)
        flat.insert(0, "parameter", name.removesuffix("_other_unit"))
        flat["unit"] = units.get(name, flat["unit"])
        stacked.append(flat)
    return pd.concat(stacked, ignore_index=True)


def doses(
    fit: Fit,
    occupancy: float | Iterable[float] = 0.8,
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    diagnosed: bool = True,
    *,
    prob: float = PROB,
    at: At | None = None,
) -> xr.Dataset:
    """Summarise the doses for occupancies, with the probability of reaching them and the support.

    Parameters
    ----------
    fit : Fit
        A fit.
    occupancy : float or iterable of float
        Absolute occupancies, fractions.
    predict_for, drugs, at
        See `petfit.results.answers.curves`.
    diagnosed : bool
        Whether to add R-hat and ESS, which take longer than all else.
    prob : float
        Probability of the equal-tailed interval.

    Returns
    -------
    xarray.Dataset
        By drug and occupancy, the columns of `summarise` and those of `supported`.
    """
    draws = answers.dose_for_occupancy(fit, occupancy, predict_for, drugs, at=at)
    regimen = str((at or {}).get("regimen", fit.design.usual_regimen))
    return supported(fit, draws, prob, regimen=regimen, diagnosed=diagnosed)


def supported(
    fit: Fit, draws: xr.DataArray, prob: float, *, regimen: str, diagnosed: bool = True
) -> xr.Dataset:
    """Summarise draws of doses, and say where they lie among the exposures tested.

    Parameters
    ----------
    fit : Fit
        The fit they come from.
    draws : xarray.DataArray
        Chain, draw, drug, one more axis; named ``dose``.
    prob : float
        Probability of the equal-tailed interval.
    regimen : str
        Whose exposures count, all if empty.
    diagnosed : bool
        Whether to add R-hat and ESS, which take longer than all else.

    Returns
    -------
    xarray.Dataset
        The columns of `summarise`, and ``p_reached``, the share of draws with a finite dose; ``tested_low``
        and ``tested_high``, the exposures tested for the drug (and the regimen); ``p_below``, ``p_inside``,
        ``p_above`` and ``p_not_reached``, the shares of draws below, between and above them and infinite,
        which add up to 1 (the first three are NaN where nothing was tested); ``support``, where the median
        lies: ``inside``, ``below``, ``above``, ``not reached`` or ``not tested``.
    """
    table = summarise(draws, prob, diagnosed=diagnosed)
    finite = xr.apply_ufunc(np.isfinite, draws)
    limits = np.array([tested_range(fit.design, str(drug), regimen) for drug in draws["drug"].to_numpy()])
    table["p_reached"] = _share(finite)
    table["tested_low"], table["tested_high"] = ("drug", limits[:, 0]), ("drug", limits[:, 1])
    tested = table["tested_low"].notnull()
    below, above = draws < table["tested_low"], finite & (draws > table["tested_high"])
    for name, where in (("below", below), ("inside", finite & ~below & ~above), ("above", above)):
        table[f"p_{name}"] = _share(where).where(tested)
    table["p_not_reached"] = _share(~finite)
    table["support"] = support(table)
    return table


def support(table: xr.Dataset) -> xr.DataArray:
    """Return where the medians lie among the exposures tested; see `supported`."""
    ends = (table["median"], table["tested_low"], table["tested_high"])
    words: xr.DataArray = xr.apply_ufunc(_support, *ends, vectorize=True, output_dtypes=[object])
    return words


def _share(where: xr.DataArray) -> xr.DataArray:
    return where.mean(dim=["chain", "draw"])


def tested_range(design: Design, drug: str, regimen: str) -> tuple[float, float]:
    """Return the lowest and highest exposure above 0 that was fitted for a drug.

    Only rows of the `regimen` count, unless it is empty; both are NaN where there is no such row.
    """
    fitted = design.rows[(design.rows["drug"] == drug) & (design.rows["x"] > 0)]
    if regimen:
        fitted = fitted[fitted["regimen"] == regimen]
    if fitted.empty:
        return math.nan, math.nan
    return float(fitted["exposure_low"].min()), float(fitted["exposure_high"].max())


def _support(median: float, low: float, high: float) -> str:
    if math.isinf(median):
        return "not reached"
    if math.isnan(low):
        return "not tested"
    return "below" if median < low else "above" if median > high else "inside"


def frame(table: xr.Dataset) -> pd.DataFrame:
    """Return a table as a DataFrame, one row per drug (and occupancy or dose), its attributes as columns."""
    flat = table.to_dataframe().reset_index()
    for name in ("of", "given_drug", "given_unit", "interval", "prob", "predict_for", "at"):
        if name in table.attrs:
            flat[name] = table.attrs[name]
    return flat


def rows(table: xr.Dataset) -> list[Any]:
    """Return the rows of `frame`, their cells by name."""
    return list(frame(table).itertuples(index=False))


def records(flat: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a DataFrame's rows as JSON can hold them: infinity as ``"inf"``, NaN as None."""
    return [
        {str(name): _plain(value) for name, value in row.items()} for row in flat.to_dict(orient="records")
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return "inf" if value == math.inf else None if math.isnan(value) else float(value)
    return value.item() if isinstance(value, np.generic) else value
