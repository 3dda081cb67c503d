"""Slow dissociation: occupancy follows the concentration at the rate at which the drug leaves the target.

By mass action at one site (Motulsky and Mahan, Mol Pharmacol 1984;25:1-9) the occupancy O, relative to Emax,
follows::

    dO/dt = koff [C / EC50 (1 - O) - O]

and approaches ``C / (C + EC50)``, at once if koff is infinite. The equation is linear in O, so that after
some hours O is ``kept * O(start) + gained``. Both are computed by Radau IIA collocation of four stages
(Hairer and Wanner 1996, Solving Ordinary Differential Equations II, section IV.5), of order 7 and stable at
any rate, with steps that are shorter after a dose. At steady state the occupancy at a dose is
``gained / (1 - kept)`` of the dosing interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import special

from petfit.model.kinetics.plasma import KineticRows, RowKinetics, disposition, unit_per_dose
from petfit.model.ops import Array, Ops

__all__ = ["Ratio", "node_times", "occupancies_after_dose", "ratio_to_ec50", "slow_occupancy", "transitions"]

type Ratio = Callable[[Array, Array], Array]
"""``ratio(time, n_doses)``: concentration over EC50, hours after the last of so many doses."""

_STEPS, _HOURS, _MOST_STEPS = 8, 24.0, 64
"""Steps for so many hours, and the most of them."""


def _collocation(stages: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the nodes of Radau IIA in a step of length 1, and the weights of the integrals up to each."""
    inner, _ = special.roots_jacobi(stages - 1, 1.0, 0.0)
    nodes = 0.5 + 0.5 * np.append(inner, 1.0)
    powers = np.arange(1, stages + 1)
    return nodes, (nodes[:, None] ** powers / powers) @ np.linalg.inv(nodes[:, None] ** (powers - 1))


_NODES, _WEIGHTS = _collocation(4)


