import html5lib
import pytest

from petfit import report
from petfit.report.glossary import MEANINGS, Glossary


@pytest.fixture(scope="module")
def tree(prior_fit):
    html = report.render(prior_fit)
    return html5lib.HTMLParser(namespaceHTMLElements=False).parse(html)


def test_every_marked_word_carries_its_meaning_and_leads_to_it(tree):
    places = {one.get("id"): "".join(one.itertext()) for one in tree.iter("dd")}
    marked = [one for one in tree.iter("a") if one.get("class") == "term"]
    assert len(marked) > 20
    for one in marked:
        meaning = MEANINGS["".join(one.itertext())]
        assert one.get("data-meaning") == places[one.get("aria-describedby")] == meaning
        assert one.get("href") == f"#{one.get('aria-describedby')}"


def test_a_word_is_marked_once_a_section(tree):
    for section in tree.iter("section"):
        words = ["".join(one.itertext()) for one in section.iter("a") if one.get("class") == "term"]
        assert len(words) == len(set(words)), section.get("id")


def test_the_list_holds_the_words_of_the_page_and_no_other(tree):
    marked = {"".join(one.itertext()) for one in tree.iter("a") if one.get("class") == "term"}
    assert {"".join(one.itertext()) for one in tree.iter("dt")} == marked


@pytest.mark.parametrize("text", ["<EC50>", "EC50 & Emax", "'EC50\"", "logEC50", "EC50s"])
def test_marking_changes_no_letter_and_escapes_all(text):
    marked = html5lib.parseFragment(str(Glossary().mark(text)), namespaceHTMLElements=False)
    assert "".join(marked.itertext()) == text


@pytest.mark.parametrize("text", ["logEC50", "EC50s", "ec50", "prioritise"])
def test_a_part_of_a_word_is_not_the_word(text):
    assert Glossary().mark(text) == text


def test_no_line_can_break_between_a_number_and_its_percent_sign():
    assert str(Glossary().mark("80 % of it")) == "80\N{NO-BREAK SPACE}% of it"
