"""Verdicts kept in a fit, so that who reads the file need not make them again."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import pandas as pd

from petfit import checks
from petfit.checks import Check, Finding
from petfit.fit import STORED_CHECKS, Fit

__all__ = ["verdicts", "with_verdicts"]


def verdicts(fit: Fit) -> list[Check]:
    """Return the verdicts on a fit: those kept in it, or new ones where it keeps none of this petfit's.

    Parameters
    ----------
    fit : Fit
        A fit.

    Returns
    -------
    list of Check
        As `petfit.checks.run` returns them.
    """
    kept = json.loads(fit.attrs.get(STORED_CHECKS, "{}"))
    if kept.get("petfit") != version("petfit"):
        return checks.run(fit)
    return [_check(one) for one in kept["checks"]]


def with_verdicts(fit: Fit) -> Fit:
    """Return the same fit with its verdicts kept in it."""
    kept = {"petfit": version("petfit"), "checks": [_record(one) for one in checks.run(fit)]}
    return fit.with_groups({}, **{STORED_CHECKS: json.dumps(kept)})


def _record(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "verdict": check.verdict,
        "sentence": check.sentence,
        "table": check.table.to_dict(orient="tight"),
        "findings": [asdict(one) for one in check.findings],
    }


def _check(record: dict[str, Any]) -> Check:
    table = pd.DataFrame.from_dict(record["table"], orient="tight")
    findings = tuple(Finding(**one) for one in record["findings"])
    return Check(**{**record, "table": table, "findings": findings})
