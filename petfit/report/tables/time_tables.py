"""Tables over time: occupancy after a dose, and how long it lasts after the last one."""

from __future__ import annotations

import math

import pandas as pd
import xarray as xr

from petfit.report.table import Column, Table, number, percent, plain, target
from petfit.report.tables.interval_columns import interval_columns, probability_words
from petfit.results import formatting, summary

__all__ = ["stop_table", "time_table"]

_COUNTED = "Counted from the last dose at steady state; 0 if it was lower already."


def time_table(answer: xr.Dataset) -> Table:
    """Return occupancy and concentration over time, from `petfit.Fit.time_course`, as a table."""
    frame, words = summary.frame(answer), probability_words(answer)
    labels = [Column("drug", "drug")] if frame["drug"].nunique() > 1 else []
    time = Column("time_h", "hours after the dose", plain)
    return Table(
        "time",
        f"Occupancy over time: {_drugs(answer)}, {answer.attrs['schedule']}",
        frame,
        (
            *labels,
            time,
            Column("median", "occupancy, %", percent),
            *interval_columns(answer, ", %", percent),
            Column("concentration", "plasma, ng/mL", number),
            *interval_columns(answer, ", ng/mL", number, ("concentration_low", "concentration_high")),
        ),
        " ".join([formatting.caption(answer), "At steady state.", *_assumed(answer), _above(answer)]),
        (
            *labels,
            time,
            Column(("median", "low", "high"), f"occupancy, % ({words} interval)", _percents),
            Column(("concentration", "concentration_low", "concentration_high"), "plasma, ng/mL", _numbers),
        ),
    )


def stop_table(*answers: xr.Dataset) -> Table:
    """Return the hours until occupancy is below a level, from `petfit.Fit.stopping`, as one table."""
    frame, words = pd.concat(map(summary.frame, answers), ignore_index=True), probability_words(answers[0])
    schedules = frame["schedule"].unique()
    labels = [
        Column("drug", "drug"),
        Column("schedule", "after the last of"),
        Column("below", "until below, %", target),
    ]
    shown = labels if len(schedules) > 1 else [labels[0], labels[2]]
    after = f": {schedules[0]}" if len(schedules) == 1 else ""
    return Table(
        "stop",
        f"Hours from the last dose until occupancy stays below a level{after}",
        frame,
        (*shown, Column("median", "hours", number), *interval_columns(answers[0], ", h", number)),
        " ".join([formatting.caption(answers[0]), _COUNTED, *_assumed(*answers)]),
        (*shown, Column(("median", "low", "high"), f"hours ({words} interval)", _numbers)),
    )


def _assumed(*answers: xr.Dataset) -> list[str]:
    """Return what answers assume of elimination, each sentence once."""
    return [words for words in dict.fromkeys(answer.attrs["assumed"] for answer in answers) if words]


def _drugs(answer: xr.Dataset) -> str:
    return ", ".join(map(str, answer["drug"].to_numpy()))


def _above(answer: xr.Dataset) -> str:
    """Say how long the occupancy is above the level that was asked for."""
    hours = answer["time_h"].to_numpy()
    length, level = hours.max() - hours.min(), 100 * answer.attrs["above"]
    times = [
        f"{drug} {formatting.number(median)} ({formatting.number(low)} to {formatting.number(high)})"
        for drug, median, low, high in zip(
            answer["drug"].to_numpy(),
            *(answer[f"hours_above{suffix}"].to_numpy() for suffix in ("", "_low", "_high")),
            strict=True,
        )
    ]
    return f"Hours above {level:g} % within these {length:g} h: {', '.join(times)}."


def _percents(median: float, low: float, high: float) -> str:
    return f"{percent(median)} ({percent(low)} to {percent(high)})"


def _numbers(median: float, low: float, high: float) -> str:
    return "-" if math.isnan(median) else f"{number(median)} ({number(low)} to {number(high)})"
