"""Commands that judge fits: checks, the comparison of models, and the report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from petfit.cli.app import app
from petfit.cli.options import AnswerOptions, Format, parse_numbers
from petfit.cli.output import print_answer
from petfit.errors import PetfitError

__all__ = ["check", "compare", "report"]


_DEFAULTS = AnswerOptions()


@app.command
def check(file: Path, /, *, refit: bool = False, format: Format = "table") -> int:
    """Print the verdicts on a fit; exit with 1 if one is FAIL.

    Parameters
    ----------
    file
        A fit file.
    refit
        First fit again without each study and under other assumptions, which takes minutes, and keep what
        came of it in the fit file.
    format
        For people, or for programs; json has the figures beside their limits, and the tables behind the
        verdicts, as well.
    """
    import petfit
    from petfit.cli import terminal

    fitted = petfit.load(file)
    if refit:
        fitted = fitted.refit(progress=sys.stderr.isatty()).with_checks()
        fitted.save(file)
    records = fitted.check()
    terminal.print_checks(records, format)
    return int(any(record.verdict == "FAIL" for record in records))


@app.command
def compare(
    *files: Path, occupancy: str = "0.8", report: Path | None = None, options: AnswerOptions = _DEFAULTS
) -> int:
    """Compare fits of one table: leave-one-out, stacking weights, and the dose under each and stacked.

    Parameters
    ----------
    files
        Two fit files or more.
    occupancy
        Fractions, separated by commas.
    report
        Write a report of all models as well, one HTML page with its tables beside it.
    """
    import petfit
    from petfit.evidence.files import PAGE, check_target
    from petfit.report.tables.comparison_tables import model_comparison_table
    from petfit.report.tables.dose_table import dose_table

    if len(set(files)) < len(files):
        raise PetfitError("one fit file is given twice")
    if report is not None:
        check_target(report, PAGE, force=options.force)
    fits = {str(file): petfit.load(file) for file in files}
    targets, predict_for = parse_numbers(occupancy), options.predict_for
    found = petfit.compare(fits, targets, predict_for, prob=options.prob, at=options.levels)
    print_answer(options, model_comparison_table(found), dose_table(found.answers), frame=found.frame)
    for sentence in found.warnings:
        print(f"Warning: {sentence}", file=sys.stderr)
    if report is not None:
        from petfit.report import write_comparison

        print(f"Wrote {write_comparison(fits, found, report, force=options.force)}", file=sys.stderr)
    return 0


@app.command
def report(
    file: Path,
    /,
    *,
    output: Annotated[Path, Parameter(alias="-o")] = Path("report.html"),
    force: bool = False,
) -> int:
    """Write the report of a fit: one HTML file that needs no network, its tables in a folder beside it.

    Parameters
    ----------
    file
        A fit file.
    output
        The page to write.
    force
        Replace the output file even if it is not a report.
    """
    import petfit
    from petfit.evidence.files import PAGE, check_target

    check_target(output, PAGE, force=force)
    print(f"Wrote {petfit.load(file).report(output, force=force)}")
    return 0
