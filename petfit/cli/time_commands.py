"""Commands that answer questions about time, from a fit of a model with kinetics."""

from __future__ import annotations

from pathlib import Path

from petfit.cli.app import app
from petfit.cli.options import AnswerOptions, Drugs, parse_numbers
from petfit.cli.output import load_fit, print_answer

__all__ = ["stop", "time"]

_DEFAULTS = AnswerOptions()


@app.command
def time(
    file: Path,
    /,
    *,
    dose: float,
    drug: Drugs = (),
    hours: str | None = None,
    missed: int = 0,
    occupancy: float = 0.8,
    options: AnswerOptions = _DEFAULTS,
) -> int:
    """Print occupancy and plasma concentration over the hours after a dose at steady state.

    Parameters
    ----------
    file
        A fit file of a model with kinetics.
    dose
        Each dose, in mg; --every says how often it is taken.
    drug
        A drug; may be repeated. All drugs if not given.
    hours
        Hours after the dose, separated by commas; over the dosing interval if not given.
    missed
        How many doses are missed after it.
    occupancy
        The hours above this occupancy, a fraction, are given as well.
    """
    from petfit.report.tables.time_tables import time_table

    answer = load_fit(file).time_course(
        dose,
        options.every,
        options.predict_for,
        drugs=drug or None,
        times=None if hours is None else parse_numbers(hours),
        missed=missed,
        occupancy=occupancy,
        at=options.levels,
        prob=options.prob,
    )
    return print_answer(options, time_table(answer))


@app.command
def stop(
    file: Path,
    /,
    *,
    dose: float,
    drug: Drugs = (),
    below: str = "0.5",
    options: AnswerOptions = _DEFAULTS,
) -> int:
    """Print the hours from the last dose until occupancy stays below a level.

    Parameters
    ----------
    file
        A fit file of a model with kinetics.
    dose
        Each dose, in mg; --every says how often it was taken.
    drug
        A drug; may be repeated. All drugs if not given.
    below
        Occupancies, fractions separated by commas.
    """
    from petfit.report.tables.time_tables import stop_table

    answer = load_fit(file).stopping(
        dose,
        parse_numbers(below),
        options.every,
        options.predict_for,
        drugs=drug or None,
        at=options.levels,
        prob=options.prob,
    )
    return print_answer(options, stop_table(answer))
