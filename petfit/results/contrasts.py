"""Differences between drugs: ratios of EC50 and of doses, and equivalent doses, from the joint posterior."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from petfit.errors import PetfitError
from petfit.fit import At, Fit
from petfit.results import answers, summary
from petfit.results.diagnostics import diagnose
from petfit.results.quantiles import INTERVAL, PROB, check_prob, quantile

__all__ = ["each_pair_once", "equivalent", "equivalents", "ratio", "ratios"]


def ratio(needs: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``needs / other`` of doses that may be infinite, where they are not reached, or 0.

    It is infinite where only the first is not reached, 0 where only the other is not, and NaN where neither
    is: two doses that do not exist have no ratio.

    Examples
    --------
    >>> ratio(np.array([10.0, np.inf, 10.0, np.inf]), np.array([20.0, 20.0, np.inf, np.inf])).tolist()
    [0.5, inf, 0.0, nan]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(needs / other)


def ratios(
    fit: Fit,
    of: Literal["ec50"] | float = "ec50",
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    diagnosed: bool = True,
    *,
    prob: float = PROB,
    at: At | None = None,
) -> xr.Dataset:
    """Compare how much of each drug is needed, draw by draw.

    Parameters
    ----------
    fit : Fit
        A fit.
    of : "ec50" or float
        What is compared: EC50, or the dose for this occupancy, a fraction.
    predict_for, drugs, at
        See `petfit.results.answers.curves`; the same person or study takes both drugs, so that what they share
        cancels.
    diagnosed : bool
        Whether to add R-hat and ESS, which take longer than all else.
    prob : float
        Probability of the equal-tailed interval.

    Returns
    -------
    xarray.Dataset
        By drug and other drug. In reference doses: ``median``, ``low`` and ``high`` of the ratio,
        ``p_less``, the probability that the drug needs less than the other, ``p_more``. In the drugs' own
        unit, NaN where it differs: ``median_own``, ``low_own``, ``high_own``, ``p_less_own``,
        ``p_more_own``. ``p_neither``: the share of draws where neither reaches the occupancy and no ratio
        exists; ``p_only_other`` and ``p_only_drug``: where one of them alone does, so that the ratio is
        infinite or 0. No draw is left out: draws without a ratio count in full toward either end of the
        interval, and by halves for the median (NaN where they are half of all). ``r_hat``, ``ess_bulk`` and
        ``ess_tail`` are NaN where there are any.

    Raises
    ------
    PetfitError
        When it is asked for a new drug; and see `petfit.results.answers.curves`.
    """
    if predict_for == "new_drug":
        raise PetfitError("new_drug: a ratio needs two drugs of the fit. Ask for a typical one.")
    draws, what = _needed(fit, of, predict_for, drugs, at)
    units = draws["unit"].to_numpy()
    references = np.array([fit.design.references[str(drug)].value for drug in draws["drug"].to_numpy()])
    scaled = draws.to_numpy() / references
    first, second = scaled[..., :, None], scaled[..., None, :]
    found = ratio(first, second)
    low, median, high = _quantiles(found, check_prob(prob))
    own = np.where(units[:, None] == units, references[:, None] / references, np.nan)
    columns = {"median": median, "low": low, "high": high}
    columns |= {f"{name}_own": values * own for name, values in columns.items()}
    columns |= {
        "p_less": _mean(first < second),
        "p_more": _mean(first > second),
        "p_less_own": np.where(np.isnan(own), np.nan, _mean(first * own < second)),
        "p_more_own": np.where(np.isnan(own), np.nan, _mean(first * own > second)),
        "p_neither": _mean(np.isinf(first) & np.isinf(second)),
        "p_only_drug": _mean(np.isfinite(first) & np.isinf(second)),
        "p_only_other": _mean(np.isinf(first) & np.isfinite(second)),
    }
    if diagnosed:
        columns |= diagnose(1.0 / (1.0 + found))
    names = draws["drug"].to_numpy()
    coords = {"drug": names, "other": names, "unit": ("drug", units), "other_unit": ("other", units)}
    dims = ("drug", "other")
    attrs = {**draws.attrs, "of": what, "interval": INTERVAL, "prob": prob}
    return xr.Dataset({name: (dims, values) for name, values in columns.items()}, coords, attrs)


def _needed(
    fit: Fit, of: str | float, predict_for: str, drugs: Iterable[str] | None, at: At | None
) -> tuple[xr.DataArray, str]:
    if isinstance(of, str):
        if of != "ec50":
            raise PetfitError(f"a ratio is of ec50 or of the dose for an occupancy, not {of!r}")
        return answers.ec50(fit, predict_for, drugs, at=at), "EC50"
    found = answers.dose_for_occupancy(fit, of, predict_for, drugs, at=at)
    name = f"{fit.spec.exposure_words} for {100 * of:g} %"
    return found.isel(occupancy=0, drop=True), name


def _mean(where: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.asarray(where.mean(axis=(0, 1)))


def _quantiles(found: NDArray[np.float64], prob: float) -> list[NDArray[np.float64]]:
    """Return the low end, the median and the high end; draws without a ratio count as `ratios` says."""
    undefined = np.isnan(found)
    odd = np.cumsum(undefined.reshape(-1, *found.shape[2:]), axis=0).reshape(found.shape) % 2 == 1
    lowest, highest = np.where(undefined, 0.0, found), np.where(undefined, np.inf, found)
    halved = np.where(undefined & odd, np.inf, lowest)
    median = np.where(_mean(undefined) < 0.5, quantile(halved, 0.5), np.nan)
    return [quantile(lowest, (1 - prob) / 2), median, quantile(highest, (1 + prob) / 2)]


def each_pair_once(table: xr.Dataset) -> pd.DataFrame:
    """Return a table of `ratios` as a DataFrame, one row a pair of drugs and none of a drug with itself."""
    place = {name: i for i, name in enumerate(table["drug"].to_numpy())}
    flat = summary.frame(table)
    return flat[flat["drug"].map(place) < flat["other"].map(place)].reset_index(drop=True)


def equivalent(
    fit: Fit,
    drug: str,
    dose: float | Iterable[float],
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    at: At | None = None,
) -> xr.DataArray:
    """Return draws of the dose of each drug that occupies what a dose of one drug does.

    With ``t`` the occupancy that the dose gives in a draw, it is that draw's dose for ``t``, in closed form:
    infinite where the other drug's Emax is not above ``t``, and the dose itself for the drug itself.

    Parameters
    ----------
    fit : Fit
        A fit.
    drug : str
        The drug whose doses are given.
    dose : float or iterable of float
        In its unit.
    predict_for, drugs, at
        See `petfit.results.answers.curves`; the same person or study takes both drugs.

    Returns
    -------
    xarray.DataArray
        Chain, draw, drug, given dose; in each drug's unit.
    """
    if predict_for == "new_drug":
        raise PetfitError("new_drug: an equivalent dose needs two drugs of the fit. Ask for a typical one.")
    doses = answers.check_doses(dose)
    given = answers.curves(fit, predict_for, [drug], at=at)
    found = answers.curves(fit, predict_for, drugs, at=at)
    needed = found.exposure(given.occupancy(doses))
    itself = np.array([name == drug for name in found.drugs])
    needed = np.where(itself[:, None], doses, needed)
    labelled = found.array(needed, "given_dose", doses).rename("dose")
    return labelled.assign_attrs(given_drug=drug, given_unit=given.units[0])


def equivalents(
    fit: Fit,
    drug: str,
    dose: float | Iterable[float],
    predict_for: str = "typical",
    drugs: Iterable[str] | None = None,
    *,
    prob: float = PROB,
    at: At | None = None,
) -> xr.Dataset:
    """Summarise the doses of each drug that occupy what doses of one drug do; see `equivalent`.

    Returns
    -------
    xarray.Dataset
        By drug and given dose, the columns of `petfit.results.summary.supported`.
    """
    draws = equivalent(fit, drug, dose, predict_for, drugs, at=at)
    regimen = str((at or {}).get("regimen", fit.design.usual_regimen))
    return summary.supported(fit, draws, prob, regimen=regimen)
