"""The log likelihoods of people, integrated over their deviations, computed again with more nodes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from petfit.checks.record import Check, Finding, Verdict
from petfit.fit import Fit
from petfit.model.likelihood import inputs
from petfit.model.likelihood.integrated_people import (
    has_independent_people,
    log_likelihood_by_adapted_nodes,
    person_of_row,
    with_people_integrated,
)

__all__ = ["MAX_ERROR", "check"]

MAX_ERROR = 1e-6
"""Errors of this size in a log density are far below the Monte Carlo error of any answer."""

_N_DENSITIES = 5000
"""How many densities of a row are computed at each node."""


def check(fit: Fit) -> Check:
    """Compare the stored log likelihood of people with the integral on many more nodes, at some draws."""
    design = fit.design
    has_people = any(effect.kind == "people" for effect in design.effects)
    if not (has_people and has_independent_people(design.rows)):
        limit = Finding("people and cohorts integrated over", 0)
        return Check("integration", "PASS", "No integral was computed.", pd.DataFrame(), (limit,))
    stored = fit.log_likelihood.to_numpy().reshape(-1, fit.log_likelihood.shape[-1])
    n_draws = int(np.clip(_N_DENSITIES // len(design.rows), 2, len(stored)))
    at = np.linspace(0, len(stored) - 1, n_draws).astype(int)
    draws = {name: values.reshape(-1, *values.shape[2:])[at] for name, values in fit.posterior.items()}
    again = log_likelihood_by_adapted_nodes(with_people_integrated(design), draws, inputs(design))
    if "row" in fit.log_likelihood.dims:
        again = again[:, person_of_row(design.rows)]
    errors = np.abs(stored[at] - again).max(axis=0)
    dim = str(fit.log_likelihood.dims[-1])
    by_person = pd.DataFrame(
        {"largest_error": errors}, pd.Index(fit.log_likelihood[dim].to_numpy(), name=dim)
    )
    beyond = int((~(errors <= MAX_ERROR)).sum())
    findings = (
        Finding("draws at which the integral was computed again", n_draws),
        Finding("people and cohorts with a larger error", beyond),
        Finding(
            "largest error of a person's log likelihood",
            by_person["largest_error"].max(skipna=False),
            "at most",
            MAX_ERROR,
            "WARN",
        ),
    )
    details = (
        f"Computed again at {n_draws} draws, the log likelihoods of {beyond} people and cohorts differ by "
        f"more than {MAX_ERROR:g}."
    )
    return Check.judge("integration", _MEANING, by_person, findings, details)


_MEANING: dict[Verdict, str] = {
    "PASS": "The integrals over the deviations of people are accurate.",
    "WARN": (
        "The integrals over the deviations of people are not accurate. "
        "Fit again with Settings(people='sampled')."
    ),
}
