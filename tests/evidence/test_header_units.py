"""Units in the headers of SDs and SEs."""

import pytest

from tests.evidence.tables import read_content, refusal_of

FRACTIONS = "drug,dose,{},SD (%),n\nA,5,0.40,12,6\nA,9,0.60,10,6\n"


@pytest.mark.parametrize("value", ["occupancy", "Occupancy (fraction)"])
def test_an_sd_in_percent_beside_fractions_is_asked_about(value):
    rows = FRACTIONS.format(value)
    assert '--columns "cv=SD (%)"' in refusal_of(rows)
    assert read_content(rows, columns={"sd": "SD (%)"}).table["sd"].tolist() == [0.12, 0.10]
    assert read_content(rows, columns={"cv": "SD (%)"}).table["sd"].tolist() == pytest.approx([0.048, 0.06])


def test_a_fraction_under_a_percent_sign_is_refused():
    rows = FRACTIONS.format("occupancy").replace("12", "0.12").replace(",10,", ",0.1,")
    assert "looks like a fraction" in refusal_of(rows, columns={"sd": "SD (%)"})


def test_a_unit_of_the_sd_is_that_of_percentages():
    rows = FRACTIONS.format("occupancy").replace("0.40", "40").replace("0.60", "60")
    table = read_content(rows).table
    assert (table["value"].tolist(), table["sd"].tolist()) == ([0.4, 0.6], [0.12, 0.1])


@pytest.mark.parametrize(("outcome", "values"), [("BP_ND", (1.2, 2.0)), ("VT", (12, 20))])
def test_the_error_of_a_kinetic_fit_is_in_percent_of_the_value(outcome, values):
    rows = f"drug,dose,subject,{outcome},SE (%)\nA,0,1,{values[1]},3\nA,9,1,{values[0]},5\n"
    named = rows.replace("SE (%)", f"{outcome} %SE")
    for text, columns in ((rows, {}), (named, {"se": f"{outcome} %SE"})):
        table = read_content(text, columns=columns).table
        assert table["se"].tolist() == pytest.approx([0.03 * values[1], 0.05 * values[0]])
        assert table["sd"].isna().all()


@pytest.mark.parametrize(
    ("header", "column", "number"), [("fu (%)", "fp", 0.05), ("weight (lb)", "weight", 2.26796185)]
)
def test_a_header_with_a_unit_is_converted(header, column, number):
    assert read_content(f"drug,dose,{header},value\nA,10,5,0.4\n").table[column].item() == pytest.approx(
        number
    )


@pytest.mark.parametrize(
    ("name", "column", "unit"), [("mg_kg", "dose", "mg/kg/day"), ("c_nmol_l", "concentration", "nmol/L")]
)
def test_an_underscore_in_a_unit_is_a_stroke(name, column, unit):
    table = read_content(f"drug,{name},value\nx,10,0.4\n", columns={column: name}).table
    assert table[f"{column}_unit"].tolist() == [unit]


@pytest.mark.parametrize("header", ["RO \N{PLUS-MINUS SIGN} 95% CI", "RO \N{PLUS-MINUS SIGN} 2 SD"])
def test_a_spread_that_is_no_sd_is_not_taken_for_one(header):
    rows = f"drug,dose,n,{header}\nx,10,5,0.4 \N{PLUS-MINUS SIGN} 0.1\n"
    assert "no SD or SE" in refusal_of(rows, columns={"value": header})
