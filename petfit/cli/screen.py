"""One screen about a fit: its answers, whether they can be used, and where everything else is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from petfit.checks.verdict import Verdict, verdict
from petfit.cli import terminal
from petfit.report.assumption_list import fit_assumptions, reason_of_model
from petfit.report.caveats import limits
from petfit.report.tables.summary_table import summary_table
from petfit.results.main_answers import main_answers
from petfit.results.prior_contraction import prior_contraction

if TYPE_CHECKING:
    import pandas as pd

    from petfit.fit import At, Fit

__all__ = ["LINES", "screen"]

LINES = 25
"""The lines of a terminal of the usual size."""

_KEPT = 4
"""Lines that the table leaves to limits; problems have one more."""


def screen(
    fit: Fit, file: Path, *, occupancy: float = 0.8, at: At | None = None, prob: float = 0.95, width: int = 80
) -> str:
    """Return what a reader needs to know about a fit, on one screen.

    Parameters
    ----------
    fit : Fit
        A fit.
    file : Path
        Its file, to be named in commands.
    occupancy : float
        Target occupancy, a fraction.
    at : mapping of str to str or float, optional
        See `petfit.results.curve_draws.curve_draws`.
    prob : float
        Probability of the intervals.
    width : int
        Columns of the terminal.

    Returns
    -------
    str
        At most 25 lines of 80 columns. The verdict and its problems come first unless the fit is usable. What
        does not fit on the screen is counted, with the command that prints it.
    """
    contraction = prior_contraction(fit, occupancy)
    judgement = verdict(fit.check(), limits(fit, fit.dose_for_occupancy(occupancy, at=at), contraction))
    problems = [_wrap([f"Problem ({check.title}): {check.sentence}"], width) for check in judgement.problems]
    doubts = [_wrap([f"Limit: {sentence}"], width) for sentence in judgement.limits]
    said, fitted = _wrap([judgement.sentence], width), _wrap([_fitted(fit)], width)
    ending = _wrap([*_not_run(judgement, file), *_assumed(fit, file, width), *_commands(file)], width)
    room = LINES - len(said) - len(fitted) - len(ending)
    answers = main_answers(fit, occupancy, at=at, prob=prob)
    n_kept = min(_KEPT + bool(problems), sum(map(len, problems + doubts)))
    table = _table(answers, fit.spec.exposure_words, file, room - n_kept, width)
    room -= len(table)
    problems_shown = _fill(problems, room - bool(doubts), file)
    doubts_shown = _fill(doubts, room - len(problems_shown), file)
    if judgement.word == "usable":
        lines = [*fitted, *table, *said, *doubts_shown, *ending]
    else:
        lines = [*said, *problems_shown, *fitted, *table, *doubts_shown, *ending]
    return "\n".join(lines)


def _wrap(sentences: Iterable[str], width: int) -> list[str]:
    wrapper = textwrap.TextWrapper(
        width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
    return [line for sentence in sentences for line in wrapper.wrap(sentence)]


def _fill(sentences: Sequence[list[str]], room: int, file: Path) -> list[str]:
    """Return the lines of the sentences for which there is room; the last line counts the others."""
    lines: list[str] = []
    for i, sentence in enumerate(sentences):
        left = len(sentences) - i
        if len(lines) + len(sentence) + (left > 1) > room:
            return [*lines, f"And {left} more: petfit check {file}."]
        lines += sentence
    return lines


def _fitted(fit: Fit) -> str:
    """Say what was fitted."""
    evidence, n_excluded = fit.evidence, len(fit.excluded_rows)
    excluded = f", {n_excluded} excluded" if n_excluded else ""
    simulated = " (simulated values)" if evidence.simulated else ""
    reason = f" M{reason[1:]}." if (reason := reason_of_model(fit)) else ""
    return (
        f"{fit.spec.title or 'Untitled model'}: {len(fit.design.rows)} rows of "
        f"{Path(evidence.name).name}{simulated}{excluded}.{reason}"
    )


def _table(answers: pd.DataFrame, exposure: str, file: Path, room: int, width: int) -> list[str]:
    """Return as many answers as there is room for; typical people and the first drugs before the others."""
    typical = answers[answers["predict_for"] == "typical"]
    choices = [answers, *(typical[:n_drugs] for n_drugs in range(len(typical), 0, -1))]
    tables = (_lines_and_notes(shown, answers, exposure, file, width) for shown in choices)
    return next((lines for lines in tables if len(lines) <= room), [])


def _lines_and_notes(
    shown: pd.DataFrame, answers: pd.DataFrame, exposure: str, file: Path, width: int
) -> list[str]:
    table, notes = summary_table(shown, exposure).narrow(), []
    if n_missing := answers["drug"].nunique() - shown["drug"].nunique():
        notes.append(f"{n_missing} more drugs: petfit dose {file}, petfit parameters {file}.")
    if shown["predict_for"].nunique() < answers["predict_for"].nunique():
        notes.append(f"New people: petfit dose {file} --for new_subject.")
    return [*terminal.lines(table, width), *_wrap([table.caption, *notes], width)]


def _not_run(judgement: Verdict, file: Path) -> list[str]:
    names = ", ".join(judgement.not_run)
    return [f"Not run: {names} (petfit check {file} --refit)."] if names else []


def _assumed(fit: Fit, file: Path, width: int) -> list[str]:
    """Return one line of what was taken for granted, units first, because they move every answer."""
    clauses = [clause for clause in fit_assumptions(fit) if clause != reason_of_model(fit)]
    clauses.sort(key=lambda clause: "unit" not in clause)
    short = [clause.partition(" not given: ")[2] or clause for clause in clauses]
    for n_shown in range(len(short), 0, -1):
        left = len(short) - n_shown
        more = f"; {left} more: petfit evidence {file}" if left else ""
        line = f"Assumed: {'; '.join(short[:n_shown])}{more}."
        if len(line) <= width:
            return [line]
    return [f"Assumed: {len(short)} points, listed by petfit evidence {file}."] if short else []


def _commands(file: Path) -> list[str]:
    return [
        f"Next: petfit report {file}, petfit dose {file} --occupancy 0.7",
        f"Details: petfit check {file}, petfit parameters {file}, petfit evidence {file}",
        f"Saved as {file}. For research, not for treating people.",
    ]
