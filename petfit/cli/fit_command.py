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
    drugs: Path | None = None,
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
        A table of your own (CSV, TSV, .xlsx, a folder of PET-BIDS derivatives); the bundled SERT evidence
        if not given.
    model
        Name of a bundled model or a TOML file; if not given, the bundled one that suits the table.
    output
        The fit file to write.
    seed
        Seed of every random number.
    drugs
        A drug table of your own (reference doses, marketed strengths).
    draws
        Kept draws of each chain.
    tune
        Warm-up draws of each chain.
    chains
        Number of chains.
    target_accept
        Acceptance rate to tune the step size to; raise it if draws diverge.
    force
        Replace the output file even if it is not a fit file.
    """
    import petfit
    from petfit.cli import terminal
    from petfit.evidence.files import FIT, check_target
    from petfit.settings import Settings

    inputs = [name for name in (evidence, model, drugs) if name is not None]
    check_target(output, FIT, inputs=inputs, force=force)
    given = {"draws": draws, "tune": tune, "chains": chains, "target_accept": target_accept, "seed": seed}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    fitted = petfit.fit(
        evidence,
        model,
        drugs=drugs,
        table_format=(table or TableOptions()).table_format,
        settings=settings,
        progress=sys.stderr.isatty(),
    ).with_checks()
    fitted.save(output, force=force)
    _say_what_was_fitted(fitted)
    _print_answers(fitted)
    terminal.print_checks(fitted.check())
    print(f"\nSaved as {output}. Next: petfit report {output}\nFor research, not for treating people.")
    return 0


def _say_what_was_fitted(fitted: Fit) -> None:
    evidence, spec = fitted.evidence, fitted.spec
    rows, out = len(fitted.design.rows), len(fitted.excluded_rows)
    left = f", {out} left out with their reasons" if out else ""
    simulated = " (simulated values)" if evidence.simulated else ""
    print(
        f"Model: {spec.title or 'untitled'}. Evidence: {evidence.name}{simulated}, {rows} rows fitted{left}."
    )
    assumed = evidence.table.loc[fitted.design.rows.index, "n"].isna()
    if (assumed & evidence.table["level"].isin(["range", "group"])).any():
        print(f"Default: n not given for a group or a range: {spec.n_assumed} people, the model's n_assumed.")
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
