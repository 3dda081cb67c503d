"""From a table of text to one of text and numbers."""

from __future__ import annotations

import math
import re

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.cell_words import number_problem
from petfit.evidence.columns import NUMBERS, STATISTICS
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.source_table import SourceTable

__all__ = ["parse_cells"]

_CODE = re.compile(r"-99+(?:\.0*)?")
"""No dose, concentration or occupancy is that negative."""
_CODE_OF_VALUE = re.compile(r"9999?(?:\.0*)?")


def parse_cells(source: SourceTable) -> SourceTable:
    """Turn the text of every column into its type.

    A cell that is not a number becomes NaN and is a problem, unless there is one with that cell already.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column.
    """
    known = {(problem.where, problem.column) for problem in source.problems}
    columns: dict[str, list[str] | list[float]] = {}
    problems: list[Problem] = []
    for name in source.table.columns:
        if name not in NUMBERS and name not in STATISTICS:
            columns[name] = ["" if is_missing(text) else str(text) for text in source.table[name]]
            continue
        numbers = [parse_number(text) for text in source.table[name]]
        columns[name] = [math.nan if number is None else number for number in numbers]
        problems += [
            number_problem(str(where), name, text)
            for (where, text), number in zip(source.table[name].items(), numbers, strict=True)
            if number is None and (str(where), name) not in known
        ]
        problems += [
            Problem(str(where), name, text, "this is a code for a missing number", "Leave the cell empty.")
            for where, text in source.table[name].items()
            if _CODE.fullmatch(text) or (name == "value" and _CODE_OF_VALUE.fullmatch(text))
        ]
    return source.next(pd.DataFrame(columns, index=source.table.index), problems=problems)
