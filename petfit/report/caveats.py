"""The caveats of a report: what the answers depend on apart from measurements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd
import xarray as xr

from petfit.fit import Fit
from petfit.model.applies_to import applies_to
from petfit.report.evidence_counts import counts
from petfit.report.tables.parameter_table import PARAMETER_NAMES
from petfit.results import formatting
from petfit.results.prior_contraction import LOW_CONTRACTION

__all__ = ["caveats"]

_FEW_DOSES = 3


def caveats(fit: Fit, doses: xr.Dataset, contraction: pd.DataFrame) -> list[str]:
    """Return one sentence, or a few, for each caveat.

    Parameters
    ----------
    fit : Fit
        A fit.
    doses : xarray.Dataset
        Its doses for an occupancy, from `petfit.Fit.dose_for_occupancy`.
    contraction : pandas.DataFrame
        The prior-to-posterior contraction of its answers, from `petfit.results.prior_contraction`.
    """
    n = counts(fit)
    return [
        *_simulated(fit),
        *_few_doses(fit),
        *_reference_doses(fit),
        *_ranges(fit, n),
        *_scans(fit, n),
        *_concentrations(fit, n),
        _times(fit, n),
        *_excluded(n),
        *_extrapolated(doses),
        *_contraction(contraction),
        *_dominant_priors(contraction),
        *_competitors(fit),
    ]


def _simulated(fit: Fit) -> Iterator[str]:
    if fit.evidence.simulated:
        yield (
            f"The values are simulated, as the name of the evidence says ({fit.evidence.name}). Nobody was "
            "scanned, and no answer applies to a real drug."
        )


def _few_doses(fit: Fit) -> Iterator[str]:
    tested = {drug: _tested_doses(fit, drug) for drug in fit.design.drugs}
    few = [
        f"{drug} ({_list_doses(doses)} {fit.design.reference_doses[drug].unit})"
        for drug, doses in tested.items()
        if len(doses) < _FEW_DOSES
    ]
    if few:
        regimen = fit.design.usual_regimen
        under = f" under {regimen} dosing" if regimen else ""
        yield (
            f"Fewer than three doses were tested{under} for {', '.join(few)}. One or two doses cannot "
            "separate EC50 from Emax. The separation, and any dose far from those tested, depend on "
            "pooling, the reference doses and the priors."
        )


def _list_doses(doses: list[float]) -> str:
    return " and ".join(f"{dose:g}" for dose in doses) or "none"


def _tested_doses(fit: Fit, drug: str) -> list[float]:
    """Return the distinct exposures above 0 of a drug, under the usual regimen where there is one."""
    design = fit.design
    rows = design.rows_at()
    rows = rows[(rows["drug"] == drug) & (rows["x"] > 0)]
    if design.usual_regimen:
        rows = rows[rows["regimen"] == design.usual_regimen]
    return sorted({*rows["exposure_low"], *rows["exposure_high"]})


def _reference_doses(fit: Fit) -> Iterator[str]:
    if len(fit.design.drugs) > 1 and fit.spec.exposure == "dose":
        origins = sorted({reference.origin for reference in fit.design.reference_doses.values()})
        yield (
            f"Drugs are pooled in units of their reference doses (source: {' and '.join(origins)}). With "
            "other reference doses, pooling would shrink the drugs towards each other at other doses."
        )


def _ranges(fit: Fit, n: Mapping[str, int]) -> Iterator[str]:
    rows = n["rows fitted"]
    if bounds := n["ranges that hold a mean"]:
        yield f"In {bounds} of {rows} rows, only an interval that contains the mean of the group is given."
    if means := n["rows of complete sets of means"]:
        sets = n["complete sets of means"]
        yield (
            f"In {means} of {rows} rows, only the lowest and the highest mean of a set are given. They are "
            f"modelled as order statistics of all its means ({sets} complete set{'s' if sets > 1 else ''})."
        )
    if extremes := n["rows of extremes of people"]:
        yield (
            f"In {extremes} of {rows} rows, only the lowest and the highest person are given. They are "
            "modelled as order statistics of a normal distribution, so a single outlier moves the answer."
        )
    if limits := n["rows of which only a limit is known"]:
        yield (
            f"In {limits} of {rows} rows, only a limit is given that the number is below or above. They are "
            "modelled as censored: by the probability that the number, with its noise, is beyond the limit."
        )
    if errors := n["rows of one person with a standard error"]:
        yield (
            f"In {errors} of {rows} rows, the number of one person has a standard error of its own. Its "
            "square is added to the residual variance, which the other rows then determine."
        )
    if without_n := n["groups and ranges without a number of people"]:
        yield (
            f"For {without_n} of the groups or ranges, n is not given; {fit.spec.n_assumed} people are "
            "assumed."
        )


def _scans(fit: Fit, n: Mapping[str, int]) -> Iterator[str]:
    people, controls = n["people scanned under the drug"], n["people with baseline scans alone"]
    if not people + controls:
        return
    complete = n["of them with a baseline in every region"]
    partial, none = n["of them with a baseline in some regions"], n["of them without a baseline"]
    further = (
        f" Baseline scans only: {controls} {'person' if controls == 1 else 'people'}." if controls else ""
    )
    if partial + none:
        yield (
            f"Of the people scanned under the drug ({people}), {complete} had a baseline scan in every "
            f"region, {partial} in some of their regions, and {none} in "
            f"none.{_missing_baselines(fit)}{further}"
        )
    else:
        yield f"All people scanned under the drug ({people}) had a baseline scan in every region.{further}"
    yield (
        "Occupancy was not computed from the scans before the fit. Where scans are shown with an "
        "occupancy, it is derived from the fitted baselines, for display only."
    )


def _missing_baselines(fit: Fit) -> str:
    """Describe how the model estimates a missing baseline."""
    subject_effects = [
        effect
        for effect in fit.design.effects
        if effect.parameter == "baseline" and "subject" in effect.factors
    ]
    if any(effect.scale for effect in subject_effects):
        return " A missing baseline is estimated from the other people."
    return "" if subject_effects else " The model assumes the same baseline in all people."


def _times(fit: Fit, n: Mapping[str, int]) -> str:
    times = fit.design.rows.loc[applies_to("ec50", fit.design.rows), "time_h"].dropna()
    if times.empty:
        return (
            "No row gives the time between the last dose and the scan, so peak and trough cannot be "
            "distinguished."
        )
    return (
        f"Scans were made {times.min():g} to {times.max():g} h after the last dose, where the time is "
        f"known ({len(times)} of {n['rows of the curve']} rows). The answers apply to such times, not to "
        "the end of the dosing interval."
    )


def _excluded(n: Mapping[str, int]) -> Iterator[str]:
    if excluded := n["rows excluded"]:
        rows = "1 row of the table was" if excluded == 1 else f"{excluded} rows of the table were"
        yield f"{rows} excluded; each is listed below with its reason."


def _extrapolated(doses: xr.Dataset) -> Iterator[str]:
    above = (doses["support"] == "above").any("occupancy").to_numpy()
    if above.any():
        yield f"The answer lies above every dose tested for {', '.join(doses['drug'].to_numpy()[above])}."


def _concentrations(fit: Fit, n: Mapping[str, int]) -> Iterator[str]:
    rows, spec = fit.design.rows, fit.spec
    if spec.exposure == "free_concentration":
        yield (
            "Concentrations are free concentrations: the total multiplied by the free fraction fp of the row."
        )
    if below := n["rows with a concentration below its limit"]:
        censored = rows[rows["sample_below_loq"] != ""]
        drugs = ", ".join(sorted(set(censored["drug"])))
        yield (
            f"In {below} of {len(rows)} rows, the concentration is below the limit of quantification "
            f"({drugs}: {', '.join(map(str, censored.index))}). These concentrations are censored: each is "
            f"an unknown share of its limit, with the prior {spec.below_loq}."
        )
    if measured := n["rows with the error of a concentration"]:
        yield (
            f"In {measured} of {len(rows)} rows, the concentration has a measurement error. The true "
            "concentration is a parameter, lognormal around the measured one, with a flat prior."
        )
    if fit.design.has_exposure_spread:
        yield (
            "Where the concentrations of a group are published with an SD, their spread between people "
            "widens the expected SD of the group's occupancy, to first order."
        )


def _competitors(fit: Fit) -> Iterator[str]:
    if names := ", ".join(fit.spec.competition):
        yield (
            f"The answers apply to the drug alone: {names}, a competitor in the model, is assumed to be "
            "absent. If it never is, as with an active metabolite, request the answers at a given exposure "
            "to it."
        )


def _contraction(contraction: pd.DataFrame) -> Iterator[str]:
    dose_rows = contraction[contraction["parameter"] == "dose"]
    drugs = [
        f"{row['drug']} {formatting.percent(row['contraction'])} (overlap "
        f"{formatting.percent(row['overlap'])})"
        for _, row in dose_rows.iterrows()
    ]
    if drugs:
        yield (
            "Prior-to-posterior contraction of the dose for 80 %, with the overlap of prior and posterior: "
            f"{', '.join(drugs)}."
        )


def _dominant_priors(contraction: pd.DataFrame) -> Iterator[str]:
    for parameter, rows in contraction.groupby("parameter", sort=False):
        small = rows[rows["contraction"] < LOW_CONTRACTION]
        drugs = [
            f"{drug} ({formatting.percent(share)})"
            for drug, share in zip(small["drug"], small["contraction"], strict=True)
        ]
        if drugs:
            name = PARAMETER_NAMES[str(parameter)]
            yield (
                f"{'The ' if parameter == 'dose' else ''}{name} is determined more by the prior than by "
                f"the evidence for {', '.join(drugs)}. In brackets: contraction, the share of the prior's "
                "variance that the evidence removed."
            )
