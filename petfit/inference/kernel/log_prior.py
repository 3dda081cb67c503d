"""Log densities of the priors, without their normalizing constants, and their derivatives."""

from __future__ import annotations

import math
from typing import NamedTuple

from petfit.inference.kernel.jit import not_inlined
from petfit.inference.kernel.records import FAMILIES, Record

__all__ = ["LogPrior", "log_prior"]

_NORMAL, _STUDENT, _HALF_NORMAL, _HALF_CAUCHY, _LOG_NORMAL, _GAMMA, _INVERSE_GAMMA, _EXPONENTIAL, _ = range(
    len(FAMILIES)
)


class LogPrior(NamedTuple):
    """The log density of a prior and its derivative."""

    log: float
    slope: float


@not_inlined
def log_prior(value: float, prior: Record) -> LogPrior:
    """Return the log density of one parameter, up to the prior's constant."""
    family, alpha, beta = prior.family, prior.alpha, prior.beta
    if family == _NORMAL:
        z = (value - prior.mu) / prior.sigma
        return LogPrior(-0.5 * z * z, -z / prior.sigma)
    if family == _STUDENT:
        nu, z = prior.nu, (value - prior.mu) / prior.sigma
        log = -0.5 * (nu + 1.0) * math.log1p(z * z / nu)
        return LogPrior(log, -(nu + 1.0) * z / ((nu + z * z) * prior.sigma))
    if family == _HALF_NORMAL:
        z = value / prior.sigma
        return LogPrior(-0.5 * z * z, -z / prior.sigma)
    if family == _HALF_CAUCHY:
        z = value / beta
        return LogPrior(-math.log1p(z * z), -2.0 * z / ((1.0 + z * z) * beta))
    if family == _LOG_NORMAL:
        log_value = math.log(value)
        z = (log_value - prior.mu) / prior.sigma
        return LogPrior(-0.5 * z * z - log_value, -(z / prior.sigma + 1.0) / value)
    if family == _GAMMA:
        return LogPrior((alpha - 1.0) * math.log(value) - beta * value, (alpha - 1.0) / value - beta)
    if family == _INVERSE_GAMMA:
        log = -(alpha + 1.0) * math.log(value) - beta / value
        return LogPrior(log, (beta / value - alpha - 1.0) / value)
    if family == _EXPONENTIAL:
        return LogPrior(-prior.lam * value, -prior.lam)
    log = (alpha - 1.0) * math.log(value) + (beta - 1.0) * math.log1p(-value)
    return LogPrior(log, (alpha - 1.0) / value - (beta - 1.0) / (1.0 - value))
