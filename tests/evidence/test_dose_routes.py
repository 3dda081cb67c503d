"""Routes beside the unit of a dose."""

import pytest

from tests.evidence.tables import read_content, refusal_of


@pytest.mark.parametrize(("header", "dose"), [("dose (mg i.v.)", 10), ('"Dose (mg, p.o., b.i.d.)"', 20)])
def test_a_route_beside_a_unit_is_left_out(header, dose):
    assert read_content(f"drug,{header},value\nx,10,0.4\n").table["dose"].tolist() == [dose]


def test_several_routes_of_one_drug_are_asked_about():
    text = refusal_of("drug,dose,value\nx,10 mg po,0.4\nx,10 mg i.v.,0.6\n")
    assert "the dose of x is intravenous here and oral in line 2" in text
    assert "--ignore" not in refusal_of("drug,dose,route,value\nx,10,po,0.4\n").partition("route: ")[0]
