"""The marketed strengths of a drug, as doses of a fit."""

from __future__ import annotations

from petfit.evidence.drug_table import strengths
from petfit.fit import Fit

__all__ = ["marketed_strengths"]


def marketed_strengths(fit: Fit, drug: str) -> tuple[tuple[float, ...], str]:
    """Return the marketed strengths of a drug as doses of the fit.

    Parameters
    ----------
    fit : Fit
        A fit.
    drug : str
        A drug, of the fit or not.

    Returns
    -------
    tuple
        Strengths, one unit a day, in the unit of the fit's doses; and "" or the reason why there are none.

    Examples
    --------
    >>> marketed_strengths(fit, "A")
    ((), 'no strengths known')
    """
    known = tuple(sorted(strengths(fit.drug_table, drug)))
    if not known:
        return (), "no strengths known"
    if fit.spec.exposure_words != "dose":
        return (), f"strengths are doses, the exposure is the {fit.spec.exposure_words}"
    unit, listed = fit.design.exposure_unit(drug), str(fit.drug_table.loc[drug, "dose_unit"])
    if unit.removesuffix("/day") != listed.removesuffix("/day"):
        return (), f"strengths are known in {listed or 'a dose without unit'}, the fit's doses are in {unit}"
    return known, ""
