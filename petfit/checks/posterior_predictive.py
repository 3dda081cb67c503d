"""Posterior predictive check: whether the model could have produced the values that it was fitted to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.checks.record import Check, Finding, Verdict, limit_to_report, warn_and_fail
from petfit.evidence.ranges import in_complete_set
from petfit.fit import Fit

__all__ = ["MIN_TAIL_FAIL", "MIN_TAIL_WARN", "check", "table"]

MIN_TAIL_WARN = 0.05
MIN_TAIL_FAIL = 0.005
"""Limits of the smallest tail probability after Bonferroni's correction: the conventional level of a test,
and a tenth of it. The tail probability is a posterior predictive p-value (Gelman, Meng and Stern, Statistica
Sinica 1996;6:733-807). It is conservative, because the values were fitted before they are checked: a small
one is an alarm, a large one no proof."""


@dataclass(frozen=True)
class _Value:
    """One published value, or the interval that it lies in, with its replicates."""

    row: str
    kind: str
    drug: str
    low: float
    high: float
    replicates: NDArray[np.float64]


def check(fit: Fit) -> Check:
    """Compare the deviation of every set of values from its prediction with the deviations of replicates.

    The sets are all values, those of each kind (means, SDs, ranges, extremes, people, limits, scans) and
    those of each drug; the deviations are the largest one and the mean square.
    """
    deviations = table(fit)
    values = deviations[deviations["set"] == "value"]
    tails = deviations.loc[deviations["set"] != "value", ["p_largest", "p_mean_square"]]
    smallest, adjusted = float(tails.to_numpy().min()), min(1.0, float(tails.to_numpy().min()) * tails.size)
    quantity = "smallest tail probability, Bonferroni-adjusted"
    limits = warn_and_fail(quantity, adjusted, "at least", MIN_TAIL_WARN, MIN_TAIL_FAIL)
    findings = (
        Finding("values", len(values)),
        Finding("largest deviation of a value, in SDs", values["largest"].max()),
        Finding("comparisons", tails.size),
        Finding("smallest tail probability", smallest),
        *limits,
    )
    details = (
        f"The value farthest from its prediction is {values['largest'].idxmax()}, "
        f"{values['largest'].max():.1f} SDs away. Over {tails.size} comparisons of {len(values)} values with "
        f"replicates, the smallest tail probability is {smallest:.3f} ({tails.min(axis=1).idxmin()}), "
        f"{adjusted:.2f} adjusted for their number ({limit_to_report(*limits)})."
    )
    return Check.judge("posterior_predictive", _MEANING, deviations, findings, details)


_MEANING: dict[Verdict, str] = {
    "PASS": "The model reproduces the values that it was fitted to.",
    "WARN": "The model hardly reproduces some values: look at their rows, then at the model.",
    "FAIL": "The model does not reproduce the values: do not use the answers. Look at their rows, then at "
    "the model.",
}


def table(fit: Fit) -> pd.DataFrame:
    """Return how far values lie from their predictions, by set and one by one.

    Parameters
    ----------
    fit : Fit
        A fit.

    Returns
    -------
    pandas.DataFrame
        One row for ``all``, each kind, each drug, then each value. ``set`` names which of these; ``values``
        is their number; ``largest`` and ``mean_square`` are deviations from the mean of the replicates in
        their SDs (0 if a range holds that mean, or if it lies beyond a limit as the number does);
        ``p_largest`` and ``p_mean_square`` are the shares of replicates that deviate at least as far;
        ``low`` and ``high`` are the published value (equal unless it is a range, or a limit, whose other end
        is infinite), ``predicted_low`` and ``predicted_high`` the central 95 % of the replicates.
    """
    values = list(_published_values(fit))
    replicates = np.stack([value.replicates for value in values])
    mean, sd = replicates.mean(axis=1), replicates.std(axis=1)
    low, high = np.array([[value.low, value.high] for value in values]).T
    observed = np.maximum(0.0, np.maximum(low - mean, mean - high)) / sd
    replicated = np.abs(replicates - mean[:, None]) / sd[:, None]
    sets = _sets(values)
    deviations = pd.DataFrame(
        [
            {"set": kind, **_deviation(observed[members], replicated[members])}
            for kind, members in sets.values()
        ],
        index=pd.Index(list(sets), name="name"),
    )
    is_value = deviations["set"] == "value"
    predicted = np.quantile(replicates, [0.025, 0.975], axis=1)
    columns = ("low", "high", "predicted_low", "predicted_high")
    for name, column in zip(columns, (low, high, *predicted), strict=True):
        deviations.loc[is_value, name] = column
    return deviations


def _sets(values: list[_Value]) -> dict[str, tuple[str, NDArray[np.bool_]]]:
    """Return the kind and the members of each set of values by name."""
    kinds, drugs = (np.array([getattr(value, name) for value in values]) for name in ("kind", "drug"))
    sets = {"all": ("all", np.full(len(values), True))}
    sets |= {kind: ("kind", kinds == kind) for kind in dict.fromkeys(kinds)}
    sets |= {drug: ("drug", drugs == drug) for drug in sorted({*drugs} - {""})}
    positions = np.arange(len(values))
    return sets | {f"{value.row}, {value.kind}": ("value", positions == i) for i, value in enumerate(values)}


def _deviation(observed: NDArray[np.float64], replicated: NDArray[np.float64]) -> dict[str, float]:
    """Return the largest deviation and the mean square of a set, with their tail probabilities."""
    largest, mean_square = observed.max(), (observed**2).mean()
    return {
        "values": len(observed),
        "largest": float(largest),
        "p_largest": float((replicated.max(axis=0) >= largest).mean()),
        "mean_square": float(mean_square),
        "p_mean_square": float(((replicated**2).mean(axis=0) >= mean_square).mean()),
    }


def _published_values(fit: Fit) -> Iterator[_Value]:
    """Yield every value of the rows that the model replicates; a complete set of ranges has two."""
    rows, complete = fit.design.rows, in_complete_set(fit.design.rows)
    replicated = fit.posterior_predictive
    draws = {str(name): values.to_numpy().reshape(-1, len(rows)) for name, values in replicated.items()}
    seen_sets: set[str] = set()
    for i, (place, row) in enumerate(rows.iterrows()):
        if complete[i] and row["range_set"] in seen_sets:
            continue
        if complete[i]:
            seen_sets.add(row["range_set"])
        name = f"set {row['range_set']}" if complete[i] else str(place)
        for kind, column, low, high in _values_of_row(row, complete=bool(complete[i])):
            yield _Value(name, kind, str(row["drug"]), low, high, draws[column][:, i])


_NUMBER_OF = {"group": "mean", "subject": "person"}


def _values_of_row(row: pd.Series, *, complete: bool) -> Iterator[tuple[str, str, float, float]]:
    """Yield the kind of each value of a row, the column of its replicates, and its limits."""
    level = str(row["level"])
    if complete or level == "extremes":
        members = "means" if complete else "people"
        yield f"lowest of {members}", "low", row["low"], row["low"]
        yield f"highest of {members}", "high", row["high"], row["high"]
    elif level == "range":
        yield "range of a mean", "value", row["low"], row["high"]
    elif row["censored"]:
        ends = (-np.inf, row["value"]) if row["censored"] == "below" else (row["value"], np.inf)
        yield f"limit of a {_NUMBER_OF[level]}", "value", *ends
    else:
        yield _NUMBER_OF.get(level, level), "value", row["value"], row["value"]
        sd = row["sd"] if np.isfinite(row["sd"]) else row["se"] * np.sqrt(row["n"])
        if level == "group" and np.isfinite(sd):
            yield "SD", "sd", sd, sd
