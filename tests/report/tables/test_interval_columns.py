import math

import pytest

from petfit.report.tables.interval_columns import support_words

SUPPORT = {
    "inside": ("inside", 5.0, 60.0, "within 5.00 to 60.0"),
    "below": ("below", 5.0, 60.0, "below 5.00 to 60.0"),
    "above": ("above", 5.0, 60.0, "above 5.00 to 60.0: extrapolated"),
    "one dose": ("above", 20.0, 20.0, "above the only one, 20.0: extrapolated"),
    "not reached": ("not reached", 5.0, 60.0, "Emax is lower in most draws"),
    "not tested": ("not tested", math.nan, math.nan, "none was tested"),
}


@pytest.mark.parametrize(("support", "low", "high", "words"), SUPPORT.values(), ids=SUPPORT.keys())
def test_support_is_described_relative_to_the_doses_tested(support, low, high, words):
    assert support_words(support, low, high) == words
