"""Errors a user can act on: what was wrong, where, what was seen, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["EvidenceError", "FitFileError", "PetfitError", "Problem", "SpecError", "nearest"]


class PetfitError(ValueError):
    """Something in the input that the user can mend; its text says how."""


class SpecError(PetfitError):
    """A model file that cannot be understood, or that does not suit the evidence."""


class FitFileError(PetfitError):
    """A fit file that is missing, cut short, or not one of petfit's."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a table.

    Parameters
    ----------
    where : str
        The place, as the user would look it up: ``line 4`` of a file, ``row 3`` of a frame.
    column : str
        The column, or several joined by commas.
    seen : str
        The value found there.
    rule : str
        What should hold.
    remedy : str
        What to do about it.
    """

    where: str
    column: str
    seen: str
    rule: str
    remedy: str

    def __str__(self) -> str:
        seen = f" (seen: {self.seen!r})" if self.seen else ""
        column = f", column {self.column}" if self.column else ""
        return f"{self.where}{column}: {self.rule}{seen}. {self.remedy}"


class EvidenceError(PetfitError):
    """A table refused whole, with every problem found in it.

    Parameters
    ----------
    table : str
        Name of the table.
    problems : sequence of Problem
        All that is wrong with it, in reading order.
    """

    def __init__(self, table: str, problems: Sequence[Problem]) -> None:
        self.table = table
        self.problems = tuple(problems)
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{self.headline}\n{lines}")

    @property
    def headline(self) -> str:
        """The table and how many problems it has."""
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        return f"{self.table}: {count}, nothing was read"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a sentence that offers the known word nearest to a mistyped one, or lists them all.

    Examples
    --------
    >>> nearest("dos", ["dose", "drug"])
    "Did you mean 'dose'?"
    """
    known = sorted(known)
    spelled = {one.lower(): one for one in known}
    close = difflib.get_close_matches(word.lower(), spelled, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {spelled[close[0]]!r}?"
    return f"Known: {', '.join(known)}." if known else ""
