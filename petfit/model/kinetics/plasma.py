"""Concentrations in plasma of the rows, from their doses and the kinetics of their drugs and people."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.model.kinetics.drug_kinetics import KINETIC_PARAMETERS, PEOPLE_PARAMETERS, DrugKinetics
from petfit.model.kinetics.one_compartment import effect_site_concentration, unit_concentration
from petfit.model.kinetics.saturable import clearance_at
from petfit.model.ops import Array, Ops
from petfit.model.prior import Prior

__all__ = [
    "Disposition",
    "KineticRows",
    "RowKinetics",
    "concentration",
    "concentration_and_variance",
    "disposition",
    "unit_per_dose",
]

_LN2 = math.log(2.0)
_TINY = 1e-300


@dataclass(frozen=True)
class KineticRows:
    """What is known of the kinetics of each row before any parameter is drawn.

    Parameters
    ----------
    is_dose : array of bool
        Which rows have a dose; the others have a concentration.
    time, interval, n_doses : array
        `petfit.model.kinetics.dosing.DOSING_COLUMNS`; 1 in rows without a dose.
    numbers : dict of str to array
        By `KINETIC_PARAMETERS`: the number that the model gives, and 1 where it gives a prior or nothing.
    is_given : dict of str to array of bool
        Whether the model gives the parameter.
    reference : array
        Daily dose in mg that the clearance of a saturable drug applies to; 1 elsewhere.
    people_sd : dict of str to array
        By `PEOPLE_PARAMETERS`: SD of the log between people.
    """

    is_dose: NDArray[np.bool_]
    time: NDArray[np.float64]
    interval: NDArray[np.float64]
    n_doses: NDArray[np.float64]
    numbers: dict[str, NDArray[np.float64]]
    is_given: dict[str, NDArray[np.bool_]]
    reference: NDArray[np.float64]
    people_sd: dict[str, NDArray[np.float64]]

    @property
    def has_delay(self) -> bool:
        """Whether occupancy follows a concentration that lags behind plasma in any row."""
        return bool(self.is_given["ke0"].any())

    @property
    def has_slow_dissociation(self) -> bool:
        """Whether a drug of any row dissociates slowly from the target."""
        return bool(self.is_given["koff"].any())

    @classmethod
    def of(cls, pk: Mapping[str, DrugKinetics], rows: pd.DataFrame) -> KineticRows:
        """Return the kinetics of rows with ``is_dose`` and the dosing columns."""
        is_dose = rows["is_dose"].to_numpy(bool)
        drugs = [pk.get(drug) if dosed else None for drug, dosed in zip(rows["drug"], is_dose, strict=True)]
        given = [{} if drug is None else drug.quantities for drug in drugs]
        saturable = [None if drug is None else drug.saturable for drug in drugs]

        def dosing(column: str) -> NDArray[np.float64]:
            return np.where(is_dose, rows[column].to_numpy(float), 1.0)

        return cls(
            is_dose,
            dosing("dose_time"),
            dosing("dose_interval"),
            dosing("n_doses"),
            {name: _column([row.get(name) for row in given], 1.0) for name in KINETIC_PARAMETERS},
            {name: np.array([name in row for row in given], bool) for name in KINETIC_PARAMETERS},
            _column([None if part is None else part.reference for part in saturable], 1.0),
            {
                name: np.array([0.0 if drug is None else drug.people.log_sd(name) for drug in drugs])
                for name in PEOPLE_PARAMETERS
            },
        )


def _column(values: list[Prior | float | None], default: float) -> NDArray[np.float64]:
    return np.array([value if isinstance(value, float) else default for value in values])


@dataclass(frozen=True)
class RowKinetics:
    """Kinetics of each row: leading axes of the draws, then rows.

    Parameters
    ----------
    quantities : dict of str to array
        By `KINETIC_PARAMETERS`; 1 where the model does not give it.
    deviations : dict of str to array
        By `PEOPLE_PARAMETERS`: deviation of the people of the row from the typical, on the log scale.
    """

    quantities: dict[str, Array]
    deviations: dict[str, Array]


@dataclass(frozen=True)
class Disposition:
    """What happens to a dose: its bioavailable amount in mg, the volume in L, and rates per hour."""

    amount: Array
    volume: Array
    elimination: Array
    absorption: Array


def disposition(ops: Ops, rows: KineticRows, kinetics: RowKinetics, dose: Array) -> Disposition:
    """Return the disposition of the dose of each row; see `concentration`.

    Where clearance is saturable, elimination depends on the dose, and a single dose differs from later ones.
    """
    given, deviations, quantities = rows.is_given, kinetics.deviations, kinetics.quantities
    is_single = rows.n_doses == 1.0
    volume = ops.where(
        given["volume"], quantities["volume"], quantities["clearance"] * quantities["half_life"] / _LN2
    )
    clearance = ops.where(
        given["clearance"], quantities["clearance"], _LN2 * volume / quantities["half_life"]
    )
    at_dose = clearance_at(
        ops,
        ops.where(dose > 0, dose, rows.reference),
        reference=rows.reference,
        clearance=clearance,
        power=ops.where(given["power"] & ~is_single, quantities["power"], 0.0),
    )
    elimination = ops.where(
        given["first_half_life"] & is_single, _LN2 / quantities["first_half_life"], at_dose / volume
    )
    available = ops.where(
        given["first_bioavailability"] & is_single, quantities["first_bioavailability"], 1.0
    )
    return Disposition(
        amount=dose * np.where(is_single, 1.0, rows.interval / 24.0) * available,
        volume=volume * ops.exp(deviations["volume"]),
        elimination=elimination * ops.exp(deviations["clearance"] - deviations["volume"]),
        absorption=quantities["absorption"] * ops.exp(deviations["absorption"]),
    )


def concentration(
    ops: Ops, rows: KineticRows, kinetics: RowKinetics, dose: Array, *, in_plasma: bool = False
) -> Array:
    """Return the concentration that occupancy follows at the time of each row, in ng/mL.

    Parameters
    ----------
    ops : Ops
        NumPy or PyTensor.
    rows : KineticRows
        The dosing of the rows.
    kinetics : RowKinetics
        Their kinetics.
    dose : array
        Daily dose in mg, or that of the day of a single dose; in rows without a dose, the concentration.
    in_plasma : bool
        Whether to return that in plasma, which differs for drugs with a delay.

    Returns
    -------
    array
        Leading axes of the draws, then rows.
    """
    of_dose = disposition(ops, rows, kinetics, dose)
    unit = unit_per_dose(
        ops,
        rows,
        kinetics,
        of_dose,
        rows.time,
        interval=rows.interval,
        n_doses=rows.n_doses,
        in_plasma=in_plasma,
    )
    return ops.where(rows.is_dose, of_dose.amount * unit, dose)


def unit_per_dose(
    ops: Ops,
    rows: KineticRows,
    kinetics: RowKinetics,
    of_dose: Disposition,
    time: Array,
    *,
    interval: Array,
    n_doses: Array,
    in_plasma: bool,
) -> Array:
    """Return the concentration under doses of 1 mg: that which occupancy follows, or in plasma."""
    rates = {
        "volume": of_dose.volume,
        "elimination": of_dose.elimination,
        "absorption": of_dose.absorption,
        "interval": interval,
        "n_doses": n_doses,
    }
    plasma = unit_concentration(ops, time, **rates)
    if in_plasma or not rows.has_delay:
        return plasma
    delayed = effect_site_concentration(ops, time, **rates, delay=kinetics.quantities["ke0"])
    return ops.where(rows.is_given["ke0"], delayed, plasma)


def concentration_and_variance(
    ops: Ops, rows: KineticRows, kinetics: RowKinetics, dose: Array
) -> tuple[Array, Array]:
    """Return the concentration of each row, and the variance of its log between people.

    For each parameter in which people differ, it takes half the difference between the log concentrations of
    people one SD above and one SD below, and adds up their squares. All concentrations are computed at once,
    along a first axis.

    Parameters
    ----------
    ops, rows, kinetics, dose
        See `concentration`.
    """
    n_axes = max(np.ndim(values) for values in (*kinetics.quantities.values(), *kinetics.deviations.values()))
    people = [(name, sign * rows.people_sd[name]) for name in PEOPLE_PARAMETERS for sign in (1.0, -1.0)]
    shifts = {
        name: np.stack(
            [
                np.zeros(len(rows.time)),
                *(shift if name == shifted else 0.0 * shift for shifted, shift in people),
            ]
        ).reshape(-1, *[1] * (n_axes - 1), len(rows.time))
        for name in PEOPLE_PARAMETERS
    }
    deviations = {name: kinetics.deviations[name] + shifts[name] for name in PEOPLE_PARAMETERS}
    every = concentration(ops, rows, RowKinetics(kinetics.quantities, deviations), dose)
    logs = ops.log(every[1:] + _TINY)
    return every[0], (0.25 * (logs[0::2] - logs[1::2]) ** 2).sum(axis=0)
