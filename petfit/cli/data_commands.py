"""Commands for tables of evidence: list, print, check, or start one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from petfit.cli.app import app
from petfit.cli.options import Format, TableOptions
from petfit.cli.output import print_assumptions, print_frame, print_json
from petfit.errors import PetfitError

if TYPE_CHECKING:
    from petfit.report.preview import Preview

__all__ = ["check_data", "data", "template"]


data_app = App(name="data", help="List the bundled tables, print one, check your own, or start a new one.")
app.command(data_app)


@data_app.default
def data(
    name: str | None = None,
    /,
    *,
    format: Format = "table",
    output: Annotated[Path | None, Parameter(alias="-o")] = None,
    force: bool = False,
    table: TableOptions | None = None,
) -> int:
    """List the bundled tables, or print a table as petfit reads it.

    Parameters
    ----------
    name
        A bundled table, or a file of your own.
    format
        table for reading, or another format for programs.
    output
        Write the table, in petfit's columns and units, to this .tsv file, and descriptions of its columns to
        a .json file next to it.
    force
        Replace existing files.
    """
    from petfit.cli import terminal
    from petfit.evidence.bundled import bundled_evidence
    from petfit.evidence.files import check_target
    from petfit.evidence.read import read_in_format
    from petfit.report.tables.evidence_row_tables import evidence_list_table, evidence_row_table

    if name is None:
        tables = {
            stem: read_in_format(stem, table_format) for stem, table_format in bundled_evidence().items()
        }
        terminal.print_table(evidence_list_table(tables))
        return 0
    if output is not None:
        check_target(output, inputs=[name], force=force)
    evidence = read_in_format(name, (table or TableOptions()).table_format)
    if output is not None:
        print(f"Wrote {evidence.save(output, force=force)}")
    elif format == "table":
        terminal.print_table(evidence_row_table(evidence.table, title=evidence.name))
        print_assumptions(evidence)
    else:
        print_frame(evidence.table, format)
    return 0


@data_app.command(name="check")
def check_data(
    file: str,
    /,
    *,
    model: str | None = None,
    drug_table: Path | None = None,
    format: Literal["table", "json"] = "table",
    table: TableOptions | None = None,
) -> int:
    """Print what petfit reads in a table, or every problem with it, without fitting.

    Parameters
    ----------
    file
        A file of your own, or a bundled table.
    model
        Name of a bundled model or a TOML file; if not given, a bundled one is chosen for the table.
    drug_table
        A drug table of your own (molar masses, reference doses).
    format
        table for reading, or another format for programs.
    """
    from petfit.report import preview

    try:
        table_preview = preview.preview(file, model, drug_table, (table or TableOptions()).table_format)
    except PetfitError as error:
        if format == "table":
            raise
        print_json(preview.problem_record(file, error))
        return 2
    if format == "table":
        _print_preview(table_preview)
    else:
        print_json(preview.preview_record(table_preview))
    return 0


def _print_preview(preview: Preview) -> None:
    from petfit.cli import terminal
    from petfit.report.tables.content_tables import content_tables
    from petfit.report.tables.model_tables import reference_table

    contents, design = preview.evidence, preview.design
    print(f"{contents.name}: no problem. {contents.rows} rows, {contents.used} of them used.\n")
    for content_table in content_tables(contents):
        terminal.print_table(content_table)
    for sentence in contents.assumptions:
        print(f"Assumed: {sentence}.")
    print(f"Model: {design.spec.title or 'untitled'} can fit {len(design.rows)} rows of this table.\n")
    terminal.print_table(reference_table(design))


@data_app.command
def template(
    *, output: Annotated[Path, Parameter(alias="-o")] = Path("table.tsv"), force: bool = False
) -> int:
    """Write an empty table with one example row of each level, and a JSON file that describes its columns.

    Parameters
    ----------
    output
        The table to write; its name ends in .tsv.
    force
        Replace existing files.
    """
    from petfit.evidence.template import write_template

    path = write_template(output, force=force)
    print(f"Wrote {path} and {path.with_suffix('.json')}. Fill it in, then: petfit data check {path}")
    return 0
