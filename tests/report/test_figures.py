from dataclasses import replace
from importlib import import_module

import pytest

from petfit.plots import FIGURES, load_figure
from petfit.report import write
from petfit.report.figures import Drawing, draw_figures, figure_check
from tests.helpers import fit_from_prior
from tests.plasma_model import MODEL, TABLE
from tests.report.parsed_page import OCCUPANCY_FIGURES, ParsedPage, drawings

FIGURES_OF_ONE_TARGET = [
    name for name in FIGURES if name not in ("targets", "time", "window", "rank", "loo_pit")
]


@pytest.fixture(scope="module")
def figures(prior_fit):
    return draw_figures(prior_fit)


def test_every_figure_is_drawn_and_has_its_own_caption(figures):
    assert all(not figure.problem and figure.data_url for figure in figures.values())
    assert len({figure.caption for figure in figures.values()}) == len(figures)
    assert not any("{" in figure.caption for figure in figures.values())


def test_the_same_fit_gives_the_same_drawings(prior_fit, figures):
    assert draw_figures(prior_fit) == figures


def test_captions_name_the_target_occupancy(prior_fit, figures):
    assert not any("70 %" in figure.caption for figure in figures.values())
    captions = {name: figure.caption for name, figure in draw_figures(prior_fit, 0.7).items()}
    assert {name for name, caption in captions.items() if "70 %" in caption} == {
        "curves",
        "forest",
        "attainment",
    }
    assert not any("80 %" in caption for caption in captions.values())


def test_the_caption_names_the_conditions_of_the_curve(ssri_fit):
    caption = draw_figures(ssri_fit)["curves"].caption
    assert all(level in caption for level in ssri_fit.spec.answers_for.values())


def test_the_check_warns_of_a_figure_that_was_not_drawn(figures):
    assert figure_check(figures).verdict == "PASS"
    check = figure_check({**figures, "curves": Drawing("", "answers", "alt", "caption", "broken")})
    assert (check.name, check.verdict) == ("figures", "WARN")
    assert "curves" in check.sentence
    assert check.table.loc["curves", "problem"] == "broken"


def test_each_kind_of_evidence_has_its_own_figures(prior_fit, scans_fit, both_fit):
    scan_figures = ["curves", "forest", "pair", "priors", "scans", "attainment"]
    for fit, names in (
        (prior_fit, OCCUPANCY_FIGURES),
        (scans_fit, scan_figures),
        (both_fit, FIGURES_OF_ONE_TARGET),
    ):
        assert list(draw_figures(fit)) == names
        page = ParsedPage(write.render(fit))
        assert len(drawings(page)) == len(names)
        assert "could not be drawn" not in page.text


def test_the_targets_of_the_drugs_are_a_figure(ssri_fit):
    assert list(draw_figures(ssri_fit)) == [*OCCUPANCY_FIGURES, "targets"]


@pytest.mark.slow
def test_the_hours_after_the_usual_dose_are_a_figure_with_kinetics():
    fit = fit_from_prior(MODEL, TABLE, draws=100)
    figures = draw_figures(fit, 0.7)
    assert list(figures) == [*OCCUPANCY_FIGURES, "time"]
    assert not any(figure.problem for figure in figures.values())
    assert "70 %" in figures["time"].caption
    assert "{" not in figures["time"].caption
    page = ParsedPage(write.render(fit))
    assert "Over time" in page.text
    assert "Hours from the last dose until occupancy stays below a level" in page.text


@pytest.mark.parametrize(
    "name",
    [FIGURES_OF_ONE_TARGET[0], *(pytest.param(n, marks=pytest.mark.slow) for n in FIGURES_OF_ONE_TARGET[1:])],
)
def test_a_figure_that_fails_is_reported_in_its_place_and_in_the_verdicts(both_fit, monkeypatch, name):
    def fail(_fit):
        raise ZeroDivisionError("no <room> left")

    module = import_module(FIGURES[name].module)
    monkeypatch.setattr(module, "FIGURE", replace(load_figure(name), draw=fail))
    page = ParsedPage(write.render(both_fit))
    assert len(drawings(page)) == len(FIGURES_OF_ONE_TARGET) - 1
    assert "This figure could not be drawn: ZeroDivisionError: no <room> left" in page.text
    sentence = f"Figures that could not be drawn: {name}."
    assert page.text.index(sentence) < page.text.index("Caveats")


def test_no_caption_speaks_of_a_study_effect_that_the_model_lacks(figures, ssri_fit):
    assert [name for name, figure in figures.items() if "study" in figure.caption] == []
    assert "in a typical study" in draw_figures(ssri_fit)["forest"].caption
