"""Checks that are stored in a fit, so that reading the file need not run them again."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TypedDict

from pydantic import TypeAdapter

from petfit import checks
from petfit.checks import Check
from petfit.checks.record import Checks
from petfit.errors import FitFileError
from petfit.fit import STORED_CHECKS, Fit

__all__ = ["checks_of", "stored", "with_checks"]


class _Stored(TypedDict):
    petfit: str
    checks: list[Check]


_STORED = TypeAdapter(_Stored)


def checks_of(fit: Fit) -> list[Check]:
    """Return the checks stored in a fit, or run them if this version of petfit stored none.

    Parameters
    ----------
    fit : Fit
        A fit.

    Returns
    -------
    list of Check
        As `petfit.checks.run` returns them.
    """
    return Checks(stored(fit) or checks.run(fit))


def stored(fit: Fit) -> list[Check]:
    """Return the checks that this version of petfit stored in a fit; none if it stored none.

    Raises
    ------
    FitFileError
        If they are damaged.
    """
    text = str(fit.attrs.get(STORED_CHECKS, ""))
    if not text:
        return []
    try:
        record = _STORED.validate_json(text)
    except (ValueError, KeyError, TypeError):
        raise FitFileError(
            "The checks that are stored in the fit are damaged. Fit the table again."
        ) from None
    return record["checks"] if record["petfit"] == version("petfit") else []


def with_checks(fit: Fit) -> Fit:
    """Run the checks and return the same fit with them stored in it."""
    record: _Stored = {"petfit": version("petfit"), "checks": checks.run(fit)}
    return fit.assign_groups({}, **{STORED_CHECKS: json.dumps(_STORED.dump_python(record))})
