"""Figures, one file each; every function returns the Matplotlib axes that it has drawn in."""

from __future__ import annotations

from petfit.plots.attainment_curves import attainment
from petfit.plots.dose_occupancy import curves
from petfit.plots.ec50_emax import pair
from petfit.plots.forest import forest
from petfit.plots.predictive_intervals import evidence
from petfit.plots.prior_posterior import priors
from petfit.plots.prior_predictive import before
from petfit.plots.save import save
from petfit.plots.scan_predictive import scans

__all__ = ["attainment", "before", "curves", "evidence", "forest", "pair", "priors", "save", "scans"]
