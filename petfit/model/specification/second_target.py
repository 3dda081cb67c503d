"""A second target of the drugs in a specification, reached through affinities in vitro."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from pydantic import AfterValidator, Field

from petfit.errors import SpecError
from petfit.model.affinity_ratios import AffinityRatio, split_qualifier
from petfit.model.prior import Prior
from petfit.model.specification.default_priors import IN_VIVO
from petfit.model.strict import Strict

__all__ = ["Selectivity"]


def _valid_pairs(affinities: str | dict[str, dict[str, list[float | str]]]) -> Any:
    for pair in [] if isinstance(affinities, str) else _pairs_in(affinities):
        if len(pair) != 2:
            raise ValueError(f"two affinities are needed, at the first and the second target, not {pair}")
        for affinity in pair:
            split_qualifier(affinity)
    return affinities


def _pairs_in(affinities: dict[str, dict[str, list[float | str]]]) -> list[list[float | str]]:
    return [pair for by_drug in affinities.values() for pair in by_drug.values()]


class Selectivity(Strict):
    """Occupancy at a second target, from affinities in vitro.

    Parameters
    ----------
    first : str
        ``from`` in a file: the target of the fitted rows.
    affinities : str or dict
        A table of affinities, the bundled one by default; or, by laboratory and drug, the affinity at the
        first and at the second target in nmol/L.
    mix : bool
        Whether affinities of two laboratories may be paired.
    between_laboratories : float
        SD between laboratories of the log ratio of two affinities.
    in_vivo : Prior
        Prior of the log of the ratio in people over that in vitro.
    emax : float
        Maximum occupancy of the second target.
    """

    first: str = Field(alias="from")
    affinities: Annotated[str | dict[str, dict[str, list[float | str]]], AfterValidator(_valid_pairs)] = (
        "affinities"
    )
    mix: bool = False
    between_laboratories: float = Field(default=0.5, gt=0)
    in_vivo: Prior = IN_VIVO
    emax: float = Field(default=1.0, gt=0, le=1)

    @property
    def pairs(self) -> dict[str, dict[str, list[float | str]]]:
        """The affinities by laboratory and drug; the table must have been read."""
        assert not isinstance(self.affinities, str)
        return self.affinities

    def shift_prior(self, drug: str, target: str) -> Prior:
        """Return the prior of the log of a drug's EC50 at this target over that at the first.

        It combines what affinities say with what they miss in people, as one normal distribution.

        Raises
        ------
        SpecError
            If there are no affinities of the drug.
        """
        ratio = AffinityRatio.of(self.pairs, drug, self.between_laboratories)
        if ratio is None:
            raise SpecError(
                f"selectivity.{target}: no laboratory of the affinities measured {drug} at both {self.first} "
                f"and {target}. Add its affinities, or set use to no in the rows of that target."
            )
        mean, sd = ratio.moments
        low, median, high = (float(value) for value in self.in_vivo.quantile([0.159, 0.5, 0.841]))
        laboratories = ", ".join(f"[{name}]" for name in ratio.laboratories)
        return Prior.model_validate(
            {
                "dist": "Normal",
                "mu": mean + median,
                "sigma": float(np.hypot(sd, (high - low) / 2)),
                "source": f"affinities of {laboratories}, and what they miss in people",
            }
        )
