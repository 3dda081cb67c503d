"""Commands for models and their priors."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from petfit.cli.app import app
from petfit.cli.options import Format

if TYPE_CHECKING:
    from petfit.model.specification import ModelSpec

__all__ = ["models", "priors"]


@app.command
def models(name: str | None = None, /) -> int:
    """List the bundled models, or print one, ready to edit.

    Parameters
    ----------
    name
        A bundled model.
    """
    from petfit.cli import terminal
    from petfit.evidence.bundled import models_folder
    from petfit.model.specification import model_file, read_model
    from petfit.report.tables.model_tables import model_list_table

    if name is not None:
        print(model_file(name).read_text(encoding="utf-8"), end="")
        return 0
    specs = {file.stem: read_model(file) for file in sorted(models_folder().glob("*.toml"))}
    terminal.print_table(model_list_table(specs))
    return 0


@app.command
def priors(
    model: str = "emax",
    /,
    *,
    evidence: str | None = None,
    plot: Path | None = None,
    force: bool = False,
    format: Format = "table",
) -> int:
    """Print a model's priors, and the sentences for a methods section.

    Parameters
    ----------
    model
        Name of a bundled model or a TOML file.
    evidence
        The table the model is meant for: warn where the prior of EC50 lies far off its exposures.
    plot
        Draw the curves the model expects before any evidence, into an SVG, PDF or PNG file.
    force
        Replace the file of the plot even if petfit did not write it.
    format
        For people, or for programs.
    """
    from petfit.cli import terminal
    from petfit.evidence.files import FIGURE, check_target
    from petfit.model.specification import read_model
    from petfit.report.tables.prior_tables import prior_table

    if plot is not None:
        check_target(plot, FIGURE, force=force)
    spec = read_model(model)
    table = prior_table(spec, model)
    if format == "table":
        terminal.print_table(table)
        print("\n".join(table.frame["sentence"]))
    else:
        terminal.print_frame(table.frame, format)
    if evidence is not None:
        _warn_of_far_priors(spec, evidence)
    if plot is not None:
        from petfit import plots

        plots.save_figure(plots.plot_prior_predictive_curves(spec), plot, force=force)
        print(f"Wrote {plot}", file=sys.stderr)
    return 0


def _warn_of_far_priors(spec: ModelSpec, evidence: str) -> None:
    from petfit.evidence import read_evidence
    from petfit.evidence.drug_table import read_drugs
    from petfit.model import prior_predictive

    table = read_evidence(evidence, extra=spec.columns)
    for drug, share in prior_predictive.prior_share_far_from_tested(spec, table, read_drugs()).items():
        if share > prior_predictive.LARGEST_PRIOR_SHARE:
            print(
                f"Warning: the prior gives {drug} a probability of {share:.2f} of an EC50 more than "
                f"{prior_predictive.FAR_FACTOR:g} times beyond the exposures tested. Check the unit of the "
                "exposures and the prior's centre.",
                file=sys.stderr,
            )
