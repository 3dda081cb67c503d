"""Posterior predictive: whether the fitted model could have produced the numbers it was fitted to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.checks.record import Check, Finding, bound_of, worst
from petfit.evidence.ranges import in_complete_set
from petfit.fit import Fit

__all__ = ["FAIL_BELOW", "WARN_BELOW", "check", "table"]

WARN_BELOW = 0.05
FAIL_BELOW = 0.005
"""Bounds of the smallest tail share over all sets of numbers, multiplied by how many sets there are
(Bonferroni). The figures are ours, conventional for a test and ten times stricter. The tail share is a
posterior predictive p-value (Gelman, Meng and Stern, Statistica Sinica 1996;6:733-807), which is
conservative, as the numbers were fitted before they are checked: a small one is an alarm, a large one no
proof."""


@dataclass(frozen=True)
class _Number:
    """One published number, an interval where only that is known, and its replicates."""

    row: str
    kind: str
    drug: str
    low: float
    high: float
    replicated: NDArray[np.float64]


def check(fit: Fit) -> Check:
    """Compare the deviation of every set of numbers from its prediction with those of replicated numbers.

    The sets are all numbers, those of each kind (means, SDs, ranges, extremes, people, scans), and those of
    each drug; the deviations are the largest one and the mean square.
    """
    found = table(fit)
    sets = found[found["set"] != "number"]
    shares = sets[["p_largest", "p_mean_square"]]
    rarest = shares.min(axis=1).idxmin()
    least, count = float(shares.to_numpy().min()), shares.size
    adjusted = min(1.0, least * count)
    numbers = found[found["set"] == "number"]
    far = numbers["largest"].idxmax()
    quantity = "smallest tail share, adjusted for how many"
    limits = (
        Finding(quantity, adjusted, "at least", WARN_BELOW, "WARN"),
        Finding(quantity, adjusted, "at least", FAIL_BELOW, "FAIL"),
    )
    findings = (
        Finding("numbers", len(numbers)),
        Finding("largest deviation of a number, in SDs", numbers["largest"].max()),
        Finding("comparisons", count),
        Finding("smallest tail share", least),
        *limits,
    )
    verdict = worst(findings)
    sentence = (
        f"Of {len(numbers)} numbers the farthest from its prediction is {far}, "
        f"{numbers['largest'].max():.1f} SDs off. Over {count} comparisons with replicated numbers the "
        f"smallest tail share is {least:.3f} ({rarest}), {adjusted:.2f} after adjusting for how many "
        f"({bound_of(*limits)})."
    )
    if verdict != "PASS":
        sentence += " The model does not describe these numbers: look at their rows, then at the model."
    if verdict == "FAIL":
        sentence += " Until then do not use the answers."
    return Check("predictive", verdict, sentence, found, findings)


def table(fit: Fit) -> pd.DataFrame:
    """Return how far numbers lie from their predictions, by set and one by one.

    Returns
    -------
    pandas.DataFrame
        One row for ``all``, each kind, each drug, then each number. ``set`` says which of these; ``numbers``
        how many; ``largest`` and ``mean_square`` are deviations from the mean of the replicates, in their
        SDs (0 where a range holds that mean); ``p_largest`` and ``p_mean_square`` the shares of replicates
        that deviate at least as far; ``low`` and ``high`` the number as published (the same unless it is a
        range), ``predicted_low`` and ``predicted_high`` the central 95 % of the replicates.
    """
    numbers = list(_numbers(fit))
    replicated = np.stack([one.replicated for one in numbers])
    middle, spread = replicated.mean(axis=1), replicated.std(axis=1)
    low, high = np.array([[one.low, one.high] for one in numbers]).T
    observed = np.maximum(0.0, np.maximum(low - middle, middle - high)) / spread
    deviations = np.abs(replicated - middle[:, None]) / spread[:, None]
    kinds, drugs = np.array([one.kind for one in numbers]), np.array([one.drug for one in numbers])
    sets = {"all": ("all", np.full(len(numbers), True))}
    sets |= {kind: ("kind", kinds == kind) for kind in dict.fromkeys(kinds)}
    sets |= {drug: ("drug", drugs == drug) for drug in sorted({*drugs} - {""})}
    sets |= {
        f"{one.row}, {one.kind}": ("number", np.arange(len(numbers)) == i) for i, one in enumerate(numbers)
    }
    found = pd.DataFrame(
        [{"set": name, **_deviation(observed[at], deviations[at])} for name, at in sets.values()],
        index=pd.Index(list(sets), name="of"),
    )
    ends = np.quantile(replicated, [0.025, 0.975], axis=1)
    singles = found["set"] == "number"
    for name, values in zip(
        ("low", "high", "predicted_low", "predicted_high"), (low, high, *ends), strict=True
    ):
        found.loc[singles, name] = values
    return found


def _deviation(observed: NDArray[np.float64], replicated: NDArray[np.float64]) -> dict[str, float]:
    """Return the largest deviation and the mean square of a set, with their tail shares."""
    largest, square = observed.max(), (observed**2).mean()
    return {
        "numbers": len(observed),
        "largest": float(largest),
        "p_largest": float((replicated.max(axis=0) >= largest).mean()),
        "mean_square": float(square),
        "p_mean_square": float(((replicated**2).mean(axis=0) >= square).mean()),
    }


def _numbers(fit: Fit) -> Iterator[_Number]:
    """Yield every number that the rows hold and the model replicates; a complete set of ranges has two."""
    rows, complete = fit.design.rows, in_complete_set(fit.design.rows)
    predicted = fit.predictive
    draws = {str(name): values.to_numpy().reshape(-1, len(rows)) for name, values in predicted.items()}
    told: set[str] = set()
    for i, (where, row) in enumerate(rows.iterrows()):
        if complete[i] and row["range_set"] in told:
            continue
        told |= {row["range_set"]} if complete[i] else set()
        name = f"set {row['range_set']}" if complete[i] else str(where)
        for kind, column, low, high in _published(row, complete=bool(complete[i])):
            yield _Number(name, kind, str(row["drug"]), low, high, draws[column][:, i])


def _published(row: pd.Series, *, complete: bool) -> Iterator[tuple[str, str, float, float]]:
    """Yield what kind of number a row holds, the column of its replicates, and its ends."""
    level = str(row["level"])
    if complete or level == "extremes":
        of = "means" if complete else "people"
        yield f"lowest of {of}", "low", row["low"], row["low"]
        yield f"highest of {of}", "high", row["high"], row["high"]
    elif level == "range":
        yield "range of a mean", "value", row["low"], row["high"]
    else:
        yield {"group": "mean", "subject": "person"}.get(level, level), "value", row["value"], row["value"]
        sd = row["sd"] if np.isfinite(row["sd"]) else row["se"] * np.sqrt(row["n"])
        if level == "group" and np.isfinite(sd):
            yield "SD", "sd", sd, sd
