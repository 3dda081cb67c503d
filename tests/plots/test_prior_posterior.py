import numpy as np
import pandas as pd
import pytest

from petfit.plots.prior_posterior import plot_prior_posterior
from tests.helpers import PLAIN, fit_from_prior, legend_labels


def test_every_parameter_has_a_panel_with_its_prior_and_posterior(ssri_fit):
    parameters = list(ssri_fit.parameters_with_priors())
    axes = plot_prior_posterior(ssri_fit)
    assert [ax.get_title(loc="left").replace("\n", " ") for ax in axes] == [name for name, *_ in parameters]
    assert legend_labels(axes[0]) == ["prior", "posterior"]
    for ax, (_, prior, draws) in zip(axes, parameters, strict=True):
        (x_prior, _), (x_posterior, y_posterior) = (line.get_data() for line in ax.get_lines())
        assert x_prior[0] == pytest.approx(prior.quantile(0.005), abs=np.ptp(x_prior) / 100)
        mean = np.average(x_posterior, weights=y_posterior)
        assert mean == pytest.approx(draws.mean(), abs=0.1 * draws.std())


def test_more_parameters_than_arviz_draws_by_default():
    model = PLAIN.replace("[ec50.centre]", '[ec50]\nseparate = "drug"\n[ec50.centre]')
    drugs = [f"drug {i}" for i in range(41)]
    table = pd.DataFrame({"drug": drugs, "dose": 10.0, "value": 0.5})
    axes = plot_prior_posterior(fit_from_prior(model.replace("A = 10.0", ""), table, draws=100))
    assert len(axes) > 41


def test_heavy_tail_of_a_prior_does_not_flatten_the_rest():
    model = PLAIN.replace('dist = "HalfNormal"', 'dist = "HalfCauchy"').replace("sigma = 0.2", "beta = 0.2")
    table = pd.DataFrame({"drug": "A", "dose": [5.0, 10.0], "value": [0.4, 0.5]})
    *_, ax = plot_prior_posterior(fit_from_prior(model, table))
    prior, _ = ax.get_lines()
    assert prior.get_xdata().max() == pytest.approx(0.2 * np.tan(0.995 * np.pi / 2), rel=1e-2)
