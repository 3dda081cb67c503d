"""Print tables, problems and checks on a terminal."""

from __future__ import annotations

import sys

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from petfit.checks import Check
from petfit.cli.formats import Format, print_frame, print_json
from petfit.errors import EvidenceError
from petfit.report.table import Table
from petfit.report.tables.check_tables import verdict_table, with_labels
from petfit.report.tables.content_tables import problem_table
from petfit.results import summary

__all__ = ["print_checks", "print_problems", "print_table"]

_WIDTH = 110


def print_table(table: Table, *, stderr: bool = False) -> None:
    """Print a table with its title and caption."""
    stream = sys.stderr if stderr else sys.stdout
    console = Console(width=None if stream.isatty() else _WIDTH, highlight=False, stderr=stderr)
    shown = table.narrow()
    grid = RichTable(box=box.SIMPLE_HEAD, title=Text(table.title), title_justify="left", title_style="bold")
    for heading in shown.headings:
        grid.add_column(Text(heading))
    for row in shown.rows:
        grid.add_row(*map(Text, row))
    console.print(grid)
    if table.caption:
        console.print(Text(f" {table.caption}\n"))


def print_problems(error: EvidenceError) -> None:
    """Print all problems of a table of evidence on stderr."""
    print_table(problem_table(error.problems, f"petfit: {error.headline}"), stderr=True)


def print_checks(checks: list[Check], file_format: Format = "table") -> None:
    """Print the verdicts of checks; as JSON with their findings and tables."""
    frame = verdict_table(checks).frame
    if file_format == "table":
        for check in checks:
            print(f"{check.verdict}  {check.name}: {check.sentence}")
    elif file_format == "json":
        print_json(
            [
                {
                    **record,
                    "findings": summary.records(pd.DataFrame(check.findings)),
                    "table": summary.records(with_labels(check.table)),
                }
                for record, check in zip(summary.records(frame), checks, strict=True)
            ]
        )
    else:
        print_frame(frame, file_format)
