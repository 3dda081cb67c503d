"""Clearance that saturates, so that concentrations rise more than in proportion to the dose.

At steady state the mean concentration is a power of the dose::

    C_mean(D) = C_mean(D_ref) * (D / D_ref)^(1 + power)

so that the clearance is that of the reference dose times ``(D / D_ref)^-power``; a power of 0 is linear.
Around this mean the concentration follows one compartment with the elimination rate of that clearance. The
first dose meets an enzyme that is not yet saturated, and has a bioavailability and a half-life of its own: no
single saturable clearance explains both paroxetine's half-life of 8 h after the first dose and its eightfold
excess accumulation.
"""

from __future__ import annotations

from petfit.model.ops import Array, Ops

__all__ = ["clearance_at"]


def clearance_at(ops: Ops, dose: Array, *, reference: Array, clearance: Array, power: Array) -> Array:
    """Return the apparent clearance at a steady-state dose.

    Parameters
    ----------
    ops : Ops
        NumPy or PyTensor.
    dose : array
        Dose per day, above 0.
    reference : array
        The dose that `clearance` applies to, in the same unit.
    clearance : array
        Clearance at the reference dose, in L/h.
    power : array
        By which power of the dose the mean concentration rises faster than the dose; 0 or more.

    Examples
    --------
    >>> from petfit.model.ops import NUMPY
    >>> round(float(clearance_at(NUMPY, 40.0, reference=20.0, clearance=20.0, power=0.5)), 2)
    14.14
    """
    return clearance * ops.exp(-power * ops.log(dose / reference))
