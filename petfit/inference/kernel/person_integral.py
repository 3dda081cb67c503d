"""The log likelihood of one person's rows, integrated over the person's deviation in log EC50.

For rows ``r`` of a person (or of a cohort, whose mean deviates by a fraction of it) this is::

    log of the integral of  product over r of p(r | log ec50 + weight_r omega z)  phi(z) dz

The trapezoidal rule converges exponentially for smooth integrands that vanish at both ends (Trefethen and
Weideman, SIAM Rev 2014;56:385-458). A coarse search finds where the integrand matters, and how sharp it can
be there decides on the distance between the nodes. Derivatives are those of the integral: the nodes are held
fixed.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from petfit.inference.kernel.any_row import (
    add_competitor_gradient,
    add_gradient_of_any_row,
    competing_ligands,
    log_likelihood_of_any_row,
)
from petfit.inference.kernel.emax_curve import Curve
from petfit.inference.kernel.jit import copied, inlined, not_inlined, vectorised
from petfit.inference.kernel.linear_predictors import add_predictor_gradient, parameters_of
from petfit.inference.kernel.model_arrays import ModelArrays
from petfit.inference.kernel.records import BELOW, EC50, EMAX, ERROR, RESIDUAL, Record
from petfit.inference.kernel.row_prediction import Parameters
from petfit.inference.kernel.vector_exp import exp_of_negative
from petfit.inference.kernel.workspace import (
    MAX_NODES,
    N_SEARCHED,
    NEGLIGIBLE,
    STEP_OF_CURVE,
    STEP_OF_GAUSSIAN,
    Workspace,
)

__all__ = ["Expectations", "draw_deviation", "log_likelihood_of_person"]

_SEARCH_STEP, _MAX_SEARCHES = 1.0, 5
"""The coarse search of the integrand: its step in SDs of the deviation, and how often it is recentred."""

_HALF_LOG_2PI = 0.5 * math.log(2.0 * math.pi)


class Nodes(NamedTuple):
    """Equally spaced deviations, in SDs."""

    first: float
    step: float
    n: int


class Expectations(NamedTuple):
    """Means over the deviation of a person given the person's rows, for one row.

    With the residual ``r`` in residual SDs and the bound fraction ``b``, they are those of ``r b``,
    ``r b (1 - b)``, ``r b (1 - b) z`` and ``r^2``: but for constants, the derivatives of the integral.
    """

    by_emax: float
    by_log_ec50: float
    by_omega: float
    by_sigma: float


class DrawnDeviation(NamedTuple):
    """A deviation, in SDs, and the integrated log likelihood of the person's rows."""

    deviation: float
    log_likelihood: float


@not_inlined
def log_likelihood_of_person(person: Record, work: Workspace, model: ModelArrays) -> float:
    """Return the integrated log likelihood of a person's rows and add its derivatives to ``d_values``."""
    nodes = _find_nodes(person, 1, work, model)
    largest = _log_integrand(person, nodes, work.nodes, work, model)
    total = _to_weights(work.nodes, nodes.n, largest)
    for k in range(nodes.n):
        work.nodes[k] /= total
    _add_gradient(person, nodes, work, model)
    return largest + math.log(total * nodes.step) - _HALF_LOG_2PI


@copied
def draw_deviation(
    person: Record, refinement: int, uniform: float, work: Workspace, model: ModelArrays
) -> DrawnDeviation:
    """Return a draw of a person's deviation given their rows.

    The draw inverts the distribution function of a density that is linear between the nodes.

    Parameters
    ----------
    person : PERSON
        The person.
    refinement : int
        How many times as many nodes as the integral needs.
    uniform : float
        A number between 0 and 1.
    work, model
        As for the log posterior.
    """
    nodes, weights = _find_nodes(person, refinement, work, model), work.nodes
    largest = _log_integrand(person, nodes, weights, work, model)
    total = _to_weights(weights, nodes.n, largest)
    remaining = uniform * (total - 0.5 * (weights[0] + weights[nodes.n - 1]))
    k, trapezoid = 0, 0.5 * (weights[0] + weights[1])
    while k < nodes.n - 2 and remaining > trapezoid:
        remaining -= trapezoid
        k += 1
        trapezoid = 0.5 * (weights[k] + weights[k + 1])
    left, rise = weights[k], weights[k + 1] - weights[k]
    root = math.sqrt(max(left * left + 2.0 * rise * remaining, 0.0))
    part = min(2.0 * remaining / (left + root), 1.0) if left + root > 0.0 else 0.5
    deviation = nodes.first + (k + part) * nodes.step
    return DrawnDeviation(deviation, largest + math.log(total * nodes.step) - _HALF_LOG_2PI)


