"""What the page says, section by section, as plain data for the template."""

from __future__ import annotations

import shlex
from typing import Any

import pandas as pd

from petfit.checks import stored_checks
from petfit.fit import Fit
from petfit.report import answer_tables, evidence_tables, headline
from petfit.report.caveats import leans
from petfit.report.check_limits import limits
from petfit.report.explorer import explorer
from petfit.report.figures import draw_all, drawn
from petfit.report.model_text import model
from petfit.report.table import Sheet
from petfit.results import formatting, summary
from petfit.results.prior_contraction import learned

__all__ = ["page"]

_ASKED = 0.8
"""The occupancy that the page asks the dose for."""


def page(fit: Fit, *, explorable: bool = True) -> dict[str, Any]:
    """Return everything the template shows.

    Parameters
    ----------
    fit : Fit
        A fit.
    explorable : bool
        Whether the page gets the draws that answer further questions.

    Returns
    -------
    dict
        By name; ``sheets`` holds every table of numbers, by section.
    """
    figures = draw_all(fit)
    verdicts = [*stored_checks.verdicts(fit), drawn(figures)]
    doses = summary.doses(fit, _ASKED, "typical", None, False)
    parameters = summary.parameters(fit, "typical", False)
    taught = learned(fit)
    word = fit.spec.exposure_words
    leaning = leans(fit, doses, taught)
    ratios = answer_tables.ratios(fit)
    return {
        "title": headline.title(fit),
        "question": headline.question(fit, _ASKED),
        "cards": headline.cards(doses),
        "whose": formatting.whose(doses),
        "verdict": headline.verdict(verdicts),
        "leans": leaning,
        "exposure": word,
        "explorer": explorer(fit) if explorable else {},
        "model": model(fit),
        "defaults": fit.evidence.defaults,
        "sources": evidence_tables.sources(fit),
        "figures": figures,
        "toml": fit.spec.to_toml(),
        "sheets": {
            "answers": [
                answer_tables.doses(doses, word),
                evidence_tables.checks(verdicts),
                _leaning(leaning),
            ],
            "limits": [limits(verdicts)],
            "model": [evidence_tables.references(fit)],
            "effects": [evidence_tables.effects(fit)],
            "evidence": list(evidence_tables.evidence(fit)),
            "counts": [evidence_tables.counted(fit)],
            "priors": [evidence_tables.priors(fit)],
            "posterior": [
                *answer_tables.parameters(parameters, word),
                *([] if ratios is None else [ratios]),
                answer_tables.learned(taught),
            ],
            "checks": evidence_tables.behind(verdicts),
            "attainment": list(answer_tables.strengths(fit)),
            "reproduction": [
                evidence_tables.reproduction(fit, _command(fit)),
                evidence_tables.settings(fit, _ASKED),
            ],
        },
    }


def _leaning(sentences: list[str]) -> Sheet:
    return Sheet.whole("leans", "What the answers lean on", pd.DataFrame({"sentence": sentences}))


def _command(fit: Fit) -> str:
    """Return the command that makes the fit again, from the model as a file."""
    attrs = fit.attrs
    given = {"seed": "seed", "draws": "draws", "tune": "tune", "chains": "chains"}
    options = [f"--{option} {attrs[name]}" for option, name in given.items()]
    options.append(f"--target-accept {attrs['target_accept']:g}")
    evidence = shlex.quote(str(attrs["evidence"]))
    return f"petfit fit {evidence} --model model.toml {' '.join(options)} -o fit.nc"
