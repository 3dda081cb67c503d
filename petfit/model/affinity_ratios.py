"""How much more of a drug a second target needs: the ratio of two EC50s, from affinities in vitro.

The free concentration is the same at both targets, so that
``log EC50_second = log EC50_first + rho + delta``. In each laboratory the log ratio of the two affinities is
normal around rho, with an SD between laboratories. delta is what affinities in vitro miss in people; its
prior is in the model. Ratios are taken within one laboratory only, where differences between assays cancel.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from petfit.errors import SpecError

__all__ = ["AffinityRatio", "affinity_pairs", "split_qualifier"]

type Affinity = float | str
"""An affinity in nmol/L, or a bound on it, such as ">10000"."""
type Pairs = dict[str, dict[str, list[Affinity]]]
"""By laboratory and drug: the affinity at the first and at the second target."""

_GRID = np.linspace(-30.0, 30.0, 60001)
_UNBOUNDED_SD = 5.0


@dataclass(frozen=True)
class AffinityRatio:
    """What affinities in vitro say about the log of EC50 at a second target over that at the first.

    Parameters
    ----------
    log_ratios : tuple of float
        Of each laboratory that measured both affinities.
    lower, upper : tuple of float
        Bounds on the log ratio of laboratories that published one affinity as a bound.
    sd : float
        SD of the log ratio between laboratories.
    laboratories : tuple of str
        The laboratories, in the order of the table.

    Examples
    --------
    >>> AffinityRatio.of({"Tatsumi1997": {"sertraline": [0.29, 25.0]}}, "sertraline", 0.5).moments
    (4.456750180869818, 0.5)
    """

    log_ratios: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    sd: float
    laboratories: tuple[str, ...]

    @classmethod
    def of(
        cls, pairs: Mapping[str, Mapping[str, Iterable[Affinity]]], drug: str, sd: float
    ) -> AffinityRatio | None:
        """Return the ratio of a drug; None if no laboratory has both of its affinities.

        Two bounds that point the same way say nothing about the ratio.
        """
        kinds: dict[str, list[float]] = {"=": [], ">": [], "<": []}
        laboratories = []
        for laboratory, by_drug in pairs.items():
            if drug not in by_drug:
                continue
            (first, first_bound), (second, second_bound) = map(split_qualifier, by_drug[drug])
            opposite = {">": "<", "<": ">", "=": "="}[first_bound]
            bounds = {bound for bound in (opposite, second_bound) if bound != "="} or {"="}
            if len(bounds) == 1:
                kinds[bounds.pop()].append(math.log(second / first))
                laboratories.append(laboratory)
        if not laboratories:
            return None
        return cls(tuple(kinds["="]), tuple(kinds[">"]), tuple(kinds["<"]), sd, tuple(laboratories))

    def draws(self, normals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return draws of rho from its posterior given the laboratories, from standard normals.

        The prior of rho is flat; where every laboratory gives only a bound it is ``Normal(0, 5)``, which
        spans a factor of 20,000 either way.
        """
        if not (self.lower or self.upper):
            return np.mean(self.log_ratios) + self.sd / math.sqrt(len(self.log_ratios)) * normals
        cumulative = np.cumsum(self._density)
        return np.interp(special.ndtr(normals), cumulative / cumulative[-1], _GRID)

    @cached_property
    def moments(self) -> tuple[float, float]:
        """Mean and SD of rho."""
        if not (self.lower or self.upper):
            return float(np.mean(self.log_ratios)), self.sd / math.sqrt(len(self.log_ratios))
        weights = self._density / self._density.sum()
        mean = float(weights @ _GRID)
        return mean, math.sqrt(float(weights @ (_GRID - mean) ** 2))

    @property
    def _density(self) -> NDArray[np.float64]:
        terms = [-0.5 * ((_GRID - ratio) / self.sd) ** 2 for ratio in self.log_ratios]
        terms += [special.log_ndtr((_GRID - bound) / self.sd) for bound in self.lower]
        terms += [special.log_ndtr((bound - _GRID) / self.sd) for bound in self.upper]
        terms += [] if self.log_ratios else [-0.5 * (_GRID / _UNBOUNDED_SD) ** 2]
        log_density = np.sum(terms, axis=0)
        return np.asarray(np.exp(log_density - log_density.max()))


def split_qualifier(affinity: Affinity) -> tuple[float, str]:
    """Return an affinity and whether it is exact (``=``) or a bound.

    Raises
    ------
    ValueError
        If it is not a number above 0, alone or after ``>`` or ``<``.

    Examples
    --------
    >>> split_qualifier(25.0), split_qualifier(">10000")
    ((25.0, '='), (10000.0, '>'))
    """
    text = str(affinity).strip()
    qualifier, number = (text[0], text[1:]) if text[:1] in ("<", ">") else ("=", text)
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise ValueError(f"an affinity is a number above 0, or a bound such as '>10000', not {affinity!r}")
    return value, qualifier


def affinity_pairs(table: pd.DataFrame, first: str, second: str, *, mix: bool = False) -> Pairs:
    """Return the pairs of affinities at two targets, by laboratory and drug.

    Parameters
    ----------
    table : pandas.DataFrame
        Affinities from `petfit.evidence.affinities.read_affinities`.
    first, second : str
        The targets.
    mix : bool
        Whether to pair affinities of two laboratories for a drug without a pair from one.

    Raises
    ------
    SpecError
        If the table has neither target, pairs a racemate with an enantiomer, or only pairs of two
        laboratories while `mix` is false.

    Examples
    --------
    >>> from petfit.evidence.affinities import read_affinities
    >>> affinity_pairs(read_affinities(), "SERT", "DAT")["Tatsumi1997"]["sertraline"]
    [0.29, 25.0]
    """
    known = sorted(set(table["target"]))
    for target in (first, second):
        if target not in known:
            raise SpecError(f"the affinities have no target {target!r}. Known: {', '.join(known)}.")
    pairs: Pairs = {}
    at_first, at_second = (table[table["target"] == target] for target in (first, second))
    for _, row in at_second.iterrows():
        partners = at_first[at_first["drug"] == row["drug"]]
        same = partners[partners["laboratory"] == row["laboratory"]]
        if same.empty and not mix:
            continue
        for _, partner in (partners if same.empty else same).iterrows():
            _check_forms(partner, row)
            laboratory = " and ".join(dict.fromkeys([partner["laboratory"], row["laboratory"]]))
            pairs.setdefault(laboratory, {})[row["drug"]] = [_affinity(partner), _affinity(row)]
    if not pairs:
        raise SpecError(
            f"no laboratory of the affinities measured a drug at both {first} and {second}. Add such rows, "
            "or write mix = true to pair two laboratories, with a wider between_laboratories."
        )
    return pairs


def _affinity(row: pd.Series) -> Affinity:
    return float(row["value"]) if row["qualifier"] == "=" else f"{row['qualifier']}{row['value']:g}"


def _check_forms(first: pd.Series, second: pd.Series) -> None:
    if first["form"] != second["form"]:
        forms = [f"{row['form'] or 'no form'} at {row['target']}" for row in (first, second)]
        raise SpecError(
            f"the affinities of {second['drug']} are of different forms: {' and '.join(forms)}. A racemate "
            "and an enantiomer are two drugs; give them two names, or both rows one form."
        )
