"""The facts of pharmacology on the validation page: all of them, and those that need no fit."""

import re
from pathlib import Path

import pytest

from benchmarks.pharmacology import COMPUTED, facts, fluvoxamine_ec50

PAGE = (Path(__file__).parents[2] / "docs" / "validation.md").read_text(encoding="utf-8")
WITHOUT_FIT = ("V17", "V20", "V28", "V29", "V34", "V44", "V45")


def test_every_fact_is_on_the_page_with_a_verdict():
    assert set(facts().index) == set(COMPUTED)
    verdicts = dict(re.findall(r"^\| (V\d+) \|.*\| (agrees|DIFFERS) \|", PAGE, re.M))
    assert set(verdicts) == set(COMPUTED)
    assert f"{list(verdicts.values()).count('agrees')} of {len(verdicts)} agree" in PAGE


@pytest.mark.parametrize("key", WITHOUT_FIT)
def test_arithmetic_reproduces_the_published_number(key):
    computed = COMPUTED[key](None)
    assert computed.agrees
    assert f"| {computed.text} |" in PAGE


def test_the_ec50_of_fluvoxamine_is_that_of_least_squares():
    assert fluvoxamine_ec50() == pytest.approx(4.96, abs=0.05)
