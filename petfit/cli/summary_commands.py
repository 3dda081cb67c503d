"""Commands that show a fit as a whole: its summary, its parameters, and the evidence in it."""

from __future__ import annotations

from pathlib import Path

from petfit.cli.app import app
from petfit.cli.options import AnswerOptions, ConditionOptions, Format, OutputOptions
from petfit.cli.output import load_fit, print_answer, print_frame

__all__ = ["evidence", "heterogeneity", "methods", "parameters", "summary"]

_CONDITIONS = ConditionOptions()
_ANSWER = AnswerOptions()
_OUTPUT = OutputOptions()


@app.command
def summary(file: Path, /, *, occupancy: float = 0.8, options: ConditionOptions = _CONDITIONS) -> int:
    """Print the screen of petfit fit again: the main answers of a fit, and whether to use them.

    Parameters
    ----------
    file
        A fit file.
    occupancy
        The target occupancy, a fraction.
    """
    from petfit.cli import terminal
    from petfit.cli.screen import screen
    from petfit.report.tables.summary_table import summary_table
    from petfit.results.main_answers import main_answers

    fit = load_fit(file)
    at, prob = options.levels, options.prob
    if options.is_printed_as_table:
        print(screen(fit, file, occupancy=occupancy, at=at, prob=prob, width=terminal.width()))
        return 0
    answers = main_answers(fit, occupancy, at=at, prob=prob)
    return print_answer(options, summary_table(answers, fit.spec.exposure_words))


@app.command
def parameters(file: Path, /, *, options: AnswerOptions = _ANSWER) -> int:
    """Print EC50, Emax and the Hill exponent of each drug.

    Parameters
    ----------
    file
        A fit file.
    """
    from petfit.report.tables.parameter_table import parameter_table
    from petfit.results.curve_draws import curve_draws
    from petfit.results.curve_parameters import curve_parameters

    curves = curve_draws(load_fit(file), options.predict_for, at=options.levels)
    return print_answer(options, parameter_table(curve_parameters(curves, options.prob)))


@app.command
def heterogeneity(
    file: Path, /, *, by: str | None = None, prob: float = 0.95, options: OutputOptions = _OUTPUT
) -> int:
    """Print how much studies, people, drugs and regions differ: the SD of each random effect.

    Parameters
    ----------
    file
        A fit file.
    by
        A factor, such as study: prints the EC50 of each of its levels over that of an average one instead.
    prob
        Probability of the equal-tailed interval.
    """
    from petfit.report.tables.heterogeneity_tables import heterogeneity_table, level_table

    answer = load_fit(file).heterogeneity(by, prob=prob)
    return print_answer(options, heterogeneity_table(answer) if by is None else level_table(answer))


@app.command
def methods(file: Path, /, *, occupancy: float = 0.8, window: tuple[float, float] | None = None) -> int:
    """Print a methods and a results paragraph with every number, prior, version and source, in Markdown.

    Parameters
    ----------
    file
        A fit file.
    occupancy
        The target occupancy, a fraction.
    window
        The lowest and the highest occupancy of a window, such as 0.65 0.80, whose doses are given as well.
    """
    print(load_fit(file).methods(occupancy, window=window))
    return 0


@app.command
def evidence(file: Path, /, *, format: Format = "table") -> int:
    """Print the rows of a fit, those that were excluded, and everything that was assumed.

    Parameters
    ----------
    file
        A fit file.
    format
        table for reading; json, csv or tsv print every row of the table, with a column that says whether it
        was fitted.
    """
    from petfit.cli import terminal
    from petfit.report.assumption_list import fit_assumptions
    from petfit.report.tables.content_tables import count_table
    from petfit.report.tables.evidence_row_tables import fitted_row_tables
    from petfit.report.tables.model_tables import reference_table

    fit = load_fit(file)
    if format != "table":
        table = fit.evidence.table
        print_frame(table.assign(fitted=table.index.isin(fit.design.rows.index)), format)
        return 0
    for shown in (*fitted_row_tables(fit), count_table(fit), reference_table(fit.design)):
        terminal.print_table(shown)
    for clause in fit_assumptions(fit):
        print(f"Assumed: {clause}.")
    return 0
