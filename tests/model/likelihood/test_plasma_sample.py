"""Concentrations measured beside doses."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from petfit.model import likelihood
from petfit.model.likelihood.plasma_sample import has_samples, sample_log_density, simulated_samples
from petfit.model.linear_predictor import true_exposure
from petfit.model.ops import NUMPY
from tests.helpers import make_design
from tests.plasma_model import MEASURED, MODEL, TABLE


def densities(design, draws):
    return sample_log_density(NUMPY, design, draws, likelihood.inputs(design))


def predicted(design, draws):
    return true_exposure(NUMPY, design, draws, design.fitted_matrix, design.rows["x"].to_numpy(float))


@pytest.fixture(scope="module")
def design():
    return make_design(MODEL, MEASURED)


@pytest.fixture(scope="module")
def draws(design):
    return design.draw_prior(np.random.default_rng(1), 20)


def test_a_measured_concentration_is_lognormal_around_the_predicted_one(design, draws):
    row = design.rows["measured"].eq(12.0).to_numpy()
    location = np.log(predicted(design, draws)[:, row]) + draws["log_concentration_study"]
    expected = stats.norm.logpdf(np.log(12.0), location, np.sqrt(np.log1p(0.1**2)))
    np.testing.assert_allclose(densities(design, draws)[:, row], expected, rtol=1e-10)


def test_rows_without_a_sample_have_no_density(design, draws):
    without = design.rows["measured"].isna().to_numpy()
    assert (densities(design, draws)[:, without] == 0).all()


def test_it_is_part_of_the_log_likelihood_of_its_row(design, draws):
    numbers = likelihood.inputs(design)
    silent = {**numbers, "sample.share": 0.0 * numbers["sample.share"]}
    with_samples, without = (
        sum(values.sum(axis=-1) for values in likelihood.log_likelihood(NUMPY, design, draws, data).values())
        for data in (numbers, silent)
    )
    np.testing.assert_allclose(with_samples - without, densities(design, draws).sum(axis=-1), rtol=1e-8)
    assert not has_samples(make_design(MODEL, TABLE))


def test_a_sample_counts_once_however_many_regions():
    row = {"drug": "A", "dose": 20.0, "regimen": "single", "time_h": 5.0, "subject": "1", "value": 0.5}
    row |= {"concentration": 30.0, "concentration_unit": "ng/mL"}
    one, three = (
        make_design(MODEL, pd.DataFrame([{**row, "region": region} for region in regions]))
        for regions in (["x"], ["x", "y", "z"])
    )
    draws = one.draw_prior(np.random.default_rng(2), 5)
    np.testing.assert_allclose(
        densities(one, draws).sum(axis=-1), densities(three, draws).sum(axis=-1), rtol=1e-12
    )


def test_a_concentration_below_quantification_is_censored():
    table = MEASURED.assign(concentration=np.nan, concentration_loq=[12.0, *[None] * 6])
    design = make_design(MODEL, table)
    draws = design.draw_prior(np.random.default_rng(3), 20)
    row = design.rows["measured"].eq(12.0).to_numpy()
    location = np.log(predicted(design, draws)[:, row]) + draws["log_concentration_study"]
    expected = stats.norm.logcdf(np.log(12.0), location, np.sqrt(np.log1p(0.1**2)))
    np.testing.assert_allclose(densities(design, draws)[:, row], expected, rtol=1e-8, atol=1e-12)


def test_molar_concentrations_are_converted_by_the_molar_mass():
    named = MODEL.replace("[pk.A]", "[pk.sertraline]")
    table = MEASURED.assign(drug=MEASURED["drug"].replace("A", "sertraline"))
    is_sertraline = table["drug"] == "sertraline"
    molar = table.assign(
        concentration=table["concentration"].where(~is_sertraline, table["concentration"] / 0.30623),
        concentration_unit=np.where(is_sertraline, "nmol/L", "ng/mL"),
    )
    measured = [make_design(named, rows).rows["measured"] for rows in (table, molar)]
    np.testing.assert_allclose(measured[0].astype(float), measured[1].astype(float), rtol=1e-9)


def test_simulated_samples_spread_by_the_assay_and_keep_their_limit():
    row = {"drug": "A", "dose": 20.0, "regimen": "single", "time_h": 5.0, "subject": "1", "value": 0.5}
    row |= {"concentration_unit": "ng/mL", "study": "ours"}
    rows = [{**row, "region": region, "concentration": 30.0} for region in "ab"]
    rows += [
        {**row, "subject": name, "concentration_loq": limit} for name, limit in (("2", 1e-6), ("3", 1e6))
    ]
    design, rng = make_design(MODEL, pd.DataFrame(rows)), np.random.default_rng(2)
    one = {name: values[0] for name, values in design.draw_prior(rng, 1).items()}
    numbers = likelihood.inputs(design)
    many = [simulated_samples(rng, design, one, numbers) for _ in range(2000)]
    assert all(samples["measured"].iloc[0] == samples["measured"].iloc[1] for samples in many)
    assert all(samples["is_below_loq"].tolist() == [False, False, False, True] for samples in many)
    assert many[0]["measured"].iloc[3] == 1e6
    errors = np.log([samples["measured"].iloc[0] for samples in many])
    location = np.log(predicted(design, one)[0]) + one["log_concentration_study"][0]
    assert errors.mean() == pytest.approx(location, abs=0.01)
    assert errors.std() == pytest.approx(np.sqrt(np.log1p(0.1**2)), rel=0.06)
