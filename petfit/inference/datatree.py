"""Posterior, prior, predictions and evidence as one xarray.DataTree in ArviZ's schema."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from petfit.evidence import Evidence
from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.free_parameters import parameters_with_priors
from petfit.model.likelihood.integrated_people import with_new_people
from petfit.settings import Settings

__all__ = ["FORMAT", "PRIOR_DRAWS", "assemble", "to_frame"]

FORMAT = 6
PRIOR_DRAWS = 2000
_PACKAGES = (
    "petfit",
    "pymc",
    "pytensor",
    "nutpie",
    "numba",
    "numpy",
    "scipy",
    "arviz-stats",
    "xarray",
    "pandas",
)


def assemble(
    design: Design,
    evidence: Evidence,
    drug_table: pd.DataFrame,
    draws: Mapping[str, NDArray[np.float64]],
    stats: Mapping[str, NDArray[Any]],
    log_likelihood: xr.Dataset,
    settings: Settings,
    notes: Mapping[str, str | float],
) -> xr.DataTree:
    """Assemble a fit from the output of the sampler.

    Parameters
    ----------
    design : Design
        The design of the fitted rows.
    evidence : Evidence
        The whole table, with rows that were not fitted.
    drug_table : pandas.DataFrame
        The drug table.
    draws, stats : mapping of str to array
        Posterior draws (chain, draw, then levels) and sampler statistics (chain, draw).
    log_likelihood : xarray.Dataset
        See `petfit.inference.pointwise_log_likelihood`.
    settings : Settings
        The seed is also that of the prior draws, the replicated evidence and the new levels.
    notes : mapping of str to str or float
        Further attributes of the fit, such as times.

    Returns
    -------
    xarray.DataTree
        The groups of ArviZ's schema, and petfit's own under ``petfit/``; the attributes hold the model, the
        settings and the versions of packages.
    """
    rng = np.random.default_rng([settings.seed, 1])
    dims = {effect.name: effect.dim for effect in design.effects}
    coords = {effect.dim: effect.labels for effect in design.effects}
    rows = [str(where) for where in design.rows.index]
    prior = {name: values[None] for name, values in design.draw_prior(rng, PRIOR_DRAWS).items()}
    new_levels = _new_levels(rng, design, design.draw_shape(draws))
    prior_new_levels = _new_levels(rng, design, (1, PRIOR_DRAWS))
    replicates = likelihood.predictive_draws(rng, design, with_new_people(design, draws, rng))
    replicated = _dataset(replicates, dict.fromkeys(replicates, "row"), {"row": rows})
    prior_replicates = likelihood.predictive_draws(rng, design, prior)
    exposures = {name: ("row", design.rows[name].to_numpy(float)) for name in ("x", "x_high", "n")}
    groups = {
        "posterior": _dataset(draws, dims, coords),
        "sample_stats": _dataset(stats, {}, {}),
        "log_likelihood": log_likelihood,
        "log_prior": _dataset(_log_prior(design, draws), dims, coords),
        "posterior_predictive": replicated[["value"]],
        "prior": _dataset(prior, dims, coords),
        "prior_predictive": _dataset({"value": prior_replicates["value"]}, {"value": "row"}, {"row": rows}),
        "observed_data": xr.Dataset({"value": ("row", _observed(design.rows))}, {"row": rows}),
        "constant_data": xr.Dataset(exposures, {"row": rows}),
        "petfit/posterior_predictive": replicated.drop_vars("value").dropna("row", how="all"),
        "petfit/new_level_effects": new_levels,
        "petfit/prior_new_level_effects": prior_new_levels,
        "petfit/evidence": _table(evidence.table),
        "petfit/drug_table": _table(drug_table),
    }
    tree = xr.DataTree.from_dict(groups)
    tree.attrs = {
        "petfit_format": FORMAT,
        "model": design.spec.to_toml(),
        "evidence": evidence.name,
        "evidence_sha256": evidence.hash,
        "evidence_assumptions": "\n".join(evidence.assumptions),
        "versions": "\n".join(f"{name} {_version(name)}" for name in _PACKAGES),
        **{name: -1 if value is None else value for name, value in asdict(settings).items()},
        **notes,
    }
    return tree


def _log_prior(design: Design, draws: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """Return the log density of every prior, by level where each level has its own."""
    densities = {}
    for name, priors in parameters_with_priors(design):
        if name in design.scalar_priors:
            densities[name] = priors[0].log_density(draws[name])
        else:
            by_level = [prior.log_density(draws[name][..., i]) for i, prior in enumerate(priors)]
            densities[name] = np.stack(by_level, axis=-1)
    return densities


def _new_levels(rng: np.random.Generator, design: Design, shape: tuple[int, ...]) -> xr.Dataset:
    """Return the effect of a new level of each random effect, in SDs: effect, chain, draw."""
    names = [effect.name for effect in design.effects if effect.has_new_level]
    values = rng.standard_normal((len(names), *shape))
    return xr.Dataset({"in_sds": (("effect", "chain", "draw"), values)}, {"effect": names})


def _observed(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Return the observed number of each row: the limit if it is censored, the midpoint of a range."""
    return rows["value"].fillna((rows["low"] + rows["high"]) / 2).to_numpy(float)


def _version(package: str) -> str:
    """Return the version of a package; looking up metadata is slow, so use the module if it is loaded."""
    return getattr(sys.modules.get(package), "__version__", None) or version(package)


def _dataset(
    arrays: Mapping[str, NDArray[Any]], dims: Mapping[str, str], coords: Mapping[str, list[str]]
) -> xr.Dataset:
    variables = {
        name: (("chain", "draw", dims[name]) if name in dims else ("chain", "draw"), values)
        for name, values in arrays.items()
    }
    used = {dim for name, dim in dims.items() if name in arrays}
    dataset = xr.Dataset(variables, {dim: levels for dim, levels in coords.items() if dim in used})
    return dataset.assign_coords({dim: np.arange(dataset.sizes[dim]) for dim in ("chain", "draw") if arrays})


def _table(frame: pd.DataFrame) -> xr.Dataset:
    """Store a table as one array of texts and one of numbers, because each variable takes time to write."""
    texts = frame.select_dtypes(exclude="number")
    numbers = frame.select_dtypes("number")
    return xr.Dataset(
        {
            "texts": (("row", "text"), texts.to_numpy(object)),
            "numbers": (("row", "number"), numbers.to_numpy(float)),
            "columns": ("column", list(frame.columns)),
        },
        {
            "row": [str(where) for where in frame.index],
            "text": list(texts.columns),
            "number": list(numbers.columns),
        },
    )


def to_frame(dataset: xr.Dataset) -> pd.DataFrame:
    """Return a stored table, such as the group ``petfit/evidence``, as a DataFrame.

    Parameters
    ----------
    dataset : xarray.Dataset
        With ``texts``, ``numbers`` and the order of the ``columns``.

    Returns
    -------
    pandas.DataFrame
        Indexed by the place of each row in the table.

    Examples
    --------
    >>> to_frame(fit.group("petfit/evidence"))["drug"].unique().tolist()
    ['A', 'B']
    """
    columns = {
        str(name): values
        for kind in ("text", "number")
        for name, values in zip(dataset[kind].to_numpy(), dataset[f"{kind}s"].to_numpy().T, strict=True)
    }
    index = pd.Index(dataset["row"].to_numpy().astype(object))
    return pd.DataFrame(columns, index=index)[list(dataset["columns"].to_numpy())]
