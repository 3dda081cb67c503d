from petfit.plots.rank import plot_rank


def test_every_top_level_parameter_has_a_panel_with_a_line_for_each_chain(prior_fit):
    axes = plot_rank(prior_fit)
    assert [ax.get_title() for ax in axes] == list(prior_fit.design.scalar_priors)
    assert all(len(ax.get_lines()) >= prior_fit.group("posterior").sizes["chain"] for ax in axes)
