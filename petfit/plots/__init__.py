"""Figures, one file each; every function returns the Matplotlib axes that it drew in."""

from __future__ import annotations

from petfit.plots.dose_occupancy import plot_dose_occupancy
from petfit.plots.ec50_emax import plot_ec50_emax
from petfit.plots.forest import plot_forest
from petfit.plots.loo_pit import plot_loo_pit
from petfit.plots.predictive_intervals import plot_predictive_intervals
from petfit.plots.prior_posterior import plot_prior_posterior
from petfit.plots.prior_predictive_curves import plot_prior_predictive_curves
from petfit.plots.rank import plot_rank
from petfit.plots.save_figure import save_figure
from petfit.plots.scan_predictive import plot_scan_predictive
from petfit.plots.target_attainment_curves import plot_target_attainment_curves
from petfit.plots.target_occupancy import plot_target_occupancy
from petfit.plots.time_curves import plot_time_course
from petfit.plots.window_curves import plot_window_curves

__all__ = [
    "plot_dose_occupancy",
    "plot_ec50_emax",
    "plot_forest",
    "plot_loo_pit",
    "plot_predictive_intervals",
    "plot_prior_posterior",
    "plot_prior_predictive_curves",
    "plot_rank",
    "plot_scan_predictive",
    "plot_target_attainment_curves",
    "plot_target_occupancy",
    "plot_time_course",
    "plot_window_curves",
    "save_figure",
]
