import math

import pytest

from petfit.report.tables.interval_columns import relative_words

POSITIONS = {
    "inside": ("inside", 5.0, 60.0, "within 5.00 to 60.0"),
    "below": ("below", 5.0, 60.0, "below 5.00 to 60.0"),
    "above": ("above", 5.0, 60.0, "above 5.00 to 60.0: extrapolated"),
    "one dose": ("above", 20.0, 20.0, "above the only one, 20.0: extrapolated"),
    "not reached": ("not reached", 5.0, 60.0, "Emax is lower in most draws"),
    "not tested": ("not tested", math.nan, math.nan, "none was tested"),
}


@pytest.mark.parametrize(("position", "low", "high", "words"), POSITIONS.values(), ids=POSITIONS.keys())
def test_a_dose_is_described_relative_to_those_tested(position, low, high, words):
    assert relative_words(position, low, high) == words
