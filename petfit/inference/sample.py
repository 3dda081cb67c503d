"""Sample the posterior of a design."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from petfit.errors import PetfitError
from petfit.inference import kernel, sampler
from petfit.inference.centring import choose_centring, undecided_effects
from petfit.inference.log_density import log_density
from petfit.inference.people import integrate_people, sample_deviations
from petfit.model.design import Design
from petfit.model.free_parameters import constrain, initial_point
from petfit.model.parametrisation import from_free_parameters
from petfit.settings import CAUTIOUS_TARGET_ACCEPT, TARGET_ACCEPT, Settings

__all__ = ["Sampled", "sample"]

_PILOT: dict[str, Any] = {"draws": 100, "tune": 200, "chains": 2, "target_accept": 0.8}
"""Settings of the pilot run, which decides on parametrisations (`petfit.inference.centring`)."""


@dataclass(frozen=True)
class Sampled:
    """Posterior draws and how they were obtained.

    Parameters
    ----------
    draws : dict of str to array
        Parameters and effects by chain, draw and level.
    stats : dict of str to array
        Sampler statistics by chain and draw.
    seconds : dict of str to float
        Time spent on ``compiling`` (or loading compiled code) and ``sampling``, the pilot run included.
    design : Design
        The design as it was sampled: its parametrisations, and whether people were integrated out.
    points : array
        Unconstrained draws of that design: chain, draw, free parameter.
    target_accept : float
        The target acceptance rate of the draws.
    discarded_divergences : int
        How many draws diverged in a first run at a lower target acceptance rate, which was discarded.
    """

    draws: dict[str, NDArray[np.float64]]
    stats: dict[str, NDArray[Any]]
    seconds: dict[str, float]
    design: Design
    points: NDArray[np.float64]
    target_accept: float
    discarded_divergences: int = 0

    @property
    def centred(self) -> dict[str, float]:
        """The effects that were sampled centred, each with its `petfit.model.effect.Effect.evidence_sd`."""
        return {effect.name: effect.evidence_sd for effect in self.design.effects if effect.centred}

    @property
    def people_integrated(self) -> bool:
        """Whether the deviations of people were integrated out and drawn afterwards."""
        return any(effect.integrated for effect in self.design.effects)

    @property
    def n_divergent(self) -> int:
        """How many draws diverged."""
        return int(self.stats["diverging"].sum())

    def after(self, earlier: Sampled) -> Sampled:
        """Return this run with the time of an earlier run, whose draws were discarded, included."""
        seconds = {stage: earlier.seconds[stage] + self.seconds[stage] for stage in self.seconds}
        return replace(self, seconds=seconds)


def sample(
    design: Design,
    settings: Settings,
    *,
    left_out: NDArray[np.bool_] | None = None,
    progress: bool = False,
) -> Sampled:
    """Sample the posterior of a design.

    Parameters
    ----------
    design : Design
        The model and its evidence.
    settings : Settings
        Number of chains and draws, seed and the like.
    left_out : array of bool, optional
        Rows that do not contribute to the likelihood. Levels that occur only in these rows keep their
        parameters and are drawn as new levels.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    Sampled
        Identical for the same design, settings and versions of the libraries.

    Raises
    ------
    PetfitError
        If no initial point has a finite density.

    Examples
    --------
    >>> from petfit.evidence import read_evidence
    >>> from petfit.evidence.drug_table import read_drug_table
    >>> from petfit.model.specification import read_model
    >>> design = Design.build(read_model("emax"), read_evidence(), read_drug_table())
    >>> sampled = sample(design, Settings(draws=100, tune=200, chains=2))
    >>> sampled.draws["sigma"].shape
    (2, 100)
    """
    design = integrate_people(design, settings)
    if not undecided_effects(design) or not kernel.is_supported(design):  # PyMC would compile two models
        sampled = _sample_until_none_diverges(design, settings, left_out, progress)
    else:
        pilot = _sample(design, replace(settings, **_PILOT), left_out)
        design = choose_centring(design, pilot.draws)
        sampled = _sample_until_none_diverges(design, settings, left_out, progress).after(pilot)
    return _with_deviations(sampled, design, settings, left_out)


def _sample_until_none_diverges(
    design: Design, settings: Settings, left_out: NDArray[np.bool_] | None, progress: bool
) -> Sampled:
    """Sample at the given target acceptance rate; if none is given, twice if a draw diverges."""
    if settings.target_accept is not None:
        return _sample(design, settings, left_out, progress)
    first = _sample(design, replace(settings, target_accept=TARGET_ACCEPT), left_out, progress)
    if not first.n_divergent:
        return first
    cautious = replace(settings, target_accept=CAUTIOUS_TARGET_ACCEPT)
    second = _sample(design, cautious, left_out, progress).after(first)
    return replace(second, discarded_divergences=first.n_divergent)


def _sample(
    design: Design, settings: Settings, left_out: NDArray[np.bool_] | None, progress: bool = False
) -> Sampled:
    assert settings.target_accept is not None
    started = time.perf_counter()
    density, expand = log_density(design, left_out), kernel.compiled().expand
    compiled = time.perf_counter()
    try:
        points, stats = sampler.run(density, _jittered(design), expand, settings, progress=progress)
    except RuntimeError as error:
        reason = str(error).splitlines()[0]
        raise PetfitError(
            f"the sampler failed ({reason}). Look for values far outside the range that the priors allow, "
            "such as doses in another unit than the reference dose."
        ) from None
    seconds = {"compiling": compiled - started, "sampling": time.perf_counter() - compiled}
    draws = from_free_parameters(design, constrain(design, points))
    return Sampled(draws, stats, seconds, design, points, settings.target_accept)


def _with_deviations(
    sampled: Sampled, design: Design, settings: Settings, left_out: NDArray[np.bool_] | None
) -> Sampled:
    """Return the draws with those of deviations that were integrated out."""
    if not sampled.people_integrated:
        return sampled
    rng = np.random.default_rng([settings.seed, 3])
    deviations = sample_deviations(design, sampled.points, rng, left_out)
    (name,) = (effect.name for effect in design.effects if effect.integrated)
    return replace(sampled, draws={**sampled.draws, name: deviations})


def _jittered(design: Design) -> Callable[[int], NDArray[np.float64]]:
    """Return a function of a seed: the prior median plus uniform jitter up to the scale of the prior."""
    median, scale = initial_point(design)
    max_jitter = np.minimum(scale, 1.0)

    def jittered(seed: int) -> NDArray[np.float64]:
        jitter = np.random.default_rng(seed).uniform(-1.0, 1.0, median.size)
        return np.asarray(median + max_jitter * jitter)

    return jittered
