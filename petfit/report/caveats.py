"""The limits of a fit: what its data cannot tell."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import xarray as xr

from petfit.fit import Fit
from petfit.report.tables.interval_columns import exposure_name, occupancy_words
from petfit.report.tables.parameter_table import PARAMETER_NAMES
from petfit.results import formatting, summary
from petfit.results.formatting import enumerate_words
from petfit.results.prior_contraction import LOW_CONTRACTION
from petfit.results.tested_range import fitted_exposures

__all__ = ["limits"]

_FEW_DOSES = 3
_DOUBTFUL = 0.05
"""Above this probability of not being reached, an occupancy is doubtful: its 95 % interval is infinite."""


def limits(fit: Fit, doses: xr.Dataset, contraction: pd.DataFrame) -> list[str]:
    """Return what the data cannot tell, the most serious limit first, a sentence each.

    Parameters
    ----------
    fit : Fit
        A fit.
    doses : xarray.Dataset
        Its doses for the target occupancy or for both ends of a window, from
        `petfit.Fit.dose_for_occupancy`.
    contraction : pandas.DataFrame
        The prior-to-posterior contraction of its answers, from `petfit.results.prior_contraction`.
    """
    ends = [doses.isel(occupancy=[i]) for i in range(doses.sizes["occupancy"])]
    return [
        *_simulated(fit),
        *(sentence for end in ends for sentence in _may_not_be_reached(end)),
        *(sentence for end in ends for sentence in _extrapolated(end)),
        *_exact_kinetics(fit),
        *_dominant_priors(contraction, ends[0]),
        *_few_doses(fit),
    ]


def _simulated(fit: Fit) -> Iterator[str]:
    if fit.evidence.simulated:
        yield f"The values are simulated ({fit.evidence.name}): no answer applies to a real drug."


def _may_not_be_reached(doses: xr.Dataset) -> Iterator[str]:
    doubtful = [
        f"{row.drug} ({formatting.probability(row.p_not_reached)})"
        for row in summary.rows(doses)
        if row.p_not_reached > _DOUBTFUL
    ]
    if doubtful:
        yield (
            f"{occupancy_words(doses)} occupancy may not be reached at any {exposure_name(doses)}: "
            f"probability {', '.join(doubtful)}."
        )


def _extrapolated(doses: xr.Dataset) -> Iterator[str]:
    exposure = exposure_name(doses)
    above = [
        f"{row.drug} (up to {row.tested_high:.4g} {row.unit})"
        for row in summary.rows(doses)
        if row.relative_to_tested == "above"
    ]
    if above:
        yield f"The {exposure} for {occupancy_words(doses)} is above those tested: {', '.join(above)}."


def _exact_kinetics(fit: Fit) -> Iterator[str]:
    if exact := [drug for drug in fit.design.drugs if drug in fit.spec.pk and fit.spec.pk[drug].is_exact]:
        yield (
            f"The kinetics of {enumerate_words(exact)} are taken as exact: the intervals leave out that they "
            "are uncertain."
        )


def _dominant_priors(contraction: pd.DataFrame, doses: xr.Dataset) -> Iterator[str]:
    small = contraction[contraction["contraction"] < LOW_CONTRACTION]
    names = PARAMETER_NAMES | {"dose": f"{exposure_name(doses)} for {occupancy_words(doses)}"}
    parts = [
        f"{names[str(parameter)]} of {enumerate_words(list(rows['drug']))}"
        for parameter, rows in small.groupby("parameter", sort=False)
    ]
    if parts:
        yield f"The prior says more than the evidence about {'; '.join(parts)}."


def _few_doses(fit: Fit) -> Iterator[str]:
    regimen, drugs = fit.design.usual_regimen, fit.design.drugs
    few = [drug for drug in drugs if len(fitted_exposures(fit.design, drug, regimen)) < _FEW_DOSES]
    if few:
        exposures = f"{fit.spec.exposure_words}s"
        under = f"{exposures} ({regimen})" if regimen else exposures
        words = "every drug" if len(few) == len(drugs) > 1 else enumerate_words(few)
        yield (
            f"Fewer than 3 {under} of {words} were tested: EC50 and Emax rest partly on the priors; the "
            f"occupancy at those {exposures} is known better."
        )
