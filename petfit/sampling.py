"""Compile a model once per structure, then sample it with any numbers."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import nutpie
from numpy.typing import NDArray

from petfit import model
from petfit.errors import PetfitError
from petfit.layout import Layout
from petfit.settings import Settings

__all__ = ["Sampled", "clear", "sample"]

_STATS = {
    "diverging": "diverging",
    "energy": "energy",
    "logp": "lp",
    "depth": "tree_depth",
    "n_steps": "n_steps",
    "step_size": "step_size",
    "mean_tree_accept": "acceptance_rate",
}
_compiled: dict[model.Structure, Any] = {}


@dataclasses.dataclass(frozen=True)
class Sampled:
    """What came out of the sampler.

    Parameters
    ----------
    draws : dict of str to array
        Scalars and effects: chain, draw, then levels.
    stats : dict of str to array
        Sampler statistics: chain, draw.
    seconds : dict of str to float
        Time spent on ``compiling`` and ``sampling``.
    """

    draws: dict[str, NDArray[np.float64]]
    stats: dict[str, NDArray[Any]]
    seconds: dict[str, float]


def clear() -> None:
    """Forget the models compiled in this process."""
    _compiled.clear()


def sample(
    layout: Layout,
    settings: Settings,
    *,
    left_out: NDArray[np.bool_] | None = None,
    progress: bool = False,
) -> Sampled:
    """Draw from the posterior of a layout.

    Parameters
    ----------
    layout : Layout
        A spec laid over evidence.
    settings : Settings
        Chains, draws, seed.
    left_out : array of bool, optional
        Rows that do not count; see `petfit.model.inputs`.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    Sampled
        The same for the same layout, settings and versions, whatever was compiled before.

    Raises
    ------
    PetfitError
        When no starting point has a finite density.
    """
    began = time.perf_counter()
    compiled = _compile(layout)
    taken = {variable.name for variable in compiled.shared_var_keys}
    numbers = {name: values for name, values in model.inputs(layout, left_out).items() if name in taken}
    ready = dataclasses.replace(compiled.with_data(**numbers), initial_point_func=_start(layout))
    built = time.perf_counter()
    try:
        tree = nutpie.sample(
            ready,
            chains=settings.chains,
            tune=settings.tune,
            draws=settings.draws,
            cores=settings.cores,
            seed=settings.seed,
            target_accept=settings.target_accept,
            maxdepth=settings.max_depth,
            adaptation="draw_diag",
            save_warmup=False,
            progress_bar=progress,
        )
    except RuntimeError as error:
        raise PetfitError(
            f"the sampler could not start or go on ({error}). Look for a value far outside what the "
            "model's priors allow, such as doses in another unit than the reference dose."
        ) from None
    posterior = {str(name): np.asarray(values) for name, values in tree["posterior"].data_vars.items()}
    stats = {
        ours: np.asarray(tree["sample_stats"][theirs])
        for theirs, ours in _STATS.items()
        if theirs in tree["sample_stats"]
    }
    seconds = {"compiling": built - began, "sampling": time.perf_counter() - built}
    return Sampled(layout.settle(posterior), stats, seconds)


def _compile(layout: Layout) -> Any:
    key = model.structure(layout)
    if key not in _compiled:
        _compiled[key] = nutpie.compile_pymc_model(model.build(layout))
    return _compiled[key]


def _start(layout: Layout) -> Callable[[int], NDArray[np.float64]]:
    """Return a function from a seed to a starting point: the prior's middle, jittered within its spread."""
    middle, spread = model.start(layout)
    reach = np.minimum(spread, 1.0)

    def start(seed: int) -> NDArray[np.float64]:
        jitter = np.random.default_rng(seed).uniform(-1.0, 1.0, middle.size)
        return np.asarray(middle + reach * jitter)

    return start
