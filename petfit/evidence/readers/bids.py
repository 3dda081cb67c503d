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
  `petfit.evidence.readers.bids_metadata`.

Nothing is ever written to the folder.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from petfit.errors import EvidenceError, PetfitError, Problem, nearest
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.readers.base import Reader, Request, Source
from petfit.evidence.readers.bids_metadata import (
    ENTITIES,
    BidsDataset,
    Cells,
    file_entities,
    file_name_parts,
    read_tsv,
)
from petfit.evidence.source_table import SourceTable

__all__ = ["READER", "read_bids"]

_REGION_COLUMNS = ("name", "region", "roi")
_OUTCOME_COLUMNS = ("bpnd", "vt")
_EXPOSURES = ("dose", "concentration", "dose_low", "concentration_loq")
_LABELS = ("ses", "task", "acq", "trc")
_DRUG = re.compile(
    r"block|blk|drug|post|treat|dos(e|ing|ed)|challeng|inhib|medic|displac|occup|intervention|active|verum|\d\s*(mg|ug|mcg)",
    re.IGNORECASE,
)
_NO_DRUG = re.compile(
    r"(no|non|un|off|pre|without|before)[-_]?(block|drug|treat|dos|challeng|medic|displac|intervention)|inactive"
    r"|(drug|medication|treatment)[-_]?(free|naive)|placebo|pbo|sham|vehicle",
    re.IGNORECASE,
)
_BASELINE = re.compile(
    r"(base(line)?|bl|pre|test|retest|rest|control|ctrl|placebo|pbo|sham|vehicle|washout|off)\d*",
    re.IGNORECASE,
)
_NEUTRAL = re.compile(
    r"(ses(sion)?|scan|visit|day|pet|mri?|time|tp|wave|run|first|second|third|one|two|three|[a-z])?[-_]?\d*",
    re.IGNORECASE,
)
"""Labels that number scans and say nothing else; a drug has another."""
_LONGEST_ABBREVIATION = 2
"""Shorter names of drugs stand in labels by chance."""
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
    if problems := _own_problems(dict.fromkeys(_complete_conditions(rows))):
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
        remedy = f"Choose with sheet (--sheet): {choice}." if different else "Give the folder of one of them."
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
        row |= {f"_{key}": entities.get(key, "") for key in _LABELS}
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


# --- baseline or drug ---------------------------------------------------------------------------


