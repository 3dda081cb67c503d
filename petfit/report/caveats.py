"""What the answers lean on, said from the evidence itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd
import xarray as xr

from petfit.fit import Fit
from petfit.model.applies_to import applies_to
from petfit.report.evidence_counts import counts
from petfit.results import formatting
from petfit.results.prior_contraction import LITTLE

__all__ = ["leans"]

_FEW_DOSES = 3
_UNDER_THE_DRUG = (
    "people scanned under the drug",
    "of them with a baseline in every region",
    "of them with a baseline in some regions",
    "of them without a baseline",
)


def leans(fit: Fit, doses: xr.Dataset, taught: pd.DataFrame) -> list[str]:
    """Return one sentence for each thing other than measurement that the answers rest on.

    Parameters
    ----------
    fit : Fit
        A fit.
    doses : xarray.Dataset
        Its doses for an occupancy, from `petfit.results.summary.doses`.
    taught : pandas.DataFrame
        What the evidence taught, from `petfit.results.prior_contraction.learned`.
    """
    counted = counts(fit)
    return [
        *_simulated(fit),
        *_few_doses(fit),
        *_reference_doses(fit),
        *_ranges(fit, counted),
        *_scans(fit, counted),
        *_concentrations(fit, counted),
        _time(fit, counted),
        *_left_out(counted),
        *_extrapolated(doses),
        *_learned(taught),
        *_from_the_prior(taught),
        *_competitors(fit),
    ]


def _simulated(fit: Fit) -> Iterator[str]:
    if fit.evidence.simulated:
        yield (
            f"The values are simulated, as the evidence says by its name ({fit.evidence.name}): nobody "
            "was scanned, and no answer holds for a real drug."
        )


def _few_doses(fit: Fit) -> Iterator[str]:
    design, regimen = fit.design, fit.design.usual_regimen
    thin = []
    for drug in design.drugs:
        rows = design.rows[(design.rows["drug"] == drug) & (design.rows["x"] > 0)]
        if regimen:
            rows = rows[rows["regimen"] == regimen]
        tested = sorted({*rows["exposure_low"], *rows["exposure_high"]})
        if len(tested) < _FEW_DOSES:
            amounts = " and ".join(f"{one:g}" for one in tested) or "none"
            thin.append(f"{drug} ({amounts} {design.references[drug].unit})")
    if thin:
        kind = f" under {regimen} dosing" if regimen else ""
        yield (
            f"Fewer than three doses were tested{kind} for {', '.join(thin)}. One or two doses cannot tell "
            "EC50 from Emax: the split between them, and any dose far from those tested, is carried by "
            "pooling, by the reference doses and by the priors."
        )


def _reference_doses(fit: Fit) -> Iterator[str]:
    if len(fit.design.drugs) > 1 and fit.spec.exposure == "dose":
        origins = sorted({reference.origin for reference in fit.design.references.values()})
        yield (
            f"Drugs are compared in reference doses, from {' and '.join(origins)}; other reference doses "
            "would pull the drugs together at other doses."
        )


def _ranges(fit: Fit, counted: Mapping[str, int]) -> Iterator[str]:
    rows = counted["rows fitted"]
    if bounds := counted["ranges that hold a mean"]:
        yield f"{bounds} of {rows} rows say only in which interval the group's mean lies."
    if means := counted["rows of complete sets of means"]:
        sets = counted["complete sets of means"]
        yield (
            f"{means} of {rows} rows give only the lowest and the highest mean of their set, taken as "
            f"an order statistic of all its means ({sets} complete set{'s' if sets > 1 else ''})."
        )
    if extremes := counted["rows of extremes of people"]:
        yield (
            f"{extremes} of {rows} rows give only the lowest and the highest person, taken as an order "
            "statistic of normal people; one outlier among them moves the answer."
        )
    if assumed := counted["ranges without a number of people"]:
        yield (f"{assumed} of the ranges came without the number of people, taken as {fit.spec.n_assumed}.")


def _scans(fit: Fit, counted: Mapping[str, int]) -> Iterator[str]:
    people, own, some, none = (counted[name] for name in _UNDER_THE_DRUG)
    controls = counted["people with baseline scans alone"]
    if not people + controls:
        return
    also = f" {controls} more had baseline scans alone." if controls else ""
    if some + none:
        yield (
            f"Of {people} people scanned under the drug {own} had a baseline scan of their own in "
            f"every region, {some} in some of their regions, and {none} in none.{_borrowed(fit)}{also}"
        )
    else:
        yield f"All {own} people scanned under the drug had a baseline of their own in every region.{also}"
    yield (
        "Occupancy was not computed from the scans before the fit; where scans are shown with one, it is "
        "derived from the fitted baselines, for display only."
    )


def _borrowed(fit: Fit) -> str:
    """Say where a missing baseline comes from."""
    of_people = [
        one for one in fit.design.effects if one.parameter == "baseline" and "subject" in one.factors
    ]
    if any(one.scale for one in of_people):
        return " Where it is missing the baseline is borrowed from the other people."
    return "" if of_people else " The model takes the baseline as the same in all people."


def _time(fit: Fit, counted: Mapping[str, int]) -> str:
    rows = fit.design.rows[applies_to("ec50", fit.design.rows)]
    timed = rows["time_h"].dropna()
    if timed.empty:
        return "No row says how long after the last dose it was scanned: peak and trough are not told apart."
    return (
        f"Scans were made {timed.min():g} to {timed.max():g} h after the last dose, where the time is known "
        f"({len(timed)} of {counted['rows of the curve']} rows); the answers are for such times, not for the "
        "end of the dosing interval."
    )


def _left_out(counted: Mapping[str, int]) -> Iterator[str]:
    if out := counted["rows left out"]:
        rows = "1 row of the table was" if out == 1 else f"{out} rows of the table were"
        yield f"{rows} left out; each is listed below with its reason."


def _extrapolated(doses: xr.Dataset) -> Iterator[str]:
    above = (doses["support"] == "above").any("occupancy").to_numpy()
    if above.any():
        yield f"The answer lies above every dose tested for {', '.join(doses['drug'].to_numpy()[above])}."


def _concentrations(fit: Fit, counted: Mapping[str, int]) -> Iterator[str]:
    rows, spec = fit.design.rows, fit.spec
    if spec.exposure == "free_concentration":
        yield "Concentrations are free ones: the total times the free fraction fp of the row."
    if below := counted["rows with a concentration below its limit"]:
        censored = rows[rows["censored"] != ""]
        drugs = ", ".join(sorted(set(censored["drug"])))
        yield (
            f"{below} of {counted['rows fitted']} rows have a concentration below the limit of "
            f"quantification ({drugs}: {', '.join(map(str, censored.index))}). They are censored: each "
            f"concentration is an unknown share of its limit, with the prior {spec.below_loq}."
        )
    if measured := counted["rows with the error of a concentration"]:
        yield (
            f"{measured} rows have a concentration with a measurement error; the true one is unknown, "
            "lognormal around the one measured, and all concentrations are as likely beforehand."
        )
    if fit.design.spreads:
        yield (
            "Where a group's concentrations are published with an SD, their spread between the people widens "
            "the SD expected of the group's occupancy, to first order."
        )


def _competitors(fit: Fit) -> Iterator[str]:
    if names := ", ".join(fit.spec.competition):
        yield (
            f"The answers are for the drug alone; {names}, a competitor in the model, is taken as absent. "
            "Where it never is, as with an active metabolite, ask at a level of it."
        )


def _learned(taught: pd.DataFrame) -> Iterator[str]:
    dose = taught[taught["parameter"] == "dose"]
    if len(dose):
        shares = [
            f"{row['drug']} {formatting.percent(row['contraction'])} (overlap {formatting.percent(row['overlap'])})"
            for _, row in dose.iterrows()
        ]
        yield (
            "Of what the priors left open about the dose for 80 % the evidence removed (contraction), and "
            f"prior and posterior still share (overlap): {', '.join(shares)}."
        )


def _from_the_prior(taught: pd.DataFrame) -> Iterator[str]:
    names = {"ec50": "EC50", "emax": "Emax", "hill": "Hill", "dose": "the dose for 80 %"}
    for parameter, rows in taught.groupby("parameter", sort=False):
        few = rows[rows["contraction"] < LITTLE]
        shares = [
            f"{drug} ({formatting.percent(share)})"
            for drug, share in zip(few["drug"], few["contraction"], strict=True)
        ]
        if shares:
            yield (
                f"{names[str(parameter)]} comes more from the prior than from the evidence for "
                f"{', '.join(shares)}; in brackets the contraction, the share of the prior's variance that "
                "the evidence removed."
            )
