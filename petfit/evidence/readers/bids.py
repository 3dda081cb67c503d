"""Read a folder of PET-BIDS derivatives: one row for each region and scan, of level ``scan``.

What programs write, according to their sources in 2026:

- dynamicpet: ``sub-01_ses-x_model-SRTM_kinpar.tsv`` with columns ``name``, ``BPND``, ``R1``, ``k2``; its
  SRTM of Zhou 2003 writes ``DVR``, and its SUVR ``SUVR``, instead of ``BPND``.
- PETFit: ``sub-01_ses-x_model-SRTM_desc-model1_kinpar.tsv`` for each scan (formerly ``model_SRTM``) and,
  next to the folders of the subjects, ``model-SRTM_desc-model1_kinpar.tsv`` with the same numbers and columns
  ``sub``, ``ses``, ...; columns ``region`` and ``BPnd`` or ``VT``. File names contain only the entities that
  differ in the dataset. ``BPnd-se`` is a fraction of the estimate. ``desc-delayfit`` tables have no outcome.
- The draft of PET-BIDS derivatives (BEP023) calls the estimates ``BPND`` and ``VT``, and the file as above.

What is assumed:

- A table without a subject in its file name is read only if there is none with one.
- A region without an estimate gets ``use = no``.
- Whether a scan is a baseline or with the drug follows from the metadata: see
  `petfit.evidence.readers.bids_metadata` and `petfit.evidence.readers.bids_conditions`.

Nothing is ever written to the folder.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pandas as pd

from petfit.errors import EvidenceError, PetfitError, Problem, nearest
from petfit.evidence.parse import is_missing
from petfit.evidence.readers.base import Reader, Request, Source
from petfit.evidence.readers.bids_conditions import LABELS, complete_conditions
from petfit.evidence.readers.bids_metadata import (
    ENTITIES,
    BidsDataset,
    Cells,
    file_entities,
    file_name_parts,
)
from petfit.evidence.readers.bids_tables import read_tsv
from petfit.evidence.source_table import SourceTable

__all__ = ["READER", "read_bids"]

_REGION_COLUMNS = ("name", "region", "roi")
_OUTCOME_COLUMNS = ("bpnd", "vt")
_ASSUMED_BASELINE = "condition not given: a scan without a drug, or with a dose of 0, is a baseline scan"


def read_bids(
    folder: Path,
    sheet: str | None = None,
    extra: Collection[str] = (),
    outcome: str | None = None,
    constants: Mapping[str, str] | None = None,
) -> SourceTable:
    """Read the kinetic parameters in a folder of PET-BIDS derivatives, or in a dataset that contains one.

    Parameters
    ----------
    folder : pathlib.Path
        The derivatives, or the dataset.
    sheet : str, optional
        A part of the names of the tables to read, such as ``model-SRTM``, where a scan has several.
    extra : collection of str
        Columns of ``participants.tsv`` and ``sessions.tsv`` to read besides the canonical ones.
    outcome : {"bpnd", "vt"}, optional
        Which of the outcomes, where a table has both.
    constants : dict of str to str, optional
        What is given for every person, such as a drug and its dose, as if it stood in ``participants.tsv``.

    Returns
    -------
    SourceTable
        Rows of level ``scan``, outcome ``bpnd`` (no unit) or ``vt`` (mL/cm3), with places of file and line.

    Raises
    ------
    PetfitError
        When the folder has no such tables, or several for one scan.
    EvidenceError
        When a table lacks the region or the outcome, or a scan its drug or dose, by file and key.
    """
    dataset = BidsDataset.containing(folder, extra, constants or {})
    problems: list[Problem] = []
    rows: dict[str, Cells] = {}
    for path in _kinetic_tables(folder, sheet):
        try:
            rows |= _rows(path, folder, dataset, outcome)
        except EvidenceError as error:
            problems += error.problems
    if problems:
        raise EvidenceError(str(folder), problems)
    conditions_given = all("condition" in row for row in rows.values())
    if problems := complete_conditions(rows.values()):
        raise EvidenceError(str(folder), problems)
    table = pd.DataFrame.from_dict(rows, orient="index", dtype=object).fillna("")
    are_said = conditions_given or all("_by_label" in row for row in rows.values())
    assumptions = [] if are_said else [_ASSUMED_BASELINE]
    assumptions += list(_label_readings(rows))
    if unread := dataset.unread_columns:
        assumptions.append(f"columns of participants.tsv that are not read: {', '.join(unread)}")
    public = [name for name in table.columns if not name.startswith("_")]
    return SourceTable(str(folder), table[public], tuple(assumptions))


# --- which tables -------------------------------------------------------------------------------


def _kinetic_tables(folder: Path, sheet: str | None) -> list[Path]:
    paths = [
        path for path in sorted(folder.rglob("*kinpar.tsv")) if "desc-delayfit" not in file_name_parts(path)
    ]
    if not paths:
        remedy = "Give a table, or a folder of PET-BIDS derivatives."
        raise PetfitError(f"{folder}: this is a folder without a table *_kinpar.tsv. {remedy}")
    if sheet is not None:
        parts = {part for path in paths for part in file_name_parts(path)}
        paths = [path for path in paths if sheet in file_name_parts(path)]
        if not paths:
            raise PetfitError(f"{folder}: no *_kinpar.tsv has {sheet!r} in its name. {nearest(sheet, parts)}")
    paths = [path for path in paths if "sub" in file_entities(path, folder)] or paths
    _check_one_table_per_scan(folder, paths)
    return paths


def _check_one_table_per_scan(folder: Path, paths: list[Path]) -> None:
    first: dict[tuple[str, ...], Path] = {}
    for path in paths:
        entities = file_entities(path, folder)
        twin = first.setdefault(tuple(entities.get(key, "") for key in ENTITIES), path)
        if twin == path:
            continue
        different = sorted(set(file_name_parts(twin)) ^ set(file_name_parts(path)))
        choice = " or ".join(different)
        remedy = f"Choose with --sheet: {choice}." if different else "Give the folder of one of them."
        names = f"{twin.relative_to(folder)} and {path.relative_to(folder)}"
        raise PetfitError(f"{folder}: {names} are tables of the same scan. {remedy}")


# --- rows ---------------------------------------------------------------------------------------


def _rows(path: Path, folder: Path, dataset: BidsDataset, wanted: str | None) -> dict[str, Cells]:
    """Return the rows of a table by place: each region, with the metadata of its scan."""
    name = str(path.relative_to(folder))
    table = read_tsv(path, name)
    region = _one_column(name, _columns_in(table, _REGION_COLUMNS), table, "name or region")
    outcome = _outcome_column(name, table, wanted)
    rows = {}
    for line, cells in table.iterrows():
        columns = {key: cells[key] for key in ENTITIES if key in table.columns and cells[key]}
        entities = {key: label.removeprefix(f"{key}-") for key, label in columns.items()}
        entities |= file_entities(path, folder)
        row = dataset.scan_cells(name, entities) | {"region": cells[region], "value": cells[outcome]}
        row |= {"_unread": ", ".join(_unread(table, region, outcome))}
        row |= {f"_{key}": entities.get(key, "") for key in LABELS}
        row |= {"session": entities["ses"]} if "ses" in entities else {}
        row |= {"subject": entities["sub"], "level": "scan", "outcome": outcome.lower()}
        if is_missing(row["value"]):
            row |= {"value": "", "use": "no", "exclusion_reason": f"no estimate of {outcome} in the table"}
        rows[f"{name}, {line}"] = row
    return rows


def _columns_in(table: pd.DataFrame, wanted: tuple[str, ...]) -> list[str]:
    return [str(column) for column in table.columns if str(column).lower() in wanted]


def _outcome_column(name: str, table: pd.DataFrame, wanted: str | None) -> str:
    """Return the column of the outcome; the ratio DVR, which is BP_ND + 1, only where BP_ND is missing."""
    columns = _columns_in(table, _OUTCOME_COLUMNS if wanted is None else (wanted,))
    if not columns or (wanted is None and not _columns_in(table, ("bpnd",))):
        columns += [column for column in _columns_in(table, ("dvr",)) if wanted in (None, "bpnd")]
    words = {"bpnd": "BPND", "vt": "VT", "dvr": "DVR"}.get(wanted or "", "BPND or VT")
    return _one_column(name, columns, table, words)


def _one_column(name: str, columns: list[str], table: pd.DataFrame, words: str) -> str:
    if len(columns) == 1:
        return columns[0]
    seen = ", ".join(columns or table.columns)
    rule, remedy = f"there is no column {words}", "Give tables that have it."
    if columns:
        rule = f"there are several columns of {words}"
        by_outcome = " or ".join(f"--outcome {column.lower()}" for column in columns)
        is_outcome = set(map(str.lower, columns)) <= {*_OUTCOME_COLUMNS, "dvr"}
        remedy = f"Choose with {by_outcome}." if is_outcome else "Give a copy with one of them."
    raise EvidenceError(name, [Problem(name, words, seen, rule, remedy)])


def _label_readings(rows: dict[str, Cells]) -> Iterator[str]:
    """Say what was read from the labels of files, and which columns were not read."""
    sessions = sorted({row["session"] for row in rows.values() if row.get("session")})
    if sessions:
        yield f"session read from the labels of the files: {', '.join(sessions)}"
    tracers = {row["tracer"] for row in rows.values() if row["_trc"] and row.get("tracer") == row["_trc"]}
    if tracers:
        yield f"tracer read from the labels of the files: {', '.join(sorted(tracers))}"
    if by_label := {row["_by_label"] for row in rows.values() if "_by_label" in row}:
        yield f"condition read from the labels of the sessions: {', '.join(sorted(by_label))}"
    if unread := {row["_unread"] for row in rows.values() if row["_unread"]}:
        yield f"columns of the tables that are not read: {'; '.join(sorted(unread))}"


def _unread(table: pd.DataFrame, region: str, outcome: str) -> list[str]:
    read = {region, outcome, "pet", *ENTITIES}
    return [str(name) for name in table.columns if name not in read and table[name].ne("").any()]


def _accepts(source: Source) -> bool:
    return source.path is not None and source.path.is_dir()


def _read(source: Source, request: Request) -> SourceTable:
    given = request.table_format
    return read_bids(source.path or Path(), given.sheet, request.extra, given.outcome, given.constants)


READER = Reader(_accepts, _read, has_sheets=True)
