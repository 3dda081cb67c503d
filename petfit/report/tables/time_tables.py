"""Tables over time: occupancy after a dose, and how long it lasts after the last one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from petfit.report.table import Column, Table, number, percent, plain, target
from petfit.report.tables.interval_columns import interval_column, with_interval
from petfit.results import formatting, summary

__all__ = ["stop_table", "time_table"]

_COUNTED = "Counted from the last dose at steady state; 0 if it was lower already."


def time_table(answer: xr.Dataset) -> Table:
    """Return occupancy and concentration over time, from `petfit.Fit.time_course`, as a table."""
    frame = summary.frame(answer)
    plasma_names = ("concentration", "concentration_low", "concentration_high")
    columns = (
        *([Column("drug", "drug")] if frame["drug"].nunique() > 1 else []),
        Column("time_h", "hours after the dose", plain),
        interval_column(answer, "occupancy", percent, unit=", %"),
        interval_column(answer, "plasma", number, unit=", ng/mL", names=plasma_names),
    )
    title = f"Occupancy over time: {_drugs(answer)}, {answer.attrs['schedule']}"
    return Table(
        "time",
        title,
        frame,
        columns,
        " ".join([formatting.caption(answer), "At steady state.", *_assumed(answer), _above(answer)]),
    )


def stop_table(*answers: xr.Dataset) -> Table:
    """Return the hours until occupancy is below a level, from `petfit.Fit.stopping`, as one table."""
    frame = pd.concat(map(summary.frame, answers), ignore_index=True)
    schedules = frame["schedule"].unique()
    columns = (
        Column("drug", "drug"),
        *([Column("schedule", "after the last of")] if len(schedules) > 1 else []),
        Column("below", "until below, %", target),
        interval_column(answers[0], "hours", number),
    )
    after = f": {schedules[0]}" if len(schedules) == 1 else ""
    title = f"Hours from the last dose until occupancy stays below a level{after}"
    caption = " ".join([formatting.caption(answers[0]), _COUNTED, *_assumed(*answers)])
    return Table("stop", title, frame, columns, caption)


def _assumed(*answers: xr.Dataset) -> list[str]:
    """Return what answers assume of elimination, each sentence once."""
    return [words for words in dict.fromkeys(answer.attrs["assumed"] for answer in answers) if words]


def _drugs(answer: xr.Dataset) -> str:
    return ", ".join(map(str, answer["drug"].to_numpy()))


def _above(answer: xr.Dataset) -> str:
    """Say how long the occupancy is above the level that was asked for."""
    length, level = np.ptp(answer["time_h"].to_numpy()), 100 * answer.attrs["above"]
    times = [
        f"{drug} {with_interval(number)(*hours)}"
        for drug, *hours in zip(
            answer["drug"].to_numpy(),
            *(answer[f"hours_above{suffix}"].to_numpy() for suffix in ("", "_low", "_high")),
            strict=True,
        )
    ]
    return f"Hours above {level:g} % within these {length:g} h: {', '.join(times)}."
