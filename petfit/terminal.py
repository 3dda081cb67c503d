"""Tables on a terminal, or as JSON, CSV or TSV for the next program."""

from __future__ import annotations

import json
import sys
from typing import Literal

import pandas as pd
import xarray as xr
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from petfit import summaries, text
from petfit.checks import Check

__all__ = ["Format", "checks", "doses", "occupancies", "parameters", "plain", "write"]

type Format = Literal["table", "json", "csv", "tsv"]
_WIDTH = 110


def write(flat: pd.DataFrame, kind: Format) -> None:
    """Print a DataFrame for a program: numbers unrounded, infinity as "inf"."""
    if kind == "json":
        print(json.dumps(summaries.records(flat), indent=2, ensure_ascii=False))
    else:
        flat.to_csv(sys.stdout, index=False, sep="\t" if kind == "tsv" else ",", na_rep="n/a", lineterminator="\n")


def plain(title: str, columns: list[str], rows: list[list[str]], caption: str = "") -> None:
    """Print a table of text for people, with a title above and a caption below."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)
    table = Table(box=box.SIMPLE_HEAD, title=Text(title), title_justify="left", title_style="bold")
    for name in columns:
        table.add_column(Text(name))
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
    if caption:
        console.print(f" {caption}\n", markup=False)


def doses(table: xr.Dataset) -> None:
    """Print doses for occupancies."""
    flat = summaries.frame(table)
    rows = [
        [
            row.drug,
            f"{100 * row.occupancy:g} %",
            text.figure(row.median),
            text.span("dose", row.low, row.high),
            row.unit,
            text.probability(row.p_reached),
            _support(row.support, row.tested_low, row.tested_high),
        ]
        for row in flat.itertuples()
    ]
    columns = ["drug", "occupancy", "dose", f"{100 * table.attrs['prob']:g} % interval", "unit", "P(reached)"]
    plain("Dose for an occupancy", [*columns, "against the doses tested"], rows, text.caption(table))


def _support(word: str, low: float, high: float) -> str:
    tested = text.figure(low) if low == high else f"{text.figure(low)} to {text.figure(high)}"
    return word if word == "not tested" else f"{word} ({tested})"


def parameters(tables: dict[str, xr.Dataset], exposure: str) -> None:
    """Print the curve's parameters."""
    names = {"ec50": "EC50 (ED50)" if exposure == "dose" else "EC50", "emax": "Emax", "hill": "Hill"}
    rows = [
        [
            names[row.parameter],
            row.drug,
            text.quantity(row.parameter, row.median),
            text.span(row.parameter, row.low, row.high),
            row.unit if row.parameter == "ec50" else "",
            f"{row.r_hat:.4f}",
            f"{row.ess_bulk:.0f}",
        ]
        for row in summaries.parameter_frame(tables).itertuples()
    ]
    any_table = tables["ec50"]
    prob = f"{100 * any_table.attrs['prob']:g} % interval"
    columns = ["parameter", "drug", "median", prob, "unit", "R-hat", "ESS"]
    plain("EC50 and Emax", columns, rows, text.caption(any_table))


def occupancies(table: xr.Dataset) -> None:
    """Print occupancies at doses."""
    rows = [
        [row.drug, f"{row.dose:g}", row.unit, text.percent(row.median), text.span("emax", row.low, row.high)]
        for row in summaries.frame(table).itertuples()
    ]
    columns = ["drug", "dose", "unit", "occupancy", f"{100 * table.attrs['prob']:g} % interval"]
    plain("Occupancy at a dose", columns, rows, text.caption(table))


def checks(records: list[Check]) -> None:
    """Print the verdicts."""
    for record in records:
        print(f"{record.verdict}  {record.name}: {record.sentence}")
