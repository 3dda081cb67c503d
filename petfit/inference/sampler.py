"""nutpie's No-U-Turn sampler on compiled code."""

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
"""Sampler statistics by nutpie's names, and ours."""


def run(
    density: LogDensity,
    start: Callable[[int], NDArray[np.float64]],
    expand: Any,
    settings: Settings,
    *,
    progress: bool = False,
) -> tuple[NDArray[np.float64], dict[str, NDArray[Any]]]:
    """Sample a density; the mass matrix is diagonal, from the variances of the draws.

    Parameters
    ----------
    density : LogDensity
        The log density and its gradient, compiled.
    start : callable
        From a seed to a starting point.
    expand : numba.core.ccallback.CFunc
        A compiled function that copies a point.
    settings : Settings
        Chains, draws, seed.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    tuple
        Points: chain, draw, coordinate; and sampler statistics: chain, draw.

    Raises
    ------
    RuntimeError
        When no starting point has a finite density.
    """
    sampler = nutpie.sample(
        compiled_model(density.size, density.function, expand, density.data, start),
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
        blocking=False,  # else an interrupt would end in fewer draws
    )
    try:
        tree = sampler.wait()
    except BaseException:
        sampler.cancel()
        raise
    stats = {ours: tree["sample_stats"][theirs].to_numpy() for theirs, ours in STATS.items()}
    return tree["posterior"][POINT].to_numpy(), stats
