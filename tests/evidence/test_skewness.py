"""Medians of skewed people are said to be of them."""

import math

import numpy as np
import pytest

from petfit.evidence.skewness import is_skewed
from tests.evidence.tables import read_content

NAN = math.nan


def five_numbers(people):
    return np.quantile(people, [0, 0.25, 0.5, 0.75, 1], axis=1)


@pytest.mark.parametrize("n", [9, 21, 41])
@pytest.mark.parametrize("given", ["quartiles", "range", "both"])
def test_one_normal_group_in_twenty_at_most_is_called_skewed_and_most_skewed_ones_are(n, given):
    rng = np.random.default_rng(n)
    shares = []
    for people in (rng.standard_normal((2000, n)), np.exp(1.5 * rng.standard_normal((2000, n)))):
        low, q1, median, q3, high = five_numbers(people)
        if given == "quartiles":
            low = high = np.full(2000, NAN)
        elif given == "range":
            q1 = q3 = np.full(2000, NAN)
        found = [is_skewed(n, *map(float, row)) for row in zip(low, q1, median, q3, high, strict=True)]
        shares.append(np.mean(found))
    assert shares[0] < 0.065
    assert shares[1] > 0.3 if n > 9 else shares[1] > shares[0]


@pytest.mark.parametrize(("median", "is_said"), [(0.42, True), (0.54, False)])
def test_a_mean_made_of_a_skewed_median_is_said(median, is_said):
    rows = f"drug,dose,median,q1,q3,n\nx,10,{median},0.40,0.70,25\n"
    assert any("the people are skewed" in text for text in read_content(rows).assumptions) == is_said


def test_a_median_beside_its_mean_and_sd_is_not_used_and_not_said():
    rows = "drug,dose,median,q1,q3,n,value,sd\nx,10,0.42,0.40,0.70,25,0.5,0.1\n"
    assert not any("skewed" in text for text in read_content(rows).assumptions)
