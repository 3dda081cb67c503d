"""Sample the posterior of a layout."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petfit.errors import PetfitError
from petfit.inference import kernel, sampler
from petfit.inference.centring import centred, open_pools
from petfit.inference.log_density import log_density
from petfit.model.design import Design
from petfit.model.free_parameters import constrain, initial_point
from petfit.settings import Settings

__all__ = ["Sampled", "sample"]

_FIRST: dict[str, Any] = {"draws": 100, "tune": 200, "chains": 2, "target_accept": 0.8}
"""The first run, which tells how to sample pools (`petfit.inference.centring`)."""


@dataclass(frozen=True)
class Sampled:
    """What came out of the sampler.

    Parameters
    ----------
    draws : dict of str to array
        Scalars and effects: chain, draw, then levels.
    stats : dict of str to array
        Sampler statistics: chain, draw.
    seconds : dict of str to float
        Time spent on ``compiling``, or loading what is compiled, and ``sampling``.
    centred : tuple of str
        The pools whose levels were sampled in full.
    """

    draws: dict[str, NDArray[np.float64]]
    stats: dict[str, NDArray[Any]]
    seconds: dict[str, float]
    centred: tuple[str, ...]


def sample(
    design: Design,
    settings: Settings,
    *,
    left_out: NDArray[np.bool_] | None = None,
    progress: bool = False,
) -> Sampled:
    """Draw from the posterior of a layout.

    Parameters
    ----------
    design : Design
        A spec laid over evidence.
    settings : Settings
        Chains, draws, seed.
    left_out : array of bool, optional
        Rows that do not count; their levels stay, as new ones that the pool says something of.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    Sampled
        The same for the same layout, settings and versions.

    Raises
    ------
    PetfitError
        When no starting point has a finite density.
    """
    if not open_pools(design) or not kernel.is_supported(design):  # PyMC would have two models to compile
        return _sample(design, settings, left_out, progress)
    first = _sample(design, replace(settings, **_FIRST), left_out)
    found = _sample(centred(design, first.draws), settings, left_out, progress)
    return replace(found, seconds={name: first.seconds[name] + found.seconds[name] for name in found.seconds})


def _sample(
    design: Design, settings: Settings, left_out: NDArray[np.bool_] | None, progress: bool = False
) -> Sampled:
    began = time.perf_counter()
    fused, expand = log_density(design, left_out), kernel.compiled().expand
    middle, spread = initial_point(design)
    built = time.perf_counter()
    try:
        points, stats = sampler.run(fused, _jittered(middle, spread), expand, settings, progress=progress)
    except RuntimeError as error:
        reason = str(error).splitlines()[0]
        raise PetfitError(
            f"the sampler could not start or go on ({reason}). Look for a value far outside what the "
            "model's priors allow, such as doses in another unit than the reference dose."
        ) from None
    seconds = {"compiling": built - began, "sampling": time.perf_counter() - built}
    in_full = tuple(effect.name for effect in design.effects if effect.centred)
    return Sampled(design.from_free_parameters(constrain(design, points)), stats, seconds, in_full)


def _jittered(
    middle: NDArray[np.float64], spread: NDArray[np.float64]
) -> Callable[[int], NDArray[np.float64]]:
    """Return a function from a seed to a starting point: the prior's middle, jittered within its spread."""
    reach = np.minimum(spread, 1.0)

    def initial_point(seed: int) -> NDArray[np.float64]:
        jitter = np.random.default_rng(seed).uniform(-1.0, 1.0, middle.size)
        return np.asarray(middle + reach * jitter)

    return initial_point
