"""Prior predictive draws: curves and EC50 drawn from the priors alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.evidence import Evidence, read_evidence
from petfit.evidence.drug_table import DRUG_COLUMNS
from petfit.model.design import Design
from petfit.model.linear_predictor import curve_parameters_by_row
from petfit.model.ops import NUMPY
from petfit.model.specification import ModelSpec

__all__ = [
    "FAR_FACTOR",
    "LARGEST_PRIOR_SHARE",
    "prior_curves",
    "prior_share_far_from_tested",
    "share_far_from_tested",
    "without_kinetics",
]

FAR_FACTOR = 1000.0
"""An EC50 further than this factor from every tested exposure cannot be estimated from them."""

LARGEST_PRIOR_SHARE = 0.2
"""The largest prior probability of such an EC50 that passes without a warning.

Both limits are conventions of petfit.
"""

_DRAWS = 20_000


def prior_share_far_from_tested(
    spec: ModelSpec, evidence: Evidence, drug_table: pd.DataFrame
) -> dict[str, float]:
    """Return, by drug, the prior probability that EC50 is far from every tested exposure.

    Far means by more than ``FAR_FACTOR`` above the highest or below the lowest exposure.

    Parameters
    ----------
    spec : ModelSpec
        The model.
    evidence : Evidence
        The table.
    drug_table : pandas.DataFrame
        The drug table.

    Raises
    ------
    SpecError
        If the model and the table do not fit together.
    """
    design = Design.build(spec, evidence, drug_table)
    rows = pd.DataFrame({"drug": list(design.drugs), "person": "", "n": 1.0})
    for factor in set(spec.factors) - {"drug"}:
        rows[factor] = spec.answers_for.get(factor, design.rows[factor].iloc[0])
    draws = design.draw_prior(np.random.default_rng(1), _DRAWS)
    ec50 = curve_parameters_by_row(NUMPY, design, draws, design.matrix(rows))["ec50"]
    return share_far_from_tested(design, np.broadcast_to(ec50, (_DRAWS, len(rows))))


def share_far_from_tested(design: Design, ec50: NDArray[np.float64]) -> dict[str, float]:
    """Return, by drug, the share of draws of EC50 that are far from every tested exposure.

    Parameters
    ----------
    design : Design
        The design.
    ec50 : array
        Draws in reference doses; the last axis is the drugs of the design.
    """
    tested = design.rows[design.rows["x"] > 0].groupby("drug")
    low, high = tested["x"].min() / FAR_FACTOR, tested["x_high"].max() * FAR_FACTOR
    return {
        drug: float(np.mean((ec50[..., i] > high[drug]) | (ec50[..., i] < low[drug])))
        for i, drug in enumerate(design.drugs)
    }


def prior_curves(
    spec: ModelSpec, exposure: NDArray[np.float64], draws: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return prior draws of the curve of a typical person under any drug.

    The effects of pooled factors, such as study and region, are drawn as well.

    Parameters
    ----------
    spec : ModelSpec
        The model.
    exposure : array
        In reference doses, or in units of concentration.
    draws : int
        Number of curves.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    array
        Occupancy (fraction): draws, then exposures.

    Examples
    --------
    >>> from petfit.model.specification import read_model
    >>> prior_curves(read_model("emax"), np.array([0.0, 1.0]), 5, np.random.default_rng(1)).shape
    (5, 2)
    """
    design = _any_drug(without_kinetics(spec))
    rows = design.rows.assign(person="").drop(columns=[column for _, column, _ in spec.covariates()])
    prior = design.draw_prior(rng, draws)
    parameters = curve_parameters_by_row(NUMPY, design, prior, design.matrix(rows))
    return np.asarray(design.curve.occupancy(exposure, **parameters))


def without_kinetics(spec: ModelSpec) -> ModelSpec:
    """Return a model of doses through kinetics as one of concentrations, and any other unchanged."""
    if spec.exposure != "plasma":
        return spec
    return spec.model_copy(update={"exposure": "concentration", "pk": {}, "plasma": None})


def _any_drug(spec: ModelSpec) -> Design:
    """Return the design of a model for one row that has every column the model names."""
    references: dict[str, object] = dict(spec.answers_for)
    for parameter in (*spec.parameters.values(), spec.noise):
        for term in parameter.terms.values():
            references |= term.reference or {}
    row: dict[str, object] = dict.fromkeys(spec.factors, "any") | references
    for _, column, covariate in spec.covariates():
        row[column] = covariate.centre
        if covariate.by is not None and isinstance(covariate.slope, dict):
            row[covariate.by] = next(iter(covariate.slope))
    row |= {competitor.column: 0.0 for competitor in spec.competition.values()}
    row |= {"drug": row.get("drug", "any drug"), "value": 0.5, "level": "subject", "use": "yes"}
    row |= {"concentration": 1.0, "concentration_unit": "ng/mL", "fp": 1.0, "dose": 1.0}
    evidence = read_evidence(pd.DataFrame([row]), extra=spec.columns)
    spec = spec.model_copy(update={"also_fit": [], "reference_doses": {}})
    return Design.build(spec, evidence, pd.DataFrame(columns=list(DRUG_COLUMNS)).set_index("drug"))
