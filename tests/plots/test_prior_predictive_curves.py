import petfit
from petfit.plots.prior_predictive_curves import plot_prior_predictive_curves


def test_same_seed_draws_the_same_curves():
    spec = petfit.read_model("emax")

    def curves(seed):
        (ax,) = plot_prior_predictive_curves(spec, draws=50, seed=seed)
        return [line.get_ydata().tolist() for line in ax.get_lines()]

    assert curves(1) == curves(1)
    assert curves(1) != curves(2)
