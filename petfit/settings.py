"""Settings of the sampler."""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any, Literal, SupportsIndex

from petfit.errors import PetfitError, short_repr

__all__ = ["CAUTIOUS_TARGET_ACCEPT", "TARGET_ACCEPT", "Settings", "with_settings"]

TARGET_ACCEPT, CAUTIOUS_TARGET_ACCEPT = 0.95, 0.995
"""The target acceptance rate if none is given, and that of a second run if a draw of the first diverges."""

_MOST_DRAWS = 1_000_000
"""Far more than any answer needs, and few enough for the memory of most machines."""


@dataclass(frozen=True)
class Settings:
    """Settings of the sampler; the defaults suit the bundled SSRI model.

    Parameters
    ----------
    draws, tune : int
        Posterior and warm-up draws of each chain.
    chains : int
        Number of chains, at least 2, so that they can be compared.
    target_accept : float, optional
        Acceptance rate that the step size is tuned to. If not given, it is 0.95; if a draw diverges, the fit
        is sampled again, once, at 0.995.
    max_depth : int
        Largest tree depth of NUTS: a draw takes at most ``2**max_depth`` steps.
    cores : int, optional
        Chains to run in parallel; as many as there are processors if not given. Draws do not depend on it.
    people : {"auto", "integrated", "sampled"}
        Whether the deviations of people (and cohorts) in log EC50 are integrated out of the likelihood or
        sampled. By default they are integrated out if there are twenty people or more (groups do not count),
        unless the table has scans or complete sets of ranges, or the model is sampled through PyMC or has
        kinetics. The posterior is the same.
    seed : int
        Seed of all random numbers of the fit.

    Raises
    ------
    PetfitError
        If a number is not whole or out of range, or there are more than a million draws in all.

    Examples
    --------
    >>> Settings(draws=500).draws
    500
    """

    draws: int = 2000
    tune: int = 2000
    chains: int = 4
    target_accept: float | None = None
    max_depth: int = 12
    cores: int | None = None
    people: Literal["auto", "integrated", "sampled"] = "auto"
    seed: int = 20040501

    def __post_init__(self) -> None:
        for name in ("draws", "tune", "chains", "max_depth", "cores", "seed"):
            if (value := getattr(self, name)) is not None or name != "cores":
                object.__setattr__(self, name, _whole(name, value))
        for name, lowest in (("draws", 100), ("tune", 100), ("chains", 2), ("max_depth", 1), ("seed", 0)):
            if getattr(self, name) < lowest:
                raise PetfitError(f"{name} must be {lowest} or more, not {getattr(self, name)}")
        for name in ("draws", "tune", "chains"):
            if getattr(self, name) > _MOST_DRAWS:
                raise PetfitError(f"{name} must be at most {_MOST_DRAWS:,}, not {getattr(self, name):,}")
        if self.draws * self.chains > _MOST_DRAWS:
            raise PetfitError(
                f"{self.chains:,} chains of {self.draws:,} draws are too many: at most {_MOST_DRAWS:,} in all"
            )
        if self.seed >= 2**63:
            raise PetfitError(f"seed must be less than 2^63, not {self.seed}")
        if self.cores is not None and self.cores < 1:
            raise PetfitError(f"cores must be 1 or more, not {self.cores}")
        if self.people not in ("auto", "integrated", "sampled"):
            raise PetfitError(f"people must be auto, integrated or sampled, not {self.people!r}")
        accept = self.target_accept
        if accept is not None and not (isinstance(accept, Real) and 0.5 <= accept < 1):
            raise PetfitError(f"target_accept must lie from 0.5 to below 1, not {accept!r}")


def with_settings(given: Settings | None, **numbers: Any) -> Settings:
    """Return settings, the default ones if none are given, with numbers that replace theirs unless None.

    Examples
    --------
    >>> with_settings(None, draws=500, tune=None).draws
    500
    """
    if not isinstance(given, Settings | None):
        raise PetfitError(f"settings: give petfit.Settings(...), not {short_repr(given)}.")
    return replace(given or Settings(), **{name: n for name, n in numbers.items() if n is not None})


def _whole(name: str, value: SupportsIndex) -> int:
    """Return a whole number of any type, such as that of NumPy, as an int."""
    try:
        return operator.index(value)
    except TypeError:
        raise PetfitError(f"{name} must be a whole number, not {value!r}") from None
