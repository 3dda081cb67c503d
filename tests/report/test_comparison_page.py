import html5lib
import pytest

import petfit
from petfit import report
from petfit.results import comparison, formatting
from tests.helpers import fit_from_prior


@pytest.fixture(scope="module")
def fits(prior_fit, mixed_table):
    other = fit_from_prior(petfit.read_model("emax"), mixed_table, seed=12)
    return {"one <b>": prior_fit, "two": other}


@pytest.fixture(scope="module")
def found(fits):
    return comparison.compared(fits)


@pytest.fixture(scope="module")
def page(fits, found, tmp_path_factory):
    return report.write_comparison(fits, found, tmp_path_factory.mktemp("compared") / "page.html")


def test_every_model_has_its_section_its_weight_and_its_verdict(page, found):
    html = page.read_text(encoding="utf-8")
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    sections = [one.get("id") for one in tree.iter("section")]
    assert sections[:3] == ["answers", "comparison", "evidence"]
    assert {"model-one-b", "model-two"} < set(sections)
    said = "".join(tree.itertext())
    for weight in found.models["weight"]:
        assert f"weight {formatting.percent(weight)}" in said
    for sentence in found.warnings:
        assert sentence in said
    assert "one <b>" in said
    assert said.count("For research, not for treating people.") == 1


def test_the_stacked_answer_and_that_of_each_model_stand_on_the_first_screen(page, found):
    html = page.read_text(encoding="utf-8")
    first = html[: html.index('id="comparison"')]
    for name in found.answers["model"].to_numpy():
        for median in found.answers["median"].sel(model=name).to_numpy().ravel():
            assert formatting.figure(float(median)) in first


def test_no_two_places_and_no_two_tables_have_one_name(page, fits):
    html = page.read_text(encoding="utf-8")
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(html)
    places = [one.get("id") for one in tree.iter() if one.get("id")]
    assert len(set(places)) == len(places)
    names = {path.name for path in page.with_name("page_tables").iterdir()}
    assert {"models.tsv", "doses.tsv", "two_priors.tsv", "one-b_priors.json", "two.toml"} <= names
    assert len(fits) == sum(name.endswith(".toml") for name in names)


def test_nothing_but_addresses_of_data_and_places_is_named(page):
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(page.read_text(encoding="utf-8"))
    addresses = [one.get(name) for one in tree.iter() for name in ("src", "href") if one.get(name)]
    assert addresses
    assert all(address.startswith(("data:", "#")) for address in addresses)