@vectorised
def _to_weights(log_integrand: NDArray[np.float64], count: int, largest: float) -> float:
    """Replace the log of the integrand by the integrand over its largest value; return the sum."""
    total = 0.0
    for k in range(count):
        below = log_integrand[k] - largest
        log_integrand[k] = exp_of_negative(below) if below > -NEGLIGIBLE else 0.0
        total += log_integrand[k]
    return total


@not_inlined
def _find_nodes(person: Record, refinement: int, work: Workspace, model: ModelArrays) -> Nodes:
    """Return nodes that cover the integrand and resolve it, `refinement` times as many as needed."""
    centre, first, last = 0, 0, 0
    for _ in range(_MAX_SEARCHES):
        start = _SEARCH_STEP * (centre - N_SEARCHED // 2)
        largest = _log_integrand(person, Nodes(start, _SEARCH_STEP, N_SEARCHED), work.searched, work, model)
        first, last = 0, N_SEARCHED - 1
        while first < last and work.searched[first] < largest - NEGLIGIBLE:
            first += 1
        while last > first and work.searched[last] < largest - NEGLIGIBLE:
            last -= 1
        mode = centre - N_SEARCHED // 2 + int(work.searched.argmax())
        if (first > 0 and last < N_SEARCHED - 1) or mode == centre:
            break
        centre = mode
    information = 0.0
    for k in range(max(first - 1, 0), min(last + 2, N_SEARCHED)):
        information = max(information, work.information[k])
    step = min(work.sharpest[0], STEP_OF_GAUSSIAN / math.sqrt(information))
    width = (last - first + 2) * _SEARCH_STEP
    count = min(math.ceil(width / step) * refinement + 1, MAX_NODES)
    return Nodes(start + (first - 1) * _SEARCH_STEP, width / (count - 1), count)


@not_inlined
def _log_integrand(
    person: Record, nodes: Nodes, out: NDArray[np.float64], work: Workspace, model: ModelArrays
) -> float:
    """Fill in the log of the integrand at nodes, without the constant of the prior; return the largest.

    In passing, ``work.information`` is filled in with the Fisher information on the deviation at the first
    nodes, and ``work.sharpest`` with the largest step that the curve allows. Where the density of a row is
    not Gaussian, an upper bound takes the place of the information: the curve is nowhere steeper than a
    quarter of Emax times the Hill exponent.
    """
    information, n_information = work.information, min(nodes.n, N_SEARCHED)
    information[:] = 1.0
    sharpest = 0.0
    for k in range(nodes.n):
        z = nodes.first + k * nodes.step
        out[k] = -0.5 * z * z
    for r in range(person.first_row, person.first_row + person.n_rows):
        row = model.rows[r]
        if row.included == 0.0:
            continue
        pattern = model.patterns[row.pattern]
        parameters = parameters_of(pattern, work, model)
        curve, noise = parameters.curve, parameters.noise
        scale = row.deviation_weight * curve.omega
        sharpest = max(sharpest, scale * curve.hill)
        if pattern.simple:
            u = work.along_nodes[: nodes.n]
            _fill_in_exposure(row.x * parameters.exposure_factor * curve.affinity, scale, nodes, u)
            inverse_se = noise.inverse_sigma * row.inverse_se
            _add_simple_row(row.value, curve.emax, inverse_se, row.constant - noise.log_sigma, u, out)
            _add_information(scale * curve.emax * inverse_se, u[:n_information], information)
        else:
            competing = competing_ligands(r, work.values, model)
            for k in range(nodes.n):
                shifted = _at_deviation(parameters, scale * (nodes.first + k * nodes.step))
                out[k] += log_likelihood_of_any_row(row, competing, shifted)
            bound = _largest_information(row, parameters, scale)
            for k in range(n_information):
                information[k] += bound
    work.sharpest[0] = STEP_OF_CURVE / sharpest if sharpest > 0.0 else math.inf
    largest = -math.inf
    for k in range(nodes.n):
        largest = max(largest, out[k])
    return largest


@vectorised
def _fill_in_exposure(drug: float, scale: float, nodes: Nodes, out: NDArray[np.float64]) -> None:
    """Fill in the exposure over EC50 at nodes, ``drug exp(-scale z)``, twice as many at each turn."""
    out[0] = drug * math.exp(-scale * nodes.first)
    ratio, n = math.exp(-scale * nodes.step), 1
    while n < nodes.n:
        for k in range(min(n, nodes.n - n)):
            out[n + k] = out[k] * ratio
        ratio, n = ratio * ratio, 2 * n


@vectorised
def _add_simple_row(
    value: float,
    emax: float,
    inverse_se: float,
    constant: float,
    u: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Add the log likelihood of a simple row at exposures ``u`` over EC50."""
    for k in range(u.size):
        residual = (value - emax * (1.0 - 1.0 / (1.0 + u[k]))) * inverse_se
        out[k] += constant - 0.5 * residual * residual


@vectorised
def _add_information(steepness: float, u: NDArray[np.float64], information: NDArray[np.float64]) -> None:
    """Add the Fisher information of a simple row on the deviation at exposures ``u`` over EC50."""
    for k in range(u.size):
        free = 1.0 / (1.0 + u[k])
        root = steepness * free * (1.0 - free)
        information[k] += root * root


@inlined
def _largest_information(row: Record, parameters: Parameters, scale: float) -> float:
    """Return an upper bound of a row's Fisher information on the deviation."""
    curve = parameters.curve
    sigma = parameters.floor if parameters.floor > 0.0 else parameters.noise.sigma
    steepness = scale * curve.hill * curve.emax / 4.0 * row.inverse_se / sigma
    if not math.isinf(row.nu):
        steepness *= 1.6  # poles of Student's t
    bend = 2.0 * scale * curve.hill
    return float(steepness * steepness + row.gamma_shape * bend * bend)


@inlined
def _at_deviation(parameters: Parameters, deviation: float) -> Parameters:
    """Return the parameters with a deviation added to log EC50."""
    curve = parameters.curve
    return Parameters(
        Curve(
            curve.affinity * math.exp(-deviation),
            curve.emax,
            curve.hill,
            curve.hill_is_one,
            curve.omega,
            curve.quadrature,
        ),
        parameters.exposure_factor,
        parameters.dose_share,
        parameters.baseline,
        parameters.nondisplaceable,
        parameters.noise,
        parameters.floor,
    )


@not_inlined
def _add_gradient(person: Record, nodes: Nodes, work: Workspace, model: ModelArrays) -> None:
    """Add the derivatives of the integral to ``d_values``; ``work.nodes`` holds the weights of the nodes."""
    for r in range(person.first_row, person.first_row + person.n_rows):
        row = model.rows[r]
        if row.included == 0.0:
            continue
        pattern, d_eta = model.patterns[row.pattern], work.d_eta
        parameters = parameters_of(pattern, work, model)
        curve = parameters.curve
        scale = row.deviation_weight * curve.omega
        d_eta[:] = 0.0
        d_omega = 0.0
        if pattern.simple:
            u = work.along_nodes[: nodes.n]
            _fill_in_exposure(row.x * parameters.exposure_factor * curve.affinity, scale, nodes, u)
            inverse_se = parameters.noise.inverse_sigma * row.inverse_se
            of_row = _average(row.value, curve.emax, inverse_se, u, nodes, work.nodes)
            d_log_ec50 = -of_row.by_log_ec50 * inverse_se * curve.emax
            d_eta[EC50] = d_log_ec50
            d_eta[EMAX] = of_row.by_emax * inverse_se * curve.emax * (1.0 - curve.emax)
            d_eta[RESIDUAL] = of_row.by_sigma - 1.0
            d_eta[ERROR] = d_eta[BELOW] = -d_log_ec50
            d_omega = -of_row.by_omega * inverse_se * curve.emax
        else:
            competing = competing_ligands(r, work.values, model)
            d_competing = 0.0
            for k in range(nodes.n):
                if work.nodes[k] > 0.0:
                    z, before = nodes.first + k * nodes.step, d_eta[EC50]
                    shifted = _at_deviation(parameters, scale * z)
                    d_competing += add_gradient_of_any_row(row, competing, shifted, work.nodes[k], d_eta)[1]
                    d_omega += z * (d_eta[EC50] - before)
            add_competitor_gradient(r, d_competing, work.values, work.d_values, model)
        add_predictor_gradient(pattern, work, model)
        work.d_values[model.omega] += d_omega * row.deviation_weight


@vectorised
def _average(
    value: float,
    emax: float,
    inverse_se: float,
    u: NDArray[np.float64],
    nodes: Nodes,
    weights: NDArray[np.float64],
) -> Expectations:
    """Return the derivatives of a simple row's log likelihood, averaged over the nodes."""
    by_emax = by_log_ec50 = by_omega = by_sigma = 0.0
    for k in range(u.size):
        free = 1.0 / (1.0 + u[k])
        residual = (value - emax * (1.0 - free)) * inverse_se
        slope = weights[k] * residual * (1.0 - free)
        by_emax += slope
        by_log_ec50 += slope * free
        by_omega += slope * free * (nodes.first + k * nodes.step)
        by_sigma += weights[k] * residual * residual
    return Expectations(by_emax, by_log_ec50, by_omega, by_sigma)
