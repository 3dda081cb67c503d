"""Read a table of evidence: a line of steps from the source to `Evidence`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import pandas as pd

from petfit.errors import EvidenceError, PetfitError
from petfit.evidence.baseline_doses import clear_baseline_doses
from petfit.evidence.blank_names import ask_for_blank_names
from petfit.evidence.captions import ask_about_captions
from petfit.evidence.cell_units import read_cell_units
from petfit.evidence.cells_as_above import fill_as_above
from petfit.evidence.choices import read_choices
from petfit.evidence.column_names import complete_columns, rename_columns
from petfit.evidence.combined_columns import split_combined_columns
from petfit.evidence.constants import fill_constants
from petfit.evidence.counted_twice import note_counted_twice
from petfit.evidence.counts_in_cells import split_counts
from petfit.evidence.decimal_mark import replace_decimal_commas
from petfit.evidence.defaults import fill_defaults
from petfit.evidence.dose_routes import ask_for_routes
from petfit.evidence.dose_words import read_dose_words
from petfit.evidence.dosing_frequency import read_regimens
from petfit.evidence.evidence import Evidence
from petfit.evidence.footnote_marks import leave_out_marks
from petfit.evidence.headers import read_headers
from petfit.evidence.limits import read_limits
from petfit.evidence.log_units import read_logarithms
from petfit.evidence.name_spellings import unify_names
from petfit.evidence.named_doses import read_named_doses
from petfit.evidence.nested_regions import note_nested_regions
from petfit.evidence.outcome_conversion import convert_outcomes
from petfit.evidence.percent import read_percent
from petfit.evidence.placebo import read_placebo
from petfit.evidence.readers import Request, read_source
from petfit.evidence.repeated_people import ask_for_people, note_people
from petfit.evidence.spread_owner import ask_whose_spread
from petfit.evidence.statistics import convert_statistics
from petfit.evidence.summary_rows import leave_out_summaries
from petfit.evidence.table_format import TableFormat
from petfit.evidence.typed_cells import parse_cells
from petfit.evidence.unit_conversion import convert_units, drug_names
from petfit.evidence.units_row import read_units_row
from petfit.evidence.unpaired_scans import note_unpaired_scans
from petfit.evidence.unsaid_outcomes import ask_for_outcomes
from petfit.evidence.unused_cells import note_unused_cells
from petfit.evidence.validate import validate
from petfit.evidence.variation import convert_variation
from petfit.evidence.wide.reshape import wide_to_long

__all__ = ["read_evidence", "read_in_format"]


def read_evidence(
    source: str | Path | pd.DataFrame = "sert_occupancy",
    *,
    extra: Iterable[str] = (),
    drug_table: pd.DataFrame | None = None,
    columns: Mapping[str, str] | None = None,
    wide: str | None = None,
    ignore: Collection[str] = (),
    decimal: str | None = None,
    sheet: str | None = None,
    header: int | str | None = None,
    constants: Mapping[str, str] | None = None,
    outcome: str | None = None,
    fill: Collection[str] = (),
) -> Evidence:
    """Read a table of reported numbers.

    Parameters
    ----------
    source : str, path or pandas.DataFrame
        A CSV, TSV or .xlsx file, a folder of PET-BIDS derivatives, a DataFrame, or the name of a bundled
        table.
    extra : iterable of str
        Columns beyond the canonical ones, such as a model's factors.
    drug_table : pandas.DataFrame, optional
        A drug table from `petfit.evidence.read_drug_table`; the bundled one if not given. Its molar masses
        (g/mol) convert nmol/L to ng/mL where a drug has both.
    columns : dict of str to str, optional
        From a canonical or extra column to the name of that column in the table.
    wide : str, optional
        The factor (``region``, ``tracer``, ...) of a wide table: all columns of values that are neither
        canonical nor extra are levels of it. Two factors are separated by a comma: ``region,condition``.
    ignore : collection of str
        Columns of the table to leave out; a name can be a pattern, such as ``Comment*``.
    decimal : {".", ","}, optional
        The decimal mark. By default it is inferred from the numbers, and an ambiguous table is refused.
    sheet : str, optional
        Which of several tables: the sheet of a workbook (the first by default), or for a BIDS folder a part
        of the file names, such as ``model-SRTM``.
    header : int or str, optional
        The line of a text file, or the row of a sheet, with the column names; several that are joined are
        given as ``"2-3"``.
    constants : dict of str to str, optional
        Values that the table does not give, by column: ``{"drug": "BU224", "value_unit": "percent"}``.
    outcome : {"occupancy", "bpnd", "vt", "dvr", "change", "remaining"}, optional
        The outcome of the values; it chooses the column where a table has several. ``dvr`` is BP_ND + 1,
        ``change`` the change of BP from baseline, which is minus the occupancy, and ``remaining`` BP over the
        baseline, which is 1 minus the occupancy.
    fill : collection of str
        Columns with a name in the first of several rows only, such as ``study``: an empty cell repeats the
        one above.

    Returns
    -------
    Evidence
        The typed and completed table.

    Raises
    ------
    PetfitError
        When the file does not exist or cannot be read.
    EvidenceError
        When anything in the table is wrong; the error lists every problem.

    Examples
    --------
    >>> len(read_evidence().used)
    25
    >>> table = pd.DataFrame({"drug": ["A"], "mg": [10], "striatum": [0.4], "midbrain": [0.3]})
    >>> read_evidence(table, columns={"dose": "mg"}, wide="region").table["region"].tolist()
    ['striatum', 'midbrain']
    >>> read_evidence(pd.DataFrame({"drug": ["A"], "dose": [10], "value": [1.7e3]}))
    Traceback (most recent call last):
    petfit.errors.EvidenceError: the DataFrame: 1 problem, nothing was read
    ...
    """
    table_format = TableFormat(
        columns or {}, wide, ignore, decimal, sheet, header, constants or {}, outcome, fill
    )
    return read_in_format(source, table_format, extra=extra, drug_table=drug_table)


def read_in_format(
    source: str | Path | pd.DataFrame,
    table_format: TableFormat,
    *,
    extra: Iterable[str] = (),
    drug_table: pd.DataFrame | None = None,
) -> Evidence:
    """Read a table in a given format; see `read_evidence`.

    Where the header is refused and its message names options, what would be refused with them is named too.
    """
    if not (drug_table is None or isinstance(drug_table, pd.DataFrame)):
        raise PetfitError("drug_table: a DataFrame from petfit.evidence.read_drug_table is needed here.")
    with pd.option_context("mode.string_storage", "python"):  # faster than Arrow on tables of some columns
        try:
            return _read(source, table_format, extra, drug_table)
        except EvidenceError as error:
            if not error.cure:
                raise
            try:
                _read(source, table_format.joined(error.cure), extra, drug_table)
            except EvidenceError as second:
                raise EvidenceError(error.table, [*error.problems, *second.problems], error.cure) from None
            raise


def _read(
    source: str | Path | pd.DataFrame,
    table_format: TableFormat,
    extra: Iterable[str],
    drug_table: pd.DataFrame | None,
) -> Evidence:
    extra_columns = frozenset([extra] if isinstance(extra, str) else extra)
    table = read_source(source, Request(table_format, extra_columns))
    table = ask_whose_spread(table, table_format, extra_columns)
    table = rename_columns(table, table_format, extra_columns)
    table = split_counts(table)
    table = split_combined_columns(table, table_format.wide)
    table = read_headers(table, table_format, extra_columns)
    table = leave_out_summaries(table)
    table = read_units_row(table)
    table = fill_constants(table, table_format, extra_columns)
    table = read_named_doses(table, table_format)
    table = fill_as_above(table, table_format.fill)
    table = leave_out_marks(table)
    table = replace_decimal_commas(table, table_format, extra_columns)
    table = ask_for_blank_names(table)
    table = wide_to_long(table, table_format.wide, extra_columns)
    table = complete_columns(table, extra_columns)
    table = read_choices(table)
    table = read_limits(table)
    table = convert_outcomes(table)
    table = unify_names(table, drug_names(drug_table))
    table = ask_for_people(table)
    table = clear_baseline_doses(table)
    table = read_placebo(table)
    table = read_dose_words(table)
    table = read_cell_units(table)
    table = ask_about_captions(table)
    table = ask_for_routes(table)
    table = read_regimens(table)
    table = read_logarithms(table)
    table = read_percent(table)
    table = convert_units(table, drug_table)
    table = parse_cells(table)
    table = convert_variation(table)
    table = convert_statistics(table)
    table = ask_for_outcomes(table, table_format)
    table = fill_defaults(table)
    table = note_people(table)
    table = note_unpaired_scans(table)
    table = note_nested_regions(table)
    table = note_counted_twice(table)
    table = note_unused_cells(table)
    validate(table)
    return Evidence(table.name, table.table, table.assumptions)
