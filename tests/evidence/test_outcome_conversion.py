"""Changes of BP, and what remains of it, become occupancies."""

import pytest

from tests.evidence.tables import read_content, refusal_of


@pytest.mark.parametrize(
    "header",
    [
        *("BPnd (% of baseline)", "% baseline binding", "% of baseline", "Specific binding (% of control)"),
        *("Available receptors (%)", "Remaining binding (%)", "Unoccupied [%]", "residual BP %"),
    ],
)
def test_what_remains_of_the_binding_is_1_minus_the_occupancy(header):
    rows = f"drug,dose,{header}\nx,10,45\nx,20,29.5\nx,40,\n"
    for columns in ({}, {"value": header}):
        evidence = read_content(rows.replace("x,40,\n", ""), columns=columns)
        assert evidence.table["value"].tolist() == pytest.approx([0.55, 0.705])
        assert set(evidence.table["outcome"]) == {"occupancy"}
    assert any("read as an occupancy of 100 % minus it" in sentence for sentence in evidence.assumptions)


@pytest.mark.parametrize("header", ["DVR-1", "DVR \N{MINUS SIGN} 1", "(SUVR-1)", "k2/k2a - 1"])
@pytest.mark.parametrize("columns", [True, False])
def test_a_ratio_minus_1_is_taken_for_bp_nd_once(header, columns):
    rows = f"subject,drug,dose,{header}\n1,x,0,2.1\n1,x,10,1.1\n"
    table = read_content(rows, columns={"value": header} if columns else {}).table
    assert table[["outcome", "value"]].to_numpy().tolist() == [["bpnd", 2.1], ["bpnd", 1.1]]


@pytest.mark.parametrize(("unit", "one"), [("percent", 100), ("fraction", 1)])
def test_the_spread_of_what_remains_is_that_of_the_occupancy(unit, one):
    rows = f"drug,dose,value,sd,n,value_unit\nx,10,{0.45 * one},{0.05 * one},6,{unit}\n"
    rest, occupancy = (read_content(rows, outcome=name).table for name in ("remaining", "occupancy"))
    assert rest["value"].tolist() == pytest.approx((1 - occupancy["value"]).tolist())
    assert rest["sd"].tolist() == occupancy["sd"].tolist()
    ends = f"drug,dose,low,high,n,value_unit\nx,10,{0.4 * one},{0.5 * one},6,{unit}\n"
    table = read_content(ends, outcome="remaining").table
    assert (table["low"].tolist(), table["high"].tolist()) == ([pytest.approx(0.5)], [pytest.approx(0.6)])


def test_less_than_a_tenth_remaining_is_an_occupancy_above_nine_tenths():
    table = read_content("drug,dose,% of baseline\nx,10,<10\n").table
    assert (table["value"].tolist(), table["censored"].tolist()) == ([0.9], ["above"])


@pytest.mark.parametrize(
    "label",
    [
        *(
            "BP ratio",
            "BP relative to baseline",
            "normalised binding",
            "D2 availability free",
            "vacant sites",
        ),
        *(
            "D2 availability",
            "post/pre",
            "BP drug / BP baseline",
            "1 - RO",
            "binding",
            "fraction unblocked",
        ),
    ],
)
def test_a_mapped_name_that_may_be_of_what_remains_is_asked_about(label):
    rows = f"drug,dose,{label}\nx,10,0.45\n"
    assert "--outcome remaining" in refusal_of(rows, columns={"value": label})
    values = [
        read_content(rows, columns={"value": label}, outcome=name).table["value"].item()
        for name in ("remaining", "occupancy")
    ]
    assert values == [0.55, 0.45]


def test_what_remains_in_percent_must_say_so():
    assert "--set value_unit=percent" in refusal_of("drug,dose,value\nx,10,45\n", outcome="remaining")


@pytest.mark.parametrize(
    "names",
    ["putamen (% of baseline),caudate (% of baseline)", "% of baseline putamen,% of baseline caudate"],
)
def test_what_remains_in_each_region_is_read(names):
    table = read_content(f"drug,dose,{names}\nx,10,45,60\n", wide="region").table
    assert table["value"].tolist() == pytest.approx([0.55, 0.4])
    assert table["region"].tolist() == ["putamen", "caudate"]


def test_a_change_that_may_be_in_units_of_bp_is_asked_about():
    rows = "drug,dose,delta BPnd\nx,10,-0.55\nx,20,-0.7\n"
    assert "--set value_unit=fraction" in refusal_of(rows)
    assert read_content(rows, constants={"value_unit": "fraction"}).table["value"].tolist() == [0.55, 0.7]


def test_changes_that_all_are_increases_are_asked_about():
    rows = "drug,dose,delta BPnd (%)\nx,0,2\nx,10,55\nx,20,70\n"
    assert "--outcome occupancy" in refusal_of(rows)
    assert read_content(rows, outcome="occupancy").table["value"].tolist() == [0.02, 0.55, 0.7]


@pytest.mark.parametrize("word", ["availability", "binding (%)", "ratio"])
def test_wide_names_that_may_be_of_what_remains_are_asked_about(word):
    rows = f"drug,dose,putamen {word},caudate {word}\nA,5,65,62\nA,10,50,45\n"
    assert "--outcome remaining" in refusal_of(rows, wide="region", constants={"value_unit": "percent"})
