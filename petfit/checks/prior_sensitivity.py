"""Power scaling: how far the answers depend on the priors, and whether priors and evidence agree."""

from __future__ import annotations

import warnings

import arviz_stats
import numpy as np
import pandas as pd
import xarray as xr

from petfit.checks.record import Check, Finding, Verdict, limit_to_report, overall_verdict, warn_and_fail
from petfit.fit import Fit
from petfit.results.curve_draws import curve_draws
from petfit.results.summary import inverse_dose

__all__ = ["MAX_SENSITIVITY_FAIL", "MAX_SENSITIVITY_WARN", "check", "table"]

MAX_SENSITIVITY_WARN = 0.05
"""The power-scaling sensitivity from which an answer counts as sensitive: Kallioinen et al., Statistics and
Computing 2024;34:57. A normal distribution whose mean moves by 0.3 SD gives about this."""

MAX_SENSITIVITY_FAIL = 0.2
"""The sensitivity of a normal distribution whose mean moves by its whole SD when the power is doubled. From
there on the prior decides the answer; the choice of this limit is petfit's."""

_ALPHAS = (0.99, 1.01)


def check(fit: Fit) -> Check:
    """Power-scale the priors and the likelihood, and measure how far each answer moves."""
    sensitivity = table(fit)
    if sensitivity.empty:
        sentence = "The model fixes every answer, so none is sensitive to a prior."
        return Check("prior_sensitivity", "PASS", sentence, sensitivity)
    if sensitivity[["prior", "likelihood"]].isna().any(axis=None):
        sentence = "The densities of some draws are not finite, so prior sensitivity cannot be computed."
        unknown = Finding("answers of unknown sensitivity", len(sensitivity), "at most", 0, "WARN")
        return Check("prior_sensitivity", "WARN", sentence, sensitivity, (unknown,))
    quantity, largest = "largest sensitivity to the priors", sensitivity["prior"].max()
    limits = warn_and_fail(quantity, largest, "below", MAX_SENSITIVITY_WARN, MAX_SENSITIVITY_FAIL)
    verdict = overall_verdict(limits)
    details = (
        f"Of {len(sensitivity)} answers, the {sensitivity['prior'].idxmax()} is the most sensitive to the "
        f"priors: {largest:.3g} ({limit_to_report(*limits)})."
    )
    details = " ".join([details, *_findings(sensitivity)])
    findings = (Finding("answers", len(sensitivity)), *limits)
    sentence = _meaning(sensitivity, verdict)
    return Check("prior_sensitivity", verdict, sentence, sensitivity, findings, details)


def _meaning(sensitivity: pd.DataFrame, verdict: Verdict) -> str:
    if verdict == "FAIL":
        decided = sensitivity.index[sensitivity["prior"] >= MAX_SENSITIVITY_FAIL]
        return f"The prior decides, so do not use: {', '.join(decided)}."
    if verdict == "PASS":
        return "The priors hardly matter."
    n_sensitive = int((sensitivity["prior"] >= MAX_SENSITIVITY_WARN).sum())
    verb = "depends" if n_sensitive == 1 else "depend"
    return (
        f"{n_sensitive} of {len(sensitivity)} answers {verb} on the priors, above all the "
        f"{sensitivity['prior'].idxmax()}: justify the priors, or add evidence."
    )


def _findings(sensitivity: pd.DataFrame) -> list[str]:
    sensitive = sensitivity[sensitivity["prior"] >= MAX_SENSITIVITY_WARN]
    return [
        f"{str(finding).capitalize()}: {', '.join(group.index)}."
        for finding, group in sensitive.groupby("finding", sort=False)
    ]


