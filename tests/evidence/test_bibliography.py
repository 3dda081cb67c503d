import re

import pytest

from petfit.evidence.bibliography import citation, keys_in
from petfit.evidence.bundled import data_folder

BIB = (data_folder() / "references.bib").read_text(encoding="utf-8")
KEYS = re.findall(r"^@\w+\{([^,\s]+),", BIB, re.M)


@pytest.mark.parametrize("key", KEYS)
def test_every_key_has_a_citation_in_plain_text(key):
    words = citation(key)
    assert words != key
    assert words.endswith(".")
    assert not re.search(r"[{}\\]|--|\N{EN DASH}-|\s\s|\.\.", words)


@pytest.mark.parametrize("key", KEYS)
def test_a_citation_contains_the_doi_pmid_and_year_of_its_entry(key):
    entry = BIB.split(f"{{{key},")[1].split("\n@")[0]
    for field in ("doi", "pmid", "year"):
        found = re.search(rf"^\s*{field}\s*=\s*[{{\"]?([^}}\",\n]+)", entry, re.M)
        if found:
            assert found.group(1).strip() in citation(key), field


def test_citations_are_unique():
    assert len({citation(key) for key in KEYS}) == len(KEYS)


def test_other_text_is_returned_unchanged():
    for words in ("our lab book, page 7", "", "[brackets]"):
        assert citation(words) == words


def test_only_keys_in_brackets_are_found():
    assert keys_in(f"by [{KEYS[0]}] and [{KEYS[1]}], with [11C]DASB, not {KEYS[2]} or [nobody]") == KEYS[:2]
