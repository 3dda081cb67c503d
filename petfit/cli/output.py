"""Print the answers of a command: tables for people; JSON, CSV or TSV, unrounded, for programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from petfit.cli.options import Format, OutputOptions

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from petfit.checks import Check
    from petfit.evidence import Evidence
    from petfit.fit import Fit
    from petfit.report.table import Table

__all__ = ["load_fit", "print_answer", "print_assumptions", "print_checks", "print_frame", "print_json"]

_MOST_COLUMNS = 8
"""More columns than this do not fit a slide."""


def load_fit(file: Path) -> Fit:
    """Read a fit file; warn on stderr if a check of the fit failed.

    Raises
    ------
    FitFileError
        See `petfit.load`.
    """
    import petfit
    from petfit.checks import stored_checks

    fit = petfit.load(file)
    failed = [check.title for check in stored_checks.stored(fit) if check.verdict == "FAIL"]
    if failed:
        print(
            f"Warning: {', '.join(failed)} failed: petfit check {file} says what not to use.", file=sys.stderr
        )
    return fit


def print_answer(options: OutputOptions, *tables: Table, frame: pd.DataFrame | None = None) -> int:
    """Print the tables of an answer, or print or write its numbers.

    Parameters
    ----------
    options : OutputOptions
        The format, and the file to write, if any.
    *tables : Table
        All are printed where the format is "table".
    frame : pandas.DataFrame, optional
        The numbers for programs; the frames of the tables below each other, if not given.

    Returns
    -------
    int
        The exit code, 0.
    """
    import pandas as pd

    from petfit.cli import terminal

    if options.is_printed_as_table:
        for table in tables:
            terminal.print_table(table)
        return 0
    if options.format == "markdown" and options.output is None:
        print("\n\n".join(_for_slide(table).markdown for table in tables))
        return 0
    if frame is None:
        frame = pd.concat([table.frame for table in tables], ignore_index=True)
    if options.output is None:
        print_frame(frame, options.format)
    else:
        _write(frame, options.output, force=options.force)
    return 0


def _for_slide(table: Table) -> Table:
    """Return a table as it is printed on a terminal if it is too wide for a slide."""
    return table.narrow() if len(table.headings) > _MOST_COLUMNS else table


def _write(frame: pd.DataFrame, output: Path, *, force: bool) -> None:
    from petfit.evidence.tsv import sidecar, write_table
    from petfit.report.column_descriptions import column_descriptions

    write_table(frame, output, column_descriptions(frame), force=force)
    print(f"Wrote {output} and {sidecar(output)}")


def print_frame(frame: pd.DataFrame, file_format: Format) -> None:
    """Print a DataFrame for a program, its numbers unrounded and infinity as "inf"."""
    from petfit.evidence.spreadsheet_text import for_spreadsheet
    from petfit.report.json_records import json_records
    from petfit.report.table import Table

    if file_format == "json":
        print_json(json_records(frame))
    elif file_format == "markdown":
        print(Table.from_frame("answers", "Answers", frame).markdown)
    else:
        separator = "\t" if file_format == "tsv" else ","
        cells = for_spreadsheet(frame)
        cells.to_csv(sys.stdout, index=False, sep=separator, na_rep="n/a", lineterminator="\n")


def print_json(record: object) -> None:
    """Print a record as JSON."""
    print(json.dumps(record, indent=2, ensure_ascii=False))


def print_checks(checks: list[Check], file_format: Format) -> None:
    """Print the verdicts of checks for a program; as JSON with their findings and tables."""
    import pandas as pd

    from petfit.report.json_records import json_records
    from petfit.report.tables.check_tables import verdict_table, with_labels

    frame = verdict_table(checks).frame
    if file_format != "json":
        print_frame(frame, file_format)
        return
    print_json(
        [
            {
                **record,
                "findings": json_records(pd.DataFrame(check.findings)),
                "table": json_records(with_labels(check.table)),
            }
            for record, check in zip(json_records(frame), checks, strict=True)
        ]
    )


def print_assumptions(evidence: Evidence) -> None:
    """Print what was assumed when a table was read, one line each."""
    for sentence in evidence.assumptions:
        print(f"Assumed: {sentence}.")
