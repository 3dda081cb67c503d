import html5lib
import pytest

import petfit
from petfit.report import write
from petfit.results import comparison, formatting
from tests.helpers import fit_from_prior


@pytest.fixture(scope="module")
def fits(prior_fit, mixed_table):
    other = fit_from_prior(petfit.read_model("emax"), mixed_table, seed=12)
    return {"one <b>": prior_fit, "two": other}


@pytest.fixture(scope="module")
def compared(fits):
    return comparison.compare_fits(fits)


@pytest.fixture(scope="module")
def page(fits, compared, tmp_path_factory):
    return write.write_comparison(fits, compared, tmp_path_factory.mktemp("compared") / "page.html")


def test_every_model_has_a_section_with_its_weight_and_verdict(page, compared):
    html = page.read_text(encoding="utf-8")
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    sections = [section.get("id") for section in tree.iter("section")]
    assert sections[:3] == ["answers", "comparison", "evidence"]
    assert {"model-one-b", "model-two"} < set(sections)
    text = "".join(tree.itertext())
    for weight in compared.models["weight"]:
        assert f"weight {formatting.percent(weight)}" in text
    for sentence in compared.warnings:
        assert sentence in text
    assert "one <b>" in text
    assert text.count("For research, not for treating people.") == 1


def test_the_answers_of_each_model_and_stacked_are_on_the_first_screen(page, compared):
    html = page.read_text(encoding="utf-8")
    first_screen = html[: html.index('id="comparison"')]
    for name in compared.answers["model"].to_numpy():
        for median in compared.answers["median"].sel(model=name).to_numpy().ravel():
            assert formatting.number(float(median)) in first_screen


def test_ids_and_names_of_tables_are_unique(page, fits):
    html = page.read_text(encoding="utf-8")
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(html)
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(set(ids)) == len(ids)
    names = {path.name for path in page.with_name("page_tables").iterdir()}
    assert {"models.tsv", "doses.tsv", "two_priors.tsv", "one-b_priors.json", "two.toml"} <= names
    assert len(fits) == sum(name.endswith(".toml") for name in names)


def test_the_page_refers_to_nothing_outside_itself(page):
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(page.read_text(encoding="utf-8"))
    addresses = [
        element.get(name) for element in tree.iter() for name in ("src", "href") if element.get(name)
    ]
    assert addresses
    assert all(address.startswith(("data:", "#")) for address in addresses)
