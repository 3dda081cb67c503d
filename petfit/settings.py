"""How to sample: chains, draws, acceptance, seed."""

from __future__ import annotations

from dataclasses import dataclass

from petfit.errors import PetfitError

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """Sampler settings; the defaults are safe for the bundled SSRI model.

    Parameters
    ----------
    draws, tune : int
        Kept and warm-up draws of each chain.
    chains : int
        Chains; at least 2, so that they can be compared.
    target_accept : float
        Acceptance rate the step size is tuned to.
    max_depth : int
        Deepest tree of one draw, as a power of 2.
    cores : int, optional
        Chains run at once; as many as the machine has, if not given. The draws do not depend on it.
    seed : int
        Of every random number of the fit.

    Raises
    ------
    PetfitError
        When a number makes no sense.

    Examples
    --------
    >>> Settings(draws=500).draws
    500
    """

    draws: int = 2000
    tune: int = 2000
    chains: int = 4
    target_accept: float = 0.995
    max_depth: int = 12
    cores: int | None = None
    seed: int = 20040501

    def __post_init__(self) -> None:
        for name, least in (("draws", 100), ("tune", 100), ("chains", 2), ("max_depth", 1), ("seed", 0)):
            if getattr(self, name) < least:
                raise PetfitError(f"{name} must be {least} or more, not {getattr(self, name)}")
        if self.seed >= 2**63:
            raise PetfitError(f"seed must lie below 2^63, not {self.seed}")
        if self.cores is not None and self.cores < 1:
            raise PetfitError(f"cores must be 1 or more, not {self.cores}")
        if not 0.5 <= self.target_accept < 1:
            raise PetfitError(f"target_accept must lie from 0.5 to below 1, not {self.target_accept}")
