"""The log likelihood by person: what leave-one-out leaves out."""

from dataclasses import replace

import numpy as np
import pytest

import petfit
from petfit.inference.pointwise_log_likelihood import log_likelihood, log_likelihood_without_kernel
from petfit.inference.sample import sample
from petfit.model import likelihood
from petfit.model.ops import NUMPY
from petfit.model.specification import parse_model
from petfit.results.leave_one_out import loo
from petfit.results.log_predictive import log_predictive
from tests.helpers import PEOPLE, PLAIN, QUICK, make_design
from tests.inference.test_people import TABLES, people

SHORT = replace(QUICK, draws=100, tune=300)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("treatment", ["sampled", "integrated"])
def test_it_is_integrated_over_the_deviation_however_people_were_sampled(name, treatment):
    design = make_design(PEOPLE, TABLES[name])
    sampled = sample(design, replace(SHORT, people=treatment))
    by_kernel = log_likelihood(design, sampled)["value"]
    by_numpy = log_likelihood_without_kernel(design, sampled.draws)["value"]
    assert by_kernel.dims == by_numpy.dims
    np.testing.assert_allclose(by_kernel, by_numpy, rtol=1e-7, atol=1e-7)


def test_its_parts_are_rows_where_each_person_has_one():
    design = make_design(PEOPLE, people(4))
    density = log_likelihood(design, sample(design, SHORT))["value"]
    assert density["row"].to_numpy().tolist() == [str(row) for row in design.rows.index]


def test_without_differences_between_people_the_rows_of_a_person_add_up():
    design = make_design(PLAIN, TABLES["two regions"])
    sampled = sample(design, SHORT)
    density = log_likelihood(design, sampled)["value"]
    by_row = likelihood.log_likelihood(NUMPY, design, sampled.draws, likelihood.inputs(design))["subject"]
    for person in density["person"].to_numpy():
        is_of_person = (design.rows["person"] == person).to_numpy()
        expected = by_row[..., is_of_person].sum(axis=-1)
        np.testing.assert_allclose(density.sel(person=person), expected, rtol=1e-12)


@pytest.mark.slow
def test_loo_by_person_agrees_with_refits_without_each():
    settings = petfit.Settings(draws=1000, tune=500, seed=4, target_accept=0.9)
    fit = petfit.fit(people(10, ("striatum", "midbrain")), parse_model(PEOPLE), settings=settings)
    design, result = fit.design, loo(fit)
    assert (result.pareto_k < 0.7).sum() >= 7
    rng = np.random.default_rng(1)
    for person, elpd, pareto_k in zip(
        result.elpd_i["person"].to_numpy(), result.elpd_i.to_numpy(), result.pareto_k.to_numpy(), strict=True
    ):
        if pareto_k > 0.7:
            continue
        left_out = (design.rows["person"] == person).to_numpy(bool)
        exact, error = log_predictive(
            design, sample(design, settings, left_out=left_out).draws, left_out, rng
        )
        assert abs(elpd - exact) < 0.05 + 4 * error, person
