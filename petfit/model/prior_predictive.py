"""Prior predictive draws: curves and EC50 drawn from the priors alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from petfit.evidence import Evidence, read_evidence
from petfit.evidence.drug_table import DRUG_COLUMNS
from petfit.model.design import Design
from petfit.model.ops import NUMPY
from petfit.model.specification import ModelSpec

__all__ = [
    "FAR_FACTOR",
    "LARGEST_PRIOR_SHARE",
    "prior_curves",
    "prior_share_far_from_tested",
    "share_far_from_tested",
]

FAR_FACTOR = 1000.0
"""An EC50 this many times beyond the tested exposures could not have been studied by them."""

LARGEST_PRIOR_SHARE = 0.2
"""The largest prior probability of such an EC50 that passes without a warning; both figures are ours."""

_DRAWS = 20_000


def prior_share_far_from_tested(spec: ModelSpec, evidence: Evidence, drugs: pd.DataFrame) -> dict[str, float]:
    """Return, by drug, the prior probability that EC50 lies a thousandfold beyond the tested exposures.

    Parameters
    ----------
    spec : ModelSpec
        The model.
    evidence : Evidence
        The table it is meant for.
    drugs : pandas.DataFrame
        The drug table.

    Raises
    ------
    SpecError
        When the model and the table do not suit each other.
    """
    design = Design.build(spec, evidence, drugs)
    question = pd.DataFrame({"drug": list(design.drugs), "person": "", "n": 1.0})
    for factor in set(spec.factors) - {"drug"}:
        question[factor] = spec.answers_for.get(factor, design.rows[factor].iloc[0])
    drawn = design.draw_prior(np.random.default_rng(1), _DRAWS)
    ec50 = design.parameters(NUMPY, drawn, design.matrix(question))["ec50"]
    return share_far_from_tested(design, np.broadcast_to(ec50, (_DRAWS, len(question))))


def share_far_from_tested(design: Design, ec50: NDArray[np.float64]) -> dict[str, float]:
    """Return, by drug, the share of draws of EC50 a thousandfold above or below every tested exposure.

    Parameters
    ----------
    design : Design
        Spec and evidence laid out together.
    ec50 : array
        Draws in reference doses; the last axis is the layout's drugs.
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
    """Return curves drawn from the prior of a model, for any one drug in a typical person.

    Study, region and whatever else is pooled are drawn as well.

    Parameters
    ----------
    spec : ModelSpec
        The model.
    exposure : array
        In reference doses, or in units of concentration.
    draws : int
        How many curves.
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
    design = _any_drug(spec)
    question = design.rows.assign(person="").drop(columns=[column for _, column, _ in spec.covariates()])
    drawn = design.draw_prior(rng, draws)
    parameters = design.parameters(NUMPY, drawn, design.matrix(question))
    return np.asarray(design.curve.occupancy(exposure, **parameters))


def _any_drug(spec: ModelSpec) -> Design:
    """Lay a model over one row that has every column it names, each factor at a level of its own."""
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
    frame = pd.DataFrame(
        [{**row, "concentration": 1.0, "concentration_unit": "ng/mL", "fp": 1.0, "dose": 1.0}]
    )
    evidence = read_evidence(frame, extra=spec.columns)
    bare = spec.model_copy(update={"also_fit": [], "reference_doses": {}})
    return Design.build(bare, evidence, pd.DataFrame(columns=list(DRUG_COLUMNS)).set_index("drug"))
