"""LOO over rows by importance sampling: quick, and honest where no single row decides the posterior."""

from __future__ import annotations

import numpy as np

from petfit.checks.base import Check, Verdict
from petfit.comparison import K_MOST, by_row, standard_error
from petfit.store import Stored

__all__ = ["check"]


def check(stored: Stored) -> Check:
    """Compare the Pareto k of every row with its threshold, and name the rows above it."""
    found = by_row(stored).rename_axis("row")
    draws = stored.tree["log_likelihood"].sizes["chain"] * stored.tree["log_likelihood"].sizes["draw"]
    most = min(K_MOST, 1.0 - 1.0 / np.log10(draws))
    over = found[~(found["pareto_k"] <= most)]
    elpd, error = found["elpd"].sum(), standard_error(found["elpd"].to_numpy())
    verdict: Verdict = "WARN" if len(over) else "PASS"
    sentence = (
        f"Leaving out one of {len(found)} rows at a time, by importance sampling: elpd {elpd:.1f} (SE "
        f"{error:.1f}), {found['p_loo'].sum():.1f} effective parameters; the largest Pareto k is "
        f"{found['pareto_k'].max():.2f} (at most {most:.2f} wanted)."
    )
    if verdict == "WARN":
        sentence += (
            f" Too influential to be left out by weights: {', '.join(over.index)}. Where these are many or "
            "of one study, petfit check FIT --refit says what hangs on it."
        )
    return Check("loo", verdict, sentence, found)
