"""Names that stand in the first of several rows only, as in printed tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from petfit.errors import Problem
from petfit.evidence.levels import LEVELS, one_person_levels
from petfit.evidence.option_words import columns_option
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.source_table import SourceTable

__all__ = ["ask_for_blank_names"]

_NAMES = ("study", "cohort", "subject", "drug", "region", "tracer", "target", "regimen")
_GROUPS = LEVELS.keys() - one_person_levels()


def ask_for_blank_names(source: SourceTable) -> SourceTable:
    """Ask for the names in rows below that of the only row with a name, where this is the form of a column.

    Such a column begins with a name, has no name twice, and has empty cells after each of its names, or after
    most of them. A row of a group has no subject, and is not asked for one.

    Parameters
    ----------
    source : SourceTable
        Text, with petfit's column names, before a wide table is made long.
    """
    return source.next(source.table, problems=[*_problems(source), *_row_numbers(source)])


def _row_numbers(source: SourceTable) -> Iterator[Problem]:
    """Yield the problem of a column n that numbers the rows, and so the people."""
    table = source.table
    if "n" not in table.columns or {"level", "subject", "sd", "se"} & set(table.columns):
        return
    numbers = [parse_number(str(text)) for text in table["n"]]
    if len(numbers) > 2 and numbers == list(range(1, len(numbers) + 1)):
        rule = "n counts the rows, 1, 2, 3, as if it were the number of each person"
        label = source.column_labels.get("n", "n")
        remedy = f"Use {columns_option({'subject': label})} if so, or --set level=group if these are groups."
        yield Problem(str(table.index[0]), "n", "1, 2, 3", rule, remedy)


def _problems(source: SourceTable) -> Iterator[Problem]:
    table = source.table
    for name in _NAMES:
        if name not in table.columns:
            continue
        rows = table.loc[[not group for group in _are_groups(source)]] if name == "subject" else table
        cells = ["" if is_missing(text) else str(text) for text in rows[name]]
        if _is_printed(cells):
            place = cells.index("")
            rule = f"the {name} seems to stand in the first of several rows only"
            remedy = f"If {cells[place - 1]!r} holds here too, add --fill {name}; otherwise write the {name}."
            yield Problem(str(rows.index[place]), name, "", rule, remedy)


def _are_groups(source: SourceTable) -> list[bool]:
    rows = zip(source.cells("level"), source.cells("n"), strict=True)
    return [level in _GROUPS or (parse_number(n) or 0) > 1 for level, n in rows]


def _is_printed(cells: Sequence[str]) -> bool:
    """Whether names stand above empty cells: each once, most of them followed by one."""
    named = [place for place, cell in enumerate(cells) if cell]
    if not named or named[0] != 0 or len(named) == len(cells) or len({*cells} - {""}) < len(named):
        return False
    followed = sum(place + 1 < len(cells) and not cells[place + 1] for place in named)
    has_blocks = len(named) > 1 and 2 * followed > len(named) and not _ends_alone(named, len(cells))
    return has_blocks or (len(named) == 1 and len(cells) > 2)


def _ends_alone(named: Sequence[int], count: int) -> bool:
    """Whether all empty cells are below the last name, as where only some people have one."""
    return named[-1] == len(named) - 1 < count - 1
