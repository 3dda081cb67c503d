"""Tables of target attainment: probability of reaching an occupancy, and smallest sufficient strength."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import xarray as xr

from petfit.fit import Fit
from petfit.report.table import Column, Table, percent, plain, probability, target, with_units
from petfit.report.tables.interval_columns import PEOPLE, exposure_name, interval_column
from petfit.results import formatting, summary
from petfit.results.curve_draws import curve_draws
from petfit.results.marketed_strengths import marketed_strengths
from petfit.results.populations import people_of
from petfit.results.target_attainment import smallest_strength, target_attainment

__all__ = ["attainment_table", "attainment_tables", "smallest_strength_table"]


def attainment_table(answer: xr.Dataset, *, usual_only: bool = False) -> Table:
    """Return the probability that doses reach an occupancy as a table.

    Parameters
    ----------
    answer : xarray.Dataset
        From `petfit.Fit.target_attainment`.
    usual_only : bool
        Whether to leave out doses that are not those of the drug itself: its strengths, or those tested.
    """
    frame = summary.frame(answer)
    exposure = exposure_name(answer)
    if usual_only:
        frame = frame[frame["usual"]].reset_index(drop=True)
    are_strengths = bool(frame["marketed"].all())
    columns = [
        Column("drug", "drug"),
        Column("dose", f"{'strength' if are_strengths else exposure}, {{unit}}", plain),
        Column("occupancy", "occupancy, %", target),
        Column("probability", "probability, %", probability),
    ]
    caption = (
        f"{formatting.conditions(answer)} Probability: that the occupancy at the dose is at least this high."
    )
    if "share" in frame:
        names = ("share", "share_low", "share_high")
        columns.append(interval_column(answer, "people who reach it", percent, unit=", %", names=names))
        interval = formatting.interval_words(answer.attrs)
        caption += f" People: the share of people with at least this occupancy, median and {interval}."
    title = "Marketed strengths and target attainment" if are_strengths else "Target attainment"
    return Table("target_attainment", title, frame, with_units(frame, columns), caption)


def smallest_strength_table(answer: xr.Dataset) -> Table:
    """Return the smallest marketed strengths that reach an occupancy as a table.

    Parameters
    ----------
    answer : xarray.Dataset
        From `petfit.Fit.smallest_strength`.
    """
    frame = summary.frame(answer)
    frame["strength_or_reason"] = [
        reason or plain(strength)
        for reason, strength in zip(frame["why_none"], frame["strength"], strict=True)
    ]
    labels = ["drug", "occupancy", "unit"]
    wide = frame.pivot(index=labels, columns="min_probability", values="strength_or_reason")
    wide = wide.loc[pd.MultiIndex.from_frame(frame[labels].drop_duplicates())]
    wide.columns = pd.Index([f"p_{probability:g}" for probability in wide.columns])
    columns = [Column("drug", "drug"), Column("occupancy", "occupancy, %", target)]
    columns += [
        Column(f"p_{probability:g}", f"P at least {100 * probability:g} %, {{unit}}")
        for probability in answer["min_probability"].to_numpy()
    ]
    flat = wide.reset_index()
    predict_for = str(answer.attrs["predict_for"])
    return Table(
        f"smallest_strength_{predict_for}",
        f"Smallest sufficient strength, {PEOPLE.get(predict_for, predict_for.replace('_', ' '))}",
        flat,
        with_units(flat, columns),
        f"{formatting.conditions(answer)} The smallest marketed strength, {_how_often(flat)}, that reaches "
        "the occupancy with at least this probability. Several units reach more.",
    )


def _how_often(frame: pd.DataFrame) -> str:
    return "as a daily dose" if frame["unit"].str.endswith("/day").all() else "taken once"


def attainment_tables(fit: Fit, occupancy: float = 0.8) -> Iterator[Table]:
    """Yield the target attainment of the usual doses, and smallest sufficient strengths if any is known."""
    yield attainment_table(target_attainment(curve_draws(fit), None, occupancy), usual_only=True)
    if any(marketed_strengths(fit, drug)[0] for drug in fit.design.drugs):
        for person in people_of(fit.design):
            yield smallest_strength_table(smallest_strength(curve_draws(fit, person), occupancy))
