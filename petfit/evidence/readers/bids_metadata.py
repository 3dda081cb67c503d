"""The metadata of the scans of a BIDS dataset: who received which drug, how much, and when.

PET-BIDS gives drug and dose in the ``*_pet.json`` of a scan: ``PharmaceuticalName``,
``PharmaceuticalDoseAmount``, ``PharmaceuticalDoseUnits`` (``Unit`` in drafts), ``PharmaceuticalDoseRegimen``
and ``PharmaceuticalDoseTime``, in seconds from time zero; of several such files the more specific one counts.

What is assumed:

- The dataset is the folder given, or the nearest one above it with a ``participants.tsv`` or the
  ``dataset_description.json`` of a dataset that is not a derivative.
- The metadata of a scan come from its ``*_pet.json``, else its row of ``sub-*_sessions.tsv``, else its
  subject's row of ``participants.tsv``; these two can use the keys above or petfit's own column names. The
  first two must agree, and so must the units of the last two.
- A scan whose ``*_pet.json`` gives no drug, or a dose of 0, is a baseline scan, unless a column ``condition``
  contradicts. It gets dose 0 of a drug that its subject received at another scan, else of a drug of the
  dataset. A dose in ``participants.tsv`` alone does not tell which of several scans it belongs to.
- Time zero is the time of the scan; of several dose times the last one counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path

import pandas as pd

from petfit.errors import EvidenceError, Problem
from petfit.evidence.columns import COLUMNS
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.readers.bids_tables import BIDS_KEYS, read_json, read_tsv, with_units
from petfit.evidence.readers.dataframe import as_text
from petfit.evidence.spelling import spelling_key
from petfit.evidence.words import words_for

__all__ = ["ENTITIES", "BidsDataset", "Cells", "file_entities", "file_name_parts"]

type Cells = dict[str, str]
"""Text by petfit's column names, or by BIDS entities."""

ENTITIES = ("sub", "ses", "trc", "task", "acq", "rec", "run")
"""The BIDS entities that distinguish scans."""

_DOSE_TIME = "PharmaceuticalDoseTime"
_COLUMNS = COLUMNS.keys() - words_for("bids", "columns_of_tables")
_CONDITION_COLUMNS = {"condition", "drug", "dose", "dose_low", "concentration", "concentration_loq"}
"""Columns that decide whether a scan is a baseline or with the drug."""


def file_name_parts(path: Path) -> list[str]:
    """Return the parts of a BIDS file name; ``model_SRTM`` is an older spelling of ``model-SRTM``."""
    return re.sub(r"(^|_)model_", r"\1model-", path.name).split("_")[:-1]


def file_entities(path: Path, folder: Path) -> Cells:
    """Return the entities in the path of a file below a folder."""
    parts = [*path.relative_to(folder).parts[:-1], *file_name_parts(path)]
    pairs = [part.split("-", 1) for part in parts if "-" in part]
    return {key: label for key, label in pairs if key in ENTITIES}


