"""Errors in the input: what is wrong, where, what was seen, and how to correct it."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from petfit.python_words import in_python

__all__ = ["EvidenceError", "FitFileError", "PetfitError", "Problem", "SpecError", "nearest", "short_repr"]


class PetfitError(ValueError):
    """An error in the input; the message says how to correct it.

    It is written for the command line, which prints `in_shell`; Python shows its options as arguments.

    Examples
    --------
    >>> import petfit
    >>> try:
    ...     petfit.read_model("ssrii")
    ... except petfit.PetfitError as error:
    ...     print(error)
    model 'ssrii': neither a bundled model nor a file. Did you mean 'ssri'? Or give the path of a TOML file.
    """

    def __str__(self) -> str:
        return in_python(self.in_shell)

    @property
    def in_shell(self) -> str:
        """The message with options of the command line."""
        return super().__str__()


class SpecError(PetfitError):
    """A model that is not valid, or that cannot be fitted to the evidence."""


class FitFileError(PetfitError):
    """A fit file that is missing or damaged, or a file that is not a fit."""


@dataclass(frozen=True)
class Problem:
    """One problem in a table.

    Parameters
    ----------
    where : str
        The place in the table, such as ``line 4`` of a file or ``row 3`` of a DataFrame.
    column : str
        The column, or several separated by commas.
    seen : str
        The value found there.
    rule : str
        The rule that the value breaks.
    remedy : str
        How to correct it, with options of the command line.
    """

    where: str
    column: str
    seen: str
    rule: str
    remedy: str

    def __str__(self) -> str:
        return in_python(self.in_shell)

    @property
    def in_shell(self) -> str:
        """The problem in words, with options of the command line."""
        seen = f" (seen: {self.seen!r})" if self.seen else ""
        column = f", column {self.column}" if self.column else ""
        return f"{self.where}{column}: {self.rule}{seen}. {self.remedy}"


class EvidenceError(PetfitError):
    """A table that was rejected, with all of its problems.

    Parameters
    ----------
    table : str
        Name of the table.
    problems : sequence of Problem
        All problems, in the order of the table.
    cure : mapping of str to object
        The arguments of `petfit.read_evidence` that the first problem names, if it names all that it takes.
    """

    def __init__(
        self, table: str, problems: Sequence[Problem], cure: Mapping[str, Any] | None = None
    ) -> None:
        self.table = table
        self.problems = tuple(problems)
        self.cure = dict(cure or {})
        lines = "\n".join(f"  {line}" for line in _grouped(self.problems))
        super().__init__(f"{self.headline}\n{lines}")

    @property
    def headline(self) -> str:
        """The table and how many problems it has."""
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        return f"{self.table}: {count}, nothing was read"


def _grouped(problems: Iterable[Problem]) -> Iterator[str]:
    """Yield each problem once, with the other places where the same is wrong."""
    groups: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        groups.setdefault((problem.column, problem.rule, problem.remedy), []).append(problem)
    for first, *others in groups.values():
        places = [other.where + f" ({other.seen!r})" * (other.seen != first.seen) for other in others]
        yield first.in_shell + (f" The same is wrong in {', '.join(places)}." if places else "")


def short_repr(value: object) -> str:
    """Return an argument as a message shows it, on one line.

    Examples
    --------
    >>> short_repr("80 %"), short_repr([0.5, 0.8])
    ("'80 %'", '[0.5, 0.8]')
    """
    return " ".join(reprlib.repr(value).split())


def nearest(word: object, known: Iterable[str]) -> str:
    """Suggest the known word nearest to a misspelled one, or list all known words.

    Examples
    --------
    >>> nearest("dos", ["dose", "drug"])
    "Did you mean 'dose'?"
    """
    known, word = sorted(known), str(word)
    by_lower_case = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), by_lower_case, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {by_lower_case[close[0]]!r}?"
    return f"Known: {', '.join(known)}." if known else ""