def table(fit: Fit) -> pd.DataFrame:
    """Return the sensitivity of every answer to the top-level priors and to the likelihood.

    The top-level priors are those written in the model. The normal distributions of random effects are part
    of the model's structure and are not scaled. A dose is taken as its inverse, which is 0 if it is not
    reached, and EC50 as its logarithm. The sensitivity is the cumulative Jensen-Shannon distance for a
    doubled power, as `arviz_stats.psense` computes it.

    Parameters
    ----------
    fit : Fit
        A fit.

    Returns
    -------
    pandas.DataFrame
        One row per ``answer``: ``prior`` and ``likelihood``, the sensitivities; ``most_influential_prior``;
        and ``finding``, empty if the answer is not sensitive.

    References
    ----------
    Kallioinen et al., Statistics and Computing 2024;34:57.
    """
    answers = _varying_answers(fit)
    if not answers.sizes["answer"]:
        return pd.DataFrame(columns=["prior", "likelihood"], index=answers.indexes["answer"])
    log_prior, log_likelihood = _log_prior(fit), fit.log_likelihood
    if not all(np.isfinite(density).all() for density in (log_likelihood, *log_prior.values())):
        return pd.DataFrame({"prior": np.nan, "likelihood": np.nan}, index=answers.indexes["answer"])
    groups = {
        "posterior": {"answers": answers},
        "log_prior": _varying(log_prior),
        "log_likelihood": _varying({"value": log_likelihood.sum(str(log_likelihood.dims[-1]))}),
    }
    tree = xr.DataTree.from_dict({name: xr.Dataset(variables) for name, variables in groups.items()})
    result = pd.DataFrame({name: _sensitivity(tree, name) for name in ("prior", "likelihood")})
    sensitive = result["prior"] >= MAX_SENSITIVITY_WARN
    conflict = result["likelihood"] >= MAX_SENSITIVITY_WARN
    result["most_influential_prior"] = _most_influential(tree, result.index[sensitive]).reindex(
        result.index, fill_value=""
    )
    words = np.where(conflict, "prior-data conflict", "strong prior or weak evidence")
    result["finding"] = np.where(sensitive, words, "")
    return result


def _varying_answers(fit: Fit) -> xr.DataArray:
    """Return draws of every answer that varies, on a scale on which distances are meaningful."""
    curves = curve_draws(fit)
    draws = {
        "dose for 80 %": inverse_dose(curves.exposure([0.8])[..., 0]),
        "EC50": np.log(curves.parameters["ec50"]),
        "Emax": curves.parameters["emax"],
    }
    names = [f"{name} of {drug}" for name in draws for drug in curves.drugs]
    values = np.concatenate(list(draws.values()), axis=-1)
    answers = xr.DataArray(values, dims=("chain", "draw", "answer"), coords={"answer": names})
    return answers[..., (answers.min(("chain", "draw")) < answers.max(("chain", "draw"))).to_numpy()]


def _varying(variables: dict[str, xr.DataArray]) -> dict[str, xr.DataArray]:
    return {name: values for name, values in variables.items() if values.min() < values.max()}


def _log_prior(fit: Fit) -> dict[str, xr.DataArray]:
    """Return the log density of every prior that the model states; measurement errors are not among them."""
    errors = {effect.name for effect in fit.design.effects if not effect.has_prior_of_its_own}
    return {
        str(name): density.sum([dim for dim in density.dims if dim not in ("chain", "draw")], skipna=False)
        for name, density in fit.group("log_prior").items()
        if name not in errors
    }


def _sensitivity(tree: xr.DataTree, group: str, names: list[str] | None = None) -> pd.Series:
    if not tree[f"log_{group}"].data_vars:
        return pd.Series(0.0, tree["posterior"].indexes["answer"])
    with warnings.catch_warnings():  # so near to a power of 1 no weight is large
        warnings.filterwarnings("ignore", "Estimated shape parameter of Pareto", UserWarning)
        result = arviz_stats.psense(tree, group=group, group_var_names=names, alphas=_ALPHAS)
    return pd.Series(result["answers"].to_series())


def _most_influential(tree: xr.DataTree, answers: pd.Index) -> pd.Series:
    """Return, for each answer, the prior that moves it most by itself."""
    if not len(answers):
        return pd.Series("", answers)
    priors = [str(name) for name in tree["log_prior"].data_vars]
    table = pd.DataFrame({prior: _sensitivity(tree, "prior", [prior]) for prior in priors})
    return table.loc[answers].fillna(0.0).idxmax(axis=1)
