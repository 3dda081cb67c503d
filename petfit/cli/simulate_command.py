"""The command that simulates the table of a planned study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from petfit.cli.app import app
from petfit.cli.options import parse_pairs, split
from petfit.errors import PetfitError

__all__ = ["simulate", "stated_values"]

_FORM = "name=value, such as ec50=10,emax=0.9"


@app.command
def simulate(
    model: str,
    design: Path,
    /,
    *,
    output: Annotated[Path, Parameter(alias="-o")],
    given: Path | None = None,
    truth: str | None = None,
    drug_table: Path | None = None,
    seed: int = 1,
    force: bool = False,
) -> int:
    """Write a simulated table of a planned study.

    Parameters
    ----------
    model
        Name of a bundled model or a TOML file.
    design
        The design of the study: a TOML file with its arms.
    output
        The table to write, .csv or .tsv.
    given
        A fit file from whose posterior the true parameters are drawn; from the priors of the model if not
        given.
    truth
        True values that are stated instead of drawn, for a typical person, such as
        ec50=10,emax=0.9,omega=0.3,sigma=0.05.
    drug_table
        A drug table of your own (reference doses, marketed strengths).
    seed
        Seed of the random numbers.
    force
        Replace the output file even if it is not a table that petfit wrote.
    """
    import petfit
    from petfit.planning.table_file import check_table_file, write_simulated

    check_table_file(output, inputs=[model, design], force=force)
    fitted = None if given is None else petfit.load(given)
    stated = stated_values(truth)
    table = petfit.simulate(design, model, given=fitted, truth=stated, drug_table=drug_table, seed=seed)
    write_simulated(table, output, force=force)
    print(f"Wrote {output}: {len(table)} simulated rows")
    return 0


def stated_values(text: str | None) -> dict[str, float]:
    """Return values that are written name=value, separated by commas.

    Raises
    ------
    PetfitError
        If a part of the text is not of this form.

    Examples
    --------
    >>> stated_values("ec50=10,emax=0.9")
    {'ec50': 10.0, 'emax': 0.9}
    """
    pairs = parse_pairs(split(text), "--truth", _FORM)
    try:
        return {name: float(value) for name, value in pairs.items()}
    except ValueError:
        raise PetfitError(f"--truth {text!r}: write {_FORM}") from None
