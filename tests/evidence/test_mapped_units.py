"""Units in the names of mapped columns of doses and concentrations."""

import pytest

from tests.evidence.tables import read_content, refusal_of


@pytest.mark.parametrize(
    ("name", "dose", "unit"),
    [
        ("Dose_mgkg", 10, "mg/kg/day"),
        ("Dose/kg (mg)", 10, "mg/kg/day"),
        ("Dose (mg) per kg", 10, "mg/kg/day"),
        ("Dose (mg kg\N{MINUS SIGN}1)", 10, "mg/kg/day"),
        ("Weekly dose (mg)", 10 / 7, "mg/day"),
        ("Dose (mg eow)", 10 / 14, "mg/day"),
        ("Dose every 4 weeks (mg)", 10 / 28, "mg/day"),
        ("LAI dose (mg/4 wk)", 10 / 28, "mg/day"),
        ("Dose (mg x 2/day)", 20, "mg/day"),
        ("dose_mg_bid", 20, "mg/day"),
        ("Dose (mg twice a day)", 20, "mg/day"),
    ],
)
def test_all_that_the_name_says_of_the_unit_counts(name, dose, unit):
    row = read_content(f"drug,{name},value\nA,10,0.4\n", columns={"dose": name}).table.iloc[0]
    assert (row["dose"], row["dose_unit"]) == (pytest.approx(dose), unit)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "dose_mg_x2",
            "Dose (x100 mg)",
            "Dose (0.1 mg)",
            "BID dose (mg)",
            "4-weekly dose (mg)",
            "LAI dose (mg)",
        ),
        *(
            "Dose (mg prn)",
            "Dose (gm)",
            "Dose (tablets)",
            "Dose (%)",
            "patch (cm2)",
            "Dose (mg per injection)",
        ),
    ],
)
def test_multiples_are_asked_about(name):
    text = refusal_of(f"drug,{name},value\nA,10,0.4\n", columns={"dose": name})
    assert "seems to give a unit that petfit cannot read" in text


@pytest.mark.parametrize("name", ["conc_ngml", "C (ng\N{MIDDLE DOT}mL\N{MINUS SIGN}1)", "C24 ng/mL"])
def test_units_of_concentrations_are_read_without_strokes(name):
    table = read_content(f"drug,{name},value\nA,10,0.4\n", columns={"concentration": name}).table
    assert table[["concentration", "concentration_unit"]].to_numpy().tolist() == [[10, "ng/mL"]]


@pytest.mark.parametrize(
    ("column", "name", "unit", "is_refused"),
    [
        ("concentration", "Cp_uM", "nM", True),
        ("concentration", "logC", "ng/mL", True),
        ("concentration", "Cp_ng/mL", "log10 ng/mL", False),
        ("dose", "log dose", "log10 mg", False),
        ("dose", "Dose_g", "mg", True),
        ("dose", "Dose (mg)", "mg/kg", False),
        ("dose", "Dose (mg)", "mg BID", False),
    ],
)
def test_a_unit_that_is_set_does_not_contradict_that_of_the_name(column, name, unit, is_refused):
    rows = f"drug,subject,{name},value\nA,1,5,.3\nA,2,10,.5\n"
    options = {"columns": {column: name}, "constants": {f"{column}_unit": unit}}
    if is_refused:
        assert f"{column}_unit=" in refusal_of(rows, **options)
    else:
        assert len(read_content(rows, **options).table) == 2


def test_a_bound_fraction_is_not_the_free_one():
    rows = "drug,subject,concentration,concentration_unit,protein binding,value\nA,1,5,nM,0.95,.3\n"
    assert "1 minus it" in refusal_of(rows, columns={"fp": "protein binding"})


@pytest.mark.parametrize("name", ["-log C (M)", "pC (M)"])
def test_negative_logarithms_are_refused(name):
    text = refusal_of(f"drug,{name},value\nA,8,0.4\n", columns={"concentration": name})
    assert "negative logarithms" in text
