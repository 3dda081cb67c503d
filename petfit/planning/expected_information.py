"""Expected information: what a design will tell, from the first-order approximation of its likelihood.

The mean of every row is linearised at the true parameters, random effects included, and the priors and the
random-effects distributions are taken as normal. SDs (residual, between people, of pooled terms) are held at
their true values. Then the posterior is normal, with the Bayesian information matrix

    information = J' W J + prior precision,

where J holds the derivatives of the means and W the precision of the rows (Retout, Duffull and Mentré 2001,
Comput Methods Programs Biomed 65:141-151; Nyberg et al. 2015, Br J Clin Pharmacol 79:6-17). Marginal over the
people, this is the first-order matrix of PFIM and PopED for the fixed effects.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.likelihood.base import Data, Predicted
from petfit.model.ops import NUMPY
from petfit.model.parameters import PARAMETERS, RESIDUALS, competitor_name
from petfit.model.prior import Prior
from petfit.planning.truth import Draws

__all__ = ["Coordinate", "Information", "expected_information", "moved", "row_information"]

type Array = NDArray[np.float64]

_STEP = 1e-4
"""Step of the numerical derivatives, in prior SDs."""


@dataclass(frozen=True)
class Coordinate:
    """A parameter that moves a mean: a scalar, or one level of an effect, in prior SDs from its centre.

    Kinetics are positive numbers, of which the log is moved.
    """

    name: str
    level: int | None
    centre: float
    scale: float
    is_log: bool = False


@dataclass(frozen=True)
class Information:
    """The expected information about the parameters of a design, in prior SDs.

    Parameters
    ----------
    design : Design
        The design.
    truth : dict of str to array
        The parameters where it was linearised.
    coordinates : list
        The parameters that move a mean.
    rows : array
        Information of each row, ``J_i' W_i J_i``, summed over the rows: coordinate, coordinate.
    """

    design: Design
    truth: Draws
    coordinates: list[Coordinate]
    rows: Array

    @property
    def matrix(self) -> Array:
        """The information with that of the priors."""
        return np.asarray(self.rows + np.eye(len(self.coordinates)))

    @property
    def values(self) -> Array:
        """The true parameters in prior SDs."""
        return np.array([_standardised(self.truth, coordinate) for coordinate in self.coordinates])

    def posterior_draws(self, rng: np.random.Generator, size: int) -> Draws:
        """Simulate a study to first order, and return draws of its normal posterior.

        Parameters
        ----------
        rng : numpy.random.Generator
            Source of randomness, for the noise of the study and the draws.
        size : int
            Number of draws, of one chain.

        Returns
        -------
        dict of str to array
            Scalars and effects: one chain, draws, then levels.
        """
        values = self.values
        count = len(values)
        root = _root(self.rows)
        noise = root @ rng.standard_normal(count)
        centre = np.linalg.solve(self.matrix, self.rows @ values + noise)
        factor = np.linalg.cholesky(self.matrix)
        deviations = np.linalg.solve(factor.T, rng.standard_normal((count, size))).T
        draws = moved(self.truth, self.coordinates, centre + deviations - values)
        return {name: values[None] for name, values in draws.items()}


def expected_information(design: Design, truth: Draws) -> Information:
    """Return the expected information of all rows of a design at one draw of its parameters.

    Parameters
    ----------
    design : Design
        The design; the numbers in its rows do not matter.
    truth : dict of str to array
        One draw: scalars, and effects by level.

    Returns
    -------
    Information
        Of the parameters of the curve and of scans; SDs are held at their true values.
    """
    coordinates, by_row = row_information(design, truth)
    return Information(design, truth, coordinates, by_row.T @ by_row)


def row_information(design: Design, truth: Draws) -> tuple[list[Coordinate], Array]:
    """Return the coordinates, and the derivative of each row's mean in units of its SD: row, coordinate."""
    coordinates = _coordinates(design, truth)
    steps = _STEP * np.eye(len(coordinates))
    draws = moved(truth, coordinates, np.concatenate([steps, -steps]))
    numbers = likelihood.inputs(design)
    slopes = np.zeros((len(design.rows), len(coordinates)))
    for level, data, predicted in likelihood.predict_levels(NUMPY, design, draws, numbers):
        rows = numbers[f"{level.name}.rows"]
        mean = np.broadcast_to(predicted.mean, (2 * len(coordinates), len(rows)))
        derivative = (mean[: len(coordinates)] - mean[len(coordinates) :]) / (2.0 * _STEP)
        sd = np.broadcast_to(_sd_of_rows(data, predicted), mean.shape)[0]
        slopes[rows] = (derivative / sd).T
    return coordinates, slopes


