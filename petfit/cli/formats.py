"""Print numbers for programs: JSON, CSV or TSV."""

from __future__ import annotations

import json
import sys
from typing import Literal

import pandas as pd

from petfit.evidence.spreadsheet_text import for_spreadsheet
from petfit.report.table import Table
from petfit.results import summary

__all__ = ["Format", "print_frame", "print_json"]

type Format = Literal["table", "markdown", "json", "csv", "tsv"]


def print_frame(frame: pd.DataFrame, file_format: Format) -> None:
    """Print a DataFrame for a program, its numbers unrounded and infinity as "inf"."""
    if file_format == "json":
        print_json(summary.records(frame))
    elif file_format == "markdown":
        print(Table.from_frame("answers", "Answers", frame).markdown)
    else:
        separator = "\t" if file_format == "tsv" else ","
        cells = for_spreadsheet(frame)
        cells.to_csv(sys.stdout, index=False, sep=separator, na_rep="n/a", lineterminator="\n")


def print_json(record: object) -> None:
    """Print a record as JSON."""
    print(json.dumps(record, indent=2, ensure_ascii=False))