@dataclass(frozen=True)
class BidsDataset:
    """The metadata files of a dataset.

    Parameters
    ----------
    root : pathlib.Path
        The folder of the dataset.
    extra : frozenset of str
        Columns to read besides the canonical ones.
    constants : dict of str to str
        What is known of every person, by petfit's column names.
    """

    root: Path
    extra: frozenset[str]
    constants: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def containing(
        cls, folder: Path, extra: Collection[str], constants: Mapping[str, str] | None = None
    ) -> BidsDataset:
        """Return the dataset that a folder belongs to."""
        places = (folder.resolve(), *folder.resolve().parents)
        return cls(next(filter(_is_dataset, places), folder.resolve()), frozenset(extra), constants or {})

    def scan_cells(self, table: str, entities: Cells) -> Cells:
        """Return what is known of a scan, by petfit's column names.

        ``_scan`` is added for its entities, ``_file`` for its own sidecar, and ``_decided_by`` for where the
        condition comes from.

        Parameters
        ----------
        table : str
            What messages call the table that contains the scan.
        entities : dict of str to str
            The entities of the scan.

        Raises
        ------
        EvidenceError
            When the subject is unknown, or the metadata are contradictory.
        """
        if "sub" not in entities:
            rule, remedy = (
                "the table does not give the subject",
                "Name the file sub-LABEL_..., or add a column sub.",
            )
            raise EvidenceError(table, [Problem(table, "sub", "", rule, remedy)])
        person, session = self._participant_cells(entities), self._session_cells(entities)
        sidecar, file = self._sidecar_cells(entities)
        problems = [
            *_contradictions(
                "sessions.tsv and the sidecar", session, sidecar, str(file.relative_to(self.root))
            ),
            *_contradictions(
                "participants.tsv and sessions.tsv",
                {"dose_unit": person.get("dose_unit", "")},
                session,
                f"sub-{entities['sub']}_sessions.tsv",
            ),
        ]
        if problems:
            raise EvidenceError(str(self.root), problems)
        cells = {**self._study_cells, **person, **session, **sidecar}
        if "trc" in entities:
            cells.setdefault("tracer", entities["trc"])
        decided_by = _decided_by(person, {**session, **sidecar}, has_sidecar=file.is_file())
        scan = "_".join(f"{key}-{entities[key]}" for key in ENTITIES if key in entities)
        return cells | {"_scan": scan, "_file": str(file.relative_to(self.root)), "_decided_by": decided_by}

    @cached_property
    def _study_cells(self) -> Cells:
        path = self.root / "dataset_description.json"
        name = as_text(read_json(path).get("Name")) if path.is_file() else ""
        return {"study": name} if name else {}

    @cached_property
    def _participants(self) -> pd.DataFrame:
        table = self._labelled_table(self.root / "participants.tsv", "participant_id", "sub-")
        return with_units(table, self.root / "participants.json")

    @property
    def unread_columns(self) -> list[str]:
        """The columns of ``participants.tsv`` that have a name of neither BIDS nor petfit."""
        known = {"participant_id", *BIDS_KEYS, *_COLUMNS, *self.extra}
        return [str(name) for name in self._participants.columns if name not in known]

    def _participant_cells(self, entities: Cells) -> Cells:
        known = {name: text for name, text in self.constants.items() if name in _COLUMNS | self.extra}
        return known | self._row_cells(self._participants, entities["sub"], "participants.tsv")

    def _session_cells(self, entities: Cells) -> Cells:
        name = f"sub-{entities['sub']}/sub-{entities['sub']}_sessions.tsv"
        sessions = self._labelled_table(self.root / name, "session_id", "ses-")
        for path in (self.root / name, self.root / "sessions.tsv"):
            sessions = with_units(sessions, path.with_suffix(".json"))
        only = sessions.index[0] if len(sessions) == 1 else ""
        return self._row_cells(sessions, entities.get("ses", only), name)

    def _labelled_table(self, path: Path, key: str, prefix: str) -> pd.DataFrame:
        if not path.is_file():
            return pd.DataFrame()
        name = str(path.relative_to(self.root))
        table = read_tsv(path, name)
        if key not in table.columns:
            raise EvidenceError(name, [Problem(name, key, "", "this column is missing", "BIDS requires it.")])
        return table.set_index(table[key].str.removeprefix(prefix))

    def _row_cells(self, table: pd.DataFrame, label: str, name: str) -> Cells:
        count = list(table.index).count(label)
        if count > 1:
            problem = Problem(name, "", label, "this label occurs several times", "Keep one row of it.")
            raise EvidenceError(name, [problem])
        return self._cells(dict(table.loc[label]), name) if count else {}

    def _sidecar_cells(self, entities: Cells) -> tuple[Cells, Path]:
        """Return the metadata in the sidecars of a scan, where specific ones prevail, and its own sidecar."""
        subject = self.root / f"sub-{entities['sub']}"
        metadata: dict[str, object] = {}
        origin: dict[str, Path] = {}
        for path in self._sidecars(subject, entities):
            for key, value in read_json(path).items():
                rival = origin.get(key)
                if key in BIDS_KEYS and rival and rival.parent == path.parent and metadata[key] != value:
                    names = " and ".join(str(file.relative_to(self.root)) for file in (rival, path))
                    rule, remedy = "the sidecars of one scan disagree", "Correct one, or use sessions.tsv."
                    raise EvidenceError(str(self.root), [Problem(names, key, "", rule, remedy)])
                metadata[key], origin[key] = value, path
        deepest = max(origin.values(), key=lambda path: len(path.parts), default=self.root)
        file = deepest if deepest.is_relative_to(subject) else subject / "**" / "*_pet.json"
        name = str(origin.get("PharmaceuticalName", file).relative_to(self.root))
        return self._cells(metadata, name), file

    def _sidecars(self, subject: Path, entities: Cells) -> list[Path]:
        """Return the sidecars whose entities match those of a scan, the more general ones first."""
        paths = [*self.root.glob("*pet.json"), *subject.rglob("*_pet.json")]
        matching = []
        for path in sorted(paths, key=lambda path: (len(path.parts), path)):
            named = file_entities(path, self.root)
            if all(named[key] == entities[key] for key in named.keys() & entities.keys()):
                matching.append(path)
        return matching

    def _cells(self, metadata: Mapping[str, object], name: str) -> Cells:
        """Return metadata by petfit's column names; `name` is what messages call the file."""
        cells = {}
        for key, value in metadata.items():
            column = BIDS_KEYS.get(key, key if key in _COLUMNS | self.extra else "")
            text = _single_text(key, value, name)
            if column and not is_missing(text):
                cells[column] = _hours(name, key, text) if key == _DOSE_TIME else text
        return cells


