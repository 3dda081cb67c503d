"""From the user's column names to petfit's, without the columns to be ignored."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase

from petfit.errors import Problem, nearest
from petfit.evidence.columns import COLUMNS, STATISTICS
from petfit.evidence.source_table import SourceTable
from petfit.evidence.table_format import TableFormat

__all__ = ["complete_columns", "rename_columns"]

_ALTERNATIVES = {
    "drug": (),
    "dose": ("concentration", "concentration_loq"),
    "value": ("low", "median", "q1", "min"),
}
"""The columns that every table needs, each with those that can take its place."""


def rename_columns(source: SourceTable, table_format: TableFormat, extra: Collection[str]) -> SourceTable:
    """Give columns petfit's names and drop those to be ignored.

    Parameters
    ----------
    source : SourceTable
        With the column names of the source.
    table_format : TableFormat
        The mapping of names, and the columns to ignore.
    extra : collection of str
        Columns beyond the canonical ones, which can be mapped too.

    Raises
    ------
    EvidenceError
        When a name is unknown on either side, or two columns would get the same name.
    """
    columns, ignore = table_format.columns, _ignored(source, table_format)
    if problems := [
        *_unknown(source, table_format, ignore, {*COLUMNS, *STATISTICS, *extra}),
        *_clashes(source, table_format, ignore),
    ]:
        raise source.error(problems)
    new_names = {theirs: name for name, theirs in columns.items()}
    table = source.table.drop(columns=list(ignore)).rename(columns=new_names)
    labels = {new_names.get(theirs, theirs): label for theirs, label in source.column_labels.items()}
    labels |= {name: source.column_labels.get(theirs, theirs) for name, theirs in columns.items()}
    assumptions = [f"columns {', '.join(ignore)} left out, as asked"] if ignore else []
    return source.next(table, assumptions=assumptions, column_labels=labels)


def complete_columns(source: SourceTable, extra: Collection[str]) -> SourceTable:
    """Put the canonical columns in order, empty where the table lacks them, then the others by name.

    A column that is neither canonical nor in `extra` is a problem.

    Raises
    ------
    EvidenceError
        When the table lacks a column that every table needs.
    """
    names = list(source.table.columns)
    known = {*COLUMNS, *STATISTICS, *extra}
    unknown = [name for name in names if name not in known]
    missing = [name for name, others in _ALTERNATIVES.items() if not {name, *others} & set(names)]
    problems = [_header_problem(unknown, missing, names)] if unknown or missing else []
    if missing:
        raise source.error(problems)
    others = sorted(name for name in names if name not in COLUMNS and name not in STATISTICS)
    table = source.table.reindex(columns=[*COLUMNS, *STATISTICS, *others], fill_value="")
    return source.next(table, problems=problems)


def _ignored(source: SourceTable, table_format: TableFormat) -> list[str]:
    """Return the columns to ignore: names as they are, and those that match a pattern."""
    present = [str(name) for name in source.table.columns]
    ignored: dict[str, None] = {}
    for name in table_format.ignore:
        matching = [] if name in present else [column for column in present if fnmatchcase(column, name)]
        ignored |= dict.fromkeys(matching or [name])
    return list(ignored)


def _unknown(
    source: SourceTable, table_format: TableFormat, ignore: Collection[str], known: Collection[str]
) -> Iterator[Problem]:
    present = list(source.table.columns)
    for name, theirs in table_format.columns.items():
        if name not in known:
            rule = f"{theirs!r} is mapped to this name, which is not a column petfit knows"
            yield Problem("columns", name, "", rule, nearest(name, known))
    for option, names in (("columns", table_format.columns.values()), ("ignore", ignore)):
        for theirs in names:
            if theirs not in present:
                yield Problem(option, theirs, "", "the table has no such column", nearest(theirs, present))


def _clashes(source: SourceTable, table_format: TableFormat, ignore: Collection[str]) -> Iterator[Problem]:
    columns, ignored = table_format.columns, set(ignore)
    mapped = list(columns.values())
    for theirs in sorted({name for name in mapped if mapped.count(name) > 1}):
        names = " and ".join(name for name, target in columns.items() if target == theirs)
        yield Problem("columns", theirs, "", f"one column cannot be {names}", "Map it once.")
    for theirs in sorted(set(mapped) & ignored):
        yield Problem("ignore", theirs, "", "this column is both mapped and ignored", "Do one of the two.")
    unmapped = set(source.table.columns) - set(mapped) - ignored
    for name, theirs in columns.items():
        if name in unmapped:
            rule = f"the table already has a column {name}, and {theirs!r} is mapped to that name"
            yield Problem("columns", name, "", rule, "Ignore one of them, or leave out the mapping.")


def _header_problem(unknown: list[str], missing: list[str], present: Collection[str]) -> Problem:
    """Return one problem for all columns that are unknown or missing, with the options that cure it."""
    guesses = {name: _guess(name, missing) for name in unknown}
    mapped = {column: name for name, column in reversed(guesses.items()) if column and column not in present}
    cures = []
    if mapped:
        pairs = ",".join(f"{column}={name}" for column, name in sorted(mapped.items()))
        cures.append(f'--columns "{pairs}"')
    unmapped = [name for name in missing if name not in mapped]
    if "drug" in unmapped:
        cures.append("--set drug=NAME, the drug of every row")
    if pairs := ",".join(f"{name}=YOURS" for name in unmapped if name != "drug"):
        cures.append(f'--columns "{pairs}", with the names of your columns')
    if left := [name for name in unknown if name not in mapped.values()]:
        cures.append(f'--ignore "{",".join(left)}" to leave out what is not needed')
    if len(left) > 1 and missing == ["value"]:
        cures.append("--wide region if the columns are regions")
    said = [f"{_listed(missing)} missing"] * bool(missing)
    said += [
        "this is not a column petfit knows" if len(unknown) == 1 else "these are not columns petfit knows"
    ] * bool(unknown)
    remedy = f"Use {'; '.join(cures)}. {_KNOWN} A column that a model uses is allowed as well."
    return Problem("header", ", ".join(unknown or missing), "", "; ".join(said), remedy)


_KNOWN = (
    "Columns: study, cohort, subject, drug, region, tracer, regimen, dose, dose_unit, concentration, time_h, "
    "level, outcome, condition, value, value_unit, sd, se, n, low, high; all are in petfit data template."
)
_MEANINGS = {
    "drug": ("agent", "compound", "medication", "medicine", "treatment", "drug name", "molecule"),
    "dose": ("mg", "mg day", "mg per day", "daily dose", "amount", "dosage"),
    "value": ("occupancy", "occ", "ro", "mean", "to", "receptor occupancy", "result", "bp", "bpnd", "vt"),
    "subject": ("id", "participant", "participant id", "patient", "sub", "person", "subject id"),
    "study": ("paper", "reference", "author", "ref", "publication"),
    "cohort": ("group", "arm"),
    "region": ("roi", "brain region", "area", "structure"),
    "tracer": ("ligand", "radioligand", "radiotracer"),
    "concentration": ("plasma", "plasma level", "conc", "plasma concentration", "exposure"),
    "weight": ("body weight", "bw"),
    "time_h": ("time", "hours", "time post dose"),
}
_SIMILAR, _SIMILAR_TO_MISSING = 0.85, 0.7


def _guess(name: str, missing: list[str]) -> str:
    """Return the column that a name of the user seems to mean, "" if none."""
    words = re.sub(r"[\W_]+", " ", name.lower()).strip()
    for column, meanings in _MEANINGS.items():
        if words in meanings and (column in missing or column not in _ALTERNATIVES):
            return column
    word = words.replace(" ", "_")
    matches = difflib.get_close_matches(word, missing, 1, _SIMILAR_TO_MISSING)
    return next(iter(matches or difflib.get_close_matches(word, COLUMNS, 1, _SIMILAR)), "")


def _listed(names: list[str]) -> str:
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"
