"""The page of a planned study: every number of its text is in a table, and what was assumed is said."""

import html5lib
import pytest

from petfit import PetfitError, Settings
from petfit.planning.evaluation import SimulationSettings, evaluate
from petfit.planning.next_dose import next_doses
from petfit.planning.planned_study import plan_study
from petfit.planning.study_design import Arm, StudyDesign
from petfit.report.design_page import design_answer
from petfit.report.write import write_design
from tests.report.test_numbers import NUMBER

SAMPLER = Settings(draws=100, tune=200, chains=2, target_accept=0.8)


@pytest.fixture(scope="module")
def study():
    arms = [Arm(n=2, drug="A", doses=[5.0], dropout=0.1), Arm(n=2, drug="A", doses=[20.0])]
    return StudyDesign(arms=arms, title="Two <doses>", truth={"ec50": 9.0})


@pytest.fixture(scope="module")
def page(study, tmp_path_factory):
    settings = SimulationSettings("one_site", studies=3, sampler=SAMPLER)
    answer = design_answer(evaluate(study, settings))
    path = tmp_path_factory.mktemp("design") / "page.html"
    return answer, write_design(answer, plan_study(study, "one_site"), path)


def test_the_page_has_question_answer_figure_tables_design_and_model(page):
    answer, path = page
    html = path.read_text(encoding="utf-8")
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    text = " ".join("".join(tree.itertext()).split())
    assert [section.get("id") for section in tree.iter("section")] == [
        "answers",
        "design",
        "model",
        "glossary",
    ]
    for part in (answer.question, answer.paragraph, "Two <doses>", "ec50 9", "people leave"):
        assert part in text
    assert [image.get("src")[:26] for image in tree.iter("img")] == ["data:image/svg+xml;base64,"]
    tables = {file.name for file in path.with_name("page_tables").iterdir()}
    assert {"evaluation.tsv", "design.tsv", "priors.tsv", "model.toml"} <= tables


def test_every_number_of_the_answer_is_elsewhere_on_the_page(page):
    answer, path = page
    _, _, below = path.read_text(encoding="utf-8").partition("</figure>")
    numbers = set(NUMBER.findall("\n".join(html5lib.parse(below).itertext())))
    assert set(NUMBER.findall(answer.paragraph)) <= numbers | {"4"}  # the sum of the arms


def test_another_file_is_not_replaced_by_a_page(page, study, tmp_path):
    (tmp_path / "mine.html").write_text("<p>mine</p>")
    with pytest.raises(PetfitError, match="already exists"):
        write_design(page[0], plan_study(study, "one_site"), tmp_path / "mine.html")


def test_the_next_dose_has_a_page_with_the_evidence_already_there(plain_fit, tmp_path):
    chosen = next_doses(plain_fit, 40.0, candidates=[5, 40], results=10, draws=400)
    planned = plan_study(chosen.study, given=plain_fit)
    path = write_design(design_answer(chosen), planned, tmp_path / "next.html")
    assert f"the evidence already there is {plain_fit.evidence.name}" in path.read_text(encoding="utf-8")
