import re

import html5lib
import pandas as pd
import pytest

import petfit
from petfit.checks import Check, stored_checks
from petfit.checks.verdict import verdict
from petfit.fit import Fit
from petfit.report import write
from petfit.report.tables.attainment_tables import attainment_tables
from petfit.report.tables.contrast_table import contrast_table
from petfit.report.tables.dose_tables import dose_table
from petfit.report.tables.evidence_row_tables import excluded_row_table, fitted_row_table
from petfit.report.tables.parameter_table import parameter_table
from petfit.report.tables.person_tables import occupancy_person_table
from petfit.report.tables.summary_table import summary_table
from petfit.report.tables.window_tables import window_table
from petfit.results.curve_draws import curve_draws
from petfit.results.curve_parameters import curve_parameters
from petfit.results.main_answers import main_answers
from tests.helpers import fit_from_prior, slow_but
from tests.report.parsed_page import OCCUPANCY_FIGURES, ParsedPage, drawings
from tests.report.small_model import MODEL, small_table


@pytest.fixture(scope="module")
def html(ssri_fit):
    return write.render(ssri_fit)


@pytest.fixture(scope="module")
def page(html):
    return ParsedPage(html)


def test_question_verdict_answers_and_caveats_come_in_this_order(page, ssri_fit):
    texts = (
        "Which dose gives 80 % occupancy?",
        verdict(ssri_fit.check()).sentence,
        "Main answers",
        "Occupancy at the marketed",
        "Caveats",
        "Further",
    )
    positions = [page.text.index(text) for text in texts]
    assert positions == sorted(positions)
    for check in ssri_fit.check():
        assert check.text in page.text


def first_screen(page):
    """The text before the first section of details."""
    return page.text[: page.text.index("Further caveats")]


def test_the_first_screen_answers_for_typical_and_new_people(page, ssri_fit):
    for table in (summary_table(main_answers(ssri_fit), "dose"), occupancy_person_table(ssri_fit)):
        assert_shown(table, page)
        assert table.title in first_screen(page)


def test_the_first_screen_has_at_most_three_caveats(html):
    caveats = html[: html.index("Further caveats")].split('class="caveats"')[1]
    assert caveats.count("<li>") == 3


@pytest.mark.parametrize(("fixture", "name"), [("ssri_fit", "shape"), ("prior_fit", "shape")])
def test_problems_stand_beside_the_verdict(request, monkeypatch, fixture, name):
    check = Check(name, "FAIL", "The curve is wrong: do not use it.", pd.DataFrame())
    monkeypatch.setattr(stored_checks, "checks_of", lambda _fit: [check])
    page = ParsedPage(write.render(request.getfixturevalue(fixture)))
    assert "Do not use these answers: " in first_screen(page)
    assert "The curve is wrong: do not use it." in first_screen(page)


def test_the_report_answers_for_another_occupancy(prior_fit):
    page = ParsedPage(write.render(prior_fit, 0.65))
    assert "gives 65 % occupancy" in page.text
    assert "dose for 65 %" in first_screen(page)
    for row in dose_table(prior_fit.dose_for_occupancy(0.65)).rows:
        assert row in page.rows


def test_the_first_screen_answers_for_a_window(prior_fit):
    page = ParsedPage(write.render(prior_fit, 0.65, (0.65, 0.8)))
    assert "gives 65 to 80 % occupancy" in page.text
    assert_shown(window_table(prior_fit.window(0.65, 0.8)), page)
    assert "Doses for 65 to 80 %" in first_screen(page)


@pytest.mark.parametrize("phrase", ["some dose reaches", "any dose reaches", "one more", "new subject"])
def test_no_phrase_can_be_misread(html, phrase):
    assert phrase not in html


def test_single_doses_are_not_per_day(people_table):
    fit = fit_from_prior(petfit.read_model("emax"), people_table.assign(regimen="single"), draws=100)
    page = ParsedPage(write.render(fit))
    assert not any("mg/day" in cell for row in page.rows for cell in row)
    assert "mg/day" not in first_screen(page)


def test_the_sections_are_those_of_barg_in_order(page):
    assert page.sections == [
        "answers",
        "explore",
        "model",
        "evidence",
        "priors",
        "computation",
        "posterior",
        "predictive",
        "attainment",
        "selectivity",
        "sensitivity",
        "reproduce",
        "glossary",
    ]


def assert_shown(table, page):
    assert table.rows
    assert table.caption in " ".join(page.text.split())
    for row in table.rows:
        assert row in page.rows


def test_every_table_of_answers_is_shown_with_its_caption(page, ssri_fit):
    assert_shown(dose_table(ssri_fit.dose_for_occupancy()), page)
    assert_shown(contrast_table(ssri_fit.contrasts(0.8)), page)
    assert_shown(parameter_table(curve_parameters(curve_draws(ssri_fit))), page)


NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w])")


def numbers(text):
    return {float(number) for number in NUMBER.findall(text)}


def is_among(shown, known):
    """Whether a number is a rounded one of the known numbers, or a fraction of them in percent."""
    digits = len(shown.partition(".")[2].partition("e")[0])
    value = float(shown)
    return any(
        abs(value - scale * number) <= 0.5000001 * 10**-digits
        or abs(value - scale * number) <= 0.005 * abs(value)
        for number in known
        for scale in (1, 100)
    )