def _own_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Leave out what baselines lack where it is the drug of other scans with a problem."""
    found = list(problems)
    return [problem for problem in found if not problem.rule.startswith("the baseline ")] or found


def _complete_conditions(rows: dict[str, Cells]) -> Iterator[Problem]:
    """Fill in the condition of each row and what follows from it; yield what its scan lacks."""
    scans: dict[str, set[str]] = {}
    for row in rows.values():
        scans.setdefault(row["subject"], set()).add(row["_scan"])
        on_drug = bool(row.get("drug")) and parse_number(row.get("dose", "")) != 0
        row["_condition_given"] = "yes" if "condition" in row else ""
        row.setdefault("condition", "drug" if on_drug else "baseline")
    told = {subject for subject in scans if _read_session_labels(subject, list(rows.values()))}
    drug_names = {row["drug"].lower() for row in rows.values() if row.get("drug")}
    drug_rows = [row for row in rows.values() if row["condition"] == "drug" and row.get("drug")]
    for row in rows.values():
        several = len(scans[row["subject"]]) > 1 and row["subject"] not in told
        if row["_decided_by"] == "participants.tsv" and several:
            rule = f"{row['subject']} has a drug or dose, and nothing says at which of the scans"
            remedy = (
                "Write baseline or drug in a column condition of sessions.tsv, or give each scan its keys."
            )
            yield Problem(row["_file"], "condition", "", rule, remedy)
        elif rule := _drug_words(row, drug_names) or _doubtful_baseline(row, list(rows.values())):
            remedy = (
                "Add PharmaceuticalName and PharmaceuticalDoseAmount, or drug and dose to sessions.tsv, or "
                "give those of all people with --set drug=NAME,dose=NUMBER,dose_unit=mg; if it is a "
                "baseline, write baseline in a column condition of sessions.tsv."
            )
            yield Problem(row["_file"], "PharmaceuticalName", row["_scan"], rule, remedy)
        elif rule := _drug_at_baseline(row):
            remedy = "Correct one of them, or write drug in a column condition of sessions.tsv."
            yield Problem(row["_file"], "PharmaceuticalName", row["drug"], rule, remedy)
        elif key := _missing_key(row, drug_rows):
            remedy = "Add it there, or as a column of that name to sessions.tsv or participants.tsv."
            scan = f"{'the baseline ' if row['condition'] == 'baseline' else ''}{row['_scan']}"
            yield Problem(row["_file"], key, "", f"{scan} needs this key", remedy)


def _read_session_labels(subject: str, rows: list[Cells]) -> bool:
    """Take the conditions of a person, whose drug participants.tsv gives, from the labels of the sessions.

    Each must be a word for a baseline, but for one that is a word for a treatment or the drug.
    """
    scans = [row for row in rows if row["subject"] == subject]
    on_drug = {row["_ses"] for row in scans if _is_drug_label(row["_ses"], row.get("drug", ""))}
    without = {row["_ses"] for row in scans if _is_baseline_label(row["_ses"])} - on_drug
    is_clear = len(on_drug) == 1 and without and on_drug | without == {row["_ses"] for row in scans}
    if not is_clear or any(row["_decided_by"] != "participants.tsv" for row in scans):
        return False
    for row in scans:
        row["condition"] = "drug" if row["_ses"] in on_drug else "baseline"
        row["_by_label"] = f"{row['_ses']} as {row['condition']}"
    return True


def _is_drug_label(label: str, drug: str) -> bool:
    has_name = len(drug) > _LONGEST_ABBREVIATION and drug.lower() in label.lower()
    return bool(label) and not _NO_DRUG.search(label) and (has_name or bool(_DRUG.search(label)))


def _is_told(row: Cells) -> bool:
    """Whether the metadata of a scan say whether it is a baseline."""
    return bool(row["_condition_given"] or row.get("drug") or row.get("dose"))


def _drug_words(row: Cells, drug_names: Collection[str]) -> str:
    """Return which label of a scan says that it was with a drug, where its metadata say nothing."""
    if _is_told(row):
        return ""
    for key in _LABELS:
        label = row[f"_{key}"]
        if any(_is_drug_label(label, name) for name in drug_names or [""]):
            return f"the label {key}-{label} says that a drug was given, and nothing gives its name and dose"
    return ""


def _doubtful_baseline(row: Cells, rows: list[Cells]) -> str:
    """Return why a scan without metadata may be one with the drug: by other scans of the dataset."""
    label = row["_ses"]
    if _is_told(row) or not label or _is_baseline_label(label):
        return ""
    of_person = [other for other in rows if other["subject"] == row["subject"]]
    if any(_is_baseline_label(other["_ses"]) for other in of_person):
        return f"the session {label} is next to a baseline, and nothing says whether a drug was given"
    if not _NEUTRAL.fullmatch(label):
        return f"the label ses-{label} is no word for a baseline, and nothing says whether a drug was given"
    same_session = [other for other in rows if other["_ses"] == label and other["subject"] != row["subject"]]
    on_drug = {other["subject"] for other in rows if other["condition"] == "drug"}
    alone = row["subject"] not in on_drug and len({other["_ses"] for other in of_person}) > 1
    if alone and same_session and all(other["condition"] == "drug" for other in same_session):
        return f"other people had a drug in the session {label}, and nothing says whether this one did"
    return ""


def _is_baseline_label(label: str) -> bool:
    return bool(_BASELINE.fullmatch(label) or _NO_DRUG.search(label))


def _drug_at_baseline(row: Cells) -> str:
    """Return the contradiction of a label that says baseline and metadata that give a drug."""
    label = row["_ses"]
    if (
        row["condition"] == "drug"
        and not row["_condition_given"]
        and re.fullmatch(r"base(line)?\d*", label, re.I)
    ):
        return f"the session is called {label}, and its metadata give a drug"
    return ""


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


def _missing_key(row: Cells, drug_rows: list[Cells]) -> str:
    """Return the key that a scan lacks, if any, after completing it if it is a baseline."""
    if row["condition"] == "baseline" and row["_decided_by"]:
        _complete_baseline(row, drug_rows)
    if not row.get("drug"):
        return "PharmaceuticalName"
    return "" if any(row.get(name) for name in _EXPOSURES) else "PharmaceuticalDoseAmount"


def _complete_baseline(row: Cells, drug_rows: list[Cells]) -> None:
    """Give a baseline scan dose 0 of a drug of the same subject, or else of the dataset."""
    same_drug = [other for other in drug_rows if other["drug"] == row.get("drug")]
    same_subject = [other for other in drug_rows if other["subject"] == row["subject"]]
    model_row = next(iter(same_drug or same_subject or drug_rows), None)
    row.pop("time_h", None)
    row["dose"] = "0"
    if model_row is not None:
        row.setdefault("drug", model_row["drug"])
        row.setdefault("dose_unit", model_row.get("dose_unit", ""))


def _accepts(source: Source) -> bool:
    return source.path is not None and source.path.is_dir()


def _read(source: Source, request: Request) -> SourceTable:
    return read_bids(source.path or Path(), request.sheet, request.extra, request.outcome, request.constants)


READER = Reader(_accepts, _read, has_sheets=True)