def _sd_of_rows(data: Data, predicted: Predicted) -> Array:
    """Return the SD with which each row tells its mean; ranges and extremes roughly, by their width."""
    variance = predicted.sigma**2 if math.isinf(predicted.nu) else _student_variance(predicted)
    if "n" in data:
        variance = variance / data["n"]
    if "low" in data:
        variance = variance + (data["high"] - data["low"]) ** 2 / 12.0
    return np.sqrt(variance)


def _student_variance(predicted: Predicted) -> Array:
    """Return the inverse of the information of Student's t about its location."""
    return np.asarray(predicted.sigma**2 * (predicted.nu + 3.0) / (predicted.nu + 1.0))


def _coordinates(design: Design, truth: Draws) -> list[Coordinate]:
    centres = {PARAMETERS[name].linked_name for name in PARAMETERS if name not in RESIDUALS}
    centres |= {competitor_name(name) for name in design.spec.competition}
    found = [
        Coordinate(name, None, *_centre_and_scale(prior))
        for name, prior in design.scalar_priors.items()
        if name in centres
    ]
    for effect in design.effects:
        is_measured = effect.parameter == "exposure" and effect.kind not in ("kinetic", "kinetic_people")
        if effect.parameter in RESIDUALS or is_measured:
            continue
        is_log = effect.kind == "kinetic"
        for i in range(len(effect.levels)):
            if effect.priors:
                known = _centre_and_scale(effect.priors[i], is_log=is_log)
            else:
                known = 0.0, float(truth[effect.scale])
            found.append(Coordinate(effect.name, i, *known, is_log))
    return found


def _centre_and_scale(prior: Prior, *, is_log: bool = False) -> tuple[float, float]:
    quantiles = prior.quantile(stats.norm.cdf([-1.0, 0.0, 1.0]))
    low, median, high = (float(value) for value in (np.log(quantiles) if is_log else quantiles))
    return median, (high - low) / 2


def _standardised(truth: Draws, coordinate: Coordinate) -> float:
    value = float(
        truth[coordinate.name] if coordinate.level is None else truth[coordinate.name][coordinate.level]
    )
    value = math.log(value) if coordinate.is_log else value
    return (value - coordinate.centre) / coordinate.scale if coordinate.scale > 0 else 0.0


def moved(truth: Draws, coordinates: list[Coordinate], moves: Array) -> Draws:
    """Return draws that differ from the truth by moves in prior SDs: move, then levels."""
    size = len(moves)
    draws = {name: np.repeat(np.asarray(value)[None], size, axis=0) for name, value in truth.items()}
    for coordinate, move in zip(coordinates, moves.T, strict=True):
        step = coordinate.scale * move
        if coordinate.level is None:
            draws[coordinate.name] = draws[coordinate.name] + step
        elif coordinate.is_log:
            draws[coordinate.name][:, coordinate.level] *= np.exp(step)
        else:
            draws[coordinate.name][:, coordinate.level] += step
    return draws


def _root(matrix: Array) -> Array:
    """Return a matrix whose product with its transpose is a matrix that may be singular."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))
