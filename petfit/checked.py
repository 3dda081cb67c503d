"""Verdicts kept in a fit, so that who reads the file need not make them again."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import xarray as xr

from petfit import checks
from petfit.checks import Check
from petfit.store import CHECKS, Stored

__all__ = ["CHECKS", "verdicts", "with_verdicts"]


def verdicts(stored: Stored) -> list[Check]:
    """Return the verdicts on a fit: those kept in it, or new ones where it keeps none.

    Parameters
    ----------
    stored : Stored
        A fit.

    Returns
    -------
    list of Check
        As `petfit.checks.run` returns them.
    """
    kept = stored.tree.attrs.get(CHECKS)
    return checks.run(stored) if kept is None else [_check(one) for one in json.loads(kept)]


def with_verdicts(stored: Stored) -> Stored:
    """Return the same fit with its verdicts kept in it."""
    tree = xr.DataTree.from_dict({name: node.to_dataset() for name, node in stored.tree.children.items()})
    tree.attrs = {**stored.tree.attrs, CHECKS: json.dumps([_record(one) for one in checks.run(stored)])}
    return Stored(tree)


def _record(check: Check) -> dict[str, Any]:
    table = check.table.to_dict(orient="tight")
    return {"name": check.name, "verdict": check.verdict, "sentence": check.sentence, "table": table}


def _check(record: dict[str, Any]) -> Check:
    return Check(**{**record, "table": pd.DataFrame.from_dict(record["table"], orient="tight")})
