import html5lib
import pytest

from petfit.report import write
from petfit.report.glossary import MEANINGS, Glossary


@pytest.fixture(scope="module")
def tree(prior_fit):
    html = write.render(prior_fit)
    return html5lib.HTMLParser(namespaceHTMLElements=False).parse(html)


def text_of(element):
    return "".join(element.itertext())


def marked_terms(element):
    return [link for link in element.iter("a") if link.get("class") == "term"]


def test_every_marked_term_has_its_meaning_and_a_link_to_it(tree):
    meanings = {entry.get("id"): text_of(entry) for entry in tree.iter("dd")}
    links = marked_terms(tree)
    assert len(links) > 20
    for link in links:
        anchor = link.get("aria-describedby")
        assert link.get("data-meaning") == meanings[anchor] == MEANINGS[text_of(link)]
        assert link.get("href") == f"#{anchor}"


def test_a_term_is_marked_once_per_section(tree):
    for section in tree.iter("section"):
        terms = [text_of(link) for link in marked_terms(section)]
        assert len(terms) == len(set(terms)), section.get("id")


def test_the_glossary_lists_exactly_the_marked_terms(tree):
    assert {text_of(term) for term in tree.iter("dt")} == {text_of(link) for link in marked_terms(tree)}


@pytest.mark.parametrize("text", ["<EC50>", "EC50 & Emax", "'EC50\"", "logEC50", "EC50s"])
def test_marking_keeps_the_text_and_escapes_it(text):
    marked = html5lib.parseFragment(str(Glossary().mark(text)), namespaceHTMLElements=False)
    assert "".join(marked.itertext()) == text


@pytest.mark.parametrize("text", ["logEC50", "EC50s", "ec50", "prioritise"])
def test_a_term_within_a_longer_word_is_not_marked(text):
    assert Glossary().mark(text) == text


def test_a_number_and_its_percent_sign_are_on_one_line():
    assert str(Glossary().mark("80 % of it")) == "80\N{NO-BREAK SPACE}% of it"
