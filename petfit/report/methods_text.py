"""A methods and a results paragraph for a paper, with every number, prior, version and source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from petfit.checks import Check, stored_checks
from petfit.checks.record import NOT_RUN
from petfit.checks.verdict import verdict
from petfit.fit import Fit
from petfit.model.kinetics.drug_kinetics import DrugKinetics
from petfit.model.prior import Prior
from petfit.model.prior_sentences import quantity
from petfit.model.unused_priors import unused_priors
from petfit.report.assumption_list import fit_assumptions
from petfit.report.caveats import limits
from petfit.report.citations import citations
from petfit.report.evidence_counts import counts
from petfit.report.model_text import model_text
from petfit.report.tables.interval_columns import PEOPLE
from petfit.report.tables.window_tables import by_person
from petfit.results import formatting, summary
from petfit.results.curve_draws import curve_draws
from petfit.results.formatting import enumerate_words
from petfit.results.main_answers import main_answers
from petfit.results.occupancy_window import check_window, occupancy_window
from petfit.results.prior_contraction import prior_contraction
from petfit.results.target_dose import summarise_doses
from petfit.settings import TARGET_ACCEPT

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


def methods_text(fit: Fit, occupancy: float = 0.8, window: tuple[float, float] | None = None) -> str:
    """Return the methods and the results of a fit as text in Markdown, for a paper or its supplement.

    Parameters
    ----------
    fit : Fit
        A fit.
    occupancy : float
        Target occupancy, a fraction.
    window : tuple of float, optional
        Lower and upper end of an occupancy window, fractions, whose doses are given as well.

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
            "\n".join([*_priors(fit), *_known_kinetics(fit)]),
            " ".join(_computation(fit)),
            "## Results",
            *_results(fit, occupancy),
            *(_window(fit, window) if window else []),
            *_checks(fit, window or (occupancy,)),
            "## References",
            "\n".join(f"- {source}" for source in sources),
        ]
    )


def _model(fit: Fit) -> Iterator[str]:
    text, numbers = model_text(fit), counts(fit)
    drugs = enumerate_words(fit.design.drugs)
    studies = fit.design.rows["study"].nunique()
    where = f" from {studies} studies" if studies > 1 else ""
    yield (
        f"A Bayesian model, {text['equation']}, was fitted to "
        f"{numbers['rows fitted']} rows of data{_people(numbers)}{where} on {drugs}"
        f"{_excluded(numbers['rows excluded'])}."
    )
    yield f"Its parameters are {'; '.join(text['parameters'])}."
    yield from text["likelihood"]
    if taken := fit_assumptions(fit):
        yield f"Assumptions made when the table was read: {'; '.join(taken)}."


def _people(numbers: Mapping[str, int]) -> str:
    """Say how many of the rows are of how many people, unless all are of groups."""
    n_rows, n_people = numbers["rows of one person"], numbers["people with rows of their own"]
    if not n_rows:
        return ""
    people = f"{n_people} {'person' if n_people == 1 else 'people'}"
    if n_rows == numbers["rows fitted"]:
        return f" of {people}"
    return f" ({n_rows} of {people}, {numbers['rows of groups']} of groups)"


def _excluded(n_rows: int) -> str:
    if not n_rows:
        return ""
    return f"; {n_rows} further {'row was' if n_rows == 1 else 'rows were'} excluded"


def _priors(fit: Fit) -> Iterator[str]:
    """Yield the priors of what the rows involve; those alike, for the same reason, share a line."""
    groups: dict[tuple[str, str], list[str]] = {}
    unused = unused_priors(fit.design)
    for path, prior in fit.spec.each_prior():
        if path in unused:
            continue
        groups.setdefault((str(prior), prior.source), []).append(quantity(path))
    yield f"{_references(fit)}The priors, each with the reason for it, were:\n"
    for (prior_words, reason), quantities in groups.items():
        yield f"- {enumerate_words(quantities)}: {prior_words}{f' ({reason})' if reason else ''}"


