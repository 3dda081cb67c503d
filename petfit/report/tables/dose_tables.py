"""Tables of doses for an occupancy, and of equivalent doses."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from petfit.report.table import Column, Table, number, percent, plain, probability, target, with_units
from petfit.report.tables.interval_columns import exposure_name, probability_words, whole_percents
from petfit.results import formatting, summary

__all__ = ["RELATIVE_TO_TESTED", "dose_table", "equivalent_dose_table", "relative_words"]

RELATIVE_TO_TESTED = {
    "inside": "inside",
    "below": "below",
    "above": "above: extrapolated",
    "not reached": "Emax is lower in most draws",
    "not tested": "none was tested",
    "differs by model": "differs between the models",
}
"""Where a median lies relative to the exposures tested, in words."""


def dose_table(answer: xr.Dataset) -> Table:
    """Return the doses for an occupancy as a table, the models of a comparison below each other.

    Parameters
    ----------
    answer : xarray.Dataset
        From `petfit.Fit.dose_for_occupancy`, `petfit.results.target_dose.dose_at_moments`, or the ``answers``
        of a `petfit.results.comparison.Comparison`.
    """
    exposure = exposure_name(answer)
    frame = _drug_by_drug(summary.frame(answer))
    given = {"model": Column("model", "model"), "when": Column("when", "occupancy at")}
    labels = [Column("drug", "drug"), *(column for name, column in given.items() if name in frame)]
    occupancies = frame["occupancy"].unique()
    several = [Column("occupancy", "occupancy, %", target)] if len(occupancies) > 1 else []
    return Table(
        "doses",
        f"{exposure.capitalize()} for {_occupancy_words(occupancies.tolist())} occupancy",
        frame,
        with_units(frame, [*labels, *several, *_columns(answer, exposure)]),
        f"{formatting.caption(answer)} Draws: below, inside and above the {exposure}s tested, and those "
        "in which the occupancy is not reached.",
    )


def equivalent_dose_table(answer: xr.Dataset) -> Table:
    """Return the doses that give the same occupancy, from `petfit.Fit.equivalent_dose`, as a table."""
    frame, exposure = summary.frame(answer), exposure_name(answer)
    labels = [
        Column("given_dose", f"{answer.attrs['given_drug']}, {answer.attrs['given_unit']}", plain),
        Column("drug", "drug"),
    ]
    heading = f"equivalent {exposure}"
    return Table(
        "equivalent_doses",
        f"Equivalent {exposure}s",
        frame,
        with_units(frame, [*labels, *_columns(answer, heading)]),
        f"{formatting.caption(answer)} {exposure.capitalize()}s with the same occupancy as the given one. "
        f"Draws: below, inside and above the {exposure}s tested, and draws in which the occupancy is not "
        "reached.",
    )


def _occupancy_words(occupancies: list[float]) -> str:
    return f"{target(occupancies[0])} %" if len(occupancies) == 1 else "an"


def _drug_by_drug(frame: pd.DataFrame) -> pd.DataFrame:
    """Order the rows by drug and occupancy, each in the order in which it first appears."""
    return frame.sort_values(
        ["drug", "occupancy"],
        key=lambda column: column.map({value: i for i, value in enumerate(column.unique())}),
        kind="stable",
        ignore_index=True,
    )


def _columns(answer: xr.Dataset, heading: str) -> list[Column]:
    """Return the columns of a dose: median, interval, P(reached), and its place among those tested."""
    prob = probability_words(answer)
    ends = (Column("low", f"{prob} low, {{unit}}", number), Column("high", f"{prob} high, {{unit}}", number))
    median = Column("median", f"{heading}, median, {{unit}}", number)
    place = (
        Column("tested_low", "tested from, {unit}", number),
        Column("tested_high", "to, {unit}", number),
        Column("relative_to_tested", "the median lies", RELATIVE_TO_TESTED.__getitem__),
    )
    shares = (
        Column("p_below", "draws below, %", percent),
        Column("p_inside", "inside, %", percent),
        Column("p_above", "above, %", percent),
        Column("p_not_reached", "not reached, %", percent),
    )
    reached = Column("p_reached", "P(Emax above), %", probability)
    return [
        Column("median", f"{heading}, {{unit}}", number, (median,)),
        Column(("low", "high"), f"{prob} interval", _interval, ends),
        Column("p_reached", "P(Emax above)", formatting.probability, (reached,)),
        Column(
            ("relative_to_tested", "tested_low", "tested_high"),
            f"relative to the {exposure_name(answer)}s tested",
            relative_words,
            place,
        ),
        Column(
            tuple(str(share.name) for share in shares),
            "draws below/inside/\nabove/not reached, %",
            whole_percents,
            shares,
        ),
    ]


def _interval(low: float, high: float) -> str:
    return formatting.interval("dose", low, high)


def relative_words(relative_to_tested: str, tested_low: float, tested_high: float) -> str:
    """Describe where a dose lies relative to those tested.

    Examples
    --------
    >>> relative_words("above", 20.0, 60.0), relative_words("inside", 20.0, 20.0)
    ('above 20.0 to 60.0: extrapolated', 'within the only one, 20.0')
    """
    low, high = number(tested_low), number(tested_high)
    tested = f"the only one, {low}" if low == high else f"{low} to {high}"
    words = {
        "inside": f"within {tested}",
        "below": f"below {tested}",
        "above": f"above {tested}: extrapolated",
    }
    return words.get(relative_to_tested) or RELATIVE_TO_TESTED[relative_to_tested]
