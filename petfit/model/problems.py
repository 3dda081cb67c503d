"""What keeps a model and a table from fitting together, collected so that all of it is reported at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd

from petfit.errors import SpecError

__all__ = ["Problems", "row_list"]

_LONGEST_LIST = 20


class Problems:
    """Messages of errors that were caught.

    Examples
    --------
    >>> problems = Problems()
    >>> for name in ("a", "b"):
    ...     with problems.collecting():
    ...         raise SpecError(f"{name} is missing")
    >>> problems.raise_all("mine.csv")
    Traceback (most recent call last):
    petfit.errors.SpecError: mine.csv: 2 problems with the model
      a is missing
      b is missing
    """

    def __init__(self) -> None:
        self.messages: list[str] = []

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Catch a `SpecError` and keep its message."""
        try:
            yield
        except SpecError as error:
            self.messages.append(error.in_shell)

    def raise_all(self, table: str) -> None:
        """Raise one error with all messages, if there are any.

        Parameters
        ----------
        table : str
            Name of the table.

        Raises
        ------
        SpecError
            With every message.
        """
        if len(self.messages) == 1:
            raise SpecError(f"{table}: {self.messages[0]}")
        if self.messages:
            lines = "".join(f"\n  {message}" for message in self.messages)
            raise SpecError(f"{table}: {len(self.messages)} problems with the model{lines}")


def row_list(rows: pd.Index) -> str:
    """Return the places of rows in words.

    Examples
    --------
    >>> row_list(pd.Index(["line 2", "line 5", "line 9"]))
    'line 2, line 5 and line 9'
    """
    names = [str(where) for where in rows[:_LONGEST_LIST]]
    if len(rows) > _LONGEST_LIST:
        names.append(f"{len(rows) - _LONGEST_LIST} more rows")
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
