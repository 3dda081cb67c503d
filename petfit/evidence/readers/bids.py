"""Cells of a folder of PET-BIDS derivatives: one row per region and scan, of level ``scan``.

What programs write, as read in their sources in 2026:

- dynamicpet: ``sub-01_ses-x_model-SRTM_kinpar.tsv``, columns ``name``, ``BPND``, ``R1``, ``k2``; its SRTM of
  Zhou 2003 writes ``DVR`` and its SUVR ``SUVR`` instead of ``BPND``.
- PETFit: ``sub-01_ses-x_model-SRTM_desc-model1_kinpar.tsv`` by scan (once ``model_SRTM``) and, beside the
  folders of the subjects, ``model-SRTM_desc-model1_kinpar.tsv`` with the same numbers and columns ``sub``,
  ``ses``, ...; columns ``region`` and ``BPnd`` or ``VT``. File names have only the entities that differ in
  the dataset. ``BPnd-se`` is a fraction of the estimate. ``desc-delayfit`` tables hold no outcome.
- The draft of PET-BIDS derivatives (BEP023) names the estimates ``BPND`` and ``VT``, and the file as above.
- PET-BIDS gives drug and dose in the scan's ``*_pet.json``: ``PharmaceuticalName``,
  ``PharmaceuticalDoseAmount``, ``PharmaceuticalDoseUnits`` (``Unit`` in drafts),
  ``PharmaceuticalDoseRegimen`` and ``PharmaceuticalDoseTime``, in seconds from time zero; of several such
  files the more specific counts.

What is assumed:

- The dataset is the folder given or the nearest one above it with a ``participants.tsv`` or the
  ``dataset_description.json`` of a dataset that is no derivative.
- A scan's facts come from its ``*_pet.json``, else its row of ``sub-*_sessions.tsv``, else its subject's
  row of ``participants.tsv``; these two may use the keys above or petfit's own names of columns.
- A scan whose ``*_pet.json`` names no drug, or a dose of 0, is a baseline scan, unless a column
  ``condition`` says otherwise. It gets dose 0 of a drug that its subject was given at another scan, else of
  a drug of the dataset. A dose in ``participants.tsv`` alone does not say which of several scans had it.
- Time zero is the time of the scan; of several dose times the last one counts.
- A region whose estimate is missing is kept with ``use = no``.

Nothing is ever written to the folder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path

import pandas as pd

from petfit.errors import EvidenceError, PetfitError, Problem, nearest
from petfit.evidence.cells import Cells
from petfit.evidence.parse import is_missing
from petfit.evidence.readers.dataframe import as_text
from petfit.evidence.readers.delimited import read_delimited

__all__ = ["read_bids"]

_SCAN = ("sub", "ses", "trc", "task", "acq", "rec", "run")
_REGION = ("name", "region", "roi")
_OUTCOMES = ("bpnd", "vt")
_KEYS = {
    "PharmaceuticalName": "drug",
    "PharmaceuticalDoseAmount": "dose",
    "PharmaceuticalDoseUnit": "dose_unit",
    "PharmaceuticalDoseUnits": "dose_unit",
    "PharmaceuticalDoseRegimen": "regimen",
    "PharmaceuticalDoseTime": "time_h",
    "TracerName": "tracer",
}
_FACTS = frozenset(
    {
        "study",
        "cohort",
        "drug",
        "target",
        "tracer",
        "regimen",
        "modality",
        "condition",
        "use",
        "exclusion_reason",
    }
    | {"dose", "dose_low", "dose_high", "dose_unit", "weight", "time_h", "days_on_drug", "source", "note"}
    | {"concentration", "concentration_sd", "concentration_loq", "concentration_unit", "fp"}
)
_DECIDING = {"condition", "drug", "dose", "dose_low", "concentration", "concentration_loq"}
_BASELINE = "condition not given: a scan without a drug, or with a dose of 0, is a baseline scan"

type Facts = dict[str, str]


def read_bids(folder: Path, sheet: str | None = None, extra: Collection[str] = ()) -> Cells:
    """Read the kinetic parameters of a folder of PET-BIDS derivatives, or of a dataset that holds one.

    Parameters
    ----------
    folder : pathlib.Path
        The derivatives, or the dataset.
    sheet : str, optional
        A part of the names of the tables to read, as ``model-SRTM``, where a scan has several.
    extra : collection of str
        Columns of ``participants.tsv`` and ``sessions.tsv`` to take over besides the canonical ones.

    Returns
    -------
    Cells
        Rows of level ``scan``, outcome ``bpnd`` (unitless) or ``vt`` (mL/cm3), indexed by file and line.

    Raises
    ------
    PetfitError
        When the folder has no such tables, or several of one scan.
    EvidenceError
        When a table lacks the region or the outcome, or a scan its drug or dose; it names file and key.
    """
    dataset = _Dataset(_root(folder), frozenset(extra))
    problems: list[Problem] = []
    rows: dict[str, Facts] = {}
    for path in _tables(folder, sheet):
        try:
            rows |= _rows(path, folder, dataset)
        except EvidenceError as error:
            problems += error.problems
    if problems:
        raise EvidenceError(str(folder), problems)
    said = all("condition" in row for row in rows.values())
    if problems := list(dict.fromkeys(_with_conditions(rows))):
        raise EvidenceError(str(folder), problems)
    table = pd.DataFrame.from_dict(rows, orient="index", dtype=object).fillna("")
    public = [name for name in table.columns if not name.startswith("_")]
    return Cells(str(folder), table[public], () if said else (_BASELINE,))


# --- which tables -------------------------------------------------------------------------------


def _tables(folder: Path, sheet: str | None) -> list[Path]:
    found = [path for path in sorted(folder.rglob("*kinpar.tsv")) if "desc-delayfit" not in _parts(path)]
    if not found:
        remedy = "Give a table, or a folder of PET-BIDS derivatives."
        raise PetfitError(f"{folder}: this is a folder without a table *_kinpar.tsv. {remedy}")
    if sheet is not None:
        parts = {part for path in found for part in _parts(path)}
        found = [path for path in found if sheet in _parts(path)]
        if not found:
            raise PetfitError(f"{folder}: no *_kinpar.tsv has {sheet!r} in its name. {nearest(sheet, parts)}")
    found = [path for path in found if "sub" in _entities(path, folder)] or found
    _check_one_each(folder, found)
    return found


def _check_one_each(folder: Path, found: list[Path]) -> None:
    first: dict[tuple[str, ...], Path] = {}
    for path in found:
        entities = _entities(path, folder)
        twin = first.setdefault(tuple(entities.get(key, "") for key in _SCAN), path)
        if twin == path:
            continue
        differ = sorted(set(_parts(twin)) ^ set(_parts(path)))
        how = f"Choose by sheet (--sheet): {' or '.join(differ)}." if differ else "Give the folder of one."
        names = f"{twin.relative_to(folder)} and {path.relative_to(folder)}"
        raise PetfitError(f"{folder}: {names} are tables of the same scan. {how}")


def _parts(path: Path) -> list[str]:
    """Return what a file name consists of; ``model_SRTM`` is an older spelling of ``model-SRTM``."""
    return re.sub(r"(^|_)model_", r"\1model-", path.name).split("_")[:-1]


def _entities(path: Path, folder: Path) -> Facts:
    parts = [*path.relative_to(folder).parts[:-1], *_parts(path)]
    pairs = [part.split("-", 1) for part in parts if "-" in part]
    return {key: label for key, label in pairs if key in _SCAN}


# --- rows ---------------------------------------------------------------------------------------


def _rows(path: Path, folder: Path, dataset: _Dataset) -> dict[str, Facts]:
    """Return a table's rows by place: its regions with the facts of their scan."""
    name = str(path.relative_to(folder))
    table = _read_table(path, name)
    region = _column(name, table, _REGION, "name or region")
    outcome = _column(name, table, _OUTCOMES, "BPND or VT")
    rows = {}
    for line, cells in table.iterrows():
        columns = {key: cells[key] for key in _SCAN if key in table.columns and cells[key]}
        entities = {**{key: label.removeprefix(f"{key}-") for key, label in columns.items()}}
        entities |= _entities(path, folder)
        row = dataset.facts(name, entities) | {"region": cells[region], "value": cells[outcome]}
        row |= {"subject": entities["sub"], "level": "scan", "outcome": outcome.lower()}
        if is_missing(row["value"]):
            row |= {"value": "", "use": "no", "exclusion_reason": f"no estimate of {outcome} in the table"}
        rows[f"{name}, {line}"] = row
    return rows


