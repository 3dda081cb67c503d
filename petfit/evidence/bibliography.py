"""Citations from the bundled bibliography, by key."""

from __future__ import annotations

import re
from functools import cache

from bibtexparser.entrypoint import parse_file

from petfit.evidence.bundled import data_folder

__all__ = ["citation", "keys_in"]


def citation(key: str) -> str:
    """Return the citation of a key of the bundled bibliography; return any other text unchanged.

    Examples
    --------
    >>> citation("Meyer2001").startswith("Meyer JH")
    True
    >>> citation("our own lab book, page 7")
    'our own lab book, page 7'
    """
    fields = _entries().get(key)
    if fields is None:
        return key
    issue = f"{fields.get('volume', '')}:{fields['pages']}" if "pages" in fields else fields.get("volume", "")
    journal = " ".join(part for part in (fields.get("journal", ""), fields.get("year", "")) if part)
    parts = [
        _authors(fields.get("author", "")),
        fields.get("title", ""),
        ";".join(part for part in (journal, issue) if part),
    ]
    parts += [fields.get("howpublished", ""), fields.get("note", "")]
    parts += [
        f"doi {fields['doi']}" if "doi" in fields else "",
        f"PMID {fields['pmid']}" if "pmid" in fields else "",
    ]
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def keys_in(text: str) -> list[str]:
    """Return the keys of the bundled bibliography that a text cites in square brackets.

    Examples
    --------
    >>> keys_in("a CV of 35 to 48 % [Abanades2011], by [11C]DASB")
    ['Abanades2011']
    """
    return [key for key in re.findall(r"\[(\w+)\]", text) if key in _entries()]


@cache
def _entries() -> dict[str, dict[str, str]]:
    library = parse_file(str(data_folder() / "references.bib"))
    return {
        entry.key: {field.key: _plain_text(str(field.value)) for field in entry.fields}
        for entry in library.entries
    }


def _plain_text(text: str) -> str:
    return " ".join(re.sub(r"[{}]", "", text).replace("--", "\N{EN DASH}").split())


def _authors(names: str) -> str:
    people = [name.strip() for name in names.split(" and ") if name.strip()]
    if not people:
        return ""
    return _author(people[0]) + (" et al." if len(people) > 1 else "")


def _author(name: str) -> str:
    family, _, given = name.partition(",")
    return f"{family} {''.join(word[0] for word in re.split(r'[ -]', given.strip()) if word)}".strip()
