import numpy as np
import pandas as pd
import pytest
from scipy import stats

from petfit.checks.added_variable import LinearModel, added_variable_test, holm, linearise
from tests.checks.small_fits import NARROW, expected
from tests.helpers import fit_from_prior


def regression(y, fixed):
    """A linear regression with unit variance as a linearised model."""
    precision = np.eye(len(y))
    projection = precision - fixed @ np.linalg.pinv(fixed)
    zeros = np.zeros((1, len(y)))
    rows = pd.DataFrame(index=range(len(y)))
    rank = np.array([len(y) - np.linalg.matrix_rank(fixed)])
    is_simulated = np.array([False])
    return LinearModel(rows, is_simulated, y[None], projection[None], precision[None], zeros, zeros, rank)


def test_the_test_is_the_f_test_of_linear_regression():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(20, 2)), rng.normal(size=20)
    fixed = np.column_stack([np.ones(20), x[:, 0]])
    result = added_variable_test(regression(y, fixed), x[None, :, 1:])
    full = np.column_stack([fixed, x[:, 1]])
    residuals = [y - design @ np.linalg.lstsq(design, y)[0] for design in (fixed, full)]
    rss_small, rss_full = (float(values @ values) for values in residuals)
    f = (rss_small - rss_full) / (rss_full / 17)
    assert result.p == pytest.approx(stats.f.sf(f, 1, 17))
    assert result.coefficient == pytest.approx(np.linalg.lstsq(full, y)[0][2])


def test_a_variable_that_the_model_includes_is_not_tested():
    fixed = np.column_stack([np.ones(10), np.arange(10.0)])
    assert np.isnan(added_variable_test(regression(np.arange(10.0) ** 2, fixed), fixed[None, :, 1:]).p)


def test_holm_keeps_the_order_and_never_exceeds_one():
    adjusted = holm({"a": 0.01, "b": 0.04, "c": 0.9})
    assert adjusted == {"a": 0.03, "b": 0.08, "c": 0.9}
    assert max(holm({"a": 0.8, "b": 0.9}).values()) == 1.0


@pytest.mark.parametrize("limit", [0.3, 0.5, 0.6])
def test_residuals_of_censored_people_have_mean_zero_together_with_the_others(limit):
    dose, noise = 10.0, np.exp(-3.0)
    values = expected(dose) + noise * stats.norm.ppf((np.arange(400) + 0.5) / 400)
    is_low = values < limit
    table = pd.DataFrame(
        {"drug": "A", "subject": [f"{i}" for i in range(400)], "dose": dose, "value": values}
    )
    limited = table.assign(value=np.where(is_low, limit, values), censored=np.where(is_low, "below", ""))
    everybody = linearise(fit_from_prior(NARROW, limited, draws=200))
    residual = everybody.residual[~everybody.is_simulated]
    assert len(everybody.rows) == residual.shape[1] == 400
    assert residual.mean() == pytest.approx(0.0, abs=0.1 * noise)
    if is_low.any():
        assert residual[:, everybody.rows["censored"] == ""].mean() > 0.1 * noise
