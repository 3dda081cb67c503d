"""The words by which tables are read."""

from itertools import chain

import pytest

from petfit.evidence import words
from petfit.evidence.bundled import toml_beside
from petfit.evidence.columns import COLUMNS, STATISTICS
from petfit.evidence.spelling import name_key, spelling_key, words_of

TABLE = toml_beside(words.__file__)
KEYS = {
    spelling_key: ["columns", "columns_with_unit", "outcomes", "scans"],
    name_key: ["not_values"],
    lambda text: " ".join(words_of(text)): ["suggested_columns", "statistics"],
    str.casefold: ["cells", "limits", "summaries", "names"],
}


def sections(table):
    """Yield each section of lists of words."""
    if all(isinstance(entry, list) for entry in table.values()):
        yield table
    else:
        yield from chain.from_iterable(map(sections, table.values()))


def test_a_word_has_one_meaning_in_its_section():
    for section in sections(TABLE):
        listed = list(chain.from_iterable(section.values()))
        assert sorted(listed) == sorted(set(listed))


@pytest.mark.parametrize(("key", "names"), KEYS.items(), ids=["spelling", "name", "words", "case"])
def test_words_are_written_as_they_are_looked_up(key, names):
    for name in names:
        assert [word for word in words.by_word(name) if key(word) != word] == []


@pytest.mark.parametrize("section", ["columns", "columns_with_unit", "suggested_columns", "bids_keys"])
def test_words_for_columns_are_for_columns_that_petfit_has(section):
    assert {*words.by_word(section).values()} <= {*COLUMNS, *STATISTICS}


@pytest.mark.parametrize("name", [name for name, column in COLUMNS.items() if column.kind == "choice"])
def test_words_of_a_choice_mean_one_of_its_words(name):
    if name != "outcome":
        assert {*words.by_word("choices", name).values()} <= set(COLUMNS[name].levels)
