"""Printing of answers: tables to read, files, or unrounded numbers for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from petfit.cli.options import AnswerOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from petfit.evidence import Evidence
    from petfit.report.text_tables import Table

__all__ = ["print_answer", "print_assumptions"]


def print_answer(options: AnswerOptions, flat: Callable[[], pd.DataFrame], *shown: tuple[str, Table]) -> int:
    """Print tables to read, or write or print one table of unrounded numbers; return the exit code."""
    from petfit.cli import terminal

    if options.is_printed_as_table:
        for title, text_table in shown:
            terminal.show(title, text_table)
    elif options.output is None:
        terminal.write(flat(), options.format)
    else:
        from petfit.evidence.tsv import sidecar, write_table
        from petfit.report.column_descriptions import dictionary

        frame = flat()
        write_table(frame, options.output, dictionary(frame))
        print(f"Wrote {options.output} and {sidecar(options.output)}")
    return 0


def print_assumptions(evidence: Evidence) -> None:
    """Print what was assumed when a table was read, a line each."""
    for sentence in evidence.defaults:
        print(f"Assumed: {sentence}.")
