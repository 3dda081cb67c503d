"""Comparison of models: differences in elpd, stacking weights, and the dose under each and all of them."""

from __future__ import annotations

import html
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from petfit.errors import PetfitError
from petfit.fit import At, Fit
from petfit.results.arguments import as_list
from petfit.results.curve_draws import curve_draws
from petfit.results.doses_per_day import in_one_unit
from petfit.results.leave_one_out import PARETO_K_LIMIT, loo, study_elpd
from petfit.results.quantiles import PROB, check_prob
from petfit.results.stacking import stacked_doses
from petfit.results.summary import frame
from petfit.results.target_dose import summarise_doses

if TYPE_CHECKING:
    from arviz_stats import ELPDData

__all__ = ["MIN_STUDIES", "STACKED", "Comparison", "compare_elpd", "compare_fits"]

MIN_STUDIES = 10
"""With fewer independent studies the weights are rough; the limit is petfit's own."""

_LEFT_OUT = {"row": "rows", "person": "people", "study": "studies"}
_LARGEST_DEFICIT = -50.0
_NEGLIGIBLE = 1e-3
"""A weight below this is within the tolerance of the optimiser, and is set to 0."""

STACKED = "stacked"
"""The name under which the answers of all models together are listed."""


@dataclass(frozen=True, repr=False)
class Comparison:
    """A comparison of models.

    Parameters
    ----------
    models : pandas.DataFrame
        By model, best first: ``elpd``, the expected log predictive density, with its ``se``; the
        ``difference`` from the best, 0 or negative, with ``difference_se``; the stacking ``weight``;
        ``parts``, the number of parts of the evidence left out in turn, and ``left_out``, what they are
        (rows or studies); the largest Pareto k, ``largest_k``, and the number of parts above 0.7,
        ``k_too_large``.
    answers : xarray.Dataset
        By model, drug and occupancy, the columns of `petfit.results.target_dose.summarise_doses`; the last
        model is ``stacked``, without R-hat and ESS.
    warnings : tuple of str
        Limitations of the weights.

    Examples
    --------
    >>> comparison = compare_fits({"a": fit, "b": fit.with_checks()})
    >>> comparison.models["weight"].sum().round(6).item()
    1.0
    """

    models: pd.DataFrame
    answers: xr.Dataset
    warnings: tuple[str, ...]

    def __repr__(self) -> str:
        """Return one line: each model with its elpd difference from the first, SE and stacking weight."""
        models = "; ".join(
            f"{name} {row['difference']:.1f} (SE {row['difference_se']:.1f}, weight {row['weight']:.2f})"
            for name, row in self.models.iterrows()
        )
        return f"<petfit.Comparison, elpd difference from the best: {models}>"

    def _repr_html_(self) -> str:
        """Return the models, the doses and the limitations of the weights for a notebook."""
        shown = frame(self.answers)[["model", "drug", "occupancy", "median", "low", "high", "unit"]]
        notes = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in self.warnings)
        title = f"<p><strong>{html.escape(repr(self)[1:-1])}</strong></p>"
        models = self.models.to_html(float_format="{:.3g}".format, index_names=False)
        doses = shown.to_html(float_format="{:.3g}".format, index=False)
        return f"{title}{models}{doses}{notes}"

    @property
    def frame(self) -> pd.DataFrame:
        """Answers and models as one table, one row per model, drug and occupancy."""
        return frame(self.answers).merge(self.models.reset_index(), on="model", how="left")


