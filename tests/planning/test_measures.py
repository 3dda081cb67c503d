import numpy as np
import pandas as pd
import pytest

from petfit.planning.measures import measures, median_error
from petfit.planning.question import Question


def test_an_interval_without_an_upper_end_is_infinite_and_not_precise():
    table = pd.DataFrame(
        {
            "drug": "A",
            "problem": "",
            "ec50": 1.0,
            "ec50_low": 0.5,
            "ec50_high": 2.0,
            "dose": [1.0, 1.0, np.inf, np.inf],
            "dose_low": [0.5, 0.9, 0.9, np.inf],
            "dose_high": [5.0, 1.1, np.inf, np.inf],
            "bracketed": 1.0,
            "right": np.nan,
        }
    )
    rows = {(r["quantity"], r["measure"]): r["estimate"] for r in measures(table, "A", Question())}
    assert rows["dose", "P(precise)"] == 0.25
    assert rows["dose", "P(no upper end)"] == 0.5
    assert rows["dose", "90 % of ratios"] == np.inf
    assert rows["dose", "median ratio"] == 10.0
    assert rows["dose", "coverage"] == 1.0
    assert ("study", "P(right strength)") not in rows


def test_the_error_of_a_median_is_that_of_repeated_draws():
    rng = np.random.default_rng(1)
    draws = rng.normal(size=(2000, 101))
    assert np.mean([median_error(row) for row in draws]) == pytest.approx(
        np.median(draws, axis=1).std(), rel=0.1
    )
    assert median_error(np.array([1.0, 2.0, np.inf, np.inf])) == np.inf
