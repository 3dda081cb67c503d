"""The shape of the curve: whether occupancy rises more steeply, or less steeply, than the model's curve.

With ``u = log(x / EC50)`` and ``s``, the derivative of the expected value by log exposure, the derivative by
log Hill is ``u s``. A curve of two sites is, to first order, one with a Hill exponent below 1, so the same
test finds both; `petfit.checks.alternative_curves` tells them apart. See `petfit.checks.added_variable` for
the test.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.checks.added_variable import (
    AddedVariableTest,
    LinearModel,
    added_variable_test,
    holm,
    linearise,
    table_of_tests,
)
from petfit.checks.alternative_curves import deviance_difference
from petfit.checks.record import Check, limit_to_report, overall_verdict, p_words, warn_and_fail
from petfit.fit import Fit

__all__ = ["MIN_DEVIANCE_DIFFERENCE", "MIN_P_FAIL", "MIN_P_WARN", "check", "shape_tests"]

MIN_P_WARN = 0.05
MIN_P_FAIL = 0.005
"""Limits of the smallest p-value, adjusted by Holm's method: the conventional level of a test, and a "
"tenth of it."""

MIN_DEVIANCE_DIFFERENCE = 4.0
"""Two sites are named if they lower the deviance by more than this: 2 for their additional parameter, as in
Akaike's criterion, and as much again."""

_BUNDLED = {
    ("sigmoid_emax", "dose"): "sigmoid_emax",
    ("sigmoid_emax", "concentration"): "sigmoid_emax_concentration",
    ("two_site", "concentration"): "two_site_concentration",
}
"""Bundled models by curve and exposure."""


def check(fit: Fit) -> Check:
    """Test the slope of the curve, for all drugs together and by drug."""
    model = linearise(fit)
    tests = shape_tests(model)
    table = table_of_tests(tests).rename_axis("test")
    adjusted = table["p_adjusted"].dropna()
    if adjusted.empty:
        sentence = "The shape of the curve cannot be tested: too few rows, or too similar exposures."
        return Check("shape", "PASS", sentence, table)
    smallest = float(adjusted.min())
    quantity = "smallest p-value of the shape, adjusted"
    findings = warn_and_fail(quantity, smallest, "at least", MIN_P_WARN, MIN_P_FAIL)
    verdict = overall_verdict(findings)
    if verdict == "PASS":
        sentence = "The residuals show no wrong shape of the curve."
    else:
        sentence = _objection(fit, model, tests, adjusted)
    details = f"Smallest adjusted p {p_words(smallest)} ({limit_to_report(*findings)})."
    return Check("shape", verdict, sentence, table, findings, details)


def shape_tests(model: LinearModel) -> dict[str, AddedVariableTest]:
    """Return the tests of the shape of the curve.

    Parameters
    ----------
    model : LinearModel
        From `petfit.checks.added_variable.linearise`.

    Returns
    -------
    dict of str to AddedVariableTest
        ``slope``: one Hill exponent for all drugs; ``slope by drug``: one for each of several drugs;
        ``symmetry``: a different slope on either side of EC50, if the model has a Hill exponent already.
    """
    hill = model.log_ratio * model.slope
    tests = {"slope": added_variable_test(model, hill[..., None])}
    if np.isnan(tests["slope"].p):
        tests["symmetry"] = added_variable_test(model, (model.log_ratio * hill)[..., None])
    names, by_drug = _by_drug(model)
    if len(names) > 1:
        tests["slope by drug"] = added_variable_test(model, by_drug)
    return tests


def _by_drug(model: LinearModel) -> tuple[list[str], NDArray[np.float64]]:
    """Return the drugs whose log Hill moves the expected values, and its derivative for each of them."""
    hill, drug = model.log_ratio * model.slope, model.rows["drug"].to_numpy(str)
    names = sorted(set(drug[(hill != 0.0).any(axis=0)]))
    return names, hill[..., None] * (drug[:, None] == np.array(names))


def _objection(fit: Fit, model: LinearModel, tests: dict[str, AddedVariableTest], adjusted: pd.Series) -> str:
    if fit.spec.curve == "emax" and adjusted.get("slope", 1.0) < MIN_P_WARN:
        is_steeper = tests["slope"].coefficient > 0
        return (
            "EC50 and the doses may be wrong by a factor: occupancy rises "
            f"{'more' if is_steeper else 'less'} steeply with exposure than the model's curve. "
            f"{_advice(fit, is_steeper=is_steeper)}"
        )
    if fit.spec.curve == "sigmoid_emax" and _two_sites_fit_better(fit):
        return f"The curve has another shape than a Hill exponent can give. {_try(fit, 'two_site')}"
    if adjusted.get("slope by drug", 1.0) < MIN_P_WARN and (drugs := ", ".join(_misfitted_drugs(model))):
        return f"The curve has the wrong slope for {drugs}. Fit these drugs alone with sigmoid_emax."
    return "The residuals depend on exposure. Plot them against it, and try another curve."


def _advice(fit: Fit, *, is_steeper: bool) -> str:
    if any(kinetics.koff is not None for kinetics in fit.spec.pk.values()):
        return 'Replace koff by ke0, try curve = "sigmoid_emax", and compare the fits.'
    return _try(fit, "sigmoid_emax") if is_steeper else _less_steep(fit)


def _less_steep(fit: Fit) -> str:
    if _two_sites_fit_better(fit):
        return f"Two sites explain this better than a Hill exponent. {_try(fit, 'two_site')}"
    curves = ("sigmoid_emax",) if fit.spec.competition else ("sigmoid_emax", "two_site")
    return f"Two sites, or differences between people, can cause this. {_try(fit, *curves)}"


def _two_sites_fit_better(fit: Fit) -> bool:
    if fit.spec.competition:
        return False
    return deviance_difference(fit, "sigmoid_emax", "two_site") > MIN_DEVIANCE_DIFFERENCE


def _try(fit: Fit, *curves: str) -> str:
    """Return the advice to try curves, with the bundled models that have them for this exposure."""
    models = {curve: _BUNDLED.get((curve, fit.spec.exposure), "") for curve in curves}
    words = [f'curve = "{curve}"{f" (model {model})" if model else ""}' for curve, model in models.items()]
    return f"Try {' and '.join(words)}, and compare the fits."


def _misfitted_drugs(model: LinearModel) -> list[str]:
    """Return the drugs whose own slope differs from that of the model."""
    names, columns = _by_drug(model)
    p = holm({name: added_variable_test(model, columns[..., [i]]).p for i, name in enumerate(names)})
    return [name for name, value in p.items() if value < MIN_P_WARN]
