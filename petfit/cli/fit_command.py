"""The command that fits a model to a table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from petfit.cli.app import app
from petfit.cli.options import TableOptions
from petfit.cli.output import print_assumptions

if TYPE_CHECKING:
    from petfit.fit import Fit

__all__ = ["fit"]


@app.command
def fit(
    evidence: str = "sert_occupancy",
    /,
    *,
    model: str | None = None,
    output: Annotated[Path, Parameter(alias="-o")] = Path("fit.nc"),
    seed: int | None = None,
    drug_table: Path | None = None,
    draws: int | None = None,
    tune: int | None = None,
    chains: int | None = None,
    target_accept: float | None = None,
    force: bool = False,
    table: TableOptions | None = None,
) -> int:
    """Fit a model to a table, save the fit, and print the answers.

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
        Target acceptance rate of the sampler; raise it if draws diverge.
    force
        Replace the output file even if it is not a fit file.
    """
    import petfit
    from petfit.cli import terminal
    from petfit.evidence.files import FIT, check_target
    from petfit.settings import Settings

    inputs = [name for name in (evidence, model, drug_table) if name is not None]
    check_target(output, FIT, inputs=inputs, force=force)
    given = {"draws": draws, "tune": tune, "chains": chains, "target_accept": target_accept, "seed": seed}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    fitted = petfit.fit(
        evidence,
        model,
        drug_table=drug_table,
        table_format=(table or TableOptions()).table_format,
        settings=settings,
        progress=sys.stderr.isatty(),
    ).with_checks()
    fitted.save(output, force=force)
    _print_fitted_rows(fitted)
    _print_answers(fitted)
    terminal.print_checks(fitted.check())
    print(f"\nSaved as {output}. Next: petfit report {output}\nFor research, not for treating people.")
    return 0


def _print_fitted_rows(fitted: Fit) -> None:
    evidence, spec = fitted.evidence, fitted.spec
    n_rows, n_excluded = len(fitted.design.rows), len(fitted.excluded_rows)
    excluded = f", {n_excluded} excluded with their reasons" if n_excluded else ""
    simulated = " (simulated values)" if evidence.simulated else ""
    print(
        f"Model: {spec.title or 'untitled'}. Evidence: {evidence.name}{simulated}, {n_rows} rows "
        f"fitted{excluded}."
    )
    without_n = evidence.table.loc[fitted.design.rows.index, "n"].isna()
    if (without_n & evidence.table["level"].isin(["range", "group"])).any():
        print(f"Assumed: {spec.n_assumed} people, the model's n_assumed, where a group or range has no n.")
    print_assumptions(evidence)
    for drug, reference in fitted.design.reference_doses.items():
        print(f"Reference of {drug}: {reference.value:g} {reference.unit}, from {reference.origin}.")


def _print_answers(fitted: Fit) -> None:
    from petfit.cli import terminal
    from petfit.report.tables.dose_table import dose_table
    from petfit.report.tables.parameter_table import parameter_table
    from petfit.results.curve_parameters import curve_parameters

    terminal.print_table(dose_table(fitted.dose_for_occupancy(0.8)))
    terminal.print_table(parameter_table(curve_parameters(fitted)))
