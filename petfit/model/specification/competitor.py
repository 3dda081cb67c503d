"""Other ligands of the fitted site in a specification, such as an active metabolite."""

from __future__ import annotations

from petfit.model.prior import Prior
from petfit.model.strict import Strict

__all__ = ["Competitor"]


class Competitor(Strict):
    """A second ligand of the same site, such as an active metabolite.

    Parameters
    ----------
    column : str
        The column with its exposure (0 where it is absent).
    ec50 : Prior
        Prior of its log EC50, in the unit of that column.
    """

    column: str
    ec50: Prior