def _contradictions(files: str, given: Cells, other: Cells, place: str) -> Iterator[Problem]:
    """Yield the problem of what two files say differently of the drug and the dose of a scan."""
    for name in ("drug", "dose", "dose_unit"):
        first, second = given.get(name, ""), other.get(name, "")
        numbers = parse_number(first), parse_number(second)
        is_same = spelling_key(first) == spelling_key(second) or (
            None not in numbers and len({*numbers}) == 1
        )
        if first and second and not is_same:
            rule = f"{files} of this scan disagree"
            yield Problem(place, name, f"{first}, {second}", rule, "Correct one of them.")


def _is_dataset(folder: Path) -> bool:
    description = folder / "dataset_description.json"
    if (folder / "participants.tsv").is_file():
        return True
    return description.is_file() and read_json(description).get("DatasetType") != "derivative"


def _decided_by(person: Cells, scan: Cells, *, has_sidecar: bool) -> str:
    """Return where the condition of a scan comes from, "" where nothing gives it."""
    if _CONDITION_COLUMNS & scan.keys() or (has_sidecar and "dose" not in person):
        return "the scan"
    return "participants.tsv" if _CONDITION_COLUMNS & person.keys() else ""


def _single_text(key: str, value: object, name: str) -> str:
    """Return the value of a key as text: the last dose time, and for other keys the only value."""
    if isinstance(value, list) and value and (key == _DOSE_TIME or len(value) == 1):
        value = value[-1]
    if not isinstance(value, list | dict):
        return as_text(value)
    if key in BIDS_KEYS and value:
        rule, remedy = "this key needs a single value", "Give the dose of the scan in sessions.tsv."
        raise EvidenceError(name, [Problem(name, key, str(value), rule, remedy)])
    return ""


def _hours(name: str, key: str, seconds: str) -> str:
    """Return the hours from a dose to time zero."""
    try:
        return str(0 - Decimal(seconds) / 3600)
    except InvalidOperation:
        rule, remedy = "this is the time of the dose in seconds from time zero", "Write a number."
        raise EvidenceError(name, [Problem(name, key, seconds, rule, remedy)]) from None
