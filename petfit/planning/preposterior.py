"""What results are expected to tell before they are known (preposterior analysis; Raiffa and Schlaifer 1961).

Results are simulated from the posterior, and the posterior given each of them is that of the same draws,
weighted by the likelihood of the result (importance weights). That likelihood is a mean over new people of
each draw: one where a person has few effects, more where the weights would rest on few draws otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logsumexp

from petfit.fit import Fit
from petfit.model import likelihood
from petfit.model.design import Design
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

_PAIRS, _MOST_PEOPLE = 128_000, 64
"""Draws times new people of each, and new people of each draw, at most."""

_FEWEST_EFFECTIVE = 100.0
"""Median effective number of draws below which there are more new people for each draw."""


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
    streams = np.random.SeedSequence(seed).spawn(3)
    every = draw_truths(new, fit, np.random.default_rng(streams[0]), results + draws)
    truths = {name: values[:results] for name, values in every.items()}
    weighted = {name: values[results:] for name, values in every.items()}
    people = 1
    while True:
        weights = _weights(new, truths, weighted, people, streams)
        effective_draws = 1.0 / (weights**2).sum(axis=1)
        if np.median(effective_draws) >= _FEWEST_EFFECTIVE or people >= _MOST_PEOPLE:
            break
        people *= 8
        weighted = {name: values[: max(1, _PAIRS // people)] for name, values in weighted.items()}
    curves = curve_draws(as_fit(new, weighted), drugs=[drug])
    dose = np.asarray(curves.exposure([question.occupancy])[..., 0, 0])
    return Preposterior(_information(weights, dose), _ratios(weights, dose, question.prob), effective_draws)


def _weights(
    new: Design, truths: Draws, weighted: Draws, people: int, streams: list[np.random.SeedSequence]
) -> Array:
    """Return the weight of each draw given each result: truth, draw."""
    _, of_results, of_people = (np.random.default_rng(stream) for stream in streams)
    draws = weighted if people == 1 else _with_new_people(new, weighted, people, of_people)
    log_weights = _log_likelihoods(new, truths, draws, people, of_results)
    weights = np.exp(log_weights - log_weights.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _with_new_people(new: Design, draws: Draws, people: int, rng: np.random.Generator) -> Draws:
    """Return each draw several times, each time with other new people."""
    repeated = {name: np.repeat(values, people, axis=0) for name, values in draws.items()}
    labels = set(new.rows["person"]) | set(new.rows["subject"])
    for effect in new.effects:
        values = repeated[effect.name]
        for i in (i for i, level in enumerate(effect.levels) if not labels.isdisjoint(level)):
            if effect.priors:
                values[:, i] = effect.priors[i].draw(rng, len(values))
            else:
                values[:, i] = repeated[effect.scale] * rng.standard_normal(len(values))
    return repeated


def _log_likelihoods(
    new: Design, truths: Draws, draws: Draws, people: int, rng: np.random.Generator
) -> Array:
    """Return the log likelihood of results simulated from each truth under each draw: truth, draw."""
    numbers = likelihood.inputs(new)
    pairs = zip(
        likelihood.predict_levels(NUMPY, new, truths, numbers),
        likelihood.predict_levels(NUMPY, new, draws, numbers),
        strict=True,
    )
    levels = [
        (level, data, level.simulate(rng, data, true)["value"], predicted, numbers[f"{level.name}.rows"])
        for (level, data, true), (_, _, predicted) in pairs
    ]
    is_of = pd.get_dummies(new.rows["person"]).to_numpy(float)
    count = len(levels[0][2])
    each = max(1, _BLOCK // max(1, sum(int(np.size(predicted.mean)) for _, _, _, predicted, _ in levels)))
    blocks = []
    for first in range(0, count, each):
        by_person: Array | float = 0.0
        for level, data, values, predicted, rows in levels:
            block = {**data, "value": values[first : first + each, None, :]}
            by_person = by_person + level.log_density(NUMPY, block, predicted) @ is_of[rows]
        blocks.append(_mean_over_people(np.asarray(by_person), people))
    return np.concatenate(blocks)


def _mean_over_people(by_person: Array, people: int) -> Array:
    """Return the log likelihood of all people from that of each and of each of the draws' new people."""
    if people == 1:
        return np.asarray(by_person.sum(axis=-1))
    shape = (len(by_person), -1, people, by_person.shape[-1])
    return np.asarray(logsumexp(by_person.reshape(shape), axis=2).sum(axis=-1))


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
