"""Functions of ArviZ work on a fit, and on one that was saved and loaded."""

import arviz as az
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

import petfit

SCALARS = ["log_ec50", "logit_emax", "sigma"]


@pytest.fixture(autouse=True)
def _closed_figures():
    with mpl.rc_context({"backend": "Agg"}):
        yield
        plt.close("all")


@pytest.fixture(scope="module", params=["fitted", "loaded"])
def tree(request, tmp_path_factory, plain_fit):
    """The tree of a fit."""
    fit = plain_fit
    if request.param == "loaded":
        fit = petfit.load(fit.save(tmp_path_factory.mktemp("arviz") / "fit.nc"))
    return fit.to_datatree()


def test_summary(tree):
    table = az.summary(tree)
    assert set(table.index) == set(tree["posterior"].data_vars) == set(SCALARS)
    assert np.isfinite(table["r_hat"].astype(float)).all()


@pytest.mark.filterwarnings("ignore:Estimated shape parameter of Pareto")
def test_loo(tree):
    assert az.loo(tree).n_data_points == tree["log_likelihood"].sizes["row"]


@pytest.mark.filterwarnings("ignore:Estimated shape parameter of Pareto")
def test_compare(tree):
    assert sorted(az.compare({"first": tree, "second": tree})["rank"]) == [0, 1]


def test_psense_summary(tree):
    assert set(SCALARS) <= set(az.psense_summary(tree, var_names=SCALARS).index)


def drawn_axes(collection):
    """The axes of a plot that hold anything."""
    figure = collection.viz["figure"].item()
    figure.draw_without_rendering()
    return [axes for axes in figure.axes if axes.has_data()]


def test_plot_trace_dist(tree):
    assert len(drawn_axes(az.plot_trace_dist(tree, var_names=SCALARS, backend="matplotlib"))) == 6


def test_plot_ppc_dist(tree):
    assert drawn_axes(az.plot_ppc_dist(tree, num_samples=20, backend="matplotlib"))


def test_plot_loo_pit(tree):
    assert drawn_axes(az.plot_loo_pit(tree, backend="matplotlib"))


def test_plot_forest(tree):
    assert drawn_axes(az.plot_forest(tree, var_names=SCALARS, backend="matplotlib"))


def test_plot_pair(tree):
    assert drawn_axes(az.plot_pair(tree, var_names=SCALARS, backend="matplotlib"))


def test_plot_rank(tree):
    assert len(drawn_axes(az.plot_rank(tree, var_names=SCALARS, backend="matplotlib"))) == 3


@pytest.mark.filterwarnings("ignore:Estimated shape parameter of Pareto")
def test_plot_khat(tree):
    assert drawn_axes(az.plot_khat(az.loo(tree, pointwise=True), backend="matplotlib"))
