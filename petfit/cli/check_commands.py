"""Commands for checks, the comparison of models, and the report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from petfit.cli.app import app
from petfit.cli.options import AnswerOptions, Format, parse_numbers
from petfit.cli.output import print_answer, print_checks
from petfit.errors import PetfitError

__all__ = ["check", "compare", "report"]


_DEFAULTS = AnswerOptions()


@app.command
def check(
    file: Path,
    /,
    *,
    refit: bool = False,
    folder: Path | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    format: Format = "table",
) -> int:
    """Print the checks of a fit and the limits of its data; the exit status is 1 if a check fails.

    Parameters
    ----------
    file
        A fit file.
    refit
        First refit without each study and under other assumptions, which takes minutes, and save the
        results in the fit file.
    folder
        Where the results of finished refits are kept, so that a command that was stopped continues.
    workers
        How many processes refit; one for each processor if not given.
    scheduler
        The address of a Dask scheduler, such as tcp://host:8786, whose workers refit instead.
    format
        table for reading, or json, csv or tsv; json includes the figures, their limits and the tables of the
        checks.
    """
    import petfit
    from petfit.checks.verdict import verdict
    from petfit.cli import terminal
    from petfit.report.caveats import limits
    from petfit.results.prior_contraction import prior_contraction

    fitted = petfit.load(file)
    if refit:
        fitted = fitted.with_refits(
            folder=folder, workers=workers, scheduler=scheduler, progress=sys.stderr.isatty()
        ).with_checks()
        fitted.save(file)
    records = fitted.check()
    if format == "table":
        contraction = prior_contraction(fitted)
        terminal.print_verdict(verdict(records, limits(fitted, fitted.dose_for_occupancy(), contraction)))
    else:
        print_checks(records, format)
    return terminal.exit_status(records)


@app.command
def compare(
    *files: Path, occupancy: str = "0.8", report: Path | None = None, options: AnswerOptions = _DEFAULTS
) -> int:
    """Compare models of one table: leave-one-out, stacking weights, and doses by model and stacked.

    Parameters
    ----------
    files
        Two or more fit files.
    occupancy
        Fractions, separated by commas.
    report
        Also write a report of all models: one HTML page, and its tables in a folder next to it.
    """
    import petfit
    from petfit.evidence.files import PAGE, check_target, printable_name
    from petfit.report.tables.comparison_tables import model_comparison_table
    from petfit.report.tables.dose_tables import dose_table

    if len(set(files)) < len(files):
        raise PetfitError("a fit file is given twice")
    if report is not None:
        check_target(report, PAGE, force=options.force)
    fits = {printable_name(file): petfit.load(file) for file in files}
    targets, predict_for = parse_numbers(occupancy), options.predict_for
    comparison = petfit.compare(fits, targets, predict_for, prob=options.prob, at=options.levels)
    tables = model_comparison_table(comparison), dose_table(comparison.answers)
    print_answer(options, *tables, frame=comparison.frame)
    for sentence in comparison.warnings:
        print(f"Warning: {sentence}", file=sys.stderr)
    if report is not None:
        from petfit.report.write import write_comparison

        print(f"Wrote {write_comparison(fits, comparison, report, force=options.force)}", file=sys.stderr)
    return 0


@app.command
def report(
    file: Path,
    /,
    *,
    occupancy: float | None = None,
    window: tuple[float, float] | None = None,
    output: Annotated[Path, Parameter(alias="-o")] = Path("report.html"),
    force: bool = False,
) -> int:
    """Write the report of a fit: an HTML page that works offline, and its tables in a folder next to it.

    Parameters
    ----------
    file
        A fit file.
    occupancy
        The target occupancy whose dose the report gives, a fraction; 0.8, or the lower end of the window, if
        not given.
    window
        The lowest and the highest occupancy of a window, such as 0.65 0.80: the report then answers which
        doses keep the occupancy inside.
    output
        The page to write.
    force
        Replace the output file even if it is not a report.
    """
    import petfit
    from petfit.evidence.files import PAGE, check_target

    check_target(output, PAGE, force=force)
    print(f"Wrote {petfit.load(file).report(output, occupancy=occupancy, window=window, force=force)}")
    return 0
