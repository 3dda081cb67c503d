"""People are the same whatever chooses their dose, and the number needed lies between simulated numbers."""

import numpy as np
import pytest

from benchmarks.adaptive_doses import _people_needed, people

TRUTH = {"ec50": 10.0, "emax": 0.9, "omega": 0.3, "sigma": 0.05}


def test_a_person_differs_by_the_dose_alone():
    person = people(3, TRUTH, seed=1)
    low, high = (person(1, dose)["value"].item() for dose in (5.0, 50.0))
    assert person(1, 5.0)["value"].item() == low < high
    assert person(2, 5.0)["value"].item() != low


def test_the_people_needed_lie_between_the_numbers_whose_median_ratio_is_above_and_below():
    ratios = [{10: 3.0, 12: 2.0, 14: 1.5}, {10: 3.0, 12: 2.0, 14: 1.5}, {10: np.inf, 12: np.inf, 14: 1.5}]
    assert _people_needed(ratios, 2.0) == pytest.approx(12)
    assert 10 < _people_needed(ratios, 2.5) < 12
    assert _people_needed(ratios, 4.0) == 10
    assert _people_needed(ratios, 1.0) == 14
