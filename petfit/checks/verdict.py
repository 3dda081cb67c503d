"""The verdict on a fit: whether its answers can be used, and what stands against them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from petfit.checks.record import NOT_RUN, Check

__all__ = ["Verdict", "verdict"]

_ORDER = ("FAIL", "WARN", NOT_RUN, "PASS")

type Word = Literal["usable", "use with care", "do not use"]

_OF_THE_DATA = ("prior_sensitivity", "leave_one_study_out", "assumptions", "loo")
"""Checks whose warnings are limits of the data, not problems of the fit: how far an answer depends on the
priors, a study, an assumption or a row."""


@dataclass(frozen=True)
class Verdict:
    """What the checks and the data say about a fit.

    Parameters
    ----------
    checks : tuple of Check
        All checks, the worst first.
    problems : tuple of Check
        Those that object to the fit, the worst first.
    limits : tuple of str
        What the data cannot tell, a sentence each; first the refits that shift a dose.
    not_run : tuple of str
        Titles of the checks that were not run.
    """

    checks: tuple[Check, ...]
    problems: tuple[Check, ...]
    limits: tuple[str, ...]
    not_run: tuple[str, ...]

    @property
    def word(self) -> Word:
        """Whether the answers can be used; limits of the data do not change it."""
        if any(check.verdict == "FAIL" for check in self.problems):
            return "do not use"
        return "use with care" if self.problems else "usable"

    @property
    def sentence(self) -> str:
        """The verdict as a sentence."""
        n_problems = len(self.problems)
        found = "1 problem was found" if n_problems == 1 else f"{n_problems} problems were found"
        usable = "Usable: no check found a problem"
        return {
            "usable": f"{usable} with the fit; its data have limits." if self.limits else f"{usable}.",
            "use with care": f"Use with care: {found}.",
            "do not use": f"Do not use these answers: {found}.",
        }[self.word]


def verdict(checks: Iterable[Check], limits: Iterable[str] = ()) -> Verdict:
    """Return the verdict on a fit.

    Parameters
    ----------
    checks : iterable of Check
        Its checks.
    limits : iterable of str
        Limits of its data, from `petfit.report.caveats.limits`.

    Examples
    --------
    >>> verdict(fit.check()).word
    'do not use'
    """
    ordered = sorted(checks, key=lambda check: _ORDER.index(check.verdict))
    not_run = [check for check in ordered if check.verdict == NOT_RUN]
    objections = [check for check in ordered if check.verdict in ("WARN", "FAIL")]
    of_the_data = [check for check in objections if check.verdict == "WARN" and check.name in _OF_THE_DATA]
    of_the_data.sort(key=lambda check: _OF_THE_DATA.index(check.name))
    shifts = [check.sentence for check in of_the_data if _shifts_a_dose(check)]
    others = [check.sentence for check in of_the_data if not _shifts_a_dose(check)]
    return Verdict(
        checks=tuple(ordered),
        problems=tuple(check for check in objections if check not in of_the_data),
        limits=(*shifts, *limits, *others),
        not_run=tuple(check.title for check in not_run),
    )


def _shifts_a_dose(check: Check) -> bool:
    """Whether a dose depends on a study or on an assumption."""
    beyond = any(
        finding.quantity.startswith("largest shift") and not finding.within_limit
        for finding in check.findings
    )
    return check.name in ("leave_one_study_out", "assumptions") and beyond
