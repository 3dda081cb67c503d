"""The fit file: posterior, spec, evidence and how it was made; written once, answered from without PyMC."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from petfit import likelihood, netcdf
from petfit.errors import FitFileError
from petfit.evidence import Evidence
from petfit.files import check_target
from petfit.layout import Layout
from petfit.ops import NUMPY
from petfit.priors import Prior
from petfit.settings import Settings
from petfit.spec import ModelSpec, parse_model

__all__ = ["CHECKS", "Stored", "assemble", "read", "write"]

CHECKS = "checks"
"""The attribute that keeps the verdicts on a fit; see `petfit.checked`."""

FORMAT = 4
_PRIOR_DRAWS = 2000
_GROUPS = (
    "posterior",
    "sample_stats",
    "log_likelihood",
    "log_prior",
    "posterior_predictive",
    "prior",
    "prior_predictive",
    "new_levels",
    "prior_new_levels",
    "evidence",
    "drugs",
)
_ATTRS = ("model", "evidence", "evidence_sha256", "evidence_defaults", "versions", "seed", "created")
_PACKAGES = (
    "petfit",
    "pymc",
    "pytensor",
    "nutpie",
    "numba",
    "numpy",
    "scipy",
    "xarray",
    "pandas",
)


@dataclass(frozen=True)
class Stored:
    """A fit's tree of tables, and what it says of itself.

    Parameters
    ----------
    tree : xarray.DataTree
        Groups ``posterior``, ``sample_stats``, ``log_likelihood``, ``log_prior``,
        ``posterior_predictive``, ``prior``, ``prior_predictive``, ``new_levels``, ``prior_new_levels``,
        ``evidence``, ``drugs``; and ``refits``, once `petfit.refits.refit` was run.
    laid : Layout, optional
        Spec and evidence laid out together, where that is at hand.
    """

    tree: xr.DataTree
    laid: Layout | None = None

    @cached_property
    def spec(self) -> ModelSpec:
        """The model, every default filled in."""
        return parse_model(str(self.tree.attrs["model"]), "the fit's model")

    @cached_property
    def evidence(self) -> Evidence:
        """The whole table, rows fitted and not."""
        table = _frame(self.tree["evidence"].to_dataset())
        said = str(self.tree.attrs["evidence_defaults"])
        return Evidence(str(self.tree.attrs["evidence"]), table, tuple(said.splitlines()))

    @cached_property
    def drugs(self) -> pd.DataFrame:
        """The drug table the fit was given."""
        return _frame(self.tree["drugs"].to_dataset()).rename_axis("drug")

    @cached_property
    def layout(self) -> Layout:
        """Spec and evidence laid out together."""
        return self.laid or Layout.build(self.spec, self.evidence, self.drugs)

    @property
    def left_out(self) -> pd.DataFrame:
        """The rows of the evidence that were not fitted."""
        return self.evidence.table.drop(index=self.layout.rows.index)

    @cached_property
    def posterior(self) -> dict[str, NDArray[np.float64]]:
        """Draws of scalars and effects: chain, draw, then levels."""
        return _arrays(self.tree["posterior"].to_dataset())

    @property
    def refits(self) -> xr.Dataset | None:
        """What other fits of the same evidence answered; None until `petfit.refits.refit` was run."""
        return self.tree["refits"].to_dataset() if "refits" in self.tree else None

    def with_refits(self, found: xr.Dataset) -> Stored:
        """Return the same fit with what other fits answered, and without verdicts that did not know it."""
        groups = {name: node.to_dataset() for name, node in self.tree.children.items()}
        tree = xr.DataTree.from_dict({**groups, "refits": found})
        tree.attrs = {name: value for name, value in self.tree.attrs.items() if name != CHECKS}
        return Stored(tree, self.layout)

    @cached_property
    def before(self) -> Stored:
        """The same fit before it saw the evidence: prior draws where this one has posterior draws."""
        groups = {"posterior": "prior", "new_levels": "prior_new_levels"}
        swapped = {name: self.tree[other].to_dataset() for name, other in groups.items()}
        kept = {name: self.tree[name].to_dataset() for name in ("evidence", "drugs")}
        tree = xr.DataTree.from_dict({**swapped, **kept})
        tree.attrs = self.tree.attrs
        return Stored(tree, self.layout)

    def unknowns(self) -> Iterator[tuple[str, Prior, NDArray[np.float64]]]:
        """Yield every unknown that has a prior of its own: its name, prior, and posterior draws."""
        for name, prior in self.layout.scalars.items():
            yield name, prior, self.posterior[name]
        for effect in self.layout.effects:
            for i, prior in enumerate(effect.priors if effect.kind != "error" else ()):
                yield f"{effect.name} {effect.labels[i]}", prior, self.posterior[effect.name][..., i]

    @cached_property
    def new_levels(self) -> dict[str, NDArray[np.float64]]:
        """One standard normal per posterior draw and pooled effect: a level that was not seen."""
        return _arrays(self.tree["new_levels"].to_dataset())


def assemble(
    layout: Layout,
    evidence: Evidence,
    drugs: pd.DataFrame,
    draws: Mapping[str, NDArray[np.float64]],
    stats: Mapping[str, NDArray[Any]],
    settings: Settings,
    notes: Mapping[str, str | float],
) -> Stored:
    """Put a fit together from what the sampler gave.

    Parameters
    ----------
    layout : Layout
        Spec and evidence laid out together.
    evidence : Evidence
        The whole table.
    drugs : pandas.DataFrame
        The drug table.
    draws, stats : mapping of str to array
        Posterior draws and sampler statistics.
    settings : Settings
        Its seed also draws the prior, the replicated evidence and the unseen levels.
    notes : mapping of str to str or float
        Further attributes, such as times.

    Returns
    -------
    Stored
        The fit.
    """
    rng = np.random.default_rng([settings.seed, 1])
    dims = {effect.name: effect.dim for effect in layout.effects}
    coords = {effect.dim: effect.labels for effect in layout.effects}
    rows = [str(where) for where in layout.rows.index]
    shape = layout.leading(draws)
    prior = {name: values[None] for name, values in layout.draw_prior(rng, _PRIOR_DRAWS).items()}
    new = {effect.name: rng.standard_normal(shape) for effect in layout.effects if effect.scale}
    prior_new = {name: rng.standard_normal((1, _PRIOR_DRAWS)) for name in new}
    log_prior = {name: p.log_density(draws[name]) for name, p in layout.scalars.items()}
    for effect in layout.effects:
        if effect.priors:
            densities = [p.log_density(draws[effect.name][..., i]) for i, p in enumerate(effect.priors)]
            log_prior[effect.name] = np.stack(densities, axis=-1)

    def by_row(values: Mapping[str, NDArray[np.float64]]) -> xr.Dataset:
        return _dataset(values, dict.fromkeys(values, "row"), {"row": rows})

    groups = {
        "posterior": _dataset(draws, dims, coords),
        "sample_stats": _dataset(stats, {}, {}),
        "log_likelihood": by_row({"evidence": _log_likelihood(layout, draws)}),
        "log_prior": _dataset(log_prior, dims, coords),
        "posterior_predictive": by_row(likelihood.simulate(rng, layout, draws)),
        "prior": _dataset(prior, dims, coords),
        "prior_predictive": by_row(likelihood.simulate(rng, layout, prior)),
        "new_levels": _dataset(new, {}, {}),
        "prior_new_levels": _dataset(prior_new, {}, {}),
        "evidence": _table(evidence.table),
        "drugs": _table(drugs),
    }
    tree = xr.DataTree.from_dict(groups)
    tree.attrs = {
        "petfit_format": FORMAT,
        "model": layout.spec.to_toml(),
        "evidence": evidence.name,
        "evidence_sha256": evidence.hash,
        "evidence_defaults": "\n".join(evidence.defaults),
        "versions": "\n".join(f"{name} {_version(name)}" for name in _PACKAGES),
        **{name: -1 if value is None else value for name, value in asdict(settings).items()},
        **notes,
    }
    return Stored(tree, layout)


def _version(package: str) -> str:
    """Return a package's version, of one that is imported in no time."""
    return getattr(sys.modules.get(package), "__version__", None) or version(package)


