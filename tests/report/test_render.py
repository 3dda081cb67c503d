import re
from itertools import pairwise
from urllib.parse import unquote

import html5lib
import pytest

from petfit.report import render, write
from tests.helpers import fit_from_prior, slow_but
from tests.report.parsed_page import OCCUPANCY_FIGURES, ParsedPage, drawings
from tests.report.small_model import MODEL, small_table


@pytest.fixture(scope="module")
def html(ssri_fit):
    return write.render(ssri_fit)


@pytest.fixture(scope="module")
def page(html):
    return ParsedPage(html)


def test_the_page_is_valid_html(html, page):
    html5lib.HTMLParser(strict=True).parse(html)
    assert len(set(page.ids)) == len(page.ids)
    assert set(page.references) <= set(page.ids)
    names = [tag for tag, _ in page.tags]
    assert [names.count(tag) for tag in ("html", "head", "body", "title", "h1", "main")] == [1] * 6


def test_rows_of_long_tables_that_the_page_leaves_out_are_said_and_in_their_files(ssri_fit, monkeypatch):
    monkeypatch.setattr(render, "ROWS_ON_PAGE", 5)
    html = write.render(ssri_fit)
    count = len(ssri_fit.design.rows)
    assert f"The first 5 of {count} rows; the TSV file has all." in html
    files = [unquote(address) for address in ParsedPage(html).addresses if "tab-separated" in address]
    assert any(file.count("\n") == count + 1 for file in files)


def test_headings_never_skip_a_level(page):
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_page_loads_nothing_from_a_network(html, page):
    assert page.addresses
    assert all(address.startswith(("data:", "#")) for address in page.addresses)
    assert not {"link", "iframe", "object", "embed", "base"} & {tag for tag, _ in page.tags}
    assert not re.search(r"@import|url\(", html)


def test_the_page_runs_only_its_own_script(page):
    scripts = [attrs for tag, attrs in page.tags if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "explorer-data"}, {}]
    (policy,) = [attrs["content"] for tag, attrs in page.tags if "http-equiv" in attrs]
    assert policy.startswith("default-src 'none'")
    assert re.search(r"script-src 'sha256-[\w+/=]+'$", policy)


def test_the_figures_load_nothing_from_a_network(page):
    assert len(drawings(page)) == len([*OCCUPANCY_FIGURES, "targets"])
    for drawing in drawings(page):
        assert drawing.lstrip().startswith("<?xml")
        assert not re.search(r"<script|@import", drawing)
        linked = re.findall(r'(?:href|src)="([^"]*)"', drawing) + re.findall(r"url\(([^)]*)\)", drawing)
        assert all(address.startswith(("#", "data:image/")) for address in linked)


def test_every_figure_has_a_description_and_a_caption(page):
    assert all(attrs["alt"] for tag, attrs in page.tags if tag == "img")
    names = [tag for tag, _ in page.tags]
    assert names.count("figcaption") == names.count("figure") == names.count("img") + names.count("svg")
    assert all(attrs["aria-label"] for tag, attrs in page.tags if tag == "svg")


SCRIPT, IMAGE = "<script>alert(1)</script>", '"><img src=x>'


def test_markup_in_names_is_shown_as_text():
    table = small_table(drug=SCRIPT, study=IMAGE, note="<b>bold</b>", source="<i>x</i>")
    html = write.render(fit_from_prior("title = '<h1>T</h1>'\n" + MODEL, table, draws=100))
    page = ParsedPage(html)
    assert [tag for tag, _ in page.tags].count("script") == 2
    assert not {"b", "i"} & {tag for tag, _ in page.tags}
    assert all(attrs["src"].startswith("data:") for tag, attrs in page.tags if tag == "img")
    assert [tag for tag, _ in page.tags].count("h1") == 1
    cells = {cell for row in page.rows for cell in row}
    assert {SCRIPT, IMAGE, "<b>bold</b>"} <= cells
    assert "<h1>T</h1>" in page.text
    assert not any(re.search(r"<script|<img", drawing) for drawing in drawings(page))


@pytest.mark.parametrize(
    "name",
    slow_but([r"$\bad$", "%d {x}"], ["$", "a $5 pill", r"$\bad$", "under_score^2", "%d {x}", "µ-β ß", "_x"]),
)
def test_mathematics_in_names_is_shown_as_text(name):
    table = small_table(
        drug=[name, name, "B"], study=name, region=name, regimen=["x", name, name], tracer=[name, "y", name]
    )
    page = ParsedPage(write.render(fit_from_prior(MODEL, table, draws=100)))
    assert len(drawings(page)) == len(OCCUPANCY_FIGURES), page.text[page.text.find("could not be drawn") :][
        :300
    ]
    assert "could not be drawn" not in page.text
