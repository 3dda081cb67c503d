"""Power scaling: how far the answers hang on the priors, and whether priors and evidence agree."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.checks.record import Check, Finding, bound_of, worst
from petfit.fit import Fit
from petfit.results import answers
from petfit.results.importance import distance

__all__ = ["FAIL_FROM", "SENSITIVE", "check", "table"]

SENSITIVE = 0.05
"""The cumulative Jensen-Shannon distance, per doubling of a component's power, from which an answer counts
as sensitive to it: Kallioinen et al., Statistics and Computing 2024;34:57. It is what a shift of a normal's
mean by about 0.3 of its SD gives."""

FAIL_FROM = 0.2
"""The distance, per doubling of the power, of a normal whose mean moves by its whole SD, to one digit: the
slope of `petfit.results.importance.distance` in a small shift of the mean, 0.206 for 8,000 draws. From there on the
prior decides the answer; to draw the line there is ours."""

_POWERS = (0.99, 1.01)


def check(fit: Fit) -> Check:
    """Raise the priors, and the likelihood, to powers near 1 and see how far each answer moves."""
    found = table(fit)
    if found.empty:
        return Check("sensitivity", "PASS", "The model fixes every answer, so that none is sensitive.", found)
    if found[["prior", "likelihood"]].isna().any(axis=None):
        sentence = "The densities of some draws are not finite, so that sensitivity cannot be told."
        untold = Finding("answers whose sensitivity cannot be told", len(found), "at most", 0, "WARN")
        return Check("sensitivity", "WARN", sentence, found, (untold,))
    quantity, most = "largest distance for a prior twice as strong", found["prior"].max()
    limits = (
        Finding(quantity, most, "below", SENSITIVE, "WARN"),
        Finding(quantity, most, "below", FAIL_FROM, "FAIL"),
    )
    sensitive, decided = found[found["prior"] >= SENSITIVE], found.index[found["prior"] >= FAIL_FROM]
    sentence = (
        f"Of {len(found)} answers the one that the top-level priors move most is {found['prior'].idxmax()}, "
        f"by a distance of {most:.3f} for a prior twice as strong ({bound_of(*limits)})."
    )
    if len(decided):
        sentence += f" The prior decides, so do not use: {', '.join(decided)}."
    for finding, rows in sensitive.groupby("finding", sort=False):
        sentence += f" {str(finding).capitalize()}: {', '.join(rows.index)}."
    if len(sensitive):
        sentence += " Give the reasons for these priors, or add evidence."
    return Check("sensitivity", worst(limits), sentence, found, (Finding("answers", len(found)), *limits))


def table(fit: Fit) -> pd.DataFrame:
    """Return the sensitivity of every answer to the top-level priors and to the likelihood.

    The top-level priors are those written in the model: of scalars, shifts, slopes and separate levels. The
    standard normals of pooled effects are no assumption of their own and keep their power. A dose is taken
    as its inverse, which is 0 where it is not reached; EC50 as its logarithm.

    Returns
    -------
    pandas.DataFrame
        One row per answer: ``prior`` and ``likelihood``, the cumulative Jensen-Shannon distances;
        ``prior_that_moves_it_most``, by name; ``finding``, empty where all is well.
    """
    answered = _answers(fit)
    priors = _log_priors(fit)
    likelihood = fit.log_likelihood.to_numpy().sum(axis=-1)
    if not all(np.isfinite(part).all() for part in (likelihood, *priors.values())):
        return pd.DataFrame({"prior": np.nan, "likelihood": np.nan}, index=pd.Index(answered, name="answer"))
    whole, evidence = _weights(np.sum(list(priors.values()), axis=0)), _weights(likelihood)
    of_each = {name: _weights(density) for name, density in priors.items()}
    rows = []
    for values in answered.values():
        prior, data = _distance(values, whole), _distance(values, evidence)
        moves = finding = ""
        if prior >= SENSITIVE:
            by_itself = {name: _distance(values, weights) for name, weights in of_each.items()}
            moves = max(by_itself, key=lambda name: by_itself[name])
            finding = "prior-data conflict" if data >= SENSITIVE else "strong prior or weak evidence"
        rows.append((prior, data, moves, finding))
    columns = ["prior", "likelihood", "prior_that_moves_it_most", "finding"]
    return pd.DataFrame(rows, pd.Index(answered, name="answer"), columns)


def _answers(fit: Fit) -> dict[str, NDArray[np.float64]]:
    """Return draws of every answer that varies, by name, on a scale on which distances make sense."""
    curves = answers.curves(fit)
    dose = answers.dose_for_occupancy(fit, 0.8).to_numpy()[..., 0]
    scaled = {
        "dose for 80 %": 1.0 / (dose + float((dose == 0).any())),
        "ec50": np.log(curves.parameters["ec50"]),
        "emax": curves.parameters["emax"],
    }
    named = {
        f"{name} of {drug}": values[..., i]
        for name, values in scaled.items()
        for i, drug in enumerate(curves.drugs)
    }
    return {name: values for name, values in named.items() if values.min() < values.max()}


def _log_priors(fit: Fit) -> dict[str, NDArray[np.float64]]:
    """Return the log density of every prior that the model states; measurement errors have none."""
    found = fit.group("log_prior")
    errors = {effect.name for effect in fit.design.effects if effect.kind == "error"}
    return {
        str(name): values.to_numpy().reshape(*values.shape[:2], -1).sum(axis=-1)
        for name, values in found.items()
        if name not in errors
    }


def _weights(density: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return the importance weights of the draws for a density raised to each of the two powers.

    So near to 1 no weight is large, and none is smoothed.
    """
    logs = [(power - 1.0) * density for power in _POWERS]
    return [np.exp(log - log.max()) for log in logs]


def _distance(values: NDArray[np.float64], weights: list[NDArray[np.float64]]) -> float:
    """Return the mean distance, per doubling of the power, that the weighted draws have moved."""
    moved = [distance(values, one) / abs(np.log2(power)) for one, power in zip(weights, _POWERS, strict=True)]
    return float(np.mean(moved))
