"""Regions beside their parts."""

import pytest

from petfit.evidence.nested_regions import is_part_of
from tests.evidence.tables import read_content


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("caudate", "striatum"),
        ("Putamen_L", "whole striatum"),
        ("nucleus accumbens", "basal ganglia"),
        ("ventral striatum", "striatum"),
        ("frontal cortex", "cortex"),
        ("putamen left", "putamen"),
    ],
)
def test_a_part_is_of_its_whole_and_not_the_other_way_round(part, whole):
    assert is_part_of(part, whole)
    assert not is_part_of(whole, part)


@pytest.mark.parametrize("pair", [("caudate", "putamen"), ("putamen L", "putamen R"), ("a", "a"), ("", "a")])
def test_neighbours_are_no_parts(pair):
    assert not is_part_of(*pair)


def note(text, **options):
    sentences = read_content(text, **options).assumptions
    return [sentence for sentence in sentences if "counts twice" in sentence]


def test_a_region_beside_its_parts_is_said_once():
    text = "subject,drug,dose,whole striatum,caudate,putamen\n1,x,10,0.4,0.3,0.5\n2,x,20,0.5,0.4,0.6\n"
    assert note(text, wide="region") == [
        "whole striatum contains caudate and putamen of the same people: what they share counts twice, so "
        "keep the whole or its parts"
    ]
    assert note(text, wide="region", ignore=["whole striatum"]) == []


def test_regions_of_other_people_are_not_compared():
    assert note("subject,drug,dose,region,value\n1,x,10,striatum,0.4\n2,x,10,putamen,0.4\n") == []
