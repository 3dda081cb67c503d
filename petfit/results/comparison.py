"""Comparison of models: leave-one-out differences, stacking weights, the answer under each and stacked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from petfit.errors import PetfitError
from petfit.evidence.ranges import in_complete_set
from petfit.fit import At, Fit
from petfit.results import answers, summary
from petfit.results.importance import LeftOut, leave_out
from petfit.results.quantiles import PROB, check_prob, quantile

__all__ = [
    "K_MOST",
    "STUDIES_LEAST",
    "Comparison",
    "by_row",
    "by_study",
    "compared",
    "stack",
    "stacking_weights",
    "standard_error",
    "weighted",
]

K_MOST = 0.7
"""The largest Pareto k at which importance sampling stands in for a refit, with 2,200 draws or more:
Vehtari et al., J Mach Learn Res 2024;25(72)."""

STUDIES_LEAST = 10
"""Fewer independent studies hardly tell weights apart; the figure is ours."""

_NEGLIGIBLE = 1e-3
"""A weight below this is within the tolerance of the optimiser, and counts as 0."""

STACKED = "stacked"


@dataclass(frozen=True)
class Comparison:
    """What came of comparing models.

    Parameters
    ----------
    models : pandas.DataFrame
        By model, best first: ``elpd``, the expected log predictive density, with its ``se``; the
        ``difference`` from the best, with ``difference_se``; the stacking ``weight``; how many ``parts`` of
        the evidence were left out one by one, and what they are (``left_out``: rows or studies); the
        ``largest_k`` of Pareto and how many parts exceed 0.7 (``k_too_large``).
    answers : xarray.Dataset
        By model, drug and occupancy, the columns of `petfit.results.summary.supported`; the last model is
        ``stacked``, without R-hat and ESS.
    warnings : tuple of str
        What to know before the weights are used.
    """

    models: pd.DataFrame
    answers: xr.Dataset
    warnings: tuple[str, ...]

    @property
    def frame(self) -> pd.DataFrame:
        """Answers and models as one table, one row per model, drug and occupancy."""
        return summary.frame(self.answers).merge(self.models.reset_index(), on="model", how="left")


def compared(
    fits: Mapping[str, Fit],
    occupancy: float | Iterable[float] = 0.8,
    predict_for: str = "typical",
    *,
    prob: float = PROB,
    at: At | None = None,
) -> Comparison:
    """Compare fits of one table, and answer under each model and under all of them stacked.

    Parameters
    ----------
    fits : mapping of str to Fit
        Two or more fits, by name; their order makes no difference.
    occupancy : float or iterable of float
        Absolute occupancies, fractions.
    predict_for, at
        See `petfit.results.answers.curves`.
    prob : float
        Probability of the equal-tailed interval.

    Returns
    -------
    Comparison
        Stacked answers are order statistics of all models' draws, each draw weighted; infinite ones count.

    Raises
    ------
    PetfitError
        When the fits are of different evidence or fitted different rows of it.

    References
    ----------
    Vehtari, Gelman and Gabry, Stat Comput 2017;27:1413-1432 (LOO); Yao et al., Bayesian Analysis
    2018;13:917-1007 (stacking).
    """
    named = {name: fits[name] for name in sorted(fits)}
    _check_comparable(named, predict_for)
    parts = _parts(named)
    models = weighted(parts)
    draws = {
        name: answers.dose_for_occupancy(one, occupancy, predict_for, at=at) for name, one in named.items()
    }
    tables = {
        name: summary.supported(named[name], one, prob, regimen=_regimen(named[name], at))
        for name, one in draws.items()
    }
    tables[STACKED] = _stacked(draws, tables, models["weight"], check_prob(prob))
    where = sorted({one.attrs["at"] for one in draws.values()})
    joined = xr.concat(tables.values(), pd.Index(tables, name="model"), join="exact", combine_attrs="drop")
    at_each = where[0] if len(where) == 1 else "each model's own conditions"
    attrs = {**next(iter(tables.values())).attrs, "at": at_each}
    return Comparison(models, joined.assign_attrs(attrs), tuple(_warnings(named, models, where)))


def _regimen(fit: Fit, at: At | None) -> str:
    return str((at or {}).get("regimen", fit.design.usual_regimen))


def _check_comparable(fits: Mapping[str, Fit], predict_for: str) -> None:
    if len(fits) < 2:
        raise PetfitError("a comparison needs two fits or more")
    if STACKED in fits:
        raise PetfitError(f"no fit may be called {STACKED!r}, which names the answer of all models together")
    for (name, one), (other_name, other) in pairwise(fits.items()):
        if one.attrs["evidence_sha256"] != other.attrs["evidence_sha256"]:
            raise PetfitError(
                f"{name} and {other_name} are fits of different evidence ({one.attrs['evidence']}, "
                f"{other.attrs['evidence']}). Fit both models to the same table, unchanged."
            )
        apart = set(one.design.rows.index) ^ set(other.design.rows.index)
        if apart:
            raise PetfitError(
                f"{name} and {other_name} fitted different rows of {one.attrs['evidence']} "
                f"({', '.join(sorted(map(str, apart))[:5])}). Let also_fit agree in both models."
            )
        if predict_for == "new_drug" and one.design.references != other.design.references:
            raise PetfitError(
                f"{name} and {other_name} have other reference doses, so that those of a new drug differ"
            )


# --- leaving out --------------------------------------------------------------------------------


def by_row(fit: Fit) -> pd.DataFrame:
    """Return the log predictive density of each row given the others, by importance sampling.

    The rows of a complete set of ranges share one density: they are added up and left out together.

    Returns
    -------
    pandas.DataFrame
        Indexed by the row's place, or ``set NAME``: ``elpd``, ``pareto_k`` and ``p_loo``, the effective
        number of parameters.
    """
    rows = fit.design.rows
    names = np.where(in_complete_set(rows), "set " + rows["range_set"].to_numpy(object), rows.index)
    density = fit.log_likelihood.to_numpy()
    figures = {}
    for name in dict.fromkeys(names):
        one = density[..., names == name].sum(axis=-1)
        figures[str(name)] = leave_out(one)
    return pd.DataFrame.from_dict(figures, orient="index", columns=list(LeftOut._fields))


def by_study(fit: Fit) -> pd.DataFrame | None:
    """Return the log predictive density of each study given the others, where the file holds refits.

    Returns
    -------
    pandas.DataFrame or None
        Indexed by the refit's name: ``elpd``, and ``pareto_k``, 0, as nothing had to be weighted. None
        where a study was not refitted, or could not be.
    """
    refits = fit.refits
    if refits is None or "elpd" not in refits:
        return None
    of_studies = refits["elpd"].to_numpy()[refits["kind"].to_numpy() == "study"]
    names = refits["refit"].to_numpy()[refits["kind"].to_numpy() == "study"]
    if not len(names) or not np.isfinite(of_studies).all():
        return None
    return pd.DataFrame({"elpd": of_studies, "pareto_k": 0.0}, index=names)


def _parts(fits: Mapping[str, Fit]) -> dict[str, pd.DataFrame]:
    """Return densities by study where every fit was refitted without each, else by row."""
    studies = {name: by_study(one) for name, one in fits.items()}
    found = {name: one for name, one in studies.items() if one is not None}
    if len(found) == len(fits) and len({tuple(sorted(one.index)) for one in found.values()}) == 1:
        return {name: one.sort_index().rename_axis("studies") for name, one in found.items()}
    return {name: by_row(one).sort_index().rename_axis("rows") for name, one in fits.items()}


def weighted(parts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Compare the predictive densities of models, part by part.

    Parameters
    ----------
    parts : mapping of str to DataFrame
        By model, from `by_row` or `by_study`, with the same parts in the same order.

    Returns
    -------
    pandas.DataFrame
        The ``models`` of a `Comparison`.
    """
    elpds = {name: one["elpd"].to_numpy(float) for name, one in parts.items()}
    best = elpds[max(elpds, key=lambda name: elpds[name].sum())]
    gaps = {
        name: np.subtract(one, best, where=one != best, out=np.zeros(len(one))) for name, one in elpds.items()
    }
    weights = dict(zip(elpds, stacking_weights(np.stack(list(elpds.values()))), strict=True))
    rows = {
        name: {
            "elpd": elpds[name].sum(),
            "se": standard_error(elpds[name]),
            "difference": _sum(gaps[name]),
            "difference_se": standard_error(gaps[name]),
            "weight": weights[name],
            "parts": len(one),
            "left_out": one.index.name or "parts",
            "largest_k": one["pareto_k"].max(),
            "k_too_large": int((~(one["pareto_k"] <= K_MOST)).sum()),
        }
        for name, one in parts.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("model")
    return table.sort_values("elpd", ascending=False, kind="stable")


def _sum(terms: NDArray[np.float64]) -> float:
    """Return a sum; NaN where each of two models rules out what the other allows."""
    with np.errstate(invalid="ignore"):
        return float(terms.sum())


def standard_error(terms: NDArray[np.float64]) -> float:
    """Return the standard error of a sum of independent terms; NaN where one is not finite."""
    return float(np.sqrt(len(terms) * terms.var())) if np.isfinite(terms).all() else np.nan


def stacking_weights(elpd: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights of the mixture of models that predicts best what was left out.

    Parameters
    ----------
    elpd : array
        Log predictive densities: models, then parts.

    Returns
    -------
    array
        One weight a model; they add up to 1, and those below 0.001 are 0.

    Examples
    --------
    >>> stacking_weights(np.array([[0.0, 0.0], [-9.0, -9.0]])).tolist()
    [1.0, 0.0]
    """
    from scipy import optimize

    told = elpd[:, (elpd > -np.inf).any(axis=0)]  # a part that no model allows speaks for none
    density = np.exp(told - told.max(axis=0)).T
    count = len(elpd)
    if not density.size:
        return np.full(count, 1.0 / count)

    def loss(weights: NDArray[np.float64]) -> float:
        return float(-np.log(density @ weights).mean())

    def gradient(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(-(density / (density @ weights)[:, None]).mean(axis=0))

    found = optimize.minimize(
        loss,
        np.full(count, 1.0 / count),
        jac=gradient,
        bounds=[(0.0, 1.0)] * count,
        constraints=optimize.LinearConstraint(np.ones(count), 1.0, 1.0),
        method="SLSQP",
        options={"ftol": 1e-12, "maxiter": 1000},
    ).x
    kept = np.where(found >= _NEGLIGIBLE, found, 0.0)
    return np.asarray(kept / kept.sum())


# --- stacking -----------------------------------------------------------------------------------


def stack(
    draws: Sequence[NDArray[np.float64]], weights: Sequence[float], q: Sequence[float]
) -> NDArray[np.float64]:
    """Return order statistics of a mixture of draws; infinite draws count as they are.

    Parameters
    ----------
    draws : sequence of array
        Of each model: chain, draw, then the same axes.
    weights : sequence of float
        Of each model, shared equally by its draws; they add up to 1.
    q : sequence of float
        Probabilities.

    Returns
    -------
    array
        `q`, then the axes of the draws after the second. With all the weight on one model, its own order
        statistics.

    Examples
    --------
    >>> stack([np.array([[1.0, 3.0]]), np.array([[np.inf, np.inf]])], [0.5, 0.5], [0.25, 0.5, 0.75]).tolist()
    [1.0, 3.0, inf]
    """
    kept = [(one, weight) for one, weight in zip(draws, weights, strict=True) if weight > 0]
    if len(kept) == 1:
        return quantile(kept[0][0], q)
    flat = [one.reshape(-1, *one.shape[2:]) for one, _ in kept]
    shares = [np.full(len(one), weight / len(one)) for one, (_, weight) in zip(flat, kept, strict=True)]
    together = np.concatenate(flat), np.concatenate(shares)
    return np.asarray(np.quantile(together[0], q, axis=0, weights=together[1], method="inverted_cdf"))


_SHARES = ("p_reached", "p_below", "p_inside", "p_above", "p_not_reached")


def _stacked(
    draws: Mapping[str, xr.DataArray], tables: Mapping[str, xr.Dataset], weights: pd.Series, prob: float
) -> xr.Dataset:
    """Summarise the mixture: its order statistics, and weighted shares of draws."""
    first = next(iter(tables.values()))
    shares = [float(weights[name]) for name in draws]
    values = [one.to_numpy() for one in draws.values()]
    low, median, high = stack(values, shares, [(1 - prob) / 2, 0.5, (1 + prob) / 2])
    found = first.copy(deep=True)
    dims = draws[next(iter(draws))].dims[2:]
    for name, figures in (("median", median), ("low", low), ("high", high)):
        found[name] = (dims, figures)
    for name in ("r_hat", "ess_bulk", "ess_tail"):
        found[name] = xr.full_like(first[name], np.nan)
    for name in _SHARES:
        found[name] = sum(weights[model] * one[name] for model, one in tables.items() if weights[model])
    ends = ["tested_low", "tested_high"]
    counted = [one[ends] for model, one in tables.items() if weights[model]]
    if all(one.equals(counted[0]) for one in counted):
        found = found.assign({name: counted[0][name] for name in ends})
        found["support"] = summary.support(found)
    else:
        found = found.assign({name: xr.full_like(first[name], np.nan) for name in ends})
        found["support"] = xr.full_like(first["support"], "differs by model")
    return found


def _warnings(fits: Mapping[str, Fit], models: pd.DataFrame, where: Sequence[str]) -> Iterator[str]:
    studies = next(iter(fits.values())).design.rows["study"].nunique()
    if studies < STUDIES_LEAST:
        yield (
            f"The evidence holds {studies} {'study' if studies == 1 else 'studies'}; fewer than "
            f"{STUDIES_LEAST} hardly tell models apart, and the weights are rough. Read the answer under "
            "each model."
        )
    for name, row in models[models["k_too_large"] > 0].iterrows():
        yield (
            f"{name}: {row['k_too_large']} of {row['parts']} {row['left_out']} have a Pareto k above "
            f"{K_MOST}: importance sampling fails there, and neither the elpd nor the weights are to be "
            "relied on."
        )
    if (models["left_out"] == "rows").all() and studies < models["parts"].max():
        yield (
            "Rows were left out one by one, though those of one study are not independent: this tells how "
            "well a model fills gaps in studies it has seen, not how well it predicts another study."
        )
    if len(where) > 1:
        conditions = "; ".join(one or "a typical region, tracer and regimen" for one in where)
        yield f"The models answer for different conditions: {conditions}."