def _read_table(path: Path, name: str) -> pd.DataFrame:
    try:
        return read_delimited(name, path.read_bytes()).table
    except OSError as error:
        raise PetfitError(f"{path}: cannot be read ({error.strerror}).") from None


def _column(name: str, table: pd.DataFrame, wanted: tuple[str, ...], words: str) -> str:
    found = [column for column in table.columns if column.lower() in wanted]
    if len(found) == 1:
        return str(found[0])
    seen = ", ".join(found or table.columns)
    if found:
        rule, remedy = f"there are several columns of {words}", "Give a copy of the table with one of them."
    elif wanted is _OUTCOMES and "DVR" in table.columns:
        rule, remedy = f"there is no column {words}", "BPND is DVR - 1: give a copy of the table with it."
    else:
        rule, remedy = f"there is no column {words}", "Give tables that have it."
    raise EvidenceError(name, [Problem(name, words, seen, rule, remedy)])


def _with_conditions(rows: dict[str, Facts]) -> Iterator[Problem]:
    """Say of each row whether the drug was on board, complete it, and yield what its scan lacks."""
    scans: dict[str, set[str]] = {}
    for row in rows.values():
        scans.setdefault(row["subject"], set()).add(row["_scan"])
        given = bool(row.get("drug")) and not _is_zero(row.get("dose", ""))
        row.setdefault("condition", "drug" if given else "baseline")
    on_drug = [row for row in rows.values() if row["condition"] == "drug" and row.get("drug")]
    for row in rows.values():
        if row["_said_by"] == "participants.tsv" and len(scans[row["subject"]]) > 1:
            rule = f"participants.tsv gives {row['subject']} a drug, and nothing says at which scans"
            remedy = "Say baseline or drug in a column condition of sessions.tsv, or give each scan its keys."
            yield Problem(row["_file"], "condition", "", rule, remedy)
        elif lacking := _lacking(row, on_drug):
            remedy = "Add it there, or a column of that name to sessions.tsv or participants.tsv."
            yield Problem(row["_file"], lacking, "", f"{row['_scan']} needs this key", remedy)


