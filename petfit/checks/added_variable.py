"""Added-variable tests: whether residuals depend on a variable that the fitted model does not include.

The model is linearised (Lindstrom and Bates, Biometrics 1990;46:673-687) around some of its posterior draws:
where the posterior is wide, its means are no typical draw. With random effects ``b`` and the derivatives
``F`` and ``B`` of the expected values by fixed and random effects,

    e = y - mean + B b,    Var(e) = M = diag(v) + B diag(sd^2) B',
    R = M^-1 - M^-1 F (F' M^-1 F)^- F' M^-1.

For added columns ``Z`` the score is ``U = Z' R e`` and its information ``J = Z' R Z``; these and ``T = e' R
e`` are means over the draws. Where people differ much, ``Z`` and ``e`` depend on each other through the
deviations of people, and the mean of ``U`` is not 0 under the model. It is therefore simulated, once for
each draw, and subtracted: new people with their values are a draw of deviations given values as well, so
that no refit is needed. With ``m`` draws, ``Q = U' J^- U`` of ``k`` degrees of freedom, ``Q0`` the same
before the subtraction, and ``T`` of ``r``, ``F = (Q / (1 + 1/m) / k) / ((T - Q0) / (r - k))`` has an F
distribution with ``k`` and ``r - k`` degrees of freedom: Rao's score test as a Gauss-Newton regression
(Davidson and MacKinnon, Estimation and Inference in Econometrics, 1993, chapter 6). A wrong curve inflates
the fitted sigma and omega, which would hide it from a chi-squared test; dividing by the remaining dispersion
prevents this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special, stats

from petfit.checks.expected_values import (
    STEP,
    Coordinate,
    Numbers,
    coordinates,
    jacobian,
    posterior_points,
    predict,
    sample_rows,
)
from petfit.fit import Fit
from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.effect import Effect
from petfit.model.likelihood.predict import predict as predict_occupancy
from petfit.model.linear_predictor import curve_parameters_by_row, true_exposure
from petfit.model.ops import NUMPY

__all__ = ["AddedVariableTest", "LinearModel", "added_variable_test", "holm", "linearise", "table_of_tests"]

type Array = NDArray[np.float64]

_DRAWS = 24
_MAX_NUMBERS = 2_000_000
"""Of the covariances of all draws: large tables, whose posterior is narrow, are linearised at fewer."""
_RCOND = 1e-8
"""Combinations of fixed effects with less information than this part of the largest count as none."""
_MIN_INFORMATION = 0.02
"""A direction is not tested if the model's own effects explain all but this share of it."""


@dataclass(frozen=True)
class LinearModel:
    """The fitted model, linear in its effects around each of several draws.

    If people differ, half of the draws are of the posterior, and the other half of new people, with
    simulated values.

    Parameters
    ----------
    rows : pandas.DataFrame
        The rows with a value: people, means of groups, scans.
    is_simulated : array of bool
        Whether people and values are simulated: draws.
    residual : array
        ``e``: draws, rows.
    projection : array
        ``R``: draws, rows, rows.
    precision : array
        ``M^-1``: draws, rows, rows.
    slope : array
        Derivative of the expected value by log exposure: draws, rows.
    log_ratio : array
        Log of exposure over EC50, 0 if there is no exposure: draws, rows. Where a drug dissociates slowly, it
        is that of the exposure with the same occupancy at equilibrium.
    rank : array
        Rank of the projection, the number of rows less that of fixed effects: draws.
    """

    rows: pd.DataFrame
    is_simulated: NDArray[np.bool_]
    residual: Array
    projection: Array
    precision: Array
    slope: Array
    log_ratio: Array
    rank: Array


@dataclass(frozen=True)
class AddedVariableTest:
    """The result of one added-variable test.

    Parameters
    ----------
    p : float
        p-value, NaN if the model's own effects explain the variable.
    df : int
        Degrees of freedom of the added columns.
    coefficient : float
        Estimated coefficient of a single added column, NaN for several.
    """

    p: float
    df: int
    coefficient: float = np.nan


