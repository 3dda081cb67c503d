"""Checks that are stored in a fit, so that reading the file need not run them again."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import pandas as pd

from petfit import checks
from petfit.checks import Check, Finding
from petfit.fit import STORED_CHECKS, Fit

__all__ = ["checks_of", "with_checks"]


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
    stored = json.loads(fit.attrs.get(STORED_CHECKS, "{}"))
    if stored.get("petfit") != version("petfit"):
        return checks.run(fit)
    return [_from_record(record) for record in stored["checks"]]


def with_checks(fit: Fit) -> Fit:
    """Run the checks and return the same fit with them stored in it."""
    stored = {"petfit": version("petfit"), "checks": [_to_record(check) for check in checks.run(fit)]}
    return fit.assign_groups({}, **{STORED_CHECKS: json.dumps(stored)})


def _to_record(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "verdict": check.verdict,
        "sentence": check.sentence,
        "table": check.table.to_dict(orient="tight"),
        "findings": [asdict(finding) for finding in check.findings],
    }


def _from_record(record: dict[str, Any]) -> Check:
    table = pd.DataFrame.from_dict(record["table"], orient="tight")
    findings = tuple(Finding(**finding) for finding in record["findings"])
    return Check(**{**record, "table": table, "findings": findings})
