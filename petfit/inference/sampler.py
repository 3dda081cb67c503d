"""Sample a compiled log density with nutpie's No-U-Turn sampler."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import nutpie
from numpy.typing import NDArray

from petfit.inference.log_density import LogDensity
from petfit.inference.nutpie_model import POINT, compiled_model
from petfit.settings import Settings

__all__ = ["STATS", "run"]

STATS = {
    "diverging": "diverging",
    "energy": "energy",
    "logp": "lp",
    "depth": "tree_depth",
    "n_steps": "n_steps",
    "step_size": "step_size",
    "mean_tree_accept": "acceptance_rate",
}
"""Names of sampler statistics: nutpie's, and those of ArviZ's schema."""

_MAX_INITIAL_POINTS = 100
"""Initial points that are tried before nutpie starts: Python crashes at exit if all those of nutpie fail."""


def run(
    density: LogDensity,
    initial_point: Callable[[int], NDArray[np.float64]],
    expand: Any,
    settings: Settings,
    *,
    progress: bool = False,
) -> tuple[NDArray[np.float64], dict[str, NDArray[Any]]]:
    """Sample a density with a diagonal mass matrix that is adapted to the variances of the draws.

    Parameters
    ----------
    density : LogDensity
        The compiled log density and its gradient.
    initial_point : callable
        Returns an initial point for a seed.
    expand : numba.core.ccallback.CFunc
        The compiled function that copies a point.
    settings : Settings
        Number of chains and draws, seed and the like.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    points : array
        Unconstrained points by chain, draw and free parameter.
    stats : dict of str to array
        Sampler statistics by chain and draw.

    Raises
    ------
    RuntimeError
        If no initial point has a finite density.
    """
    if not any(_is_finite(density, initial_point(seed)) for seed in range(_MAX_INITIAL_POINTS)):
        raise RuntimeError("no initial point has a finite density")
    sampler = nutpie.sample(
        compiled_model(density.size, density.function, expand, density.data, initial_point),
        draws=settings.draws,
        tune=settings.tune,
        chains=settings.chains,
        cores=settings.cores,
        seed=settings.seed,
        target_accept=settings.target_accept,
        maxdepth=settings.max_depth,
        adaptation="draw_diag",
        save_warmup=False,
        progress_bar=progress,
        blocking=False,  # otherwise an interrupt would return fewer draws
    )
    try:
        tree = sampler.wait()
    except BaseException:
        sampler.cancel()
        raise
    stats = {name: tree["sample_stats"][nutpie_name].to_numpy() for nutpie_name, name in STATS.items()}
    return tree["posterior"][POINT].to_numpy(), stats


def _is_finite(density: LogDensity, point: NDArray[np.float64]) -> bool:
    log, gradient = density(point)
    return bool(np.isfinite(log) and np.isfinite(gradient).all())
