"""Commands for models and their priors."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from petfit.cli.app import app
from petfit.cli.options import Format
from petfit.cli.output import print_frame

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
    """Print the priors of a model, and sentences about them for a methods section.

    Parameters
    ----------
    model
        Name of a bundled model or a TOML file.
    evidence
        A table that the model will be fitted to: warn where the prior of EC50 lies far from its exposures.
    plot
        Draw prior predictive curves into an SVG, PDF or PNG file.
    force
        Replace the file of the plot even if petfit did not write it.
    format
        table for reading, or another format for programs.
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
        print_frame(table.frame, format)
    if evidence is not None:
        _warn_of_far_priors(spec, evidence)
    if plot is not None:
        from petfit.plots.prior_predictive_curves import plot_prior_predictive_curves
        from petfit.plots.save_figure import save_figure

        save_figure(lambda: plot_prior_predictive_curves(spec), plot, force=force)
        print(f"Wrote {plot}", file=sys.stderr)
    return 0


def _warn_of_far_priors(spec: ModelSpec, evidence: str) -> None:
    from petfit.evidence import read_evidence
    from petfit.evidence.drug_table import read_drug_table
    from petfit.model import prior_predictive

    table = read_evidence(evidence, extra=spec.columns)
    for drug, share in prior_predictive.prior_share_far_from_tested(spec, table, read_drug_table()).items():
        if share > prior_predictive.LARGEST_PRIOR_SHARE:
            print(
                f"Warning: {drug}: the prior probability that EC50 is more than "
                f"{prior_predictive.FAR_FACTOR:g} times above or below the exposures tested is {share:.2f}. "
                "Check the unit of the exposures and the centre of the prior.",
                file=sys.stderr,
            )
