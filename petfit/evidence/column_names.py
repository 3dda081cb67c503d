"""The user's names of columns, and the columns left out on purpose."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from petfit.errors import Problem, nearest
from petfit.evidence.cells import Cells
from petfit.evidence.columns import COLUMNS

__all__ = ["renamed"]


def renamed(
    cells: Cells, columns: Mapping[str, str], ignore: Collection[str], extra: Collection[str]
) -> Cells:
    """Return a table with petfit's names of columns, without those to be ignored.

    Parameters
    ----------
    cells : Cells
        As the source has them.
    columns : dict of str to str
        From petfit's name to the one of the source.
    ignore : collection of str
        Columns to leave out.
    extra : collection of str
        Columns beyond the canonical ones, which may be mapped too.

    Raises
    ------
    EvidenceError
        When a name is unknown on either side, or two columns would become one.
    """
    problems = [
        *_unknown(cells, columns, ignore, COLUMNS.keys() | set(extra)),
        *_clashes(cells, columns, ignore),
    ]
    if problems:
        raise cells.error(problems)
    ours = {theirs: name for name, theirs in columns.items()}
    table = cells.table.drop(columns=list(ignore)).rename(columns=ours)
    shown = {ours.get(theirs, theirs): text for theirs, text in cells.shown.items()}
    shown |= {name: cells.shown.get(theirs, theirs) for name, theirs in columns.items()}
    default = f"columns {', '.join(ignore)} left out, as asked" if ignore else ""
    return cells.having(table, default=default, shown=shown)


def _unknown(
    cells: Cells, columns: Mapping[str, str], ignore: Collection[str], known: Collection[str]
) -> Iterator[Problem]:
    there = list(cells.table.columns)
    for name, theirs in columns.items():
        if name not in known:
            rule = f"this is to stand for {theirs!r}, and is not a column petfit knows"
            yield Problem("columns", name, "", rule, nearest(name, known))
    for where, names in (("columns", columns.values()), ("ignore", ignore)):
        for theirs in names:
            if theirs not in there:
                yield Problem(where, theirs, "", "the table has no such column", nearest(theirs, there))


def _clashes(cells: Cells, columns: Mapping[str, str], ignore: Collection[str]) -> Iterator[Problem]:
    taken = list(columns.values())
    for theirs in sorted({name for name in taken if taken.count(name) > 1}):
        names = " and ".join(name for name, one in columns.items() if one == theirs)
        rule = f"one column cannot be {names}"
        yield Problem("columns", theirs, "", rule, "Map it once.")
    for theirs in sorted(set(taken) & set(ignore)):
        yield Problem("ignore", theirs, "", "this column is mapped and ignored", "Do one of the two.")
    left = set(cells.table.columns) - set(taken) - set(ignore)
    for name, theirs in columns.items():
        if name in left:
            rule = f"the table has a column {name} besides {theirs!r}, which is to become it"
            yield Problem("columns", name, "", rule, "Ignore one of them, or leave out the mapping.")