def test_every_number_in_a_cell_is_in_a_table_file(page, ssri_fit, tmp_path):
    path = ssri_fit.report(tmp_path / "report.html")
    folder = path.with_name("report_tables")
    known = set()
    for file in folder.iterdir():
        known |= numbers(file.read_text(encoding="utf-8"))
    assert len(known) > 1000
    shown = {number for row in page.rows for cell in row for number in NUMBER.findall(cell)}
    assert len(shown) > 300
    assert [number for number in shown if not is_among(number, known)] == []


def test_a_number_that_is_in_no_table_is_detected():
    assert not is_among("18.1", {17.9, 0.2})
    assert is_among("18.1", {18.1234})
    assert is_among("99.2", {0.99212})


def test_copied_cells_are_numbers(page, ssri_fit):
    assert any(", mg/day" in cell for row in page.rows for cell in row)
    table = dose_table(ssri_fit.dose_for_occupancy())
    for row in table.rows:
        for cell, is_number in zip(row, table.numeric, strict=True):
            assert not is_number or cell in ("> 99.9", "not reached") or float(cell) >= 0


def test_every_prior_is_shown_with_its_source(page, ssri_fit):
    for path, prior in ssri_fit.spec.each_prior():
        row = next((row for row in page.rows if str(prior) in row and prior.source in row), None)
        assert row, path


def test_every_row_is_shown_as_fitted_or_excluded_with_its_reason(page, ssri_fit):
    fit = ssri_fit
    assert_shown(fitted_row_table(fit), page)
    assert_shown(excluded_row_table(fit), page)
    assert set(fit.excluded_rows["exclusion_reason"]) <= {cell for row in page.rows for cell in row}
    assert f"Rows fitted ({len(fit.design.rows)})" in page.text
    assert f"Rows excluded ({len(fit.excluded_rows)})" in page.text


def test_seed_versions_and_hash_of_the_evidence_are_shown(page, ssri_fit):
    attrs = ssri_fit.attrs
    assert ["seed", str(attrs["seed"])] in page.rows
    assert attrs["evidence_sha256"] in page.text
    for version in attrs["versions"].splitlines():
        assert version in page.text


def test_the_model_file_is_shown(page, ssri_fit):
    assert ssri_fit.spec.to_toml().strip() in page.text


def test_the_page_is_labelled_as_for_research(page):
    assert "For research, not for treating people." in page.text


def test_every_assumption_about_the_table_is_shown(prior_fit):
    page = ParsedPage(write.render(prior_fit))
    assert len(prior_fit.evidence.assumptions) > 5
    for sentence in prior_fit.evidence.assumptions:
        assert sentence in page.text


STATES = {
    "everything fixed but the noise": "[ec50]\nfixed = 1.0\n[emax]\nfixed = 1.0\n",
    "fixed noise": MODEL + "[noise]\nfixed = 0.1\n",
    "Emax fixed": MODEL.split("[emax.centre]")[0] + "[emax]\nfixed = 1.0\n",
    "shrinking Student's t": MODEL
    + '[noise]\nfamily = "student"\n[noise.floor]\ndist = "HalfNormal"\nsigma = 0.1\n',
    "noise by drug": MODEL + '[noise]\nseparate = "drug"\n',
    "a free Hill exponent": 'curve = "sigmoid_emax"\n'
    + MODEL
    + '[hill.centre]\ndist = "Normal"\nmu = 0.0\nsigma = 0.3\n',
    "concentrations": 'exposure = "concentration"\n' + MODEL,
}


@pytest.mark.parametrize("state", slow_but(["Emax fixed", "concentrations"], STATES))
def test_every_kind_of_model_has_a_complete_report(state):
    table = small_table(concentration=[1.0, 3.0, 9.0], concentration_unit="ng/mL", drug=["A", "B", "A"])
    fit = fit_from_prior(STATES[state], table, draws=100)
    html = write.render(fit)
    page = ParsedPage(html)
    assert len(drawings(page)) == len(OCCUPANCY_FIGURES), page.text[page.text.find("could not be drawn") :][
        :300
    ]
    for row in dose_table(fit.dose_for_occupancy(0.8)).rows:
        assert row in page.rows
    html5lib.HTMLParser(strict=True).parse(html)


@pytest.mark.parametrize(("name", "is_marked"), [("simulated_mine.csv", True), ("measured.csv", False)])
def test_simulated_values_are_marked_in_the_title_and_the_caveats(scans_fit, name, is_marked):
    tree = scans_fit.tree.copy()
    tree.attrs["evidence"] = f"/simulated/{name}"
    page = ParsedPage(write.render(Fit(tree)))
    assert ("(simulated values)" in page.text.split("Main answers", maxsplit=1)[0]) is is_marked
    assert ("The values are simulated" in page.text) is is_marked


def test_every_scan_is_shown(scans_fit):
    assert_shown(fitted_row_table(scans_fit), ParsedPage(write.render(scans_fit)))


def test_target_attainment_of_the_marketed_strengths_is_shown(page, ssri_fit):
    tables = attainment_tables(ssri_fit)
    assert tables
    for table in tables:
        assert_shown(table, page)


def test_without_marketed_strengths_there_is_no_table_of_them(prior_fit):
    assert "Marketed strengths" not in write.render(prior_fit)
