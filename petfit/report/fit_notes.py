"""Notes on a fit: how its rows entered, and what the answers apply to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd
import xarray as xr

from petfit.fit import Fit
from petfit.model.applies_to import applies_to
from petfit.report.evidence_counts import counts
from petfit.report.tables.interval_columns import exposure_name, occupancy_words
from petfit.results import formatting
from petfit.results.kinetic_share import kinetic_share

__all__ = ["notes"]


def notes(fit: Fit, doses: xr.Dataset, contraction: pd.DataFrame) -> list[str]:
    """Return how the rows entered the fit and what the answers apply to, for one occupancy."""
    n = counts(fit)
    return [
        *_times(fit, n),
        *_kinetics(fit),
        *_reference_doses(fit),
        *_ranges(fit, n),
        *_scans(fit, n),
        *_concentrations(fit, n),
        *_competitors(fit),
        *_excluded(n),
        *_contraction(contraction, doses),
    ]


def _times(fit: Fit, n: Mapping[str, int]) -> Iterator[str]:
    times = fit.design.rows.loc[applies_to("ec50", fit.design.rows), "time_h"].dropna()
    if times.empty:
        if not fit.spec.pk:
            yield (
                "No row gives the time between the last dose and the scan, so whether the answers apply near "
                "the peak or near the trough is unknown."
            )
        return
    yield (
        f"Scans were made {times.min():g} to {times.max():g} h after the last dose, where the time is "
        f"known ({len(times)} of {n['rows of the curve']} rows)."
        f"{'' if fit.spec.pk else ' The answers apply to these times.'}"
    )


def _kinetics(fit: Fit) -> Iterator[str]:
    if not fit.spec.pk:
        return
    rows = fit.design.rows[fit.design.rows["is_dose"]]
    if unknown := int(rows["time_h"].isna().sum()):
        yield (
            f"For {unknown} of {len(rows)} scans, the time after the dose is not given; "
            f"{fit.spec.time_assumed:g} h is assumed."
        )
    repeated = rows["regimen"].ne("single") & rows["days_on_drug"].isna()
    if repeated.any():
        yield (
            f"For {int(repeated.sum())} scans, the days of dosing before it are not given; "
            "steady state is assumed."
        )
    saturable = [drug for drug, kinetics in fit.spec.pk.items() if kinetics.saturable]
    early = rows[rows["drug"].isin(saturable) & rows["n_doses"].between(2, 7)]
    if len(early):
        yield (
            f"{', '.join(map(str, early.index))}: after 2 to 7 doses of a drug whose clearance saturates, "
            "neither the kinetics of the first dose nor those of steady state apply."
        )
    shares = kinetic_share(fit)
    parts = [f"{drug} {formatting.percent(share)}" for drug, share in shares.items()]
    if parts:
        yield (
            "From doses alone, EC50 is known only relative to the concentration that a dose gives. Share of "
            f"the variance of log EC50 that comes from the kinetics: {', '.join(parts)}."
        )


def _reference_doses(fit: Fit) -> Iterator[str]:
    if len(fit.design.drugs) > 1 and fit.spec.exposure == "dose":
        origins = sorted({reference.origin for reference in fit.design.reference_doses.values()})
        yield (
            f"Drugs are pooled in units of their reference doses (source: {' and '.join(origins)}). With "
            "other reference doses, pooling would shrink their EC50s towards other values."
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
            "modelled as order statistics of a normal distribution, so a single outlier can move the answer."
        )
    if limits := n["rows of which only a limit is known"]:
        yield (
            f"In {limits} of {rows} rows, the value is known only to be below or above a limit. They are "
            "modelled as censored: by the probability that the value, with its noise, is beyond the limit."
        )
    if errors := n["rows of one person with a standard error"]:
        yield (
            f"In {errors} of {rows} rows, one person's value has a standard error of its own. Its "
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
            "absent. If it is always there, as an active metabolite is, ask for answers at an exposure to it."
        )


def _excluded(n: Mapping[str, int]) -> Iterator[str]:
    if excluded := n["rows excluded"]:
        rows = "1 row of the table was" if excluded == 1 else f"{excluded} rows of the table were"
        yield f"{rows} excluded, each with its reason."


def _contraction(contraction: pd.DataFrame, doses: xr.Dataset) -> Iterator[str]:
    dose_rows = contraction[contraction["parameter"] == "dose"]
    drugs = [
        f"{row['drug']} {formatting.percent(row['contraction'])} (overlap "
        f"{formatting.percent(row['overlap'])})"
        for _, row in dose_rows.iterrows()
    ]
    if drugs:
        yield (
            f"Prior-to-posterior contraction of the {exposure_name(doses)} for {occupancy_words(doses)}, "
            f"with the overlap of prior and posterior: {', '.join(drugs)}."
        )
