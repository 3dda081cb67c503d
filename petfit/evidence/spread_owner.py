"""Ask whose spread a column SD, SE or CV is that stands behind one that is not of the values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise

from petfit.errors import Problem
from petfit.evidence.columns import COLUMNS
from petfit.evidence.header_meaning import header_meaning
from petfit.evidence.option_words import columns_option, ignore_option
from petfit.evidence.parse import is_missing
from petfit.evidence.source_table import SourceTable
from petfit.evidence.statistic_names import statistic_name
from petfit.evidence.table_format import TableFormat
from petfit.evidence.wide.non_value_columns import is_about_people, is_of_plasma

__all__ = ["ask_whose_spread"]

_SPREADS = ("sd", "se", "cv")
_OTHERS = ("dose", "concentration", "weight")


def ask_whose_spread(source: SourceTable, table_format: TableFormat, extra: Collection[str]) -> SourceTable:
    """Ask whose spread an SD, SE or CV is that stands behind a column of doses, concentrations or ages.

    In a table with petfit's own names, columns can be in any order.

    Parameters
    ----------
    source : SourceTable
        With the columns as the source has them.
    table_format : TableFormat
        A mapping of the column to petfit's name is an answer, and so is leaving it out.
    extra : collection of str
        Columns beyond the canonical ones, which a model uses; they can stand anywhere.
    """
    return source.next(source.table, problems=_problems(source, table_format, extra))


def _problems(source: SourceTable, table_format: TableFormat, extra: Collection[str]) -> Iterator[Problem]:
    names = source.names
    answered = {*table_format.columns.values(), *table_format.ignore}
    for left, name in pairwise(names if table_format.wide is None else ()):
        statistic = statistic_name(re.sub(r"[\W_]*%[\W_]*", "", name)) or ""
        is_ours = name in COLUMNS and "value" in names
        is_asked = statistic in _SPREADS and name not in answered and left not in extra and not is_ours
        if not is_asked or all(map(is_missing, source.table[name])):
            continue
        header = header_meaning(source, left, (), is_wide=False)
        column = header.column if header else left
        if column not in _OTHERS and not is_about_people(left) and not is_of_plasma(left):
            continue
        is_of_concentrations = statistic == "sd" and column == "concentration"
        other = columns_option({"concentration_sd": name}) if is_of_concentrations else ignore_option([name])
        remedy = f"Use {columns_option({statistic: name})} if it is of the values, {other} if of {left}."
        rule = f"this stands behind {left!r} and may be its spread, not that of the values"
        yield Problem("header", name, "", rule, remedy)
