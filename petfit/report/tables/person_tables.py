"""Tables with a column for a typical and one for a new person: occupancy at doses, dose for occupancies."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import xarray as xr

from petfit.fit import Fit
from petfit.report.table import Column, Table, percent, plain, target, with_units
from petfit.report.tables.interval_columns import PEOPLE, exposure_and_interval, with_interval
from petfit.results import formatting, summary
from petfit.results.marketed_strengths import marketed_strengths
from petfit.results.populations import can_predict_for
from petfit.results.summary import summarise
from petfit.results.time_course import plasma_curves
from petfit.results.usual_dose import usual_doses

__all__ = ["OCCUPANCIES", "dose_person_table", "moment_table", "occupancy_person_table"]

OCCUPANCIES = (0.5, 0.6, 0.7, 0.8, 0.9)
"""The occupancies whose doses a printed report gives."""


def occupancy_person_table(fit: Fit) -> Table:
    """Return the occupancy at every marketed strength, or tested exposure, of each drug."""
    strengths = {drug: marketed_strengths(fit, drug)[0] for drug in fit.design.drugs}
    doses = sorted({dose for drug in fit.design.drugs for dose in usual_doses(fit, drug)})

    def ask(person: str) -> xr.Dataset:
        return summarise(fit.occupancy_draws(doses, person), with_diagnostics=False)

    frame = _at_usual_doses(fit, _frame(fit, ask, "dose"))
    exposure = fit.spec.exposure_words
    kind = "marketed strengths" if any(strengths.values()) else f"{exposure}s tested"
    columns = [
        *_drug_column(fit),
        Column("dose", f"{exposure}, {{unit}}", plain),
        *_person_columns(frame, "{person}, %", with_interval(percent)),
    ]
    caption = _caption(ask("typical"))
    return Table(
        "occupancy_by_person", f"Occupancy at the {kind}", frame, with_units(frame, columns), caption
    )


def moment_table(fit: Fit, moments: pd.DataFrame) -> Table:
    """Return the occupancy at trough, mean and peak at the usual doses of each drug.

    Parameters
    ----------
    fit : Fit
        A fit of a model with kinetics.
    moments : pandas.DataFrame
        From `petfit.results.occupancy_moments.occupancy_moments`, for these doses among others.
    """
    shown = _at_usual_doses(fit, moments.sort_values(["drug", "dose"], kind="stable"))
    labels, values = ["drug", "dose", "unit", "when"], ["median", "low", "high"]
    typical, new = (shown[shown["predict_for"] == person].set_index(labels)[values] for person in PEOPLE)
    frame = typical if new.empty else typical.join(new.add_prefix("new_"))
    frame = frame.reset_index()
    columns = [
        *_drug_column(fit),
        Column("dose", "dose, {unit}", plain),
        Column("when", "occupancy at"),
        *_person_columns(frame, "{person}, %", with_interval(percent)),
    ]
    return Table(
        "occupancy_by_moment",
        "Occupancy at trough, mean and peak",
        frame,
        with_units(frame, columns),
        f"Median (95 % equal-tailed interval); {plasma_curves(fit).place_of_moments}.",
    )


def dose_person_table(fit: Fit, occupancy: float) -> Table:
    """Return the doses for several occupancies, among them a requested one."""
    occupancies = sorted({*OCCUPANCIES, occupancy})

    def ask(person: str) -> xr.Dataset:
        return summarise(fit.dose_for_occupancy_draws(occupancies, person), with_diagnostics=False)

    frame, exposure = _frame(fit, ask, "occupancy"), fit.spec.exposure_words
    columns = [
        *_drug_column(fit),
        Column("occupancy", "occupancy, %", target),
        *_person_columns(frame, "{person}, {unit}", exposure_and_interval),
    ]
    title = f"{exposure.capitalize()}s for other occupancies"
    return Table("dose_by_person", title, frame, with_units(frame, columns), _caption(ask("typical")))


def _at_usual_doses(fit: Fit, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the doses that are usual for their drug."""
    usual = {drug: usual_doses(fit, drug) for drug in fit.design.drugs}
    is_usual = [dose in usual[drug] for drug, dose in zip(frame["drug"], frame["dose"], strict=True)]
    return frame[is_usual].reset_index(drop=True)


def _frame(fit: Fit, ask: Callable[[str], xr.Dataset], dim: str) -> pd.DataFrame:
    """Return the answers for both kinds of people beside each other; those for new people begin with new_."""
    labels = ["drug", dim, "unit"]
    typical = summary.frame(ask("typical"))[[*labels, "median", "low", "high"]]
    if not can_predict_for(fit.design, "new_subject"):
        return typical
    new = summary.frame(ask("new_subject"))[["median", "low", "high"]]
    return typical.join(new.add_prefix("new_"))


def _drug_column(fit: Fit) -> list[Column]:
    return [Column("drug", "drug")] if len(fit.design.drugs) > 1 else []


def _person_columns(frame: pd.DataFrame, heading: str, cell: Callable[..., str]) -> list[Column]:
    prefixes = dict(zip(("", "new_"), PEOPLE.values(), strict=True))
    return [
        Column(_names(prefix), heading.replace("{person}", person), cell)
        for prefix, person in prefixes.items()
        if f"{prefix}median" in frame
    ]


def _names(prefix: str) -> tuple[str, ...]:
    return tuple(f"{prefix}{name}" for name in ("median", "low", "high"))


def _caption(answer: xr.Dataset) -> str:
    at = answer.attrs["at"]
    return f"Median ({formatting.interval_words(answer.attrs)}){f'; {at}' if at else ''}."
