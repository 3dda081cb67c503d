"""The bundled model that a table is fitted with by default, and why."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from petfit.evidence import Evidence

__all__ = ["DefaultModel", "default_model"]

_BUNDLED = {"sert_occupancy": "ssri"}


class DefaultModel(NamedTuple):
    """A bundled model, and the reason why it suits a table."""

    name: str
    reason: str

    @property
    def clause(self) -> str:
        """The model and its reason, as they stand among the assumptions of a fit."""
        return f"model {self.name}, because {self.reason}"


def default_model(evidence: Evidence) -> DefaultModel:
    """Return the bundled model for a table that comes without one.

    Tables of scans have their own models. The exposure is the concentration if there are no doses, or if
    no drug has more than one dose but each has several concentrations. Doses from several studies have the
    model with differences between studies, and people who were measured in several regions that of regions.

    Parameters
    ----------
    evidence : Evidence
        The table.

    Returns
    -------
    DefaultModel
        The name of a bundled model, and the reason, which completes "because".

    Examples
    --------
    >>> from petfit.evidence import read_evidence
    >>> default_model(read_evidence("simulated_scans"))
    DefaultModel(name='scan', reason='the table holds scans of BP_ND, whose regions share one curve')
    """
    if evidence.name in _BUNDLED:
        return DefaultModel(_BUNDLED[evidence.name], "it was made for this table")
    rows = evidence.used
    scans = rows[rows["level"] == "scan"]
    shared = ", whose regions share one curve" if scans["region"].nunique() > 1 else ""
    if (scans["outcome"] == "vt").any():
        return DefaultModel("scan_vt", f"the table holds scans of V_T{shared}")
    if len(scans):
        return DefaultModel("scan", f"the table holds scans of BP_ND{shared}")
    if not rows[["dose", "dose_low"]].notna().any(axis=None):
        return DefaultModel("emax_concentration", "the table holds concentrations and no doses")
    tested = rows.groupby("drug")
    if (tested["dose"].nunique() <= 1).all() and (tested["concentration"].nunique() > 1).all():
        return DefaultModel("emax_concentration", "each drug has one dose and several concentrations")
    return _model_of_doses(rows)


def _model_of_doses(rows: pd.DataFrame) -> DefaultModel:
    n_studies, n_regions = rows["study"].nunique(), rows["region"].nunique()
    if n_studies > 1:
        return DefaultModel("meta_analysis", f"the rows come from {n_studies} studies")
    has_people = (rows[["subject", "region"]] != "").all(axis=None)
    if n_regions > 1 and has_people and rows["drug"].nunique() == 1:
        return DefaultModel("individual", f"people were measured in {n_regions} regions under one drug")
    return DefaultModel("emax", "the rows come from one study")