def _steps(length: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the hours at the nodes (step, node, ...), and the length of each step (step, ...)."""
    count = _STEPS * max(1, math.ceil(np.max(length, initial=0.0) / _HOURS))
    ends = np.linspace(0.0, 1.0, min(count, _MOST_STEPS) + 1) ** 2
    share = np.diff(ends).reshape(-1, *[1] * np.ndim(length))
    start = ends[:-1].reshape(share.shape)
    nodes = _NODES.reshape(-1, *[1] * np.ndim(length))
    return (start[:, None] + share[:, None] * nodes) * length, share * length


def node_times(length: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 0 and the hours of the nodes of `transitions`, along the first axis."""
    times = _steps(length)[0].reshape(-1, *np.shape(length))
    return np.concatenate([0.0 * times[:1], times])


def transitions(
    length: NDArray[np.float64], koff: Array, ratio: Callable[[Array], Array]
) -> list[tuple[Array, Array]]:
    """Return at each node ``(kept, gained)``: the occupancy is ``kept * O(start) + gained``.

    Parameters
    ----------
    length : array
        Hours; with at least as many axes as `koff` and the ratio.
    koff : array
        Rate of dissociation per hour.
    ratio : callable
        Concentration over EC50 at hours from the start, which have two more axes, the first two.

    Returns
    -------
    list of tuple of array
        In the order of `node_times`; the last one is for the whole length.

    Examples
    --------
    >>> hours = np.array([6.0])
    >>> kept, gained = transitions(hours, 0.1, lambda time: 0.0 * time + 4.0)[-1]
    >>> kept.round(4).tolist(), gained.round(4).tolist()  # exp(-3), and 0.8 (1 - exp(-3))
    ([0.0498], [0.7602])
    """
    times, step = _steps(length)
    ratios, places = ratio(times), range(len(_NODES))
    rates, gains = step[:, None] * koff * (1.0 + ratios), step[:, None] * koff * ratios
    system = [
        [
            *(float(place == node) + _WEIGHTS[place, node] * rates[:, node] for node in places),
            1.0,
            sum(_WEIGHTS[place, node] * gains[:, node] for node in places),
        ]
        for place in places
    ]
    for place in places:  # Gauss and Jordan: what is left of each row are its two solutions
        first, *rest = system[place]
        pivot = [entry / first for entry in rest]
        system = [
            pivot
            if other == place
            else [entry - row[0] * solved for entry, solved in zip(row[1:], pivot, strict=True)]
            for other, row in enumerate(system)
        ]
    nodes: list[tuple[Array, Array]] = [(1.0, 0.0)]
    for i in range(len(step)):
        kept, gained = nodes[-1]
        nodes += [(stays[i] * kept, stays[i] * gained + binds[i]) for stays, binds in system]
    return nodes[1:]


def occupancies_after_dose(
    ops: Ops,
    length: NDArray[np.float64],
    *,
    koff: Array,
    interval: NDArray[np.float64],
    n_doses: NDArray[np.float64],
    ratio: Ratio,
) -> list[Array]:
    """Return the occupancy, relative to Emax, at the last of several doses and at nodes after it.

    Parameters
    ----------
    ops : Ops
        NumPy or PyTensor.
    koff : array
        Rate of dissociation per hour.
    length, interval, n_doses : array
        Hours after the last dose, hours between doses, and their number; with as many axes as `koff`.
    ratio : callable
        Concentration over EC50, by hours after a dose and its number.
    """
    is_steady = np.isinf(n_doses)
    finite = int(np.max(n_doses, initial=1.0, where=~is_steady))
    earlier = max(finite - 1, int(is_steady.any()))
    numbers = [np.where(is_steady, n_doses, number) for number in range(1, earlier + 1)]
    number, hours = (
        np.stack([*numbers, n_doses]),
        np.stack(np.broadcast_arrays(*[interval] * earlier, length)),
    )
    nodes = transitions(hours, koff, lambda time: ratio(time, number))
    kept, gained = nodes[-1]
    start: Array = 0.0
    for i in range(finite - 1):
        start = ops.where(i + 1 < n_doses, kept[i] * start + gained[i], start)
    if is_steady.any():
        start = ops.where(is_steady, gained[0] / (1.0 - kept[0]), start)
    return [start, *(stays[-1] * start + binds[-1] for stays, binds in nodes)]


def ratio_to_ec50(ops: Ops, rows: KineticRows, kinetics: RowKinetics, dose: Array, ec50: Array) -> Ratio:
    """Return the concentration of each row over EC50 as a function of time and number of doses."""
    of_dose = disposition(ops, rows, kinetics, dose)
    per_unit = of_dose.amount / ec50

    def ratio(time: Array, n_doses: Array) -> Array:
        schedule = {"interval": rows.interval, "n_doses": n_doses}
        return per_unit * unit_per_dose(ops, rows, kinetics, of_dose, time, **schedule, in_plasma=False)

    return ratio


def slow_occupancy(ops: Ops, rows: KineticRows, kinetics: RowKinetics, dose: Array, ec50: Array) -> Array:
    """Return the occupancy of each row at its time, relative to Emax, of drugs that dissociate slowly.

    Parameters
    ----------
    ops, rows, kinetics, dose
        See `petfit.model.kinetics.plasma.concentration`.
    ec50 : array
        In ng/mL.

    Returns
    -------
    array
        Leading axes of the draws, then rows.
    """
    values = (ec50, *kinetics.quantities.values(), *kinetics.deviations.values())
    axes = (None,) * (max(np.ndim(value) for value in values) - 1)
    n_doses = np.where(rows.is_given["koff"], rows.n_doses, 1.0)
    return occupancies_after_dose(
        ops,
        rows.time[(*axes, ...)],
        koff=kinetics.quantities["koff"],
        interval=rows.interval[(*axes, ...)],
        n_doses=n_doses[(*axes, ...)],
        ratio=ratio_to_ec50(ops, rows, kinetics, dose, ec50),
    )[-1]
