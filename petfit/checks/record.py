"""The record that a check returns: a verdict, a sentence, figures with limits, and a table."""

from __future__ import annotations

import html
import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import pandas as pd
from pydantic import PlainSerializer, PlainValidator

from petfit.fit import Fit

__all__ = [
    "NOT_RUN",
    "Check",
    "CheckFunction",
    "Checks",
    "Finding",
    "Verdict",
    "limit_to_report",
    "overall_verdict",
    "p_words",
    "warn_and_fail",
]

NOT_RUN: Final = "NOT RUN"
"""The verdict on a check that was not run because it needs refits."""

_TITLES = {
    "first_order": "first-order likelihood",
    "prior_range": "range of the prior",
    "unmodelled_factors": "factors not in the model",
    "shape": "shape of the curve",
    "ignored_columns": "columns not in the model",
    "loo": "leave-one-out",
    "leave_one_study_out": "leave-one-study-out",
    "assumptions": "other assumptions",
}
"""The titles that are not the name with spaces."""

type Table = Annotated[
    pd.DataFrame,
    PlainValidator(lambda record: pd.DataFrame.from_dict(record, orient="tight")),
    PlainSerializer(lambda table: table.to_dict(orient="tight")),
]
"""A table, and how it is stored in a fit file."""
type Verdict = Literal["PASS", "WARN", "FAIL"]
type Side = Literal["", "below", "at most", "at least", "above"]

_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "below": operator.lt,
    "at most": operator.le,
    "at least": operator.ge,
    "above": operator.gt,
}


@dataclass(frozen=True)
class Finding:
    """One figure of a check, with its limit if it has one.

    Parameters
    ----------
    quantity : str
        What the figure measures.
    value : float
        The figure.
    side : {"", "below", "at most", "at least", "above"}
        The side of the limit on which the figure should lie.
    limit : float
        The limit.
    verdict_beyond : {"PASS", "WARN", "FAIL"}
        The verdict if the figure lies beyond the limit or is NaN.

    Examples
    --------
    >>> Finding("largest R-hat", 1.02, "below", 1.01, "FAIL").within_limit
    False
    """

    quantity: str
    value: float
    side: Side = ""
    limit: float = math.nan
    verdict_beyond: Verdict = "PASS"

    @property
    def within_limit(self) -> bool:
        """Whether the figure lies on the right side of its limit, or has none."""
        return not self.side or _COMPARISONS[self.side](self.value, self.limit)

    @property
    def limit_words(self) -> str:
        """The limit in words, such as ``limit: at most 0.7``."""
        return f"limit: {self.side} {self.limit:.3g}"


@dataclass(frozen=True, repr=False)
class Check:
    """The result of one check.

    Parameters
    ----------
    name : str
        Name of the check.
    verdict : {"PASS", "WARN", "FAIL", "NOT RUN"}
        The verdict; NOT RUN before the refits that the check needs.
    sentence : str
        What it means, and what to do about it.
    table : pandas.DataFrame
        The figures behind it.
    findings : tuple of Finding
        The figures that the verdict follows from; empty if the check could not be run.
    details : str
        What was found, against which limit.

    Examples
    --------
    >>> first = fit.check()[0]
    >>> first.name, first.findings[0].quantity
    ('convergence', 'parameters and answers')
    """

    name: str
    verdict: Verdict | Literal["NOT RUN"]
    sentence: str
    table: Table
    findings: tuple[Finding, ...] = ()
    details: str = ""

    @classmethod
    def judge(
        cls,
        name: str,
        sentences: Mapping[Verdict, str],
        table: pd.DataFrame,
        findings: tuple[Finding, ...],
        details: str = "",
    ) -> Check:
        """Return a check whose verdict follows from its figures, and its sentence from the verdict."""
        verdict = overall_verdict(findings)
        return cls(name, verdict, sentences[verdict], table, findings, details)

    @property
    def title(self) -> str:
        """The name in words.

        Examples
        --------
        >>> Check("prior_sensitivity", "PASS", "The priors hardly matter.", pd.DataFrame()).title
        'prior sensitivity'
        """
        return _TITLES.get(self.name, self.name.replace("_", " "))

    def __repr__(self) -> str:
        """Return one line: verdict, name and sentence."""
        return f"<petfit.Check {self.verdict} {self.name}: {self.sentence}>"

    def _repr_html_(self) -> str:
        """Return verdict, name, sentence and details for a notebook."""
        return f"<p><strong>{self.verdict} {self.title}</strong>: {html.escape(self.text)}</p>"

    @property
    def text(self) -> str:
        """The sentence, followed by the details."""
        return f"{self.sentence} {self.details}".rstrip()


class Checks(list[Check]):
    """The results of the checks of a fit: a list that prints one on each line."""

    def __repr__(self) -> str:
        """Return a line for each check: verdict, title and sentence."""
        return "\n".join(f"{check.verdict:8} {check.title}: {check.sentence}" for check in self)

    def _repr_html_(self) -> str:
        """Return verdict, title, sentence and details of each check for a notebook."""
        return "".join(check._repr_html_() for check in self)


type CheckFunction = Callable[[Fit], Check]


def overall_verdict(findings: Iterable[Finding]) -> Verdict:
    """Return the worst verdict of the figures that lie beyond their limits.

    Examples
    --------
    >>> overall_verdict([Finding("draws", 8000), Finding("divergent draws", 3, "at most", 0, "WARN")])
    'WARN'
    """
    verdicts = {finding.verdict_beyond for finding in findings if not finding.within_limit}
    return "FAIL" if "FAIL" in verdicts else "WARN" if "WARN" in verdicts else "PASS"


def p_words(p: float) -> str:
    """Return a p-value in words.

    Examples
    --------
    >>> p_words(0.0321), p_words(1e-6)
    ('= 0.032', '< 0.001')
    """
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def warn_and_fail(
    quantity: str, value: float, side: Side, warn: float, fail: float
) -> tuple[Finding, Finding]:
    """Return a figure with its limits of a warning and of a failure.

    Examples
    --------
    >>> warning, failure = warn_and_fail("k", 0.9, "at most", 0.7, 1.0)
    >>> warning.within_limit, failure.within_limit
    (False, True)
    """
    return Finding(quantity, value, side, warn, "WARN"), Finding(quantity, value, side, fail, "FAIL")


def limit_to_report(warning: Finding, failure: Finding) -> str:
    """Return the limit to name in a sentence: that of failure if it is exceeded, otherwise that of warning.

    Examples
    --------
    >>> [limit_to_report(*warn_and_fail("k", k, "at most", 0.7, 1.0)) for k in (0.9, 1.1)]
    ['limit: at most 0.7', 'limit: at most 1']
    """
    return warning.limit_words if failure.within_limit else failure.limit_words
