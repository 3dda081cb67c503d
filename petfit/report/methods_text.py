"""A methods and a results paragraph for a paper, with every number, prior, version and source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from petfit.checks import stored_checks
from petfit.fit import Fit
from petfit.model.prior_sentences import sentence
from petfit.report.assumption_list import assumptions
from petfit.report.caveats import limits
from petfit.report.citations import citations
from petfit.report.evidence_counts import counts
from petfit.report.model_text import model_text
from petfit.report.tables.interval_columns import PEOPLE
from petfit.report.verdict import verdict
from petfit.results import formatting
from petfit.results.formatting import enumerate_words
from petfit.results.main_answers import main_answers
from petfit.results.prior_contraction import prior_contraction
from petfit.results.target_dose import dose_for_occupancy

__all__ = ["methods_text"]

_SOFTWARE = {
    "NUTS": "Hoffman and Gelman, J Mach Learn Res 2014;15:1593-1623",
    "R-hat and ESS": "Vehtari et al., Bayesian Analysis 2021;16:667-718",
    "PSIS-LOO": "Vehtari, Gelman and Gabry, Stat Comput 2017;27:1413-1432",
    "prior sensitivity": "Kallioinen et al., Stat Comput 2024;34:57",
    "PyMC": "Abril-Pla et al., PeerJ Comput Sci 2023;9:e1516",
    "ArviZ": "Kumar et al., J Open Source Softw 2019;4:1143",
}
"""The papers behind the methods that every fit uses."""


def methods_text(fit: Fit, occupancy: float = 0.8) -> str:
    """Return the methods and the results of a fit as text in Markdown, for a paper or its supplement.

    Parameters
    ----------
    fit : Fit
        A fit.
    occupancy : float
        Target occupancy, a fraction.

    Examples
    --------
    >>> methods_text(fit).splitlines()[0]
    '## Methods'
    """
    sources = [*citations(fit), *(f"{method}: {paper}" for method, paper in _SOFTWARE.items())]
    return "\n\n".join(
        [
            "## Methods",
            " ".join(_model(fit)),
            " ".join(_priors(fit)),
            " ".join(_computation(fit)),
            "## Results",
            " ".join(_results(fit, occupancy)),
            " ".join(_checks(fit, occupancy)),
            "## References",
            "\n".join(f"- {source}" for source in sources),
        ]
    )


def _model(fit: Fit) -> Iterator[str]:
    text, numbers = model_text(fit), counts(fit)
    drugs = enumerate_words(fit.design.drugs)
    studies = fit.design.rows["study"].nunique()
    where = f" of {studies} studies" if studies > 1 else ""
    yield (
        f"A Bayesian model, {text['equation']}, where x is the {fit.spec.exposure_words}, was fitted to "
        f"{numbers['rows fitted']} rows{where} on {drugs} ({numbers['rows excluded']} rows were excluded)."
    )
    yield f"Its parameters were {'; '.join(text['parameters'])}."
    yield from text["likelihood"]
    if taken := assumptions(fit.evidence, fit.design):
        yield f"When the table was read it was assumed: {'; '.join(taken)}."


def _priors(fit: Fit) -> Iterator[str]:
    for path, prior in fit.spec.each_prior():
        yield sentence(path, prior)


def _computation(fit: Fit) -> Iterator[str]:
    attrs = fit.attrs
    versions = ", ".join(str(attrs["versions"]).splitlines())
    yield (
        f"The posterior was sampled with NUTS in {attrs['chains']} chains of {attrs['draws']} draws each, "
        f"after {attrs['tune']} warm-up draws, with the target acceptance {attrs['target_accept']:g} and "
        f"the seed {attrs['seed']}."
    )
    if attrs.get("people_integrated"):
        yield "The deviations of people were integrated out of the likelihood numerically."
    yield (
        "Answers are posterior medians with equal-tailed intervals. The dose for an occupancy is infinite in "
        "draws whose Emax does not reach it; no draw was left out."
    )
    yield f"Software: {versions}."


def _results(fit: Fit, occupancy: float) -> Iterator[str]:
    answers = main_answers(fit, occupancy)
    first = answers.iloc[0]
    where = "; ".join(filter(None, (first["at"], first["scan_times"])))
    yield f"Intervals are {100 * first['prob']:g} % {first['interval']}{f'; {where}' if where else ''}."
    for _, row in answers.iterrows():
        yield _answer(row, fit.spec.exposure_words)


def _answer(row: pd.Series, exposure: str) -> str:
    """Return the answers of one drug for one person as a sentence."""

    def exposures(name: str, unit: str) -> str:
        interval = formatting.interval("dose", row[f"{name}_low"], row[f"{name}_high"])
        return f"{formatting.number(row[name])} {unit} ({interval})"

    def fractions(name: str) -> str:
        ends = (formatting.percent(row[f"{name}_{end}"]) for end in ("low", "high"))
        return f"{formatting.percent(row[name])} ({' to '.join(ends)})"

    target, reached = f"{100 * row['occupancy']:g} %", formatting.probability(row["p_reached"])
    return (
        f"For a {PEOPLE[row['predict_for']]} the EC50 of {row['drug']} was "
        f"{exposures('ec50', row['ec50_unit'])} and Emax {fractions('emax')}; the {exposure} for "
        f"{target} occupancy was {exposures('target_dose', row['unit'])}, and Emax was "
        f"above {target} with a probability of {reached}; the occupancy at "
        f"{row['at_dose']:g} {row['unit']} was {fractions('occupancy_at_dose')}."
    )


def _checks(fit: Fit, occupancy: float) -> Iterator[str]:
    checks = stored_checks.checks_of(fit)
    doses = dose_for_occupancy(fit, occupancy, with_diagnostics=False)
    judgement = verdict(checks, limits(fit, doses, prior_contraction(fit, occupancy)))
    yield f"Checks of the fit: {judgement.sentence}"
    skipped: Mapping[str, None] = dict.fromkeys(judgement.not_run)
    for check in judgement.checks:
        if check.name not in skipped:
            yield f"{check.name.replace('_', ' ').capitalize()}: {check.text}"
    if skipped:
        yield f"Not run: {enumerate_words(list(skipped))}."
    yield from judgement.limits
