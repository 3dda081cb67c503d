import pandas as pd
import pytest

from tests.helpers import PLAIN, fit_from_prior


@pytest.fixture(scope="session")
def extremes_fit():
    """A person, extremes of people, a range of a mean, and a complete set of two means."""
    bounds = {"drug": "A", "low": 0.4, "high": 0.7, "n": 5}
    complete = {**bounds, "low": 0.3, "range_set": "s", "set_complete": "yes"}
    rows = [
        {"drug": "A", "dose": 3.0, "value": 0.3},
        {**bounds, "dose": 5.0, "level": "extremes", "low": 0.2},
        {**bounds, "dose": 10.0},
        {**complete, "dose": 20.0},
        {**complete, "dose": 40.0},
    ]
    return fit_from_prior(PLAIN, pd.DataFrame(rows), draws=100)


@pytest.fixture(scope="session")
def limits_fit():
    """Two people with limits, one of them with a standard error, a person with one, and a censored mean."""
    table = pd.DataFrame(
        {
            "drug": "A",
            "dose": [1.0, 10.0, 20.0, 80.0],
            "subject": ["1", "2", "3", ""],
            "value": [0.1, 0.5, 0.6, 0.95],
            "censored": ["below", "", "above", "above"],
            "se": [None, 0.1, 0.05, None],
            "n": [None, None, None, 6],
        }
    )
    return fit_from_prior(PLAIN, table, draws=100)
