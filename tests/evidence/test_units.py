from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petfit.evidence.units import Scale, scale_of

KNOWN = {
    "dose": {
        "mg/day": ("mg/day", 1),
        "mg": ("mg/day", 1),
        "mg/d": ("mg/day", 1),
        "mg/día": ("mg/day", 1),
        "mg per day": ("mg/day", 1),
        "g": ("mg/day", 1000),
        "ug": ("mg/day", Fraction(1, 1000)),
        "\N{MICRO SIGN}g/day": ("mg/day", Fraction(1, 1000)),
        "\N{GREEK SMALL LETTER MU}g": ("mg/day", Fraction(1, 1000)),
        "mcg/d": ("mg/day", Fraction(1, 1000)),
        "mg/h": ("mg/day", 24),
        "mg/min": ("mg/day", 1440),
        "mg/week": ("mg/day", Fraction(1, 7)),
        "mg/kg": ("mg/kg/day", 1),
        "mg/kg/day": ("mg/kg/day", 1),
        "mg kg-1": ("mg/kg/day", 1),
        "ug.kg-1.day-1": ("mg/kg/day", Fraction(1, 1000)),
        "mg/kg/h": ("mg/kg/day", 24),
        **dict.fromkeys(["MG", "Mg/day", "mg QD", "mg daily", "mg once daily", "mg/24h"], ("mg/day", 1)),
        **dict.fromkeys(["mg BID", "mg b.i.d.", "mg twice daily", "mg q12h", "mg 2x/day"], ("mg/day", 2)),
        **dict.fromkeys(["mg TID", "mg three times a day", "mg (t.i.d.)"], ("mg/day", 3)),
        **dict.fromkeys(["mg every 2 weeks", "mg/2 weeks", "mg q2w"], ("mg/day", Fraction(1, 14))),
        **dict.fromkeys(["mg weekly", "mg q1w", "mg once a week"], ("mg/day", Fraction(1, 7))),
        "mg every other day": ("mg/day", Fraction(1, 2)),
        "mg/kg BID": ("mg/kg/day", 2),
    },
    "concentration": {
        "ng/mL": ("ng/mL", 1),
        "ng ml\N{SUPERSCRIPT MINUS}\N{SUPERSCRIPT ONE}": ("ng/mL", 1),
        "ug/L": ("ng/mL", 1),
        "ug/mL": ("ng/mL", 1000),
        "mg/L": ("ng/mL", 1000),
        "mg/dL": ("ng/mL", 10000),
        "pg/mL": ("ng/mL", Fraction(1, 1000)),
        "nM": ("nmol/L", 1),
        "nmol/l": ("nmol/L", 1),
        "pmol/mL": ("nmol/L", 1),
        "uM": ("nmol/L", 1000),
        "\N{MICRO SIGN}mol/L": ("nmol/L", 1000),
        "pM": ("nmol/L", Fraction(1, 1000)),
        **dict.fromkeys(["NG/ML", "ng/ML", "Ng/ml"], ("ng/mL", 1)),
        **dict.fromkeys(["NM", "nm", "NMOL/L"], ("nmol/L", 1)),
    },
    "volume ratio": dict.fromkeys(["mL/cm3", "mL/mL", "ml/cm^3", "mL cm-3", "cm3/cm3", "L/L"], ("mL/cm3", 1)),
}
UNKNOWN = {
    "dose": [
        "mL/mL/kg-1",
        "mol/mol/kg-1",
        "mg/kg/kg",
        "mg kg",
        "mg2",
        "dag",
        "Gg",
        "tablets",
        "L",
        "%",
        "mL/mL",
        "mg/dag",
        "ng/mL",
        "mg/m",
        "1",
    ],
    "concentration": ["mg", "nmol", "ng/g", "%", "IU/L", "10 nM", "M/L"],
    "volume ratio": ["%", "mL/g", "g/g", "mL", "1", "percent"],
}


def of(table):
    return [(kind, text, meaning) for kind, units in table.items() for text, meaning in units.items()]


@pytest.mark.parametrize(("kind", "text", "meaning"), of(KNOWN))
def test_a_unit_is_read_in_every_common_spelling(kind, text, meaning):
    assert scale_of(text, kind) == Scale(meaning[0], Fraction(meaning[1]))


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind in UNKNOWN for text in UNKNOWN[kind]])
def test_text_that_is_not_a_unit_of_its_kind_has_no_scale(kind, text):
    assert scale_of(text, kind) is None


PREFIXES = {"": 0, "k": 3, "d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15}


@given(st.sampled_from([*PREFIXES]), st.sampled_from([*PREFIXES]), st.sampled_from(["/", " per ", "*"]))
def test_prefixes_are_powers_of_ten_on_both_sides(above, below, sign):
    text = f"{above}g{sign}{below}L{'-1' if sign == '*' else ''}"
    assert scale_of(text, "concentration") == Scale(
        "ng/mL", Fraction(10) ** (6 + PREFIXES[above] - PREFIXES[below])
    )
    assert scale_of(f"{below}M", "concentration") == Scale("nmol/L", Fraction(10) ** (9 + PREFIXES[below]))
    assert scale_of(f"{above}m3/{above}m3", "volume ratio") == Scale("mL/cm3")


@given(
    st.one_of(st.text(max_size=12), st.text("mgukdnMLol/*-. 123^()%hay", max_size=10)),
    st.sampled_from(list(KNOWN)),
)
def test_any_text_is_a_unit_or_none(text, kind):
    found = scale_of(text, kind)
    assert found is None or found.factor > 0


@pytest.mark.parametrize("text", ["mg monthly", "mg/month", "mg once a month"])
def test_a_month_is_a_twelfth_of_a_year(text):
    scale = scale_of(text, "dose")
    assert (scale.unit, scale.factor) == ("mg/day", Fraction(1200, 36525))
    assert "30.4375 days" in scale.how


@pytest.mark.parametrize(
    "text",
    ["mg/day BID", "mg/h twice daily", "mg biweekly", "mg 4-weekly", "mg 3 monthly", "BID", "mg 0x/day"],
)
def test_a_frequency_that_contradicts_or_is_ambiguous_has_no_scale(text):
    assert scale_of(text, "dose") is None


@pytest.mark.parametrize(
    ("unit", "standard", "factor"),
    [("nmol/kg", "nmol/kg/day", 1), ("\N{MICRO SIGN}mol/kg", "nmol/kg/day", 1000), ("nmol", "nmol/day", 1)],
)
def test_molar_doses_stay_molar(unit, standard, factor):
    assert scale_of(unit, "dose") == Scale(standard, Fraction(factor))
