"""Coefficients of variation become SDs."""

import pytest

from petfit.errors import EvidenceError
from tests.evidence.tables import read_content


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("CV (%)", (20, 12)),
        ("%CV", (20, 12)),
        ("cv", (20, 12)),
        ("CV", (0.2, 0.12)),
        ("RSD", ("20%", "12 %")),
    ],
)
@pytest.mark.parametrize(("values", "means"), [("mean", (0.3, 0.5)), ("occupancy (%)", (30, 50))])
def test_the_sd_is_the_coefficient_of_variation_times_the_mean(header, cells, values, means):
    rows = "".join(f"x,{10 * i + 10},{means[i]},{cells[i]},6\n" for i in (0, 1))
    table = read_content(f"drug,dose,{values},{header},n\n{rows}").table
    assert table["sd"].tolist() == pytest.approx([0.06, 0.06])
    assert "cv" not in table.columns


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ("x,10,0.5,20,,6\nx,20,0.6,0.3,,6\n", "some coefficients of variation are above 3"),
        ("x,10,,0.2,,6\n", "means nothing without the mean"),
        ("x,10,0.5,0.2,0.2,6\n", "sd is not the coefficient of variation times the mean"),
    ],
)
def test_an_unclear_coefficient_of_variation_is_refused(rows, rule):
    with pytest.raises(EvidenceError, match=rule):
        read_content(f"drug,dose,value,cv,sd,n\n{rows}")


def test_a_coefficient_of_variation_belongs_to_its_region():
    rows = "drug,dose,n,putamen,putamen CV,caudate,caudate CV\nx,5,6,0.3,20,0.4,10\n"
    assert read_content(rows, wide="region").table["sd"].tolist() == pytest.approx([0.06, 0.04])
