"""Added-variable tests: whether residuals depend on a variable that the fitted model does not include.

The model is linearised around its posterior means (Lindstrom and Bates, Biometrics 1990;46:673-687). With
random effects ``b`` and the derivatives ``F`` and ``B`` of the expected values by fixed and random effects,

    e = y - mean + B b,    Var(e) = M = diag(v) + B diag(sd^2) B',
    R = M^-1 - M^-1 F (F' M^-1 F)^- F' M^-1.

For added columns ``Z`` the score is ``Z' R e`` and its information ``J = Z' R Z``. With ``Q = e' R Z J^- Z'
R e`` of ``k`` degrees of freedom and ``T = e' R e`` of ``r``, ``F = (Q / k) / ((T - Q) / (r - k))`` has an F
distribution with ``k`` and ``r - k`` degrees of freedom: Rao's score test as a Gauss-Newton regression
(Davidson and MacKinnon, Estimation and Inference in Econometrics, 1993, chapter 6). A wrong curve inflates
the fitted sigma and omega, which would hide it from a chi-squared test; dividing by the remaining dispersion
prevents this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from petfit.fit import Fit
from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.linear_predictor import curve_parameters_by_row
from petfit.model.ops import NUMPY
from petfit.model.parameters import PARAMETERS, RESIDUALS, competitor_name

__all__ = ["AddedVariableTest", "LinearModel", "added_variable_test", "holm", "linearise"]

type Array = NDArray[np.float64]

_STEP = 1e-3
_WITH_VALUE = ("subject", "group", "scan", "censored_subject", "censored_group")
_MIN_INFORMATION = 0.02
"""A direction is not tested if the model's own effects explain all but this share of it."""

_MAX_ROWS = 1000
"""Larger tables are tested on so many rows, drawn at random, because the covariance is a dense matrix."""


