"""The data dictionary of tables of answers: what each of their columns holds."""

from __future__ import annotations

import pandas as pd

from petfit.evidence.tsv import Dictionary

__all__ = ["dictionary"]

_COLUMNS = {
    "parameter": "ec50, emax (a fraction) or hill.",
    "drug": "Generic name of the drug.",
    "other": "The drug it is compared with.",
    "model": "The fit file, or stacked: the mixture of all by their weights.",
    "occupancy": "Occupancy asked for, a fraction of the target.",
    "dose": "Exposure asked for, in the row's unit.",
    "given_dose": "Exposure to given_drug whose occupancy is to be equalled, in given_unit.",
    "given_drug": "The drug whose exposure is given.",
    "given_unit": "Unit of given_dose.",
    "of": "What the ratio is of.",
    "median": "Posterior median, an order statistic; of a ratio, in reference doses.",
    "low": "Lower end of the interval; of a ratio, in reference doses.",
    "high": "Upper end of the interval; inf where no exposure reaches it.",
    "median_own": "Posterior median of the ratio in the drugs' own unit.",
    "low_own": "Lower end of the interval of the ratio in the drugs' own unit.",
    "high_own": "Upper end of the interval of the ratio in the drugs' own unit.",
    "mean": "Posterior mean.",
    "sd": "Posterior standard deviation.",
    "r_hat": "Rank R-hat; of the inverse where the answer is an exposure.",
    "ess_bulk": "Effective sample size of the bulk.",
    "ess_tail": "Effective sample size of the 2.5 and 97.5 % points.",
    "unit": "Unit of the drug's exposure, or of the parameter.",
    "other_unit": "Unit of the other drug's exposure.",
    "p_reached": "Share of draws in which an exposure reaches the occupancy.",
    "p_below": "Share of draws below the exposures tested.",
    "p_inside": "Share of draws within the exposures tested.",
    "p_above": "Share of draws above the exposures tested.",
    "p_not_reached": "Share of draws in which no exposure reaches the occupancy.",
    "p_less": "Probability that drug needs less than other, in reference doses.",
    "p_more": "Probability that drug needs more than other, in reference doses.",
    "p_less_own": "Probability that drug needs less than other, in their own unit.",
    "p_more_own": "Probability that drug needs more than other, in their own unit.",
    "p_neither": "Share of draws in which neither drug reaches the occupancy.",
    "p_only_drug": "Share of draws in which only drug reaches the occupancy.",
    "p_only_other": "Share of draws in which only other reaches the occupancy.",
    "tested_low": "Lowest exposure fitted for the drug and regimen.",
    "tested_high": "Highest exposure fitted for the drug and regimen.",
    "support": "Where the median lies against the exposures tested.",
    "probability": "Probability that the occupancy is at least the one asked for.",
    "marketed": "Whether the dose is a marketed strength of the drug.",
    "share": "Share of people whose occupancy is at least the one asked for, its median.",
    "share_low": "Lower end of the interval of share.",
    "share_high": "Upper end of the interval of share.",
    "certainty": "Probability that a strength is to have.",
    "strength": "The smallest marketed strength with at least that probability.",
    "why_none": "Why there is no such strength.",
    "elpd": "Expected log predictive density, by leaving out.",
    "se": "Standard error of elpd.",
    "difference": "elpd less that of the best model.",
    "difference_se": "Standard error of the difference.",
    "weight": "Stacking weight.",
    "parts": "How many rows or studies were left out one by one.",
    "left_out": "What was left out one by one.",
    "largest_k": "Largest Pareto k.",
    "k_too_large": "How many Pareto k are too large to rely on.",
    "interval": "Kind of the interval.",
    "prob": "Probability of the interval.",
    "predict_for": "Whose answer it is: typical, new_subject, new_study or new_drug.",
    "at": "Levels of factors, covariates and competitors that the answer is for.",
}


def dictionary(flat: pd.DataFrame) -> Dictionary:
    """Describe the columns of a table of answers.

    Examples
    --------
    >>> dictionary(pd.DataFrame({"prob": [0.95]}))
    {'prob': {'Description': 'Probability of the interval.'}}
    """
    return {str(name): {"Description": _COLUMNS[str(name)]} for name in flat.columns}
