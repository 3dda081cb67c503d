"""The command that fits a model to a table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from petfit.cli.app import app
from petfit.cli.options import TableOptions
from petfit.settings import Settings

__all__ = ["fit"]


@app.command
def fit(
    evidence: str = "sert_occupancy",
    /,
    *,
    model: str | None = None,
    output: Annotated[Path, Parameter(alias="-o")] = Path("fit.nc"),
    seed: int = Settings.seed,
    drug_table: Path | None = None,
    draws: int = Settings.draws,
    tune: int = Settings.tune,
    chains: int = Settings.chains,
    target_accept: float | None = None,
    force: bool = False,
    table: TableOptions | None = None,
) -> int:
    """Fit a model to a table, save the fit, and print its summary; the exit status is 1 if a check fails.

    Parameters
    ----------
    evidence
        A table of your own (CSV, TSV, .xlsx or a folder of PET-BIDS derivatives); the bundled SERT evidence
        if not given.
    model
        Name of a bundled model or a TOML file; if not given, a bundled one is chosen for the table.
    output
        The fit file to write.
    seed
        Seed of the random numbers.
    drug_table
        A drug table of your own (reference doses, marketed strengths).
    draws
        Draws per chain, after warm-up.
    tune
        Warm-up draws per chain.
    chains
        Number of chains.
    target_accept
        Target acceptance rate of the sampler. If not given, 0.95, and 0.995 in a second run if a draw of the
        first diverges.
    force
        Replace the output file even if it is not a fit file.
    """
    import petfit
    from petfit.cli import terminal
    from petfit.cli.screen import screen
    from petfit.evidence.files import FIT, check_target

    inputs = [name for name in (evidence, model, drug_table) if name is not None]
    check_target(output, FIT, inputs=inputs, force=force)
    settings = Settings(draws=draws, tune=tune, chains=chains, target_accept=target_accept, seed=seed)
    fitted = petfit.fit(
        evidence,
        model,
        drug_table=drug_table,
        table_format=(table or TableOptions()).table_format,
        settings=settings,
        progress=sys.stderr.isatty(),
    ).with_checks()
    fitted.save(output, force=force)
    print(screen(fitted, output, width=terminal.width()))
    return terminal.exit_status(fitted.check())