def _references(fit: Fit) -> str:
    """Say which dose of each drug the prior of EC50 is in."""
    if fit.spec.exposure != "dose":
        return ""
    references = [
        f"{reference.value:.4g} {reference.unit} of {drug} ({reference.origin})"
        for drug, reference in fit.design.reference_doses.items()
    ]
    return f"In the priors, EC50 is over the reference dose: {enumerate_words(references)}. "


def _known_kinetics(fit: Fit) -> list[str]:
    """Return the numbers of the kinetics that are taken as known, under a heading."""
    given = [(drug, kinetics) for drug, kinetics in fit.spec.pk.items() if drug in fit.design.drugs]
    lines = [line for drug, kinetics in given for line in _known(drug, kinetics)]
    return ["\nTaken as known were:\n", *lines] if lines else []


def _known(drug: str, kinetics: DrugKinetics) -> Iterator[str]:
    for name, value in kinetics.quantities.items():
        if not isinstance(value, Prior):
            yield f"- {quantity(f'pk.{drug}.{name}')}: {value:g}"
    if kinetics.fu is not None:
        yield f"- the fraction of {drug} unbound in plasma: {kinetics.fu:g}"
    if variation := [f"{name} {cv:g}" for name, cv in kinetics.people.model_dump().items() if cv]:
        yield f"- coefficients of variation between people on {drug}: {', '.join(variation)}"


def _computation(fit: Fit) -> Iterator[str]:
    attrs = fit.attrs
    versions = ", ".join(str(attrs["versions"]).splitlines())
    yield (
        f"The posterior was sampled with NUTS in {attrs['chains']} chains of {attrs['draws']} draws each, "
        f"after {attrs['tune']} warm-up draws, with a target acceptance rate of {attrs['target_accept']:g} "
        f"and the seed {attrs['seed']}."
    )
    if discarded := attrs.get("discarded_divergences"):
        yield (
            f"A first run with a target acceptance rate of {TARGET_ACCEPT:g} had {discarded} divergent "
            f"{'draw' if discarded == 1 else 'draws'} and was discarded."
        )
    if attrs.get("people_integrated"):
        yield "The deviations of people were integrated out of the likelihood numerically."
    yield (
        "Answers are posterior medians with equal-tailed intervals. In draws whose Emax did not reach an "
        "occupancy, the dose for it was infinite; no draw was left out."
    )
    yield f"Software: {versions}."


def _results(fit: Fit, occupancy: float) -> Iterator[str]:
    """Yield what the answers are, then a paragraph for each drug."""
    answers = main_answers(fit, occupancy)
    first = answers.iloc[0]
    where = "; ".join(filter(None, (first["at"], first["scan_times"])))
    intervals = f"Intervals are {100 * first['prob']:g} % {first['interval']}."
    yield f"{intervals} Conditions: {where}." if where else intervals
    exposure = fit.spec.exposure_words
    for _, rows in answers.groupby("drug", sort=False):
        typical, *others = (row for _, row in rows.iterrows())
        yield " ".join(
            [_answer(typical, exposure), *(_further_answer(row, exposure, typical) for row in others)]
        )


def _answer(row: pd.Series, exposure: str) -> str:
    """Return the answers of one drug for a typical person in sentences."""
    target, reached = f"{100 * row['occupancy']:g} %", formatting.probability(row["p_reached"])
    return (
        f"For {row['drug']} in a {PEOPLE[row['predict_for']]}, {_ec50(exposure)} was "
        f"{_exposures(row, 'ec50')} and Emax was {_fractions(row, 'emax')}; "
        f"Emax was above {target} with probability {reached}. "
        f"The {exposure} for {target} occupancy was {_exposures(row, 'target_dose')}. "
        f"The occupancy at {row['at_dose']:g} {row['unit']} was {_fractions(row, 'occupancy_at_dose')}."
    )


