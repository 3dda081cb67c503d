"""Verdicts kept in a fit, so that who reads the file need not make them again."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

import pandas as pd
import xarray as xr

from petfit import checks
from petfit.checks import Check, Finding
from petfit.store import CHECKS, Stored

__all__ = ["CHECKS", "verdicts", "with_verdicts"]


def verdicts(stored: Stored) -> list[Check]:
    """Return the verdicts on a fit: those kept in it, or new ones where it keeps none of this petfit's.

    Parameters
    ----------
    stored : Stored
        A fit.

    Returns
    -------
    list of Check
        As `petfit.checks.run` returns them.
    """
    kept = json.loads(stored.tree.attrs.get(CHECKS, "{}"))
    if kept.get("petfit") != version("petfit"):
        return checks.run(stored)
    return [_check(one) for one in kept["checks"]]


def with_verdicts(stored: Stored) -> Stored:
    """Return the same fit with its verdicts kept in it."""
    tree = xr.DataTree.from_dict({name: node.to_dataset() for name, node in stored.tree.children.items()})
    kept = {"petfit": version("petfit"), "checks": [_record(one) for one in checks.run(stored)]}
    tree.attrs = {**stored.tree.attrs, CHECKS: json.dumps(kept)}
    return Stored(tree, stored.layout)


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
