import pytest

from petfit.report.figures import Figure, draw_figures, figure_check


@pytest.fixture(scope="module")
def figures(prior_fit):
    return draw_figures(prior_fit)


def test_every_figure_is_drawn_and_has_its_own_caption(figures):
    assert all(not figure.problem and figure.data_url for figure in figures.values())
    assert len({figure.caption for figure in figures.values()}) == len(figures)
    assert not any("{" in figure.caption for figure in figures.values())


def test_the_same_fit_gives_the_same_drawings(prior_fit, figures):
    assert draw_figures(prior_fit) == figures


def test_the_caption_names_the_conditions_of_the_curve(ssri_fit):
    caption = draw_figures(ssri_fit)["curves"].caption
    assert all(level in caption for level in ssri_fit.spec.answers_for.values())


def test_the_check_warns_of_a_figure_that_was_not_drawn(figures):
    assert figure_check(figures).verdict == "PASS"
    check = figure_check({**figures, "curves": Figure("", "alt", "caption", "broken")})
    assert (check.name, check.verdict) == ("figures", "WARN")
    assert "curves" in check.sentence
    assert check.table.loc["curves", "problem"] == "broken"