def compare_fits(
    fits: Mapping[str, Fit],
    occupancy: float | Iterable[float] = 0.8,
    predict_for: str = "typical",
    *,
    at: At | None = None,
    prob: float = PROB,
) -> Comparison:
    """Compare fits of one table and stack their doses; see `petfit.compare`."""
    if not isinstance(fits, Mapping):
        raise PetfitError('fits: name each fit, such as {"emax": one, "sigmoid": other}, not a list of them.')
    fits = {name: fits[name] for name in sorted(fits)}
    _check_comparable(fits, predict_for)
    models = compare_elpd(_elpd(fits))
    curves = {name: curve_draws(fit, predict_for, at=at) for name, fit in fits.items()}
    occupancies = as_list(occupancy, "occupancy")
    draws = {name: model_curves.dose_draws(occupancies) for name, model_curves in curves.items()}
    tables = in_one_unit({name: summarise_doses(curves[name], draws[name], prob) for name in fits})
    draws = in_one_unit(draws)
    tables[STACKED] = stacked_doses(draws, tables, models["weight"], check_prob(prob))
    conditions = sorted({model_draws.attrs["at"] for model_draws in draws.values()})
    answers = xr.concat(tables.values(), pd.Index(tables, name="model"), join="exact", combine_attrs="drop")
    at_each = conditions[0] if len(conditions) == 1 else "each model's own conditions"
    attrs = {**next(iter(tables.values())).attrs, "at": at_each}
    return Comparison(models, answers.assign_attrs(attrs), tuple(_warnings(fits, models, conditions)))


def _check_comparable(fits: Mapping[str, Fit], predict_for: str) -> None:
    for name, fit in fits.items():
        if not isinstance(fit, Fit):
            raise PetfitError(f"fits: {name} is not a fit. Give what petfit.fit or petfit.load returns.")
    if len(fits) < 2:
        raise PetfitError("a comparison needs two fits or more")
    if STACKED in fits:
        raise PetfitError(f"no fit may be called {STACKED!r}, the name of the answer of all models together")
    for (name, fit), (other_name, other) in pairwise(fits.items()):
        if fit.attrs["evidence_sha256"] != other.attrs["evidence_sha256"]:
            raise PetfitError(
                f"{name} and {other_name} are fits of different evidence ({fit.attrs['evidence']}, "
                f"{other.attrs['evidence']}). Fit both models to the same table, unchanged."
            )
        only_one = set(fit.design.rows.index) ^ set(other.design.rows.index)
        if only_one:
            raise PetfitError(
                f"{name} and {other_name} used different rows of {fit.attrs['evidence']} "
                f"({', '.join(sorted(map(str, only_one))[:5])}). Use the same also_fit in both models."
            )
        if predict_for == "new_drug" and fit.design.reference_doses != other.design.reference_doses:
            raise PetfitError(
                f"{name} and {other_name} have different reference doses, so that the answers for a new drug "
                "cannot be compared"
            )


def _elpd(fits: Mapping[str, Fit]) -> dict[str, ELPDData]:
    """Return the elpd by study if every fit was refitted without each study, else by person or row."""
    studies = {name: study_elpd(fit) for name, fit in fits.items()}
    by_study = {name: elpd for name, elpd in studies.items() if elpd is not None}
    if (
        len(by_study) == len(fits)
        and len({tuple(e.elpd_i["study"].to_numpy()) for e in by_study.values()}) == 1
    ):
        return by_study
    return {name: _sorted(loo(fit)) for name, fit in fits.items()}


def _sorted(elpd: ELPDData) -> ELPDData:
    """Sort the pointwise values by name: `arviz_stats.compare` pairs them by position."""
    (dim,) = elpd.elpd_i.dims
    return replace(elpd, elpd_i=elpd.elpd_i.sortby(dim), pareto_k=elpd.pareto_k.sortby(dim))


