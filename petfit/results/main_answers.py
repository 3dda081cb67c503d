"""The main answers of a fit side by side: EC50, dose for an occupancy, Emax, occupancy at a usual dose."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from petfit.fit import At, Fit
from petfit.results.curve_draws import curve_draws
from petfit.results.curve_parameters import curve_parameters
from petfit.results.drug_curves import CurveDraws
from petfit.results.populations import people_of
from petfit.results.quantiles import PROB, check_prob
from petfit.results.summary import summarise
from petfit.results.target_dose import summarise_doses
from petfit.results.usual_dose import usual_dose

__all__ = ["main_answers"]


def main_answers(
    fit: Fit, occupancy: float = 0.8, *, at: At | None = None, prob: float = PROB
) -> pd.DataFrame:
    """Return the main answers for a typical person and, if people differ in the model, for a new one.

    Parameters
    ----------
    fit : Fit
        A fit.
    occupancy : float
        Target occupancy, a fraction.
    at : mapping of str to str or float, optional
        See `petfit.results.curve_draws.curve_draws`.
    prob : float
        Probability of the equal-tailed intervals.

    Returns
    -------
    pandas.DataFrame
        One row by ``drug`` and ``predict_for``. Medians and ends of intervals of ``ec50`` in ``ec50_unit``,
        of ``target_dose`` in ``unit``, and of ``emax`` and ``occupancy_at_dose`` as fractions, each with the
        suffixes ``_low`` and ``_high``; ``p_reached``; ``at_dose`` and ``at_dose_kind`` from
        `petfit.results.usual_dose.usual_dose`; and the conditions of the answers.

    Examples
    --------
    >>> main_answers(fit)[["drug", "predict_for"]].to_numpy().tolist()
    [['A', 'typical'], ['A', 'new_subject'], ['B', 'typical'], ['B', 'new_subject']]
    """
    target = check_prob(occupancy, "occupancy")
    frames = [_answers(fit, target, person, at, prob) for person in people_of(fit.design)]
    return pd.concat(frames).loc[list(frames[0].index)].reset_index()


def _answers(fit: Fit, occupancy: float, person: str, at: At | None, prob: float) -> pd.DataFrame:
    curves = curve_draws(fit, person, at=at)
    parameters = curve_parameters(curves, prob, with_diagnostics=False)
    doses = summarise_doses(curves, curves.dose_draws(occupancy), prob, with_diagnostics=False)
    dose = doses.isel(occupancy=0, drop=True)
    usual = {str(drug): usual_dose(fit, str(drug)) for drug in dose["drug"].to_numpy()}
    columns = {
        "predict_for": person,
        "unit": dose["unit"].to_series(),
        "ec50_unit": parameters["ec50"]["unit"].to_series(),
        **_interval("ec50", parameters["ec50"]),
        "occupancy": occupancy,
        **_interval("target_dose", dose),
        "p_reached": dose["p_reached"].to_series(),
        **_interval("emax", parameters["emax"]),
        "at_dose": pd.Series({drug: value for drug, (value, _) in usual.items()}),
        "at_dose_kind": pd.Series({drug: kind for drug, (_, kind) in usual.items()}),
        **_interval("occupancy_at_dose", _occupancies(curves, usual, prob)),
        **{name: doses.attrs[name] for name in ("interval", "prob", "at", "scan_times")},
    }
    return pd.DataFrame(columns, index=pd.Index(usual, name="drug"))


def _interval(name: str, table: xr.Dataset) -> dict[str, pd.Series]:
    ends = {"": "median", "_low": "low", "_high": "high"}
    return {f"{name}{suffix}": table[column].to_series() for suffix, column in ends.items()}


def _occupancies(curves: CurveDraws, usual: dict[str, tuple[float, str]], prob: float) -> xr.Dataset:
    """Summarise the occupancy of each drug at its own dose."""
    doses = {drug: value for drug, (value, _) in usual.items()}
    draws = curves.occupancy_draws(sorted(set(doses.values())))
    each = xr.DataArray(list(doses.values()), {"drug": list(doses)})
    return summarise(draws.sel(dose=each), prob, with_diagnostics=False)