def _log_likelihood(layout: Layout, draws: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    numbers = likelihood.inputs(layout)
    densities = likelihood.log_likelihood(NUMPY, layout, draws, numbers)
    found = np.empty((*layout.leading(draws), len(layout.rows)))
    for name, density in densities.items():
        found[..., numbers[f"{name}.rows"]] = density
    return found


def _dataset(
    arrays: Mapping[str, NDArray[Any]], dims: Mapping[str, str], coords: Mapping[str, list[str]]
) -> xr.Dataset:
    variables = {
        name: (("chain", "draw", dims[name]) if name in dims else ("chain", "draw"), values)
        for name, values in arrays.items()
    }
    used = {dim for name, dim in dims.items() if name in arrays}
    return xr.Dataset(variables, {dim: levels for dim, levels in coords.items() if dim in used})


def _arrays(dataset: xr.Dataset) -> dict[str, NDArray[np.float64]]:
    return {str(name): values.to_numpy() for name, values in dataset.data_vars.items()}


def _table(frame: pd.DataFrame) -> xr.Dataset:
    """Return a table as an array of texts and one of numbers: many variables take long to write."""
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


def _frame(dataset: xr.Dataset) -> pd.DataFrame:
    columns = {
        str(name): values
        for kind in ("text", "number")
        for name, values in zip(dataset[kind].to_numpy(), dataset[f"{kind}s"].to_numpy().T, strict=True)
    }
    index = pd.Index(dataset["row"].to_numpy().astype(object))
    return pd.DataFrame(columns, index=index)[list(dataset["columns"].to_numpy())]


def write(stored: Stored, path: str | Path) -> Path:
    """Write a fit to a netCDF file, whole or not at all.

    Parameters
    ----------
    stored : Stored
        The fit.
    path : str or path
        Where to; a file that is there already is replaced once the new one is complete.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    PetfitError
        When the folder is missing or cannot be written to.
    """
    target = check_target(path)
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    except OSError as error:
        raise FitFileError(f"{target}: cannot be written ({error.strerror}). Choose another place.") from None
    os.close(handle)
    part = Path(name)
    try:
        netcdf.write(stored.tree, part)
        part.chmod(0o666 & ~_umask())
        part.replace(target)
    except OSError as error:
        raise FitFileError(f"{target}: cannot be written ({error.strerror}). Choose another place.") from None
    finally:
        part.unlink(missing_ok=True)
    return target


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def read(path: str | Path) -> Stored:
    """Read a fit file.

    Parameters
    ----------
    path : str or path
        A file that `write` wrote.

    Returns
    -------
    Stored
        The fit, in memory.

    Raises
    ------
    FitFileError
        When it is missing, cut short, or not a fit.
    """
    file = Path(path)
    if not file.is_file():
        raise FitFileError(f"{file}: there is no such file. Make one with `petfit fit -o {file.name}`.")
    try:
        with xr.open_datatree(file, engine="h5netcdf") as opened:
            tree = opened.load()
    except (OSError, ValueError, KeyError, RuntimeError, AttributeError):
        raise FitFileError(
            f"{file}: not a fit file, or cut short. Make it again with `petfit fit -o {file.name}`."
        ) from None
    if tree.attrs.get("petfit_format") != FORMAT:
        seen = tree.attrs.get("petfit_format", "none")
        raise FitFileError(
            f"{file}: a netCDF file, but not a fit of this petfit (format seen: {seen}, wanted: {FORMAT}). "
            "Make it again with `petfit fit`."
        )
    missing = [name for name in _GROUPS if name not in tree] + [
        name for name in _ATTRS if name not in tree.attrs
    ]
    if missing:
        raise FitFileError(f"{file}: this fit lacks {', '.join(missing)}. Make it again with `petfit fit`.")
    return Stored(tree)
