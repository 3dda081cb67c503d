import re

import pytest

from petfit.report.methods_text import methods_text
from petfit.report.tables.summary_table import summary_table
from petfit.results import formatting
from petfit.results.main_answers import main_answers


@pytest.fixture(scope="module")
def text(ssri_fit):
    return methods_text(ssri_fit)


def test_every_prior_version_and_check_is_named(text, ssri_fit):
    assert all(str(prior) in text for _, prior in ssri_fit.spec.each_prior())
    assert all(version in text for version in ssri_fit.attrs["versions"].splitlines())
    assert all(check.title in text for check in ssri_fit.check())
    for check in ssri_fit.check():
        beyond = [one for one in check.findings if not one.within_limit]
        shown = [one for one in check.findings if one.side] if check.verdict == "PASS" else beyond
        figures = [f"{one.quantity} = {one.value:.4g}" for one in shown]
        assert all(words in text for words in figures)
        assert check.sentence in text or check.verdict in ("PASS", "NOT RUN")
    assert str(ssri_fit.attrs["seed"]) in text
    references = ssri_fit.design.reference_doses
    assert all(f"{one.value:.4g} {one.unit} of {drug}" in text for drug, one in references.items())


def test_the_results_are_those_of_the_main_answers(text, ssri_fit):
    for _, row in main_answers(ssri_fit).iterrows():
        for name in ("ec50", "target_dose"):
            interval = formatting.interval("dose", row[f"{name}_low"], row[f"{name}_high"])
            assert f"{formatting.number(row[name])} {row['unit']} ({interval})" in text


def test_the_doses_of_a_window_are_those_of_its_answer(text, ssri_fit):
    answer = ssri_fit.window(0.65, 0.8).sel(drug="sertraline", predict_for="new_subject")
    median = formatting.number(answer["lower_dose"].item())
    sentence = f"For sertraline in a new person, the dose for 65 % occupancy was {median} mg/day ("
    assert sentence in methods_text(ssri_fit, window=(0.65, 0.8))
    assert sentence not in text


def test_the_number_of_people_is_that_of_the_table(prior_fit, scans_fit, scans_table):
    assert "9 rows of data (4 of 3 people, 5 of groups) on" in methods_text(prior_fit)
    n_people = scans_table["subject"].nunique()
    assert f"{len(scans_table)} rows of data of {n_people} people on" in methods_text(scans_fit)


def test_every_source_is_listed_once(text):
    sources = re.findall(r"^- (.*)$", text.split("## References")[1], re.MULTILINE)
    assert len(sources) == len(set(sources)) > 10


def test_a_table_in_markdown_has_a_row_for_each_row(ssri_fit):
    table = summary_table(main_answers(ssri_fit), "dose")
    lines = [line for line in table.markdown.splitlines() if line.startswith("|")]
    assert len(lines) == 2 + len(table.rows)
    assert {line.count("|") for line in lines} == {len(table.headings) + 1}
