"""Commands that answer questions from a fit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from petfit.cli.app import app
from petfit.cli.options import AnswerOptions, parse_numbers
from petfit.cli.output import print_answer
from petfit.errors import PetfitError

if TYPE_CHECKING:
    pass

__all__ = ["attain", "contrast", "dose", "equivalent", "predict", "summary"]


_DEFAULTS = AnswerOptions()


@app.command
def summary(
    file: Path,
    /,
    *,
    options: AnswerOptions = _DEFAULTS,
) -> int:
    """Print EC50 and Emax of each drug.

    Parameters
    ----------
    file
        A fit file.
    """
    import petfit
    from petfit.report import text_tables
    from petfit.results import summary

    fitted = petfit.load(file)
    found = summary.parameters(fitted, options.predict_for, prob=options.prob, at=options.levels)
    laid = text_tables.parameters(found, fitted.spec.exposure_words)
    return print_answer(options, lambda: summary.parameter_frame(found), ("EC50 and Emax", laid))


@app.command
def dose(
    file: Path,
    /,
    *,
    occupancy: str = "0.8",
    options: AnswerOptions = _DEFAULTS,
) -> int:
    """Print the dose of each drug that reaches an occupancy.

    Parameters
    ----------
    file
        A fit file.
    occupancy
        Fractions, separated by commas.
    """
    import petfit
    from petfit.report import text_tables
    from petfit.results import summary

    found = petfit.load(file).dose_for_occupancy(
        parse_numbers(occupancy), options.predict_for, prob=options.prob, at=options.levels
    )
    return print_answer(
        options, lambda: summary.frame(found), ("Dose for an occupancy", text_tables.doses(found))
    )


@app.command
def predict(
    file: Path,
    /,
    *,
    dose: str,
    options: AnswerOptions = _DEFAULTS,
) -> int:
    """Print the occupancy of each drug at doses.

    Parameters
    ----------
    file
        A fit file.
    dose
        Doses in each drug's unit, separated by commas.
    """
    import petfit
    from petfit.report import text_tables
    from petfit.results import summary

    found = petfit.load(file).occupancy(
        parse_numbers(dose), options.predict_for, prob=options.prob, at=options.levels
    )
    return print_answer(
        options, lambda: summary.frame(found), ("Occupancy at a dose", text_tables.occupancies(found))
    )


@app.command
def attain(
    file: Path,
    /,
    *,
    occupancy: str = "0.8",
    dose: str | None = None,
    smallest: bool = False,
    options: AnswerOptions = _DEFAULTS,
) -> int:
    """Print how surely, and in how many people, the marketed strengths or other doses reach an occupancy.

    Parameters
    ----------
    file
        A fit file.
    occupancy
        Fractions, separated by commas.
    dose
        Doses in each drug's unit, separated by commas; if not given, every marketed strength, one a day.
    smallest
        Print the smallest marketed strength that is sure enough instead.
    """
    import petfit
    from petfit.report import text_tables
    from petfit.results import summary
    from petfit.results.target_attainment import CERTAINTIES

    if smallest and dose is not None:
        raise PetfitError("--smallest looks through the marketed strengths; leave out --dose")
    fitted, targets = petfit.load(file), parse_numbers(occupancy)
    if not smallest:
        doses = None if dose is None else parse_numbers(dose)
        found = fitted.target_attainment(
            doses, targets, options.predict_for, prob=options.prob, at=options.levels
        )
        laid = text_tables.attainment(found, all_doses=dose is not None)
        flat = summary.frame(found)
        wanted = flat[flat["marketed"]] if dose is None else flat
        print_answer(options, lambda: wanted, ("Occupancy reached", laid))
    if smallest or (dose is None and options.is_printed_as_table):
        predict_for, levels = options.predict_for, options.levels
        least = fitted.smallest_strength(targets, predict_for, certainty=CERTAINTIES, at=levels)
        laid = text_tables.smallest(least)
        print_answer(options, lambda: summary.frame(least), ("Smallest marketed strength", laid))
    return 0


@app.command
def contrast(file: Path, /, *, occupancy: str = "0.8", options: AnswerOptions = _DEFAULTS) -> int:
    """Print how EC50 and the dose for an occupancy differ between drugs, as ratios.

    Parameters
    ----------
    file
        A fit file.
    occupancy
        Fractions, separated by commas.
    """
    import pandas as pd

    import petfit
    from petfit.report import text_tables
    from petfit.results.contrasts import each_pair_once

    fitted = petfit.load(file)
    compared: tuple[Literal["ec50"] | float, ...] = ("ec50", *parse_numbers(occupancy))
    found = [
        fitted.contrasts(of, options.predict_for, prob=options.prob, at=options.levels) for of in compared
    ]
    shown = [(f"Ratios of {one.attrs['of']}", text_tables.differences(one)) for one in found]
    return print_answer(options, lambda: pd.concat(map(each_pair_once, found), ignore_index=True), *shown)


@app.command
def equivalent(file: Path, /, *, drug: str, dose: str, options: AnswerOptions = _DEFAULTS) -> int:
    """Print the dose of each drug that occupies as much as a dose of one of them does.

    Parameters
    ----------
    file
        A fit file.
    drug
        The drug whose doses are given.
    dose
        Doses in its unit, separated by commas.
    """
    import petfit
    from petfit.report import text_tables
    from petfit.results import summary

    fitted = petfit.load(file)
    doses, predict_for = parse_numbers(dose), options.predict_for
    found = fitted.equivalent_dose(drug, doses, predict_for, prob=options.prob, at=options.levels)
    return print_answer(
        options, lambda: summary.frame(found), ("Equivalent doses", text_tables.equivalents(found))
    )