@dataclass(frozen=True)
class LinearModel:
    """The fitted model, linear in its effects.

    Parameters
    ----------
    rows : pandas.DataFrame
        The rows with a value: people, means of groups, scans.
    residual : array
        ``e``, by row.
    projection : array
        ``R``, rows by rows.
    precision : array
        ``M^-1``, rows by rows.
    slope : array
        Derivative of the expected value by log exposure.
    log_ratio : array
        Log of exposure over EC50, 0 if there is no exposure.
    """

    rows: pd.DataFrame
    residual: Array
    projection: Array
    precision: Array
    slope: Array
    log_ratio: Array


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
    """Linearise a fitted model around its posterior means.

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
    design, point = _sample_rows(fit), _posterior_means(fit)
    mean, variance = (values[0] for values in _predict(design, _one_draw(point)))
    value = _expected_beyond_limits(design.rows, mean, variance)
    has_value = np.isfinite(value) & np.isfinite(mean)
    coordinates = list(_coordinates(design, point))
    jacobian = _jacobian(design, point, [(name, level) for name, level, _ in coordinates])[has_value]
    sd = np.array([sd for *_, sd in coordinates])
    is_random = np.isfinite(sd)
    random, fixed = jacobian[:, is_random], jacobian[:, ~is_random]
    effects = np.array([point[name][level] for name, level, _ in coordinates])[is_random]
    precision = np.linalg.inv(np.diag(variance[has_value]) + (random * sd[is_random] ** 2) @ random.T)
    weighted = precision @ fixed
    return LinearModel(
        rows=design.rows[has_value],
        residual=(value - mean)[has_value] + random @ effects,
        projection=precision - weighted @ np.linalg.pinv(fixed.T @ weighted, rcond=1e-8) @ weighted.T,
        precision=precision,
        slope=_slope(design, point)[has_value],
        log_ratio=_log_ratio(design, point)[has_value],
    )


def _expected_beyond_limits(rows: pd.DataFrame, mean: Array, variance: Array) -> Array:
    """Return the value of each row; of a censored one the expectation beyond its limit."""
    value, sd = rows["value"].to_numpy(float), np.sqrt(variance)
    side = np.where(rows["censored"] == "below", 1.0, -1.0)
    z = side * (value - mean) / sd
    expected = mean - side * sd * np.exp(stats.norm.logpdf(z) - stats.norm.logcdf(z))
    return np.where(rows["censored"] == "", value, expected)


def _sample_rows(fit: Fit) -> Design:
    """Return the design of all rows, or of some of them if there are many."""
    n_rows = len(fit.design.rows)
    if n_rows <= _MAX_ROWS:
        return fit.design
    is_chosen = np.zeros(n_rows, bool)
    is_chosen[np.random.default_rng(1).choice(n_rows, _MAX_ROWS, replace=False)] = True
    return fit.design.subset(is_chosen)


def _one_draw(point: Mapping[str, Array]) -> dict[str, Array]:
    return {name: values[None] for name, values in point.items()}


def added_variable_test(model: LinearModel, columns: Array) -> AddedVariableTest:
    """Test whether the residuals depend on columns that the model does not include.

    Parameters
    ----------
    model : LinearModel
        From `linearise`.
    columns : array
        Derivatives of the expected values by the added parameters: rows, or rows by parameters.

    Returns
    -------
    AddedVariableTest
        The F test of all columns together.
    """
    added = columns.reshape(len(model.rows), -1)
    length = np.sqrt(np.einsum("ij,ik,kj->j", added, model.precision, added))
    added, length = added[:, length > 1e-9], length[length > 1e-9]
    added = added / length
    information, directions = np.linalg.eigh(added.T @ model.projection @ added)
    is_testable = information > _MIN_INFORMATION
    score = directions.T @ added.T @ model.projection @ model.residual
    explained = float((score[is_testable] ** 2 / information[is_testable]).sum())
    total = float(model.residual @ model.projection @ model.residual)
    df = int(is_testable.sum())
    df_left = _rank(model) - df
    if df == 0 or df_left < 1:
        return AddedVariableTest(np.nan, df)
    f = explained / df / ((total - explained) / df_left)
    single = added.shape[1] == 1
    coefficient = float(directions[0, 0] * score[0] / information[0] / length[0]) if single else np.nan
    return AddedVariableTest(float(stats.f.sf(f, df, df_left)), df, coefficient)


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


def _rank(model: LinearModel) -> int:
    """Return the rank of the projection: the number of rows less that of fixed effects."""
    return round(float(np.trace(np.linalg.solve(model.precision, model.projection))))


def _posterior_means(fit: Fit) -> dict[str, Array]:
    """Return posterior means; geometric means of positive scalars such as SDs."""
    means = {name: draws.reshape(-1, *draws.shape[2:]).mean(axis=0) for name, draws in fit.posterior.items()}
    for name, prior in fit.design.scalar_priors.items():
        if prior.family.support != "real":
            means[name] = np.exp(np.log(fit.posterior[name]).mean())
    return means


def _coordinates(design: Design, point: Mapping[str, Array]) -> Iterator[tuple[str, tuple[int, ...], float]]:
    """Yield the variable, index and SD of every centre and level; the SD of a fixed effect is infinite."""
    centres = [parameter.linked_name for name, parameter in PARAMETERS.items() if name not in RESIDUALS]
    for name in (*centres, *map(competitor_name, design.spec.competition)):
        if name in design.scalar_priors:
            yield name, (), np.inf
    matrix = design.fitted_matrix
    for i, effect in enumerate(design.effects):
        if effect.parameter in RESIDUALS:
            continue
        sd = 1.0 if effect.kind == "error" else float(point[effect.scale]) if effect.scale else np.inf
        for level in np.unique(matrix.index[i][matrix.weight[i] != 0]):
            yield effect.name, (int(level),), sd


def _jacobian(
    design: Design, point: Mapping[str, Array], coordinates: list[tuple[str, tuple[int, ...]]]
) -> Array:
    """Return the derivatives of the expected values: rows, coordinates."""
    count = len(coordinates)
    batch = {name: np.repeat(values[None], 2 * count, axis=0) for name, values in point.items()}
    for i, (name, level) in enumerate(coordinates):
        batch[name][(i, *level)] += _STEP
        batch[name][(count + i, *level)] -= _STEP
    mean, _ = _predict(design, batch)
    return (mean[:count] - mean[count:]).T / (2 * _STEP)


def _slope(design: Design, point: Mapping[str, Array]) -> Array:
    """Return the derivative of the expected values by log exposure."""
    draws = _one_draw(point)
    above, below = (_predict(design, draws, np.exp(step))[0][0] for step in (_STEP, -_STEP))
    return np.asarray((above - below) / (2 * _STEP))


def _predict(design: Design, draws: Mapping[str, Array], exposure_factor: float = 1.0) -> tuple[Array, Array]:
    """Return the expected value and the residual variance of each row, NaN for ranges."""
    numbers = likelihood.inputs(design)
    numbers |= {name: np.asarray(numbers[name] * exposure_factor, float) for name in ("x", "x_high")}
    shape = (*design.draw_shape(draws), len(design.rows))
    mean, variance = np.full(shape, np.nan), np.full(shape, np.nan)
    for level, data, predicted in likelihood.predict_levels(NUMPY, design, draws, numbers):
        if level.name in _WITH_VALUE:
            mean[..., data["rows"]] = predicted.mean
            variance[..., data["rows"]] = predicted.variance / data.get("n", 1.0)
    return mean, variance


def _log_ratio(design: Design, point: Mapping[str, Array]) -> Array:
    exposure = np.sqrt(design.rows["x"].to_numpy(float) * design.rows["x_high"].to_numpy(float))
    ec50 = curve_parameters_by_row(NUMPY, design, point, design.fitted_matrix)["ec50"]
    ratio = exposure / ec50
    return np.log(np.where(ratio > 0, ratio, 1.0))
