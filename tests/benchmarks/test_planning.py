"""The page of the planning benchmark, and people who are the same whatever their dose is chosen by."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.planning import Row, _people, page

TRUTH = {"ec50": 10.0, "emax": 0.9, "omega": 0.3, "sigma": 0.05}


def test_a_person_differs_by_the_dose_alone():
    people = _people(3, TRUTH, seed=1)
    low, high = (people(1, dose)["value"].item() for dose in (5.0, 50.0))
    assert people(1, 5.0)["value"].item() == low < high
    assert people(2, 5.0)["value"].item() != low


def test_the_page_has_every_number_with_its_error_and_cases():
    rows = [Row("assurance", "promised", 0.8), Row("assurance", "reached", 0.77, 0.025, 300)]
    text = page(pd.DataFrame(rows))
    assert "| assurance | promised | 0.8 |  |  |" in text
    assert "| assurance | reached | 0.77 | 0.025 | 300 |" in text
    assert np.isnan(rows[0].error)
    assert pytest.approx(0.8) == rows[0].value
