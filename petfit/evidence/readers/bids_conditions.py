"""Whether a scan of a BIDS dataset is a baseline or with the drug, by its metadata and its labels."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from petfit.errors import Problem
from petfit.evidence.parse import parse_number
from petfit.evidence.readers.bids_metadata import Cells

__all__ = ["LABELS", "complete_conditions"]

LABELS = ("ses", "task", "acq", "trc")
"""The entities whose labels may tell whether a drug was given."""
_EXPOSURES = ("dose", "concentration", "dose_low", "concentration_loq")
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


def complete_conditions(rows: Collection[Cells]) -> list[Problem]:
    """Fill in the condition of each row and what follows from it; return what its scan lacks.

    What baselines lack is left out where it is the drug of other scans with a problem.

    Parameters
    ----------
    rows : collection of dict of str to str
        The rows of all scans, with what `petfit.evidence.readers.bids` adds to their metadata.
    """
    problems = list(dict.fromkeys(_problems(rows)))
    return [problem for problem in problems if not problem.rule.startswith("the baseline ")] or problems


def _problems(rows: Collection[Cells]) -> Iterator[Problem]:
    """Fill in the condition of each row and what follows from it; yield what its scan lacks."""
    scans: dict[str, set[str]] = {}
    for row in rows:
        scans.setdefault(row["subject"], set()).add(row["_scan"])
        has_drug = row.get("drug") or row.get("dose")
        on_drug = bool(has_drug) and parse_number(row.get("dose", "")) != 0
        row["_condition_given"] = "yes" if "condition" in row else ""
        row.setdefault("condition", "drug" if on_drug else "baseline")
    told = {subject for subject in scans if _read_session_labels(subject, rows)}
    drug_names = {row["drug"].lower() for row in rows if row.get("drug")}
    drug_rows = [row for row in rows if row["condition"] == "drug" and row.get("drug")]
    for row in rows:
        several = len(scans[row["subject"]]) > 1 and row["subject"] not in told
        if row["_decided_by"] == "participants.tsv" and several:
            rule = f"{row['subject']} has a drug or dose, and nothing says at which of the scans"
            remedy = (
                "Write baseline or drug in a column condition of sessions.tsv, or give each scan its keys."
            )
            yield Problem(row["_file"], "condition", "", rule, remedy)
        elif rule := _drug_words(row, drug_names) or _doubtful_baseline(row, rows):
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


def _read_session_labels(subject: str, rows: Collection[Cells]) -> bool:
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
    for key in LABELS:
        label = row[f"_{key}"]
        if any(_is_drug_label(label, name) for name in drug_names or [""]):
            return f"the label {key}-{label} says that a drug was given, and nothing gives its name and dose"
    return ""


def _doubtful_baseline(row: Cells, rows: Collection[Cells]) -> str:
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