def linearise(fit: Fit) -> LinearModel:
    """Linearise a fitted model around some of its posterior draws.

    Parameters
    ----------
    fit : Fit
        A fit. Ranges and extremes, which have no value, are left out. A censored number is replaced by its
        expectation beyond the limit, so that its residual is the generalised one (Gourieroux et al., J
        Econom 1987;34:5-32). Without these rows the residuals near the limit would not have mean 0.

    Returns
    -------
    LinearModel
        Of at most 1000 rows.
    """
    design = sample_rows(fit)
    count = min(_DRAWS, max(1, _MAX_NUMBERS // len(design.rows) ** 2))
    rng = np.random.default_rng(1)
    points = posterior_points(fit, count)
    if people := [effect for effect in design.effects if effect.kind == "people"]:
        points += [_with_new_people(point, people, rng) for point in points]
    draws = {name: np.stack([point[name] for point in points]) for name in points[0]}
    numbers = likelihood.inputs(design)
    shape = (len(points), len(design.rows))
    mean, variance = (np.broadcast_to(part, shape) for part in predict(design, draws, numbers))
    value = _expected_beyond_limits(design.rows, mean, variance)
    has_value = np.isfinite(value).all(axis=0) & np.isfinite(mean).all(axis=0)
    is_simulated = np.arange(len(points)) >= count
    deviation, variance = (value - mean)[:, has_value], variance[:, has_value]
    deviation[is_simulated] = rng.normal(0.0, np.sqrt(variance[is_simulated]))
    moved = coordinates(design)
    parts = [
        _project(design, point, numbers, moved, has_value, *row_numbers)
        for point, *row_numbers in zip(points, deviation, variance, strict=True)
    ]
    residual, projection, precision, rank = map(np.array, zip(*parts, strict=True))
    by_row = (_slope(design, draws, numbers), _log_ratio(design, draws, numbers))
    slope, log_ratio = (np.broadcast_to(part, shape)[:, has_value] for part in by_row)
    rows = design.rows[has_value]
    return LinearModel(rows, is_simulated, residual, projection, precision, slope, log_ratio, rank)


def _with_new_people(
    point: Mapping[str, Array], people: Sequence[Effect], rng: np.random.Generator
) -> dict[str, Array]:
    """Return a draw with new deviations of people in log EC50."""
    new = {effect.name: rng.normal(0.0, point[effect.scale], point[effect.name].shape) for effect in people}
    return {**point, **new}


def _project(
    design: Design,
    point: Mapping[str, Array],
    numbers: Numbers,
    moved: Sequence[Coordinate],
    has_value: NDArray[np.bool_],
    deviation: Array,
    variance: Array,
) -> tuple[Array, Array, Array, int]:
    """Return the residual, the projection, the precision and the rank of a `LinearModel` at a draw."""
    derivatives = jacobian(design, point, numbers, moved)[has_value]
    sd = np.array([one.sd(point) for one in moved])
    is_random = np.isfinite(sd)
    random, fixed = derivatives[:, is_random], derivatives[:, ~is_random]
    effects = np.array([point[one.name][one.level] - one.centre for one in moved])[is_random]
    precision = np.linalg.inv(np.diag(variance) + (random * sd[is_random] ** 2) @ random.T)
    weighted = precision @ fixed
    information = fixed.T @ weighted
    projection = precision - weighted @ np.linalg.pinv(information, rcond=_RCOND) @ weighted.T
    rank = len(deviation) - int(np.linalg.matrix_rank(information, rtol=_RCOND))
    return deviation + random @ effects, projection, precision, rank


def _expected_beyond_limits(rows: pd.DataFrame, mean: Array, variance: Array) -> Array:
    """Return the value of each row; of a censored one the expectation beyond its limit."""
    value, sd = rows["value"].to_numpy(float), np.sqrt(variance)
    side = np.where(rows["censored"] == "below", 1.0, -1.0)
    z = side * (value - mean) / sd
    expected = mean - side * sd * np.exp(stats.norm.logpdf(z) - stats.norm.logcdf(z))
    return np.where(rows["censored"] == "", value, expected)


def added_variable_test(model: LinearModel, columns: Array) -> AddedVariableTest:
    """Test whether the residuals depend on columns that the model does not include.

    Parameters
    ----------
    model : LinearModel
        From `linearise`.
    columns : array
        Derivatives of the expected values by the added parameters: draws, rows, parameters.

    Returns
    -------
    AddedVariableTest
        The F test of all columns together.
    """
    posterior = ~model.is_simulated
    count = posterior.sum()
    length = np.sqrt(np.einsum("dij,dik,dkj->j", columns, model.precision, columns) / len(columns))
    added, length = columns[..., length > 1e-9], length[length > 1e-9]
    added = added / length
    projected = model.projection @ added
    information, directions = np.linalg.eigh(
        np.einsum("dij,dik->jk", added[posterior], projected[posterior]) / count
    )
    scores = np.einsum("dij,di,jk->dk", projected, model.residual, directions)
    raw, simulated = scores[posterior].mean(axis=0), scores[model.is_simulated]
    score = raw - simulated.mean(axis=0) if len(simulated) else raw
    is_testable = information > _MIN_INFORMATION
    explained, explained_raw = (
        float((part[is_testable] ** 2 / information[is_testable]).sum()) for part in (score, raw)
    )
    if len(simulated):
        explained /= 1.0 + 1.0 / len(simulated)
    residual = model.residual[posterior]
    total = float(np.einsum("di,dij,dj->", residual, model.projection[posterior], residual)) / count
    df = int(is_testable.sum())
    df_left = round(model.rank[posterior].mean()) - df
    if df == 0 or df_left < 1:
        return AddedVariableTest(np.nan, df)
    f = explained / df / ((total - explained_raw) / df_left)
    single = columns.shape[-1] == 1
    coefficient = float(directions[0, 0] * score[0] / information[0] / length[0]) if single else np.nan
    return AddedVariableTest(float(stats.f.sf(f, df, df_left)), df, coefficient)


def table_of_tests(tests: Mapping[str, AddedVariableTest]) -> pd.DataFrame:
    """Return tests by name: ``p``, ``p_adjusted`` for their number by `holm`, ``df`` and ``coefficient``."""
    table = pd.DataFrame(map(vars, tests.values()), list(tests), ["p", "df", "coefficient"])
    adjusted = holm({name: test.p for name, test in tests.items()})
    table.insert(1, "p_adjusted", pd.Series(adjusted, dtype=float))
    return table


def holm(p: Mapping[str, float]) -> dict[str, float]:
    """Return p-values adjusted for their number by Holm's method; NaN are left out.

    Examples
    --------
    >>> holm({"sex": 0.5, "time_h": 0.01, "region": float("nan")})
    {'time_h': 0.02, 'sex': 0.5}
    """
    ordered = sorted((value, name) for name, value in p.items() if not np.isnan(value))
    adjusted, largest = {}, 0.0
    for i, (value, name) in enumerate(ordered):
        largest = max(largest, min(1.0, value * (len(ordered) - i)))
        adjusted[name] = largest
    return adjusted


def _slope(design: Design, draws: Mapping[str, Array], numbers: Numbers) -> Array:
    """Return the derivative of the expected values by log exposure."""
    above, below = (predict(design, draws, _scaled(numbers, np.exp(step)))[0] for step in (STEP, -STEP))
    return np.asarray((above - below) / (2 * STEP))


def _scaled(numbers: Numbers, factor: float) -> Numbers:
    return {**numbers, "x": numbers["x"] * factor, "x_high": numbers["x_high"] * factor}


def _log_ratio(design: Design, draws: Mapping[str, Array], numbers: Numbers) -> Array:
    parameters = curve_parameters_by_row(NUMPY, design, draws, design.fitted_matrix)
    kinetics = design.fitted_matrix.kinetics
    if kinetics is not None and kinetics.has_slow_dissociation:
        bound = predict_occupancy(NUMPY, design, draws, numbers)[0] / parameters["emax"]
        return np.asarray(special.logit(np.where(bound > 0.0, bound, 0.5)))
    exposure = np.sqrt(design.rows["x"].to_numpy(float) * design.rows["x_high"].to_numpy(float))
    if design.spec.pk:
        exposure = true_exposure(NUMPY, design, draws, design.fitted_matrix, exposure)
    ratio = exposure / parameters["ec50"]
    return np.log(np.where(ratio > 0, ratio, 1.0))
