"""The glossary of the report, and the links from a text to its terms."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

__all__ = ["MEANINGS", "Glossary", "slug"]

MEANINGS: dict[str, str] = {
    "occupancy": "The fraction of the target that is bound by the drug.",
    "EC50": "The exposure at which half of Emax is occupied.",
    "ED50": "EC50 on a dose axis.",
    "Emax": "The maximum occupancy, which the curve approaches at very high exposure.",
    "EC50 ratio": "EC50 of the low-affinity sites over that of the high-affinity sites.",
    "Hill": "The exponent of the curve: how steeply occupancy rises around EC50.",
    "posterior": "The distribution of a parameter given the evidence: the prior updated by the likelihood.",
    "prior": "The distribution of a parameter that the model assumes before the evidence.",
    "draws": "Samples from the posterior. Probabilities are shares and intervals are quantiles of draws.",
    "equal-tailed interval": "An interval with the same probability below it as above it.",
    "P(Emax above)": "The share of draws with an Emax above the occupancy; in the others no dose reaches it.",
    "typical person": "A person with the EC50 at the centre of the population.",
    "typical study": "A study at the centre of the distribution of studies.",
    "new person": "A person who was not studied, drawn from the distribution of people.",
    "reference doses": "Doses divided by the reference dose of the drug.",
    "pooling": "Estimating the levels of a factor together, so that each informs the others.",
    "partially pooled": "Estimated as draws from a common distribution of unknown SD.",
    "extrapolated": "Outside the exposures tested, where the curve's shape and the priors matter more.",
    "contraction": "One minus posterior over prior variance, of ranks: 0 if the evidence adds nothing.",
    "overlap": "The area that the prior and posterior densities share.",
    "omega": "The SD of log EC50 between people.",
    "sigma": "The residual SD of one person's occupancy.",
    "R-hat": "Compares the chains with each other; close to 1 when they agree.",
    "ESS": "Effective sample size: the number of independent draws with the same precision.",
    "MCSE": "Monte Carlo standard error: the error of a number that is due to the finite number of draws.",
    "E-BFMI": "A diagnostic of how well the sampler explored the tails of the posterior; below 0.3 is low.",
    "divergent": "A draw at which the numerical integration of the sampler failed; answers may be biased.",
    "NUTS": "The No-U-Turn sampler, a variant of Hamiltonian Monte Carlo.",
    "loo": "Leave-one-out: how well each person or cohort is predicted from the others.",
    "sensitivity": "How far an answer moves when priors or likelihood are weighted slightly differently.",
    "elpd": "Expected log predictive density: how well left-out values are predicted.",
    "Pareto k": "A diagnostic of importance sampling; large values mean that it is unreliable for that row.",
    "importance sampling": "Reweighting the draws as if a row had been left out, instead of fitting again.",
    "stacked": "From the mixture of all models with their stacking weights.",
    "stacking": "Choosing the weights of models so that their mixture best predicts left-out values.",
    "replicated": "Simulated from the fitted model at the same exposures.",
    "BP_ND": "Binding potential relative to non-displaceable tracer.",
    "V_T": "Total distribution volume of the tracer.",
    "V_ND": "Distribution volume of non-displaceable tracer.",
    "SHA-256": "A fingerprint of the evidence, which changes with any change of the table.",
}


class Glossary:
    """Links the first occurrence of each term in a section to its meaning."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._linked_in_section: set[str] = set()
        longest_first = sorted(MEANINGS, key=len, reverse=True)
        self._terms = re.compile(rf"(?<![\w&])({'|'.join(map(re.escape, longest_first))})(?!\w)")

    @property
    def used(self) -> dict[str, str]:
        """The terms that occur on the page, in alphabetical order, with their meanings."""
        return {term: MEANINGS[term] for term in sorted(self._used, key=str.casefold)}

    def begin_section(self) -> str:
        """Begin a section, in which each term is linked again."""
        self._linked_in_section = set()
        return ""

    def mark(self, text: str) -> Markup:
        """Escape a text and link its terms; a number and its "%" stay on one line.

        Examples
        --------
        >>> marked = Glossary().mark("Emax < 1")
        >>> marked.startswith('<a class="term" href="#term-emax"'), marked.endswith(">Emax</a> &lt; 1")
        (True, True)
        """
        return Markup(self._terms.sub(self._link, str(escape(text.replace(" %", "\N{NO-BREAK SPACE}%")))))

    def _link(self, match: re.Match[str]) -> str:
        term = match[0]
        if term in self._linked_in_section:
            return term
        self._linked_in_section.add(term)
        self._used.add(term)
        anchor = f"term-{slug(term)}"
        return (
            f'<a class="term" href="#{anchor}" aria-describedby="{anchor}" '
            f'data-meaning="{escape(MEANINGS[term])}">{term}</a>'
        )


def slug(text: str) -> str:
    """Return a text as an identifier.

    Examples
    --------
    >>> slug("P(Emax above)")
    'p-emax-above'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
