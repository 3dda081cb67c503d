"""Kinds of evidence that the model does not tell apart."""

from __future__ import annotations

import pandas as pd

from petfit.checks.base import Check
from petfit.store import Stored

__all__ = ["check"]

_KINDS = ("study", "region", "tracer", "regimen", "modality")


def check(stored: Stored) -> Check:
    """Name the columns with several values among the fitted rows that are no factor of the model."""
    rows = stored.layout.rows
    known = {*stored.spec.factors, *(["modality"] if "tracer" in stored.spec.factors else [])}
    mixed = {kind: sorted(set(rows[kind]) - {""}) for kind in _KINDS if kind not in known}
    found = {kind: levels for kind, levels in mixed.items() if len(levels) > 1}
    held = {kind: ", ".join(sorted(set(rows[kind]) - {""})) for kind in _KINDS}
    table = pd.DataFrame({"levels": held, "told_apart": {kind: kind not in found for kind in _KINDS}})
    if not found:
        sentence = "The model tells apart every study, region, tracer and regimen that the fitted rows hold."
        return Check("mixing", "PASS", sentence, table)
    named = "; ".join(f"{kind} ({', '.join(levels)})" for kind, levels in found.items())
    sentence = f"The fitted rows differ in what the model takes as the same: {named}. Choose a model with it."
    return Check("mixing", "WARN", sentence, table)
