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

from petfit.checks import Check
from petfit.errors import EvidenceError
from petfit.report import text_tables
from petfit.report.text_tables import Table
from petfit.results import summary

__all__ = ["Format", "checks", "problems", "show", "write", "write_json"]

type Format = Literal["table", "json", "csv", "tsv"]
_WIDTH = 110


def write(flat: pd.DataFrame, kind: Format) -> None:
    """Print a DataFrame for a program: numbers unrounded, infinity as "inf"."""
    if kind == "json":
        write_json(summary.records(flat))
    else:
        separator = "\t" if kind == "tsv" else ","
        flat.to_csv(sys.stdout, index=False, sep=separator, na_rep="n/a", lineterminator="\n")


def write_json(record: object) -> None:
    """Print a record for a program."""
    print(json.dumps(record, indent=2, ensure_ascii=False))


def show(title: str, table: Table, *, stderr: bool = False) -> None:
    """Print a table for people."""
    stream = sys.stderr if stderr else sys.stdout
    console = Console(width=None if stream.isatty() else _WIDTH, highlight=False, stderr=stderr)
    grid = Grid(box=box.SIMPLE_HEAD, title=Text(title), title_justify="left", title_style="bold")
    for name in table.columns:
        grid.add_column(Text(name))
    for row in table.rows:
        grid.add_row(*(Text(cell) for cell in row))
    console.print(grid)
    if table.caption:
        console.print(Text(f" {table.caption}\n"))


def problems(error: EvidenceError) -> None:
    """Print all that is wrong with a table as one table on stderr."""
    show(f"petfit: {error.headline}", text_tables.problems(error.problems), stderr=True)


def checks(records: list[Check], kind: Format = "table") -> None:
    """Print the verdicts; as JSON with their findings and tables."""
    flat = pd.DataFrame([(one.verdict, one.name, one.sentence) for one in records])
    flat.columns = pd.Index(["verdict", "check", "sentence"])
    if kind == "table":
        for record in records:
            print(f"{record.verdict}  {record.name}: {record.sentence}")
    elif kind == "json":
        whole = [
            {
                **said,
                "findings": summary.records(pd.DataFrame(record.findings)),
                "table": summary.records(text_tables.labelled(record.table)),
            }
            for said, record in zip(summary.records(flat), records, strict=True)
        ]
        write_json(whole)
    else:
        write(flat, kind)
