"""The bundled model that a table is fitted with by default."""

from __future__ import annotations

from petfit.evidence import Evidence

__all__ = ["default_model"]

_BUNDLED = {"sert_occupancy": "ssri"}


def default_model(evidence: Evidence) -> str:
    """Return the bundled model for a table that comes without one.

    Tables of scans have their own models. The exposure is the concentration if there are no doses, or if
    no drug has more than one dose but each has several concentrations.

    Parameters
    ----------
    evidence : Evidence
        The table.

    Returns
    -------
    str
        The name of a bundled model.

    Examples
    --------
    >>> from petfit.evidence import read_evidence
    >>> default_model(read_evidence()), default_model(read_evidence("simulated_scans"))
    ('ssri', 'scan')
    """
    if evidence.name in _BUNDLED:
        return _BUNDLED[evidence.name]
    scans = evidence.used[evidence.used["level"] == "scan"]
    if len(scans):
        return "scan_vt" if (scans["outcome"] == "vt").any() else "scan"
    doses = evidence.used[["dose", "dose_low"]].notna().any(axis=1)
    tested = evidence.used.groupby("drug")
    same_dose = (tested["dose"].nunique() <= 1).all() and (tested["concentration"].nunique() > 1).all()
    return "emax_concentration" if same_dose or not doses.any() else "emax"
