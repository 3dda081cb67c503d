"""Tables of priors: as a model states them, next to the posterior, and how much the evidence changed them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from petfit.fit import Fit
from petfit.model.applies_to import applies_to
from petfit.model.parameter_labels import parameter_labels
from petfit.model.prior_sentences import quantity
from petfit.model.specification import ModelSpec
from petfit.report.table import Column, Table, number, percent
from petfit.report.tables.parameter_table import PARAMETER_NAMES
from petfit.results import formatting
from petfit.results.quantiles import quantile

__all__ = ["contraction_table", "prior_posterior_table", "prior_table"]

_PROBABILITIES = [0.025, 0.5, 0.975]
_QUANTILE_HEADINGS = {"median": "median", "low": "95 % low", "high": "95 % high"}


def prior_table(spec: ModelSpec, model: str) -> Table:
    """Return the priors of a model as a table; its frame has a sentence for each as well."""
    columns = (
        Column("path", "path"),
        Column("meaning", "meaning"),
        Column("prior", "prior"),
        *(Column(name, heading, number) for name, heading in _QUANTILE_HEADINGS.items()),
        Column("source", "reason"),
    )
    caption = "Median and 95 % equal-tailed interval."
    return Table("priors", f"Priors of {model}", spec.priors().reset_index(), columns, caption)


def prior_posterior_table(fit: Fit) -> Table:
    """Return every parameter that has a prior of its own: prior, posterior and the reason for the prior."""
    labels = parameter_labels(fit.design)
    entries = [
        (name, labels[name], prior, quantile(draws, _PROBABILITIES))
        for name, prior, draws in fit.parameters_with_priors()
    ]
    entries += [
        (path, quantity(path).removeprefix("the "), prior, np.full(3, np.nan))
        for path, prior in fit.spec.each_prior()
        if path.startswith("selectivity.")
    ]
    rows = [
        (name, meaning, str(prior), *map(float, [*prior.quantile(_PROBABILITIES), *ends]), prior.source)
        for name, meaning, prior, ends in entries
    ]
    distributions = ("prior", "posterior")
    quantiles = [
        f"{distribution}_{end}" for distribution in distributions for end in ("low", "median", "high")
    ]
    columns = (
        Column("parameter", "parameter"),
        Column("meaning", "meaning"),
        Column("prior", "prior"),
        *(
            Column(f"{distribution}_{name}", f"{distribution} {heading}", number)
            for distribution in distributions
            for name, heading in _QUANTILE_HEADINGS.items()
        ),
        Column("source", "reason for the prior"),
    )
    frame = pd.DataFrame(rows, columns=["parameter", "meaning", "prior", *quantiles, "source"])
    return Table("priors", "Priors and posteriors", frame, columns, _scales(fit))


def _scales(fit: Fit) -> str:
    """Describe the scale of each kind of parameter."""
    parameters = ["omega is the SD of log EC50 between people"]
    if applies_to("noise", fit.design.rows).any():
        parameters.append("sigma is the residual SD of occupancy as a fraction")
    parameters += _scan_scales(fit)
    return (
        "Each parameter on its own scale: log_ is the natural logarithm (of EC50 in reference doses), "
        f"logit_ the log odds; {', '.join(parameters)}. 95 % equal-tailed intervals."
    )


def _scan_scales(fit: Fit) -> Iterator[str]:
    rows = fit.design.rows
    if not applies_to("scan_noise", rows).any():
        return
    outcome, unit = formatting.outcome_label(rows.loc[rows["level"] == "scan", "outcome"].iloc[0])
    in_unit = f" in {unit}" if unit else ""
    has_v_nd = fit.spec.nondisplaceable is not None
    yield (
        f"log_baseline is the logarithm of {'V_T - V_ND' if has_v_nd else 'BP_ND'} without the drug{in_unit}"
    )
    if has_v_nd:
        yield f"log_v_nd is the logarithm of V_ND{in_unit}"
    yield f"scan_sigma is the residual SD of {outcome} divided by its mean"
    if fit.spec.residuals["scan_noise"].floor is not None:
        yield f"scan_floor is the residual SD of {outcome} where the mean is 0{in_unit}"


def contraction_table(contraction: pd.DataFrame, target_dose: str) -> Table:
    """Return the prior-to-posterior contraction of each answer as a table.

    Parameters
    ----------
    contraction : pandas.DataFrame
        By ``parameter`` and ``drug``: ``contraction`` and ``overlap``; from
        `petfit.results.prior_contraction`.
    target_dose : str
        The exposure whose contraction it holds, in words such as "dose for 80 %".
    """
    names = PARAMETER_NAMES | {"dose": target_dose}
    columns = (
        Column("parameter", "answer", names.__getitem__),
        Column("drug", "drug"),
        Column("contraction", "contraction, %", percent),
        Column("overlap", "overlap with the prior, %", percent),
    )
    caption = (
        "For a typical person. Contraction: the share of the prior's variance that the "
        "evidence removed, computed from ranks among the prior's draws so that it is the same on every "
        "scale. Overlap: the area that the prior and posterior densities share; 100 % where they are the "
        "same."
    )
    return Table("prior_contraction", "Prior-to-posterior contraction", contraction, columns, caption)
