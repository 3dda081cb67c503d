"""Print tables, problems and verdicts on a terminal."""

from __future__ import annotations

import io
import shutil
import sys
import textwrap

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from petfit.checks import Check
from petfit.checks.verdict import Verdict
from petfit.errors import EvidenceError
from petfit.report.table import Table
from petfit.report.tables.content_tables import problem_table

__all__ = ["exit_status", "lines", "print_problems", "print_table", "print_verdict", "width"]

_WIDTH = 110
"""The columns of tables in a file or a pipe."""

_SCREEN_WIDTH = 80
_GAP = 2
"""The columns between two columns of a table."""


def width() -> int:
    """Return the columns of the terminal; 80 where stdout is a file or a pipe."""
    return shutil.get_terminal_size((_SCREEN_WIDTH, 0)).columns if sys.stdout.isatty() else _SCREEN_WIDTH


def lines(table: Table, columns: int) -> list[str]:
    """Return the headings and the rows of a table as lines, without its title and its caption."""
    console = Console(width=columns, highlight=False, file=io.StringIO())
    widths = _widths(table, columns) or _natural_widths(table)
    with console.capture() as capture:
        console.print(_grid(table, widths, None))
    return [line.rstrip() for line in capture.get().splitlines()]


def print_table(table: Table, *, stderr: bool = False) -> None:
    """Print a table with its title and caption; one cell a line where a row is wider than the terminal."""
    stream = sys.stderr if stderr else sys.stdout
    console = Console(width=None if stream.isatty() else _WIDTH, highlight=False, stderr=stderr)
    shown = table.narrow()
    console.print(Text(shown.title, style="bold"))
    if widths := _widths(shown, console.width):
        console.print(_grid(shown, widths, box.SIMPLE_HEAD))
    else:
        _print_cells(shown, console)
    if table.caption:
        console.print(Text(table.caption))
    console.print()


def _natural_widths(table: Table) -> list[int]:
    """Return the length of the longest line of each column."""
    columns = zip(table.headings, *table.rows, strict=True)
    return [max(cell_len(line) for text in column for line in text.split("\n")) for column in columns]


def _widths(table: Table, total: int) -> list[int]:
    """Return widths of the columns that break no word, the widest reduced first; none if there are none."""
    widths, available = _natural_widths(table), total - _GAP * (len(table.headings) - 1)
    columns = zip(table.headings, *table.rows, strict=True)
    words = [max(cell_len(word) for text in column for word in text.split() or [""]) for column in columns]
    if sum(words) > available:
        return []
    while sum(widths) > available:
        widest = max(range(len(widths)), key=lambda i: (widths[i] > words[i], widths[i]))
        widths[widest] -= 1
    return widths


def _grid(table: Table, widths: list[int], lines: box.Box | None) -> RichTable:
    """Return the headings and the cells of a table as a grid of rich."""
    padding = (0, _GAP if lines is None else _GAP - 1, 0, 0)  # a box has a divider one column wide
    grid = RichTable(box=lines, padding=padding, pad_edge=False, show_edge=False)
    for heading, width in zip(table.headings, widths, strict=True):
        grid.add_column(Text(heading), width=width)
    for row in table.rows:
        grid.add_row(*map(Text, row))
    return grid


def _print_cells(table: Table, console: Console) -> None:
    """Print each filled cell with its heading on a line of its own, each row after a blank line."""
    for row in table.rows:
        cells = [pair for pair in zip(table.headings, row, strict=True) if pair[1]]
        for i, (heading, cell) in enumerate(cells):
            console.print(Padding(Text(f"{heading}: {cell}"), (0, 0, 0, 2 * (i > 0))))
        console.print()


def print_problems(error: EvidenceError) -> None:
    """Print all problems of a table of evidence on stderr."""
    print_table(problem_table(error.problems, f"petfit: {error.headline}"), stderr=True)


def exit_status(checks: list[Check]) -> int:
    """Return 1 if a check failed, otherwise 0."""
    return int(any(check.verdict == "FAIL" for check in checks))


def _hanging(text: str) -> str:
    """Wrap a text at the width of the terminal, its further lines indented."""
    return textwrap.fill(text, width(), subsequent_indent="      ", break_long_words=False)


def print_verdict(judgement: Verdict) -> None:
    """Print a verdict, every check, the worst first, and the limits of the data."""
    print(judgement.sentence)
    for check in judgement.checks:
        print(_hanging(f"{check.verdict}  {check.title}: {check.text}"))
    for sentence in judgement.limits:
        print(_hanging(f"Limit: {sentence}"))
