"""Figures, one file each; every function returns the Matplotlib axes that it has drawn in."""

from __future__ import annotations

from petfit.plots.attainment import attainment
from petfit.plots.before import before
from petfit.plots.curves import curves
from petfit.plots.evidence import evidence
from petfit.plots.forest import forest
from petfit.plots.pair import pair
from petfit.plots.priors import priors
from petfit.plots.save import save
from petfit.plots.scans import scans

__all__ = ["attainment", "before", "curves", "evidence", "forest", "pair", "priors", "save", "scans"]