def _further_answer(row: pd.Series, exposure: str, typical: pd.Series) -> str:
    """Return the answers for another person in sentences; Emax only where it differs."""
    emax = _fractions(row, "emax")
    differs = emax != _fractions(typical, "emax")
    return (
        f"In a {PEOPLE[row['predict_for']]}, {_ec50(exposure)} was {_exposures(row, 'ec50')}"
        f"{f' and Emax was {emax}' if differs else ''}; the {exposure} for {100 * row['occupancy']:g} % "
        f"occupancy was {_exposures(row, 'target_dose')}, and the occupancy at {row['at_dose']:g} "
        f"{row['unit']} was {_fractions(row, 'occupancy_at_dose')}."
    )


def _ec50(exposure: str) -> str:
    return "free EC50" if exposure == "free concentration" else "EC50"


def _exposures(row: pd.Series, name: str) -> str:
    unit = row["ec50_unit" if name == "ec50" else "unit"]
    interval = formatting.interval("dose", row[f"{name}_low"], row[f"{name}_high"])
    return f"{formatting.number(row[name])} {unit} ({interval})"


def _fractions(row: pd.Series, name: str) -> str:
    ends = (formatting.percent(row[f"{name}_{end}"]) for end in ("low", "high"))
    return f"{formatting.percent(row[name])} ({' to '.join(ends)})"


def _window(fit: Fit, window: tuple[float, float]) -> Iterator[str]:
    """Yield a paragraph of the doses for a window, a sentence for each drug and person."""
    answer = occupancy_window(fit, *check_window(window))
    low, high = (f"{100 * end:g} %" for end in window)
    exposure = fit.spec.exposure_words
    yield " ".join(
        f"For {row['drug']} in a {PEOPLE[row['predict_for']]}, the {exposure} for {low} occupancy was "
        f"{_exposures(row, 'lower_dose')} and that for {high} {_exposures(row, 'upper_dose')}; the "
        f"probability of {low} to {high} was highest at {formatting.number(row['best_dose'])} "
        f"{row['unit']} ({formatting.probability(row['best_dose_probability'])})."
        for _, row in summary.frame(by_person(answer)).iterrows()
    )


def _checks(fit: Fit, occupancies: tuple[float, ...]) -> Iterator[str]:
    """Yield a paragraph of the checks that passed, a list of the others, and the limits of the data."""
    checks = stored_checks.checks_of(fit)
    curves = curve_draws(fit)
    doses = summarise_doses(curves, curves.dose_draws(occupancies), with_diagnostics=False)
    judgement = verdict(checks, limits(fit, doses, prior_contraction(fit, occupancies[0])))
    run = [check for check in checks if check.verdict != NOT_RUN]
    passed = [_with_figures(check) for check in run if check.verdict == "PASS"]
    yield f"Of {len(run)} checks of the fit, {len(passed)} passed: {'; '.join(passed)}."
    others = [
        f"- The check {_with_figures(check)} {meaning}: {check.sentence}"
        for word, meaning in (("FAIL", "failed"), ("WARN", "gave a warning"))
        for check in run
        if check.verdict == word
    ]
    if others:
        yield "\n".join(others)
    if judgement.not_run:
        yield f"Not run: {enumerate_words(judgement.not_run)}."
    said = {check.sentence for check in run}
    if further := [sentence for sentence in judgement.limits if sentence not in said]:
        yield f"Limits of the data: {' '.join(further)}"


def _with_figures(check: Check) -> str:
    """Return the title of a check with its figures that have a limit; of a warning, those beyond it."""
    figures = {
        finding.quantity: finding.value
        for finding in check.findings
        if finding.side and (check.verdict == "PASS" or not finding.within_limit)
    }
    words = "; ".join(f"{name} = {value:.4g}" for name, value in figures.items())
    return f"{check.title} ({words})" if words else check.title
