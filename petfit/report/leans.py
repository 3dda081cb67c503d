"""What the answers lean on, said from the evidence itself."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import xarray as xr

from petfit.evidence.ranges import in_complete_set
from petfit.learning import LITTLE
from petfit.scope import concerned
from petfit.store import Stored

__all__ = ["leans"]

_FEW_DOSES = 3


def leans(stored: Stored, doses: xr.Dataset, taught: pd.DataFrame) -> list[str]:
    """Return one sentence for each thing other than measurement that the answers rest on.

    Parameters
    ----------
    stored : Stored
        A fit.
    doses : xarray.Dataset
        Its doses for an occupancy, from `petfit.summaries.doses`.
    taught : pandas.DataFrame
        What the evidence taught, from `petfit.learning.learned`.
    """
    return [
        *_simulated(stored),
        *_few_doses(stored),
        *_reference_doses(stored),
        *_ranges(stored),
        *_scans(stored),
        *_concentrations(stored),
        _time(stored),
        *_left_out(stored),
        *_extrapolated(doses),
        *_learned(taught),
        *_from_the_prior(taught),
        *_competitors(stored),
    ]


def _simulated(stored: Stored) -> Iterator[str]:
    if stored.evidence.simulated:
        yield (
            f"The values are simulated, as the evidence says by its name ({stored.evidence.name}): nobody "
            "was scanned, and no answer holds for a real drug."
        )


def _few_doses(stored: Stored) -> Iterator[str]:
    layout, regimen = stored.layout, stored.layout.usual_regimen
    thin = []
    for drug in layout.drugs:
        rows = layout.rows[(layout.rows["drug"] == drug) & (layout.rows["x"] > 0)]
        if regimen:
            rows = rows[rows["regimen"] == regimen]
        tested = sorted({*rows["exposure_low"], *rows["exposure_high"]})
        if len(tested) < _FEW_DOSES:
            amounts = " and ".join(f"{one:g}" for one in tested) or "none"
            thin.append(f"{drug} ({amounts} {layout.references[drug].unit})")
    if thin:
        kind = f" under {regimen} dosing" if regimen else ""
        yield (
            f"Fewer than three doses were tested{kind} for {', '.join(thin)}. One or two doses cannot tell "
            "EC50 from Emax: the split between them, and any dose far from those tested, is carried by "
            "pooling, by the reference doses and by the priors."
        )


def _reference_doses(stored: Stored) -> Iterator[str]:
    if len(stored.layout.drugs) > 1 and stored.spec.exposure == "dose":
        origins = sorted({reference.origin for reference in stored.layout.references.values()})
        yield (
            f"Drugs are compared in reference doses, from {' and '.join(origins)}; other reference doses "
            "would pull the drugs together at other doses."
        )


def _ranges(stored: Stored) -> Iterator[str]:
    rows = stored.evidence.table.loc[stored.layout.rows.index]
    of_mean, complete = rows["level"] == "range", in_complete_set(rows)
    if bounds := int((of_mean & ~complete).sum()):
        yield f"{bounds} of {len(rows)} rows say only in which interval the group's mean lies."
    if means := int(complete.sum()):
        sets = rows.loc[complete, "range_set"].nunique()
        yield (
            f"{means} of {len(rows)} rows give only the lowest and the highest mean of their set, taken as "
            f"an order statistic of all its means ({sets} complete set{'s' if sets > 1 else ''})."
        )
    if extremes := int((rows["level"] == "extremes").sum()):
        yield (
            f"{extremes} of {len(rows)} rows give only the lowest and the highest person, taken as an order "
            "statistic of normal people; one outlier among them moves the answer."
        )
    if assumed := int((of_mean & rows["n"].isna()).sum()):
        yield (
            f"{assumed} of the ranges came without the number of people, taken as {stored.spec.n_assumed}."
        )


def _scans(stored: Stored) -> Iterator[str]:
    scans = stored.layout.rows[stored.layout.rows["level"] == "scan"]
    if scans.empty:
        return
    own, some, none, controls = _baselines(scans)
    also = f" {controls} more had baseline scans alone." if controls else ""
    if some + none:
        yield (
            f"Of {own + some + none} people scanned under the drug {own} had a baseline scan of their own in "
            f"every region, {some} in some of their regions, and {none} in none.{_borrowed(stored)}{also}"
        )
    else:
        yield f"All {own} people scanned under the drug had a baseline of their own in every region.{also}"
    yield (
        "Occupancy was not computed from the scans before the fit; where scans are shown with one, it is "
        "derived from the fitted baselines, for display only."
    )


def _baselines(scans: pd.DataFrame) -> tuple[int, int, int, int]:
    """Count people under the drug with a baseline in all, some or none of their regions, and controls."""
    under_drug = concerned("ec50", scans)
    before, during = (
        scans[at].groupby("subject")["region"].agg(set).to_dict() for at in (~under_drug, under_drug)
    )
    shares = [len(regions & before.get(subject, set())) / len(regions) for subject, regions in during.items()]
    own, none = shares.count(1.0), shares.count(0.0)
    return own, len(shares) - own - none, none, len(before.keys() - during.keys())


def _borrowed(stored: Stored) -> str:
    """Say where a missing baseline comes from."""
    of_people = [
        one for one in stored.layout.effects if one.parameter == "baseline" and "subject" in one.factors
    ]
    if any(one.scale for one in of_people):
        return " Where it is missing the baseline is borrowed from the other people."
    return "" if of_people else " The model takes the baseline as the same in all people."


def _time(stored: Stored) -> str:
    rows = stored.layout.rows[concerned("ec50", stored.layout.rows)]
    timed = rows["time_h"].dropna()
    if timed.empty:
        return "No row says how long after the last dose it was scanned: peak and trough are not told apart."
    return (
        f"Scans were made {timed.min():g} to {timed.max():g} h after the last dose, where the time is known "
        f"({len(timed)} of {len(rows)} rows); the answers are for such times, not for the end of the dosing "
        "interval."
    )


def _left_out(stored: Stored) -> Iterator[str]:
    if out := len(stored.left_out):
        yield f"{out} rows of the table were left out; each is listed below with its reason."


def _extrapolated(doses: xr.Dataset) -> Iterator[str]:
    above = (doses["support"] == "above").any("occupancy").to_numpy()
    if above.any():
        yield f"The answer lies above every dose tested for {', '.join(doses['drug'].to_numpy()[above])}."


def _concentrations(stored: Stored) -> Iterator[str]:
    rows, spec = stored.layout.rows, stored.spec
    if spec.exposure == "free_concentration":
        yield "Concentrations are free ones: the total times the free fraction fp of the row."
    censored = rows[rows["censored"] != ""]
    if len(censored):
        drugs = ", ".join(sorted(set(censored["drug"])))
        yield (
            f"{len(censored)} of {len(rows)} rows have a concentration below the limit of quantification "
            f"({drugs}: {', '.join(map(str, censored.index))}). They are censored: each concentration is an "
            f"unknown share of its limit, with the prior {spec.below_loq}."
        )
    if measured := int((rows["sample"] != "").sum()):
        yield (
            f"{measured} rows have a concentration with a measurement error; the true one is unknown, "
            "lognormal around the one measured, and all concentrations are as likely beforehand."
        )
    if stored.layout.spreads:
        yield (
            "Where a group's concentrations are published with an SD, their spread between the people widens "
            "the SD expected of the group's occupancy, to first order."
        )


def _competitors(stored: Stored) -> Iterator[str]:
    if names := ", ".join(stored.spec.competition):
        yield (
            f"The answers are for the drug alone; {names}, a competitor in the model, is taken as absent. "
            "Where it never is, as with an active metabolite, ask at a level of it."
        )


def _learned(taught: pd.DataFrame) -> Iterator[str]:
    dose = taught[taught["parameter"] == "dose"]
    if len(dose):
        shares = [
            f"{row['drug']} {100 * row['contraction']:.0f} % (overlap {100 * row['overlap']:.0f} %)"
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
        left = [max(0.0, 1.0 - float(value)) for value in few["contraction"]]
        shares = [f"{drug} ({100 * one:.0f} %)" for drug, one in zip(few["drug"], left, strict=True)]
        if shares:
            yield (
                f"{names[str(parameter)]} comes more from the prior than from the evidence for "
                f"{', '.join(shares)}; in brackets the share of the prior's variance that is left."
            )
