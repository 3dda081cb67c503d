"""Figures, one file each; every function returns a Matplotlib figure and draws nothing twice."""

from __future__ import annotations

from petfit.plots.before import before
from petfit.plots.curves import curves
from petfit.plots.evidence import evidence
from petfit.plots.pair import pair
from petfit.plots.priors import priors
from petfit.plots.save import save
from petfit.plots.scans import scans

__all__ = ["before", "curves", "evidence", "pair", "priors", "save", "scans"]
