"""Names in several spellings: one drug, region or tracer; a question where two people may be one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from itertools import combinations

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.columns import COLUMNS
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import is_one_letter_apart, spelling_key, words_of
from petfit.evidence.words import words_for

__all__ = ["NUCLIDE", "unify_names"]

_UNIFIED = ("drug", "target", "region", "tracer", "regimen", "modality")
_ASKED = ("cohort", "subject")
_COMPARED = ("drug", "region", "tracer")
_MARKS = re.compile(r"\s*[*\u2020\u2021\u00a7\u00b6#]+$|\s*[\u00b9\u00b2\u00b3\u2070-\u2079]+$")
NUCLIDE = re.compile(r"[\[(]?(?:\d{2,3}[A-Z][a-z]?|[CFI]-?\d{2,3})[\])]?[\s_-]*(?=[A-Za-z])")
_NUCLIDE_BEHIND = re.compile(r"^([cfi])(\d{2,3})(?=[a-z])")
"""C11DASB is 11CDASB."""
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_SALTS = frozenset(words_for("names", "salts"))


def unify_names(source: SourceTable, drug_names: Collection[str]) -> SourceTable:
    """Give each drug, target, region, tracer, regimen and factor one spelling; ask about people.

    The spelling is that of the drug table where it has the drug, otherwise the most frequent one. Studies,
    cohorts and subjects whose names differ only in spelling are a problem, and so are two drugs, regions or
    tracers a letter apart or two salts of a drug, unless the drug table has both.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column.
    drug_names : collection of str
        The drugs of the drug table.
    """
    columns, assumptions = {}, []
    factors = [name for name in source.names if name not in COLUMNS]
    for name in (*_UNIFIED, *factors):
        texts = source.table[name]
        spellings = _spellings(texts, drug_names if name == "drug" else ())
        renamed = {old: new for old, new in spellings.items() if old != new}
        if renamed:
            columns[name] = pd.Series([renamed.get(text, text) for text in texts], texts.index, dtype=object)
            changes = ", ".join(f"{old!r} read as {new!r}" for old, new in sorted(renamed.items()))
            assumptions.append(f"{name}: {changes}")
    table = source.table.assign(**columns)
    problems = [
        *_numbers_as_drugs(table["drug"]),
        *_people_problems(table),
        *_near_names(table, drug_names),
        *_labelled_and_not(table["tracer"]),
    ]
    return source.next(table, assumptions=assumptions, problems=problems)


def _spellings(texts: pd.Series, preferred: Collection[str]) -> dict[str, str]:
    """Return the one spelling of each name."""
    counts = Counter(text for text in texts if not is_missing(text) and parse_number(text) is None)
    by_key: dict[str, list[str]] = defaultdict(list)
    for text in counts:
        key = spelling_key(text)
        by_key[_NUCLIDE_BEHIND.sub(r"\2\1", key) if texts.name == "tracer" else key].append(text)
    known = {spelling_key(name): name for name in preferred}
    return {
        text: known.get(key) or min(spelled, key=lambda name: (-counts[name], name))
        for key, spelled in by_key.items()
        for text in spelled
    }


def _people_problems(table: pd.DataFrame) -> Iterator[Problem]:
    yield from _spelt_alike(table["study"], "study", [""] * len(table))
    for column in _ASKED:
        yield from _spelt_alike(table[column], column, list(table["study"]))


def _spelt_alike(names: pd.Series, column: str, studies: list[str]) -> Iterator[Problem]:
    first: dict[tuple[str, str], str] = {}
    asked: set[tuple[str, str]] = set()
    for where, name, study in zip(names.index, names, studies, strict=True):
        if is_missing(name):
            continue
        key = spelling_key(study), _LEADING_ZEROS.sub("", spelling_key(_without_mark(name)))
        other = first.setdefault(key, name)
        if other != name and key not in asked:
            asked.add(key)
            differences = "case, spaces, hyphens or underscores"
            if _LEADING_ZEROS.sub("", spelling_key(other)) != _LEADING_ZEROS.sub("", spelling_key(name)):
                differences = "footnote marks"
            elif spelling_key(other) != spelling_key(name):
                differences = "leading zeros"
            rule = f"{other!r} and {name!r} differ only in {differences}"
            remedy = f"Write one name if they are one {column}, and names that differ more if they are two."
            yield Problem(str(where), column, name, rule, remedy)


def _near_names(table: pd.DataFrame, drug_names: Collection[str]) -> Iterator[Problem]:
    for column in _COMPARED:
        counts = Counter(text for text in table[column] if not is_missing(text))
        known, asked = set(drug_names), set[str]()
        for name, other in _alike(sorted(counts, key=lambda text: (text not in known, -counts[text], text))):
            if {name, other} <= known or other in asked:
                continue
            question = ""
            if _without_mark(name) == _without_mark(other):
                rule = f"this differs from {name!r}, another {column} of the table, only in a footnote mark"
                question = "Write one name if they are one."
            elif is_one_letter_apart(name, other):
                rule = f"this is a letter away from {name!r}, another {column} of the table"
                question = (
                    "Write one name if they are one, and names that differ in more than a letter if not."
                )
            elif column == "drug" and _is_other_salt(name, other):
                rule = f"this differs from {name!r}, another drug of the table, only in the salt"
                question = "Write one name if they are one drug, and names that differ more if they are two."
            if question:
                asked.add(other)
                yield Problem(_first_place(table[column], other), column, other, rule, question)


def _labelled_and_not(tracers: pd.Series) -> Iterator[Problem]:
    """Yield the problem of a tracer with and without its nuclide, such as [11C]DASB and DASB."""
    names = sorted({text for text in tracers if not is_missing(text)})
    plain = {spelling_key(name): name for name in names if not NUCLIDE.match(name)}
    for name in names:
        other = plain.get(spelling_key(NUCLIDE.sub("", name)))
        if other not in (None, name):
            rule = f"this is {name!r}, another tracer of the table, without its nuclide"
            yield Problem(
                _first_place(tracers, other), "tracer", other, rule, "Write one name if they are one."
            )


def _alike(names: list[str]) -> Iterator[tuple[str, str]]:
    """Yield, in order, the pairs of names that can be a letter apart or two salts of a drug.

    Names a letter apart have a form in common, without any letter or with one left out.
    """
    by_form: dict[object, list[int]] = defaultdict(list)
    for place, name in enumerate(names):
        key = spelling_key(name)
        forms = {key, *(key[:letter] + key[letter + 1 :] for letter in range(len(key)))}
        words = frozenset(words_of(name)) - _SALTS
        for form in [*forms, words]:
            by_form[form].append(place)
    pairs = {pair for places in by_form.values() for pair in combinations(places, 2)}
    for first, second in sorted(pairs):
        yield names[first], names[second]


def _first_place(names: pd.Series, name: str) -> str:
    return str(names.index[names == name][0])


def _without_mark(name: str) -> str:
    return _MARKS.sub("", name)


def _is_other_salt(drug: str, other: str) -> bool:
    """Whether two names are the same words but for a salt."""
    words, others = set(words_of(drug)), set(words_of(other))
    return words != others and words - _SALTS == others - _SALTS != set()


def _numbers_as_drugs(drugs: pd.Series) -> Iterator[Problem]:
    """Yield the problem of a column drug that contains scans with the drug."""
    names = [text for text in drugs if not is_missing(text)]
    if names and all(re.fullmatch(r"-?\d*[.,]\d+", text) for text in names):
        rule = "every drug is a number, as if this were the column of scans with the drug"
        remedy = (
            "Name the columns of the scans base and post, and use --wide condition --outcome bpnd "
            "--set drug=NAME."
        )
        yield Problem(str(drugs.index[0]), "drug", names[0], rule, remedy)
