"""The words of the report that need a meaning, and where they stand in a text."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

__all__ = ["MEANINGS", "Glossary", "slug"]

MEANINGS: dict[str, str] = {
    "occupancy": "The fraction of the target that the drug binds.",
    "EC50": "The exposure at which half of Emax, the curve's own ceiling, is occupied.",
    "ED50": "EC50 on a dose axis.",
    "Emax": "The ceiling of occupancy: what an endless exposure would occupy.",
    "Hill": "The exponent of the curve: how steeply occupancy rises around EC50.",
    "posterior": "What is believed of a number after the evidence: the prior, updated by the likelihood.",
    "prior": "What the model takes as plausible for a number before the evidence.",
    "draws": "Samples from the posterior; every probability and interval here is a count or a rank of them.",
    "equal-tailed interval": "As much probability lies below the interval as above it.",
    "P(reached)": "The share of draws in which some exposure reaches the occupancy.",
    "typical person": "One whose deviation from the centre of the population is 0.",
    "typical study": "One whose deviation from the centre of all studies is 0.",
    "one more person": "A person who was not studied, drawn from the differences between people.",
    "reference doses": "Doses divided by the one that counts as 1 for the drug.",
    "pooling": "Estimating the levels of a factor together, so that they inform each other.",
    "partially pooled": "Estimated together, as draws from one distribution of unknown spread.",
    "extrapolated": "Outside what was tested, where the curve's shape and the priors carry the answer.",
    "contraction": "The share of the prior's variance that the evidence removed.",
    "overlap": "The area that the prior's and the posterior's density share.",
    "omega": "The SD of log EC50 between people.",
    "sigma": "The residual SD of one person's occupancy.",
    "R-hat": "Compares chains with each other; near 1 where all have found the same posterior.",
    "ESS": "Effective sample size: how many independent draws the correlated ones are worth.",
    "MCSE": "Monte Carlo standard error: how far off a number may be as the draws are finitely many.",
    "E-BFMI": "Says whether the sampler explored the tails; low values are a warning.",
    "divergent": "A draw at which the sampler's steps failed; the answers may then miss a region.",
    "NUTS": "The No-U-Turn sampler, a form of Hamiltonian Monte Carlo.",
    "loo": "Leave-one-out: how well each row of the evidence is predicted from the others.",
    "sensitivity": "How far an answer moves when the priors, or the evidence, count a little more or less.",
    "elpd": "Expected log predictive density: how well numbers that were left out are predicted.",
    "Pareto k": "Where it is large, importance sampling cannot stand in for fitting again without a row.",
    "importance sampling": "Weighting the draws as if a row had been left out, instead of fitting again.",
    "stacked": "Of all models as one mixture, each with its weight.",
    "stacking": "Weighting models so that their mixture predicts best what was left out.",
    "replicated": "Simulated by the fitted model for the same people at the same exposures.",
    "BP_ND": "Binding potential against non-displaceable tracer.",
    "V_T": "Total distribution volume of the tracer.",
    "V_ND": "Distribution volume of tracer that is not bound to the target.",
    "SHA-256": "A fingerprint of the evidence: it changes with any change of the table.",
}


class Glossary:
    """Marks the first place of each word in a section, and remembers which words were used."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._here: set[str] = set()
        ordered = sorted(MEANINGS, key=len, reverse=True)
        self._words = re.compile(rf"(?<![\w&])({'|'.join(map(re.escape, ordered))})(?!\w)")

    @property
    def used(self) -> dict[str, str]:
        """The words that stand on the page, in order, with their meanings."""
        return {word: MEANINGS[word] for word in sorted(self._used, key=str.casefold)}

    def section(self) -> str:
        """Begin a section, in which each word is explained anew."""
        self._here = set()
        return ""

    def mark(self, text: str) -> Markup:
        """Escape a text and tie its words to their meanings, each once a section; no line begins with "%".

        Examples
        --------
        >>> marked = Glossary().mark("Emax < 1")
        >>> marked.startswith('<a class="term" href="#term-emax"'), marked.endswith(">Emax</a> &lt; 1")
        (True, True)
        """
        return Markup(self._words.sub(self._tie, str(escape(text.replace(" %", "\N{NO-BREAK SPACE}%")))))

    def _tie(self, found: re.Match[str]) -> str:
        word = found[0]
        if word in self._here:
            return word
        self._here.add(word)
        self._used.add(word)
        place = f"term-{slug(word)}"
        return (
            f'<a class="term" href="#{place}" aria-describedby="{place}" '
            f'data-meaning="{escape(MEANINGS[word])}">{word}</a>'
        )


def slug(text: str) -> str:
    """Return a text as an identifier.

    Examples
    --------
    >>> slug("P(reached)")
    'p-reached'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