def _lacking(row: Facts, on_drug: list[Facts]) -> str:
    """Return the key that a scan lacks, if any; a baseline scan is completed."""
    baseline = row["condition"] == "baseline" and row["_said_by"]
    if baseline:
        _complete_baseline(row, on_drug)
    if not row.get("drug"):
        return "PharmaceuticalName"
    exposures = ("dose", "concentration", "dose_low", "concentration_loq")
    return "" if any(row.get(name) for name in exposures) else "PharmaceuticalDoseAmount"


def _complete_baseline(row: Facts, on_drug: list[Facts]) -> None:
    """Give a baseline scan dose 0 of a drug that its subject, or else the dataset, was given."""
    own = [other for other in on_drug if other["subject"] == row["subject"]]
    named = [other for other in on_drug if other["drug"] == row.get("drug")]
    like = next(iter(named or own or on_drug), None)
    row.pop("time_h", None)
    row["dose"] = "0"
    if like is not None:
        row.setdefault("drug", like["drug"])
        row.setdefault("dose_unit", like.get("dose_unit", ""))


def _is_zero(text: str) -> bool:
    try:
        return Decimal(text) == 0
    except InvalidOperation:
        return False


# --- facts of a scan ----------------------------------------------------------------------------


def _root(folder: Path) -> Path:
    for place in (folder.resolve(), *folder.resolve().parents):
        if (place / "participants.tsv").is_file() or _is_raw(place / "dataset_description.json"):
            return place
    return folder.resolve()


def _is_raw(description: Path) -> bool:
    return description.is_file() and _read_json(description).get("DatasetType") != "derivative"


def _read_json(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError, RecursionError) as error:
        raise PetfitError(f"{path}: cannot be read as JSON ({error}).") from None
    if not isinstance(found, dict):
        raise PetfitError(f"{path}: a BIDS sidecar holds keys and values, and this one does not.")
    return found


