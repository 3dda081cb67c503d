"""What results are expected to tell before they are known (preposterior analysis; Raiffa and Schlaifer 1961).

Results are simulated from the posterior, and the posterior given each of them is that of the same draws,
weighted by the likelihood of the result (importance weights). Every draw has a new person of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from petfit.fit import Fit
from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.likelihood.base import Predicted
from petfit.model.ops import NUMPY
from petfit.planning.question import Question
from petfit.planning.truth import Draws, as_fit, draw_truths
from petfit.results.curve_draws import curve_draws
from petfit.results.quantiles import equal_tailed, interval_ratio

__all__ = ["Preposterior", "preposterior"]

type Array = NDArray[np.float64]

_BINS = 10
"""Bins of equal probability among the finite doses for the target; infinite ones are a bin of their own."""

_BLOCK = 4_000_000
"""Numbers that are held in memory at once."""


@dataclass(frozen=True)
class Preposterior:
    """What each simulated result tells about the dose for the target.

    Parameters
    ----------
    information : array
        In nats: the Kullback-Leibler divergence of the dose after the result from that before.
    ratios : array
        Upper over lower end of the interval of the dose after the result.
    effective_draws : array
        Effective number of the weighted draws.
    """

    information: Array
    ratios: Array
    effective_draws: Array


def preposterior(
    fit: Fit, new: Design, *, drug: str, question: Question, results: int, draws: int, seed: int
) -> Preposterior:
    """Simulate results of new people, and return what each of them tells.

    Parameters
    ----------
    fit : Fit
        A fit of the people so far.
    new : Design
        The rows of the new people.
    drug : str
        Their drug.
    question : Question
        The target occupancy and the probability of the interval.
    results : int
        How many results are simulated.
    draws : int
        How many posterior draws are weighted.
    seed : int
        Seed of all random numbers.
    """
    streams = np.random.SeedSequence(seed).spawn(2)
    every = draw_truths(new, fit, np.random.default_rng(streams[0]), results + draws)
    truths = {name: values[:results] for name, values in every.items()}
    weighted = {name: values[results:] for name, values in every.items()}
    log_weights = _log_likelihoods(new, truths, weighted, np.random.default_rng(streams[1]))
    weights = np.exp(log_weights - log_weights.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    curves = curve_draws(as_fit(new, weighted), drugs=[drug])
    dose = np.asarray(curves.exposure([question.occupancy])[..., 0, 0])
    effective_draws = 1.0 / (weights**2).sum(axis=1)
    return Preposterior(_information(weights, dose), _ratios(weights, dose, question.prob), effective_draws)


def _log_likelihoods(new: Design, truths: Draws, weighted: Draws, rng: np.random.Generator) -> Array:
    """Return the log likelihood of results simulated from each truth under each draw: truth, draw."""
    numbers = likelihood.inputs(new)
    pairs = zip(
        likelihood.predict_levels(NUMPY, new, truths, numbers),
        likelihood.predict_levels(NUMPY, new, weighted, numbers),
        strict=True,
    )
    total: Array | float = 0.0
    for (level, data, true), (_, _, predicted) in pairs:
        values = level.simulate(rng, data, true)["value"]
        total = total + np.concatenate(
            [
                level.log_density(NUMPY, {**data, "value": block[:, None, :]}, predicted).sum(axis=-1)
                for block in _blocks(values, predicted)
            ]
        )
    return np.asarray(total)


def _blocks(values: Array, predicted: Predicted) -> list[Array]:
    each = max(1, _BLOCK // max(1, int(np.size(predicted.mean))))
    return [values[i : i + each] for i in range(0, len(values), each)]


def _information(weights: Array, dose: Array) -> Array:
    """Return the Kullback-Leibler divergence of the binned dose after each result from that before.

    Few effective draws inflate it by (bins - 1) / (2 effective draws) on average (Miller 1955), which is
    subtracted.
    """
    finite = dose[np.isfinite(dose)]
    edges = np.quantile(finite, np.linspace(0, 1, _BINS + 1)[1:-1]) if len(finite) else np.array([])
    bins = np.where(np.isfinite(dose), np.searchsorted(edges, dose), len(edges) + 1)
    is_in = (bins[:, None] == np.arange(len(edges) + 2)).astype(float)
    before, after = is_in.mean(axis=0), weights @ is_in
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = after * np.log(after / before)
    inflation = ((before > 0).sum() - 1) * (weights**2).sum(axis=1) / 2.0
    return np.asarray(np.where(after > 0, terms, 0.0).sum(axis=1) - inflation)


def _ratios(weights: Array, dose: Array, prob: float) -> Array:
    """Return upper over lower end of the interval of the weighted draws; infinite without an upper end."""
    order = np.argsort(dose)
    cumulative = np.cumsum(weights[:, order], axis=1)
    low, _, high = (
        dose[order][np.minimum((cumulative < end).sum(axis=1), len(dose) - 1)] for end in equal_tailed(prob)
    )
    return interval_ratio(low, high)
