"""Tables on a terminal, or as JSON, CSV or TSV for the next program."""

from __future__ import annotations

import json
import sys
from typing import Literal

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from petfit import summaries
from petfit.checks import Check
from petfit.tables import Table

__all__ = ["Format", "checks", "show", "write"]

type Format = Literal["table", "json", "csv", "tsv"]
_WIDTH = 110


def write(flat: pd.DataFrame, kind: Format) -> None:
    """Print a DataFrame for a program: numbers unrounded, infinity as "inf"."""
    if kind == "json":
        print(json.dumps(summaries.records(flat), indent=2, ensure_ascii=False))
    else:
        separator = "\t" if kind == "tsv" else ","
        flat.to_csv(sys.stdout, index=False, sep=separator, na_rep="n/a", lineterminator="\n")


def show(title: str, table: Table) -> None:
    """Print a table for people."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    grid = Grid(box=box.SIMPLE_HEAD, title=Text(title), title_justify="left", title_style="bold")
    for name in table.columns:
        grid.add_column(Text(name))
    for row in table.rows:
        grid.add_row(*(Text(cell) for cell in row))
    console.print(grid)
    if table.caption:
        console.print(Text(f" {table.caption}\n"))


def checks(records: list[Check]) -> None:
    """Print the verdicts."""
    for record in records:
        print(f"{record.verdict}  {record.name}: {record.sentence}")
