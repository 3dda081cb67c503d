"""What the page says, section by section, as plain data for the template."""

from __future__ import annotations

import shlex
from typing import Any

import pandas as pd

from petfit import checked, summaries, text
from petfit.learning import learned
from petfit.report import answers, first, listings
from petfit.report.explorer import explorer
from petfit.report.figures import draw_all, drawn
from petfit.report.leans import leans
from petfit.report.limits import limits
from petfit.report.model import model
from petfit.report.sheet import Sheet
from petfit.store import Stored

__all__ = ["page"]

_ASKED = 0.8
"""The occupancy that the page asks the dose for."""


def page(stored: Stored, *, explorable: bool = True) -> dict[str, Any]:
    """Return everything the template shows.

    Parameters
    ----------
    stored : Stored
        A fit.
    explorable : bool
        Whether the page gets the draws that answer further questions.

    Returns
    -------
    dict
        By name; ``sheets`` holds every table of numbers, by section.
    """
    figures = draw_all(stored)
    verdicts = [*checked.verdicts(stored), drawn(figures)]
    doses = summaries.doses(stored, _ASKED, "typical", None, False)
    parameters = summaries.parameters(stored, "typical", False)
    taught = learned(stored)
    word = stored.spec.exposure_words
    leaning = leans(stored, doses, taught)
    ratios = answers.ratios(stored)
    return {
        "title": first.title(stored),
        "question": first.question(stored, _ASKED),
        "cards": first.cards(doses),
        "whose": text.whose(doses),
        "verdict": first.verdict(verdicts),
        "leans": leaning,
        "exposure": word,
        "explorer": explorer(stored) if explorable else {},
        "model": model(stored),
        "defaults": stored.evidence.defaults,
        "sources": listings.sources(stored),
        "figures": figures,
        "toml": stored.spec.to_toml(),
        "sheets": {
            "answers": [answers.doses(doses, word), listings.checks(verdicts), _leaning(leaning)],
            "limits": [limits(verdicts)],
            "model": [listings.references(stored)],
            "effects": [listings.effects(stored)],
            "evidence": list(listings.evidence(stored)),
            "counts": [listings.counted(stored)],
            "priors": [listings.priors(stored)],
            "posterior": [
                *answers.parameters(parameters, word),
                *([] if ratios is None else [ratios]),
                answers.learned(taught),
            ],
            "checks": listings.behind(verdicts),
            "attainment": list(answers.strengths(stored)),
            "reproduction": [
                listings.reproduction(stored, _command(stored)),
                listings.settings(stored, _ASKED),
            ],
        },
    }


def _leaning(sentences: list[str]) -> Sheet:
    return Sheet.whole("leans", "What the answers lean on", pd.DataFrame({"sentence": sentences}))


def _command(stored: Stored) -> str:
    """Return the command that makes the fit again, from the model as a file."""
    attrs = stored.tree.attrs
    given = {"seed": "seed", "draws": "draws", "tune": "tune", "chains": "chains"}
    options = [f"--{option} {attrs[name]}" for option, name in given.items()]
    options.append(f"--target-accept {attrs['target_accept']:g}")
    evidence = shlex.quote(str(attrs["evidence"]))
    return f"petfit fit {evidence} --model model.toml {' '.join(options)} -o fit.nc"
