"""Options that several commands share, and how their texts are parsed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from petfit.errors import PetfitError

if TYPE_CHECKING:
    from petfit.evidence import TableFormat

__all__ = [
    "AnswerFiles",
    "AnswerOptions",
    "ConditionOptions",
    "Drugs",
    "Format",
    "OutputOptions",
    "TableOptions",
    "parse_numbers",
    "parse_pairs",
    "split",
]

type Format = Literal["table", "markdown", "json", "csv", "tsv"]
type Drugs = Annotated[tuple[str, ...], Parameter(show_default=False)]


@Parameter(name="*")
@dataclass(frozen=True)
class OutputOptions:
    """How an answer is printed or written.

    Parameters
    ----------
    format
        table for reading, markdown for a slide or a paper, or json, csv or tsv with unrounded numbers.
    output
        Write the table to this .tsv file, and descriptions of its columns to a .json file next to it,
        instead of printing it.
    force
        Replace a file that petfit did not write.
    """

    format: Format = "table"
    output: Annotated[Path | None, Parameter(alias="-o")] = None
    force: bool = False

    @property
    def is_printed_as_table(self) -> bool:
        """Whether the answer is printed as a table to read."""
        return self.format == "table" and self.output is None


@Parameter(name="*")
@dataclass(frozen=True)
class ConditionOptions(OutputOptions):
    """Where an answer holds, and how it is printed.

    Parameters
    ----------
    at
        The level of a factor, such as region=midbrain, the value of a covariate, or the exposure to a
        competitor. May be repeated.
    target
        Another target of the drugs in the model, such as DAT.
    when
        With kinetics in the model: trough, mean or peak of the dosing interval; trough if not given, and all
        three for petfit dose.
    every
        With kinetics in the model: hours between doses, such as 12; the drug's own schedule if not given.
    prob
        Probability of the equal-tailed interval.
    """

    at: Annotated[tuple[str, ...], Parameter(show_default=False)] = ()
    target: str | None = None
    when: str | None = None
    every: float | None = None
    prob: float = 0.95

    @property
    def levels(self) -> dict[str, str | float]:
        """The levels, values and exposures of `at` by name, the target and the dosing."""
        given = {"target": self.target, "when": self.when, "every": self.every}
        levels = {name: level for name, level in given.items() if level is not None}
        return {**levels, **parse_pairs(self.at, "--at", "factor=level, such as region=midbrain")}


@Parameter(name="*")
@dataclass(frozen=True)
class AnswerOptions(ConditionOptions):
    """For whom and where an answer holds, and how it is printed.

    Parameters
    ----------
    predict_for
        Whom the answer is for: typical (a typical person, in a typical study if the model has several),
        new_subject, new_study (a prediction for a study, not a dose to give) or new_drug (in reference
        doses).
    """

    predict_for: Annotated[str, Parameter(name="--for")] = "typical"


@Parameter(name="*")
@dataclass(frozen=True)
class AnswerFiles(OutputOptions):
    """How an answer about a design is printed, and its figure; a table is followed by a paragraph.

    Parameters
    ----------
    plot
        Draw the answer into an SVG, PDF or PNG file.
    report
        Also write a report of the answer: one HTML page, and its tables in a folder next to it.
    """

    plot: Path | None = None
    report: Path | None = None


@Parameter(name="*")
@dataclass(frozen=True)
class TableOptions:
    """How to read a table of your own.

    Parameters
    ----------
    columns
        Columns that have other names in the table, such as dose=mg_per_day,value=Occ.
    wide
        The factor, such as region, whose levels are columns of the table; two separated by a comma, such as
        region,condition.
    ignore
        Columns to leave out, separated by commas; a pattern such as "Comment*" leaves out several.
    decimal
        The decimal mark, "." or ","; inferred from the table if not given.
    sheet
        The sheet of a workbook, or part of the file names of a BIDS folder, such as model-SRTM.
    header
        The line or row with the column names, if it is not the first; 2-3 joins several.
    set
        Values that hold for every row and are not in the table, such as drug=BU224,value_unit=percent.
    outcome
        The outcome of the values, which chooses the column where a table has several: occupancy, bpnd, vt,
        dvr (BP_ND + 1), change (of BP from baseline) or remaining (BP over its baseline).
    fill
        Columns with a name in the first of several rows only, separated by commas, such as study: an empty
        cell repeats the one above.
    """

    columns: Annotated[tuple[str, ...], Parameter(show_default=False)] = ()
    wide: str | None = None
    ignore: Annotated[tuple[str, ...], Parameter(show_default=False)] = ()
    decimal: str | None = None
    sheet: str | None = None
    header: str | None = None
    set: Annotated[tuple[str, ...], Parameter(show_default=False)] = ()
    outcome: str | None = None
    fill: Annotated[tuple[str, ...], Parameter(show_default=False)] = ()

    @property
    def table_format(self) -> TableFormat:
        """The table format that these options describe."""
        from petfit.evidence import TableFormat

        renamed = "petfit's name=your name, such as dose=mg_per_day"
        columns = parse_pairs(split(",".join(self.columns)), "--columns", renamed)
        constants = parse_pairs(split(",".join(self.set)), "--set", "column=value, such as drug=BU224")
        return TableFormat(
            columns,
            self.wide,
            split(",".join(self.ignore)),
            self.decimal,
            self.sheet,
            self.header,
            constants,
            self.outcome,
            split(",".join(self.fill)),
        )


def parse_pairs(texts: Iterable[str], option: str, form: str) -> dict[str, str]:
    """Return values by name that are written name=value.

    Raises
    ------
    PetfitError
        If one of them is not of this form, or a name is given twice.

    Examples
    --------
    >>> parse_pairs(["region=midbrain"], "--at", "factor=level")
    {'region': 'midbrain'}
    """
    pairs: dict[str, str] = {}
    for pair in texts:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not (name and equals and value):
            raise PetfitError(f"{option} {pair!r}: write {form}")
        if name in pairs:
            raise PetfitError(f"{option}: {name} is given twice")
        pairs[name] = value
    return pairs


def split(text: str | None) -> tuple[str, ...]:
    """Return the parts of a text that are separated by commas.

    Examples
    --------
    >>> split("Comment, Source"), split(None)
    (('Comment', 'Source'), ())
    """
    return tuple(name.strip() for name in text.split(",")) if text else ()


def parse_numbers(text: str) -> list[float]:
    """Return numbers that are separated by commas.

    Raises
    ------
    PetfitError
        When a part of the text is not a number.

    Examples
    --------
    >>> parse_numbers("0.5,0.8")
    [0.5, 0.8]
    """
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise PetfitError(f"{text!r} is not a list of numbers. Separate them by commas: 0.5,0.8") from None