@dataclass(frozen=True)
class _Dataset:
    """The files of a dataset that say who was given what, and when."""

    root: Path
    extra: frozenset[str]

    def facts(self, table: str, entities: Facts) -> Facts:
        """Return what is known of a scan, by petfit's names of columns."""
        if "sub" not in entities:
            rule, remedy = "the table says no subject", "Name the file sub-LABEL_..., or add a column sub."
            raise EvidenceError(table, [Problem(table, "sub", "", rule, remedy)])
        person, session = self._participant(entities), self._session(entities)
        sidecar, file = self._sidecar(entities)
        merged = {**self.study, **person, **session, **sidecar}
        if "trc" in entities:
            merged.setdefault("tracer", entities["trc"])
        scan = "_".join(f"{key}-{entities[key]}" for key in _SCAN if key in entities)
        said_by = _said_by(person, {**session, **sidecar}, has_file=file.is_file())
        return merged | {"_scan": scan, "_file": str(file.relative_to(self.root)), "_said_by": said_by}

    @cached_property
    def study(self) -> Facts:
        path = self.root / "dataset_description.json"
        name = as_text(_read_json(path).get("Name")) if path.is_file() else ""
        return {"study": name} if name else {}

    @cached_property
    def _participants(self) -> pd.DataFrame:
        return self._labelled(self.root / "participants.tsv", "participant_id", "sub-")

    def _participant(self, entities: Facts) -> Facts:
        return self._of_row(self._participants, entities["sub"], "participants.tsv")

    def _session(self, entities: Facts) -> Facts:
        name = f"sub-{entities['sub']}/sub-{entities['sub']}_sessions.tsv"
        sessions = self._labelled(self.root / name, "session_id", "ses-")
        only = sessions.index[0] if len(sessions) == 1 else ""
        return self._of_row(sessions, entities.get("ses", only), name)

    def _labelled(self, path: Path, key: str, prefix: str) -> pd.DataFrame:
        if not path.is_file():
            return pd.DataFrame()
        name = str(path.relative_to(self.root))
        table = _read_table(path, name)
        if key not in table.columns:
            problem = Problem(name, key, "", "this column is missing", "BIDS asks for it.")
            raise EvidenceError(name, [problem])
        return table.set_index(table[key].str.removeprefix(prefix))

    def _of_row(self, table: pd.DataFrame, label: str, name: str) -> Facts:
        found = [one for one in table.index if one == label]
        if len(found) > 1:
            problem = Problem(name, "", label, "this label stands several times", "Keep one row of it.")
            raise EvidenceError(name, [problem])
        return self._facts(dict(table.loc[label]), name) if len(found) else {}

    def _sidecar(self, entities: Facts) -> tuple[Facts, Path]:
        """Return what the scan's sidecars say, the more specific over the more general, and its own one."""
        subject = self.root / f"sub-{entities['sub']}"
        files = [*self.root.glob("*pet.json"), *subject.rglob("*_pet.json")]
        said: dict[str, object] = {}
        spoken: dict[str, Path] = {}
        for path in sorted(files, key=lambda path: (len(path.parts), path)):
            own = _entities(path, self.root)
            if any(own[key] != entities[key] for key in own.keys() & entities.keys()):
                continue
            for key, value in _read_json(path).items():
                rival = spoken.get(key)
                if key in _KEYS and rival and rival.parent == path.parent and said[key] != value:
                    names = " and ".join(str(one.relative_to(self.root)) for one in (rival, path))
                    rule, remedy = "the sidecars of one scan disagree", "Mend one, or give sessions.tsv."
                    raise EvidenceError(str(self.root), [Problem(names, key, "", rule, remedy)])
                said[key], spoken[key] = value, path
        last = max(spoken.values(), key=lambda path: len(path.parts), default=self.root)
        file = last if last.is_relative_to(subject) else subject / "**" / "*_pet.json"
        name = str(spoken.get("PharmaceuticalName", file).relative_to(self.root))
        return self._facts(said, name), file

    def _facts(self, said: Mapping[str, object], name: str) -> Facts:
        facts = {}
        for key, value in said.items():
            one = value[-1] if isinstance(value, list) and value and _takes_last(key, value) else value
            if isinstance(one, list | dict) and key in _KEYS and one:
                rule, remedy = "one value belongs here", "Give the dose of the scan in sessions.tsv."
                raise EvidenceError(name, [Problem(name, key, str(one), rule, remedy)])
            text = "" if isinstance(one, list | dict) else as_text(one)
            column = _KEYS.get(key, key if key in _FACTS | self.extra else "")
            if column and not is_missing(text):
                facts[column] = _hours(name, key, text) if key == "PharmaceuticalDoseTime" else text
        return facts


def _said_by(person: Facts, scan: Facts, *, has_file: bool) -> str:
    """Return who says whether a scan was on drug: nobody, where its own files are missing."""
    told = bool(_DECIDING & scan.keys())
    if told or (has_file and "dose" not in person):
        return "the scan"
    return "participants.tsv" if _DECIDING & person.keys() else ""


def _takes_last(key: str, value: list[object]) -> bool:
    return key == "PharmaceuticalDoseTime" or len(value) == 1


def _hours(name: str, key: str, seconds: str) -> str:
    """Return the hours from a dose to time zero."""
    try:
        return str(0 - Decimal(seconds) / 3600)
    except InvalidOperation:
        rule, remedy = "seconds from time zero belong here", "Write a number."
        raise EvidenceError(name, [Problem(name, key, seconds, rule, remedy)]) from None
