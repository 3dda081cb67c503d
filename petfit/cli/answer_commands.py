"""Commands that answer questions from a fit."""

from __future__ import annotations

from pathlib import Path

from petfit.cli.app import app
from petfit.cli.options import AnswerOptions, ConditionOptions, Drugs, parse_numbers
from petfit.cli.output import load_fit, print_answer
from petfit.errors import PetfitError

__all__ = ["attain", "contrast", "dose", "equivalent", "predict", "selectivity", "window"]


_DEFAULTS = AnswerOptions()
_CONDITIONS = ConditionOptions()


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
    from petfit.report.tables.dose_tables import dose_table
    from petfit.results.target_dose import dose_at_moments

    fit, targets, at = load_fit(file), parse_numbers(occupancy), options.levels
    if fit.spec.pk and not {"when", "time_h"} & at.keys():
        doses = dose_at_moments(fit, targets, options.predict_for, at=at, prob=options.prob)
    else:
        doses = fit.dose_for_occupancy(targets, options.predict_for, prob=options.prob, at=at)
    return print_answer(options, dose_table(doses))


@app.command
def predict(
    file: Path,
    /,
    *,
    dose: str,
    options: AnswerOptions = _DEFAULTS,
) -> int:
    """Print the occupancy of each drug at given doses.

    Parameters
    ----------
    file
        A fit file.
    dose
        Doses in each drug's unit, separated by commas.
    """
    from petfit.report.tables.occupancy_table import occupancy_table

    occupancies = load_fit(file).occupancy(
        parse_numbers(dose), options.predict_for, prob=options.prob, at=options.levels
    )
    return print_answer(options, occupancy_table(occupancies))


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
    """Print the probability that an occupancy is reached at marketed strengths, tested or given doses.

    Parameters
    ----------
    file
        A fit file.
    occupancy
        Fractions, separated by commas.
    dose
        Doses in each drug's unit, separated by commas; if not given, every marketed strength as a daily
        dose or, where there is none, up to six of the doses tested.
    smallest
        Print only the smallest marketed strength that reaches the occupancy with enough probability.
    """
    from petfit.report.tables.attainment_tables import attainment_table, smallest_strength_table
    from petfit.results import summary
    from petfit.results.marketed_strengths import marketed_strengths

    if smallest and dose is not None:
        raise PetfitError("--smallest chooses among the marketed strengths; leave out --dose")
    fitted, targets = load_fit(file), parse_numbers(occupancy)
    if not smallest:
        doses = None if dose is None else parse_numbers(dose)
        attainment = fitted.target_attainment(
            doses, targets, options.predict_for, prob=options.prob, at=options.levels
        )
        print_answer(options, attainment_table(attainment, usual_only=dose is None))
    if smallest or (dose is None and options.is_printed_as_table):
        reasons = {drug: marketed_strengths(fitted, drug)[1] for drug in fitted.design.drugs}
        if all(reasons.values()):
            if smallest:
                named = "; ".join(f"{drug}: {reason}" for drug, reason in reasons.items())
                raise PetfitError(
                    f"there is no marketed strength ({named}). Fit with --drug-table to give them."
                )
            return 0
        strengths = fitted.smallest_strength(targets, options.predict_for, at=options.levels)
        print_answer(options, smallest_strength_table(strengths), frame=summary.frame(strengths))
    return 0


@app.command
def window(
    file: Path,
    low: float,
    high: float,
    /,
    *,
    dose: str | None = None,
    options: ConditionOptions = _CONDITIONS,
) -> int:
    """Print the doses of each drug that keep the occupancy in a window, for a typical and a new person.

    Parameters
    ----------
    file
        A fit file.
    low
        The lowest occupancy of the window, a fraction.
    high
        The highest occupancy of the window, a fraction.
    dose
        Doses in each drug's unit, separated by commas, at which the probability is printed; if not given,
        the marketed strengths or, where there are none, up to six of the doses tested.
    """
    from petfit.report.tables.window_tables import window_probability_table, window_table
    from petfit.results import summary

    doses = None if dose is None else parse_numbers(dose)
    answer = load_fit(file).window(low, high, doses, at=options.levels, prob=options.prob)
    tables = window_table(answer), window_probability_table(answer, usual_only=dose is None)
    return print_answer(options, *tables, frame=summary.frame(answer))


@app.command
def selectivity(
    file: Path,
    /,
    *,
    drug: Drugs = (),
    at_occupancy: str = "0.8",
    dose: str | None = None,
    options: AnswerOptions = _DEFAULTS,
) -> int:
    """Print the occupancy of the other targets of each drug.

    Parameters
    ----------
    file
        A fit file.
    drug
        A drug; may be repeated. All drugs if not given.
    at_occupancy
        Occupancies of the first target, fractions separated by commas: the others are given at the dose that
        reaches them.
    dose
        Doses in each drug's unit, separated by commas, instead of --at-occupancy.
    """
    from petfit.report.tables.selectivity_table import selectivity_table
    from petfit.results.selectivity import selectivity

    answer = selectivity(
        load_fit(file),
        parse_numbers(at_occupancy),
        options.predict_for,
        drug or None,
        dose=None if dose is None else parse_numbers(dose),
        at=options.levels,
        prob=options.prob,
    )
    return print_answer(options, selectivity_table(answer))


@app.command
def contrast(file: Path, /, *, occupancy: str = "0.8", options: AnswerOptions = _DEFAULTS) -> int:
    """Print ratios of EC50 and of the dose for an occupancy between drugs.

    Parameters
    ----------
    file
        A fit file.
    occupancy
        Fractions, separated by commas.
    """
    from petfit.report.tables.contrast_table import contrast_table

    fit = load_fit(file)
    if len(fit.design.drugs) == 1:
        raise PetfitError(f"{file}: a ratio needs two drugs; this fit has only {fit.design.drugs[0]}.")
    contrasts = [
        fit.contrasts(target, options.predict_for, prob=options.prob, at=options.levels)
        for target in (None, *parse_numbers(occupancy))
    ]
    return print_answer(options, *map(contrast_table, contrasts))


@app.command
def equivalent(file: Path, /, *, drug: str, dose: str, options: AnswerOptions = _DEFAULTS) -> int:
    """Print the dose of each drug that gives the same occupancy as a dose of one of them.

    Parameters
    ----------
    file
        A fit file.
    drug
        The drug whose doses are given.
    dose
        Doses in its unit, separated by commas.
    """
    from petfit.report.tables.dose_tables import equivalent_dose_table

    equivalents = load_fit(file).equivalent_dose(
        drug, parse_numbers(dose), options.predict_for, prob=options.prob, at=options.levels
    )
    return print_answer(options, equivalent_dose_table(equivalents))