def compare_elpd(elpd: Mapping[str, ELPDData]) -> pd.DataFrame:
    """Compare models with `arviz_stats.compare`, by stacking.

    Parameters
    ----------
    elpd : mapping of str to arviz_stats.ELPDData
        Pointwise, by model, with the same rows or studies in the same order.

    Returns
    -------
    pandas.DataFrame
        The ``models`` of a `Comparison`.
    """
    import arviz_stats

    pointwise = np.stack([result.elpd_i.to_numpy() for result in elpd.values()])
    with warnings.catch_warnings():  # the Pareto k are in the table
        warnings.filterwarnings("ignore", "Estimated shape parameter of Pareto", UserWarning)
        shifted = _shifted(elpd)
        compared = arviz_stats.compare(shifted, method="pseudo-bma", round_to="none")
        stacked = arviz_stats.compare(_bounded(shifted), method="stacking", round_to="none")["weight"]
    weights = stacked.where(stacked >= _NEGLIGIBLE, 0.0)
    finite = np.isfinite(pointwise).all()
    best_name = list(elpd)[int(pointwise.sum(axis=1).argmax())]
    best = elpd[best_name].elpd_i.to_numpy()
    rows = {}
    for (name, result), values in zip(elpd.items(), pointwise, strict=True):
        k = np.zeros(1) if result.pareto_k is None else result.pareto_k.to_numpy()
        rows[name] = {
            "elpd": result.elpd,
            "se": result.se,
            "difference": compared["elpd_diff"][name] if finite else _difference(values, best),
            "difference_se": compared["dse"][name] if finite or name == best_name else np.nan,
            "weight": weights[name] / weights.sum(),
            "parts": result.n_data_points,
            "left_out": _LEFT_OUT[str(result.elpd_i.dims[0])],
            "largest_k": pd.Series(k).max(),
            "k_too_large": int((~(k <= PARETO_K_LIMIT)).sum()),
        }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("model")
    return table.sort_values("elpd", ascending=False, kind="stable")


def _shifted(elpd: Mapping[str, ELPDData]) -> dict[str, ELPDData]:
    """Subtract the best model's value from each part, so that stacking does not underflow.

    Parts that every model rules out are dropped. Weights and differences do not change.
    """
    pointwise = {name: result.elpd_i for name, result in elpd.items()}
    largest = xr.concat(pointwise.values(), "model", join="override").max("model")
    possible = np.isfinite(largest.to_numpy())
    if possible.any():
        shifted = {name: (values - largest)[possible] for name, values in pointwise.items()}
    else:  # nothing to choose between the models
        shifted = {name: xr.zeros_like(values) for name, values in pointwise.items()}
    return {
        name: replace(result, elpd_i=shifted[name], elpd=float(shifted[name].sum()))
        for name, result in elpd.items()
    }


def _bounded(elpd: Mapping[str, ELPDData]) -> dict[str, ELPDData]:
    """Bound how much worse a model is than the best at each part.

    Without the bound the score of some weights is infinite, which stops the search for the best weights. The
    weights change by less than the smallest that are shown.
    """
    return {
        name: replace(result, elpd_i=result.elpd_i.clip(min=_LARGEST_DEFICIT))
        for name, result in elpd.items()
    }


def _difference(values: NDArray[np.float64], best: NDArray[np.float64]) -> float:
    """Return the summed difference; NaN if each of two models rules out what the other allows."""
    with np.errstate(invalid="ignore"):
        return float(np.subtract(values, best, where=values != best, out=np.zeros(best.size)).sum())


def _warnings(fits: Mapping[str, Fit], models: pd.DataFrame, conditions: Sequence[str]) -> Iterator[str]:
    studies = next(iter(fits.values())).design.rows["study"].nunique()
    if studies < MIN_STUDIES:
        yield (
            f"The evidence has {studies} {'study' if studies == 1 else 'studies'}. With fewer than "
            f"{MIN_STUDIES} models are hard to tell apart, and the weights are rough. Read the answer under "
            "each model."
        )
    for name, row in models[models["k_too_large"] > 0].iterrows():
        yield (
            f"{name}: {row['k_too_large']} of {row['parts']} {row['left_out']} have a Pareto k above "
            f"{PARETO_K_LIMIT}: importance sampling fails there, and neither the elpd nor the weights are "
            "reliable."
        )
    if not (models["left_out"] == "studies").any() and studies < models["parts"].max():
        what = models["left_out"].iloc[0]
        yield (
            f"{what.capitalize()} were left out one at a time, though {what} of one study are not "
            f"independent: the comparison is about further {what} of these studies, not further studies."
        )
    if len(conditions) > 1:
        named = "; ".join(condition or "a typical region, tracer and regimen" for condition in conditions)
        yield f"The models answer for different conditions: {named}."
