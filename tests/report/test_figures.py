import pytest

from petfit.report.figures import Figure, draw_all, drawn


@pytest.fixture(scope="module")
def figures(prior_fit):
    return draw_all(prior_fit)


def test_every_figure_is_drawn_with_a_caption_of_its_own(figures):
    assert all(not figure.problem and figure.address for figure in figures.values())
    assert len({figure.caption for figure in figures.values()}) == len(figures)
    assert not any("{" in figure.caption for figure in figures.values())


def test_the_same_fit_gives_the_same_drawings(prior_fit, figures):
    assert draw_all(prior_fit) == figures


def test_the_caption_says_where_the_curve_holds(ssri_fit):
    caption = draw_all(ssri_fit)["curves"].caption
    assert all(level in caption for level in ssri_fit.model_spec.answers_for.values())


def test_the_verdict_passes_where_all_are_drawn_and_warns_by_name_where_one_is_not(figures):
    assert drawn(figures).verdict == "PASS"
    check = drawn({**figures, "curves": Figure("", "alt", "caption", "broken")})
    assert (check.name, check.verdict) == ("figures", "WARN")
    assert "curves" in check.sentence
    assert check.table.loc["curves", "problem"] == "broken"
