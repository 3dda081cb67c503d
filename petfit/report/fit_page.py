"""The content of the report of a fit, section by section, as plain data for the template."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import xarray as xr

from petfit.checks import stored_checks
from petfit.checks.verdict import verdict
from petfit.fit import Fit
from petfit.report import headline
from petfit.report.assumption_list import fit_assumptions
from petfit.report.caveats import limits
from petfit.report.citations import citations
from petfit.report.explorer import explorer
from petfit.report.figures import MANY_DRUGS, draw_figures, figure_check
from petfit.report.fit_notes import notes
from petfit.report.model_text import model_text
from petfit.report.moment_explorer import explored_doses, moment_explorer
from petfit.report.table import Table
from petfit.report.tables.attainment_tables import attainment_tables
from petfit.report.tables.check_tables import check_detail_tables, limit_table, verdict_table
from petfit.report.tables.content_tables import count_table
from petfit.report.tables.contrast_table import contrast_table
from petfit.report.tables.dose_tables import dose_table
from petfit.report.tables.evidence_row_tables import fitted_row_tables
from petfit.report.tables.heterogeneity_tables import heterogeneity_table, level_table
from petfit.report.tables.model_tables import effect_table, reference_table
from petfit.report.tables.parameter_table import parameter_table
from petfit.report.tables.person_tables import dose_person_table, moment_table, occupancy_person_table
from petfit.report.tables.prior_tables import contraction_table, prior_posterior_table
from petfit.report.tables.reproduction_tables import reproduction_table, settings_table
from petfit.report.tables.selectivity_table import selectivity_table
from petfit.report.tables.summary_table import summary_table
from petfit.report.tables.time_tables import stop_table
from petfit.report.tables.window_tables import window_probability_table, window_table
from petfit.results.contrasts import contrasts
from petfit.results.curve_draws import curve_draws
from petfit.results.curve_parameters import curve_parameters
from petfit.results.drug_curves import CurveDraws
from petfit.results.heterogeneity import heterogeneity, level_ratios, random_effects
from petfit.results.main_answers import main_answers
from petfit.results.occupancy_moments import occupancy_moments
from petfit.results.occupancy_window import occupancy_window
from petfit.results.prior_contraction import prior_contraction
from petfit.results.selectivity import has_second_targets, selectivity
from petfit.results.stopping import stopping_draws
from petfit.results.summary import summarise
from petfit.results.target_dose import dose_at_moments, summarise_doses
from petfit.results.time_course import plasma_curves
from petfit.results.usual_dose import usual_dose

__all__ = ["fit_page"]

_STOPPED = (0.5, 0.2)
"""Occupancies until which the report gives the hours after the last dose."""


def fit_page(
    fit: Fit,
    occupancy: float = 0.8,
    window: tuple[float, float] | None = None,
    *,
    with_explorer: bool = True,
) -> dict[str, Any]:
    """Return everything that the template of a fit shows.

    Parameters
    ----------
    fit : Fit
        A fit.
    occupancy : float
        The target occupancy, a fraction.
    window : tuple of float, optional
        Lower and upper end of an occupancy window, fractions: the first screen then answers for it.
    with_explorer : bool
        Whether to include the draws with which the page answers further questions.

    Returns
    -------
    dict
        By name; ``tables`` holds every table of numbers, by section.
    """
    figures = draw_figures(fit, occupancy, window)
    explored, explored_tables = _explored(fit, occupancy)
    checks = [*stored_checks.checks_of(fit), figure_check(figures)]
    curves = curve_draws(fit)
    doses = summarise_doses(curves, curves.dose_draws(occupancy), with_diagnostics=False)
    contraction = prior_contraction(fit, occupancy)
    exposure = fit.spec.exposure_words
    answers = main_answers(fit, occupancy)
    windowed = occupancy_window(fit, *window) if window else None
    ends = doses
    if window:
        ends = summarise_doses(curves, curves.dose_draws(window), with_diagnostics=False)
    judgement = verdict(checks, limits(fit, ends, contraction))
    caveat_sentences = [*judgement.limits, *notes(fit, doses, contraction)]
    return {
        "title": headline.title(fit),
        "kind": fit.spec.title,
        "question": headline.question(fit, occupancy, window),
        "window": window,
        "target": f"{100 * occupancy:g}",
        "verdict": judgement,
        "caveats": caveat_sentences,
        "exposure": exposure,
        "crowded": len(fit.design.drugs) > MANY_DRUGS,
        "explorer": explored if with_explorer else {},
        "model": model_text(fit),
        "assumptions": fit_assumptions(fit),
        "citations": citations(fit),
        "figures": figures,
        "toml": fit.spec.to_toml(),
        "tables": {
            "first": [
                window_table(windowed) if windowed is not None else summary_table(answers, exposure),
                occupancy_person_table(fit),
            ],
            "other_occupancies": explored_tables,
            "answers": [dose_table(doses), verdict_table(checks), _caveat_table(caveat_sentences)],
            "limits": [limit_table(checks)],
            "model": [reference_table(fit.design)],
            "effects": [effect_table(fit.design)],
            "evidence": list(fitted_row_tables(fit)),
            "counts": [count_table(fit)],
            "priors": [prior_posterior_table(fit)],
            "posterior": _posterior_tables(curves, contraction, occupancy),
            "checks": check_detail_tables(checks),
            "attainment": [*attainment_tables(fit, occupancy), *_window_tables(windowed, answers, exposure)],
            "selectivity": _selectivity_tables(fit, occupancy),
            "time": _time_tables(fit, occupancy),
            "reproduction": [reproduction_table(fit), settings_table(fit, occupancy)],
        },
    }


def _caveat_table(sentences: list[str]) -> Table:
    return Table.from_frame("caveats", "Caveats", pd.DataFrame({"sentence": sentences}))


def _window_tables(windowed: xr.Dataset | None, answers: pd.DataFrame, exposure: str) -> list[Table]:
    """Return the probability by dose, and the main answers, whose place the window has taken."""
    if windowed is None:
        return []
    return [window_probability_table(windowed, usual_only=True), summary_table(answers, exposure)]


def _selectivity_tables(fit: Fit, occupancy: float) -> list[Table]:
    if not has_second_targets(fit):
        return []
    return [selectivity_table(selectivity(fit, occupancy, with_diagnostics=False))]


def _explored(fit: Fit, occupancy: float) -> tuple[dict[str, Any], list[Table]]:
    """Return the data of the explorer, and the tables below it."""
    tables = [dose_person_table(fit, occupancy)]
    if not fit.spec.pk:
        return explorer(fit), tables
    doses = {drug: explored_doses(fit, drug) for drug in fit.design.drugs}
    moments = occupancy_moments(fit, doses, occupancy)
    return moment_explorer(fit, moments, occupancy), [moment_table(fit, moments), *tables]


def _time_tables(fit: Fit, occupancy: float) -> list[Table]:
    """Return, for models with kinetics, the doses at trough, mean and peak, and how long occupancy lasts."""
    if not fit.spec.pk:
        return []
    doses = dose_table(dose_at_moments(fit, occupancy, with_diagnostics=False))
    each = {
        drug: usual_dose(fit, drug)[0] * fit.spec.pk[drug].schedule.every_h / 24.0
        for drug in fit.design.drugs
    }
    hours = [stopping_draws(plasma_curves(fit, drugs=[drug]), dose, _STOPPED) for drug, dose in each.items()]
    stops = [summarise(draws, with_diagnostics=False) for draws in hours]
    return [replace(doses, name="doses_by_moment"), stop_table(*stops)]


def _heterogeneity_tables(fit: Fit) -> list[Table]:
    """Return the SDs of random effects, and EC50 by study where it differs between studies."""
    effects = random_effects(fit)
    tables = [heterogeneity_table(heterogeneity(fit))] if effects else []
    if any((effect.parameter, effect.factors) == ("ec50", ("study",)) for effect in effects):
        tables.append(level_table(level_ratios(fit, "study")))
    return tables


def _posterior_tables(curves: CurveDraws, contraction: pd.DataFrame, occupancy: float) -> list[Table]:
    """Return parameters, contrasts where there are several drugs, and prior-to-posterior contraction."""
    parameters = parameter_table(curve_parameters(curves, with_diagnostics=False))
    ratios = []
    if len(curves.drugs) > 1:
        ratios = [contrast_table(contrasts(curves, occupancy, with_diagnostics=False))]
    return [
        parameters,
        *_heterogeneity_tables(curves.fit),
        *ratios,
        contraction_table(contraction, f"{curves.design.spec.exposure_words} for {100 * occupancy:g} %"),
    ]
