"""Descriptions of the columns of answers, for the JSON file next to a written table."""

from __future__ import annotations

import pandas as pd

from petfit.evidence.tsv import ColumnDescriptions

__all__ = ["DESCRIPTIONS", "column_descriptions"]

DESCRIPTIONS = {
    "parameter": "ec50, emax (a fraction) or another parameter of the curve.",
    "drug": "Generic name of the drug.",
    "target": "A second target of the drug.",
    "first_occupancy": "Requested occupancy of the first target, a fraction.",
    "ratio": "EC50 at the target over EC50 at the first target, its median.",
    "affinity_ratio": "The same ratio of affinities in vitro, of each laboratory.",
    "from": "The laboratories that measured both affinities, and PET where occupancies were fitted.",
    "effect": "The SD of a random effect, by its name in the fit.",
    "factor": "The column whose levels differ.",
    "levels": "Number of levels.",
    "times": "Factor within which 95 % of levels lie of their average, at the median SD; of logarithms only.",
    "level": "A level of the factor.",
    "other": "The drug to which it is compared.",
    "model": "The fit file, or stacked: the mixture of all models with their stacking weights.",
    "when": "The moment of the dosing interval at which the occupancy is reached: trough, mean or peak.",
    "occupancy": "Requested occupancy, a fraction of the target.",
    "dose": "Requested exposure, in the unit of the row.",
    "given_dose": "Exposure to given_drug whose occupancy is matched, in given_unit.",
    "given_drug": "The drug whose exposure is given.",
    "given_unit": "Unit of given_dose.",
    "quantity": "The quantity whose ratio is given.",
    "median": "Posterior median, an order statistic; of a ratio, in reference doses.",
    "low": "Lower end of the interval; of a ratio, in reference doses.",
    "high": "Upper end of the interval; inf where no exposure reaches the occupancy.",
    "median_own": "Posterior median of the ratio in the drugs' common unit.",
    "low_own": "Lower end of the interval of the ratio in the drugs' common unit.",
    "high_own": "Upper end of the interval of the ratio in the drugs' common unit.",
    "mean": "Posterior mean.",
    "sd": "Posterior standard deviation.",
    "r_hat": "Rank-normalised R-hat; of the inverse where the answer is an exposure.",
    "ess_bulk": "Effective sample size of the bulk.",
    "ess_tail": "Effective sample size of the tails.",
    "unit": "Unit of the drug's exposure, or of the parameter.",
    "other_unit": "Unit of the other drug's exposure.",
    "p_reached": "Share of draws in which an exposure reaches the occupancy.",
    "p_below": "Share of draws below the exposures tested.",
    "p_inside": "Share of draws within the exposures tested.",
    "p_above": "Share of draws above the exposures tested.",
    "p_not_reached": "Share of draws in which no exposure reaches the occupancy.",
    "p_less": "Probability that drug needs less than other, in reference doses.",
    "p_more": "Probability that drug needs more than other, in reference doses.",
    "p_less_own": "Probability that drug needs less than other, in their common unit.",
    "p_more_own": "Probability that drug needs more than other, in their common unit.",
    "p_neither": "Share of draws in which neither drug reaches the occupancy.",
    "p_only_drug": "Share of draws in which only drug reaches the occupancy.",
    "p_only_other": "Share of draws in which only other reaches the occupancy.",
    "tested_low": "Lowest fitted exposure of the drug and regimen.",
    "tested_high": "Highest fitted exposure of the drug and regimen.",
    "relative_to_tested": "Where the median lies relative to the exposures tested.",
    "probability": "Probability that the occupancy is at least the requested one.",
    "marketed": "Whether the dose is a marketed strength of the drug.",
    "share": "Share of people whose occupancy is at least the requested one, its median.",
    "usual": "Whether the dose is a marketed strength of the drug or, where there is none, was tested.",
    "probability_typical": "Probability that the occupancy of a typical person lies in the window.",
    "probability_new_subject": "Probability that the occupancy of a new person lies in the window.",
    "lower_dose": "Posterior median of the exposure for the lower end of the window.",
    "lower_dose_high": "Upper end of the interval of lower_dose; inf where no exposure reaches it.",
    "upper_dose": "Posterior median of the exposure for the upper end of the window.",
    "upper_dose_high": "Upper end of the interval of upper_dose; inf where no exposure reaches it.",
    "best_dose": "The exposure that most probably keeps the occupancy in the window.",
    "best_dose_probability": "Probability that the occupancy at best_dose lies in the window.",
    "best_strength": "The marketed strength that most probably keeps the occupancy in the window.",
    "best_strength_probability": "Probability that the occupancy at best_strength lies in the window.",
    "window_low": "Lower end of the window, a fraction.",
    "window_high": "Upper end of the window, a fraction.",
    "probability_inside": "Probability that the occupancy lies in the window.",
    "min_probability": "Required probability of reaching the occupancy.",
    "strength": "The smallest marketed strength with at least that probability.",
    "why_none": "The reason why there is no such strength.",
    "ec50": "Posterior median of EC50.",
    "ec50_unit": "Unit of EC50: with kinetics in the model, that of concentrations.",
    "target_dose": "Posterior median of the exposure for the requested occupancy.",
    "target_dose_high": "Upper end of the interval of target_dose; inf where none reaches the occupancy.",
    "emax": "Posterior median of Emax, a fraction.",
    "at_dose": "A usual exposure, at which the occupancy is given.",
    "at_dose_kind": "usual, the reference dose of the drug table, or the highest tested.",
    "occupancy_at_dose": "Posterior median of the occupancy at at_dose, a fraction.",
    "elpd": "Expected log predictive density, by leave-one-out.",
    "se": "Standard error of elpd.",
    "difference": "Difference of elpd from the best model.",
    "difference_se": "Standard error of the difference.",
    "weight": "Stacking weight.",
    "parts": "Number of rows or studies that were left out one by one.",
    "left_out": "What was left out one by one: rows or studies.",
    "largest_k": "Largest Pareto k.",
    "k_too_large": "Number of Pareto k that are too large to be reliable.",
    "interval": "Kind of the interval.",
    "prob": "Probability of the interval.",
    "predict_for": "typical, new_subject, new_study or new_drug.",
    "at": "Levels of factors, covariates and competitors to which the answer applies.",
    "person": "Which of the next people, in turn.",
    "information": "What the result is expected to tell about the dose for the target, in nats.",
    "below_best": "How much less that is than of the best dose.",
    "below_best_mcse": "Monte Carlo standard error of below_best.",
    "median_ratio": "Upper over lower end of the interval of the dose for the target, median over results.",
    "p_precise": "Probability that this ratio is below the one asked for.",
    "p_no_upper_end": "Probability that this interval has no upper end.",
    "effective_draws": "Median effective number of posterior draws behind a result.",
    "method": "simulated, or quick look by expected information.",
    "best": "People at the dose under the best allocation.",
    "balanced": "People at the dose under the balanced allocation.",
    "measure": "What is measured over simulated studies.",
    "estimate": "Its value in simulated and fitted studies.",
    "mcse": "Monte Carlo standard error of the estimate.",
    "quick_estimate": "Its value by expected information, without fits.",
    "quick_mcse": "Monte Carlo standard error of quick_estimate.",
    "schedule": "Each dose and how often it is taken.",
    "time_h": "Hours after the last dose at steady state.",
    "concentration": "Concentration in plasma in ng/mL, its median.",
    "below": "An occupancy, a fraction: the answer is the hours until it stays below this.",
    "above": "An occupancy, a fraction.",
    "hours_above": "Hours above this occupancy from the first to the last time, the median.",
    "scan_times": "When after the dose the fitted scans were made, and so what the answer applies to.",
}
"""What each column of an answer contains, except for the ends of intervals of another column."""

_ENDS = {"low": "Lower", "high": "Upper"}


def column_descriptions(frame: pd.DataFrame) -> ColumnDescriptions:
    """Return the descriptions of the columns of an answer.

    Parameters
    ----------
    frame : pandas.DataFrame
        Numbers of an answer.

    Returns
    -------
    dict of str to dict
        By column, as `petfit.evidence.tsv.write_table` takes them.

    Examples
    --------
    >>> column_descriptions(pd.DataFrame({"prob": [0.95]}))
    {'prob': {'Description': 'Probability of the interval.'}}
    """
    return {name: {"Description": _description(name)} for name in map(str, frame.columns)}


def _description(name: str) -> str:
    if name in DESCRIPTIONS:
        return DESCRIPTIONS[name]
    quantity, _, end = name.rpartition("_")
    return f"{_ENDS[end]} end of the interval of {quantity}."
