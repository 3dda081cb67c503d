"""The priors of the free parameters, as the compiled code sees them."""

from __future__ import annotations

import numpy as np
from scipy import special

from petfit.inference.kernel import records
from petfit.inference.kernel.records import Records
from petfit.model.design import Design
from petfit.model.free_parameters import parameters_with_priors
from petfit.model.prior import Prior

__all__ = ["log_constant", "prior_records", "student_constant"]


def prior_records(design: Design) -> Records:
    """Return one record for each free parameter that has a prior of its own."""
    priors = [prior for _, priors in parameters_with_priors(design) for prior in priors]
    table = np.zeros(len(priors), records.PRIOR)
    for record, prior in zip(table, priors, strict=True):
        record["transform"] = records.TRANSFORMS.index(prior.family.transform)
        record["family"] = records.FAMILIES.index(prior.dist)
        record["scale"] = prior.scale
        for name, number in zip(prior.family.arguments, prior.numbers, strict=True):
            record[name] = number
        record["log_constant"] = log_constant(prior) + np.log(prior.scale)
    return table


def log_constant(prior: Prior) -> float:
    """Return the log of the normalizing constant that `petfit.inference.kernel.log_prior` leaves out."""
    numbers, half_log_2pi = prior.numbers, 0.5 * np.log(2.0 * np.pi)
    match prior.dist:
        case "Normal" | "LogNormal":
            return float(-np.log(numbers[1]) - half_log_2pi)
        case "StudentT":
            return student_constant(numbers[0]) - float(np.log(numbers[2]))
        case "HalfNormal":
            return float(np.log(2.0 / numbers[0]) - half_log_2pi)
        case "HalfCauchy":
            return float(np.log(2.0 / (np.pi * numbers[0])))
        case "Gamma" | "InverseGamma":
            return float(numbers[0] * np.log(numbers[1]) - special.gammaln(numbers[0]))
        case "Exponential":
            return float(np.log(numbers[0]))
    return float(-special.betaln(numbers[0], numbers[1]))


def student_constant(nu: float) -> float:
    """Return the log of the normalizing constant of Student's t of scale 1."""
    return float(special.gammaln((nu + 1) / 2) - special.gammaln(nu / 2) - 0.5 * np.log(nu * np.pi))
