"""Tables of an occupancy window: the doses that keep the occupancy in it, and the probability by dose."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import xarray as xr

from petfit.report.table import Column, Table, number, percent, plain, probability, with_units
from petfit.report.tables.interval_columns import PEOPLE, exposure_name, with_interval
from petfit.report.tables.parameter_table import parameter_name
from petfit.report.tables.summary_table import person_column, short_for
from petfit.results import formatting, summary

__all__ = ["by_person", "window_probability_table", "window_table", "window_words"]


def window_words(answer: xr.Dataset) -> str:
    """Return the window in words.

    Examples
    --------
    >>> window_words(fit.window(0.65, 0.8))
    '65 to 80 %'
    """
    return f"{100 * answer.attrs['window_low']:g} to {100 * answer.attrs['window_high']:g} %"


def window_table(answer: xr.Dataset) -> Table:
    """Return the doses for a window, from `petfit.Fit.window`, as a table.

    Parameters
    ----------
    answer : xarray.Dataset
        From `petfit.Fit.window`.
    """
    frame, exposure = summary.frame(by_person(answer)), exposure_name(answer)
    low, high = (f"{exposure} for {100 * answer.attrs[end]:g} %" for end in ("window_low", "window_high"))
    same_unit = bool((frame["unit"] == frame["ec50_unit"]).all())
    ec50 = parameter_name("ec50", exposure if same_unit else "concentration")
    doses, short = {"lower_dose": low, "upper_dose": high}, short_for(frame)
    columns = [
        person_column(frame),
        Column.only_wide(_ec50_column(ec50, frame, same_unit=same_unit)),
        *(
            Column((name, f"{name}_low", f"{name}_high"), f"{heading}, {{unit}}", short)
            for name, heading in doses.items()
        ),
        Column(
            ("best_dose", "best_dose_probability"), f"best {exposure}\n(probability), {{unit}}", _best_dose
        ),
    ]
    if frame["best_strength"].notna().any():
        strength = "best_strength", "best_strength_probability"
        columns.append(Column(strength, "best strength\n(probability), {unit}", _best_strength))
    headed = tuple(column.reworded(_on_two_lines) for column in with_units(frame, columns))
    return Table(
        "window", f"{exposure.capitalize()}s for {window_words(answer)}", frame, headed, _caption(answer)
    )


def _on_two_lines(heading: str) -> str:
    return heading if "\n" in heading else heading.replace(", ", ",\n")


def _ec50_column(heading: str, frame: pd.DataFrame, *, same_unit: bool) -> Column:
    units = set(frame["ec50_unit"])
    unit = "{unit}" if same_unit else units.pop() if len(units) == 1 else ""
    return Column(
        ("ec50", "ec50_low", "ec50_high"), f"{heading}{f', {unit}' if unit else ''}", short_for(frame)
    )


def by_person(answer: xr.Dataset) -> xr.Dataset:
    """Return what does not depend on the dose, by drug and person."""
    by_person = answer.drop_vars([name for name, values in answer.items() if "dose" in values.dims])
    return by_person.drop_vars("dose")


def _best_dose(dose: float, chance: float) -> str:
    return f"{number(dose)} ({_chance(chance)})"


def _best_strength(strength: float, chance: float) -> str:
    return "none known" if math.isnan(strength) else f"{plain(strength)} ({_chance(chance)})"


def _chance(value: float) -> str:
    """Return a probability in whole percent, but never as 0 or 100 %."""
    return f"{100 * value:.0f} %" if 0.005 < value < 0.995 else formatting.probability(value)


def _caption(answer: xr.Dataset) -> str:
    attrs, exposure = answer.attrs, exposure_name(answer)
    where = "; ".join(filter(None, (attrs["at"], attrs.get("scan_times"))))
    return (
        f"Median ({formatting.interval_words(attrs)}){f'; {where}' if where else ''}. Best: the {exposure} "
        f"with the highest probability, in parentheses, of an occupancy of {window_words(answer)}; not a "
        f"dosing recommendation.{_unreached(answer)}"
    )


def _unreached(answer: xr.Dataset) -> str:
    unreached = bool(np.isinf(answer["upper_dose_high"]).any())
    return f" \N{INFINITY}: no {exposure_name(answer)} reaches the occupancy." if unreached else ""


def window_probability_table(answer: xr.Dataset, *, usual_only: bool = False) -> Table:
    """Return the probability of an occupancy inside a window by dose as a table.

    Parameters
    ----------
    answer : xarray.Dataset
        From `petfit.Fit.window`.
    usual_only : bool
        Whether to leave out doses that are not those of the drug itself: its strengths, or those tested.
    """
    people = [str(person) for person in answer["predict_for"].to_numpy()]
    wide = answer[["usual", *(name for name in answer if str(name).startswith("share"))]]
    wide = wide.assign(
        {
            f"probability_{person}": answer["probability_inside"].sel(predict_for=person, drop=True)
            for person in people
        }
    )
    frame, exposure = summary.frame(wide.drop_vars("predict_for", errors="ignore")), exposure_name(answer)
    if usual_only:
        frame = frame[frame["usual"]].reset_index(drop=True)
    columns = [
        *([Column("drug", "drug")] if frame["drug"].nunique() > 1 else []),
        Column("dose", f"{exposure}, {{unit}}", plain),
        *(Column(f"probability_{person}", f"{PEOPLE[person]}, %", probability) for person in people),
    ]
    caption = f"The probability of an occupancy of {window_words(answer)}."
    if "share" in frame:
        names = ("share", "share_low", "share_high")
        columns.append(Column(names, "people inside, %", with_interval(percent)))
        interval = formatting.interval_words(answer.attrs)
        caption += f" People inside: the share of people with such an occupancy, median ({interval})."
    return Table(
        "window_probability", f"P({window_words(answer)})", frame, with_units(frame, columns), caption
    )
