"""Columns of several statistics, as their headers say."""

import pytest

from tests.evidence.tables import read_content, refusal_of


@pytest.mark.parametrize(
    ("header", "cells", "n"),
    [
        ("occupancy ± SEM (n=5)", ("45% ± 3%", "60% ± 4%"), [5, 5]),
        ("occupancy ± SEM", ("45% ± 3% (n = 5)", "60% ± 4% (n=6)"), [5, 6]),
        ("occupancy ± SEM (n=5)", ("45 ± 3 %", "60 ± 4 %"), [5, 5]),
        ("mean ± SEM, n = 5", ("45% (3%)", "60% (4%)"), [5, 5]),
    ],
)
def test_the_number_of_people_is_read_from_the_header_or_the_cells(header, cells, n):
    table = read_content(f'drug;dose;"{header}"\nA;10;{cells[0]}\nA;20;{cells[1]}\n').table
    assert table["n"].tolist() == n
    assert table["value"].tolist() == [0.45, 0.60]
    assert table["se"].tolist() == [0.03, 0.04]


def test_a_header_of_two_statistics_is_not_one_of_its_spread():
    message = refusal_of("drug,dose,occupancy ± SEM\nA,10,45 plus 3\nA,20,60 plus 4\n")
    assert '--columns "value=occupancy ± SEM"' in message


@pytest.mark.parametrize(
    ("header", "options"),
    [
        ("Plasma concentration (ng/mL \N{PLUS-MINUS SIGN} SD)", {}),
        ('"Cp (ng/mL), mean \N{PLUS-MINUS SIGN} SD"', {}),
        (
            "Plasma (ng/mL \N{PLUS-MINUS SIGN} SD)",
            {"columns": {"concentration": "Plasma (ng/mL \N{PLUS-MINUS SIGN} SD)"}},
        ),
    ],
)
def test_concentrations_with_their_sd_are_split(header, options):
    rows = f"drug,{header},occupancy (%),n\nx,12.3 \N{PLUS-MINUS SIGN} 4.5,45,5\n"
    table = read_content(rows, **options).table
    assert table[["concentration", "concentration_sd", "value"]].to_numpy().tolist() == [[12.3, 4.5, 0.45]]
    assert table["concentration_unit"].tolist() == ["ng/mL"]


@pytest.mark.parametrize(
    "name",
    [
        "占有率(%) 平均±標準偏差",
        "Belegung (%) MW ± SD",
        "Occupation (%) (moyenne ± ET)",
        "Ocupación (%), media (DE)",
    ],
)
def test_a_mean_and_its_sd_in_other_languages_are_split(name):
    cell = "45 (5)" if "(DE)" in name else "45 ± 5"
    rows = f"drug;dose;n;{name}\nx;10;6;{cell}\n"
    assert f'--columns "value={name.replace(",", "?")}"' in refusal_of(rows)
    table = read_content(rows, columns={"value": name}).table
    assert table[["value", "sd"]].to_numpy().tolist() == [[0.45, 0.05]]


def test_m_and_sd_are_read_as_psychologists_write_them():
    assert read_content("drug,dose,n,M (SD)\nx,10,6,0.4 (0.1)\n").table["sd"].tolist() == [0.1]
    assert '--columns "value=M"' in refusal_of("drug,dose,N,M,SD\nx,10,6,0.4,0.1\n")


def test_cells_with_a_spread_side_by_side_are_suggested_as_wide():
    rows = "drug,5 mg{0},20 mg{0}\nA,45 ± 5 (n=6),66 ± 4 (n=6)\nB,30 ± 6 (n=5),50 ± 6 (n=4)\n"
    text = refusal_of(rows.format(""))
    assert "Use --wide dose. " in text
    assert "such as 5 mg mean ± SD (or SEM)" in text
    table = read_content(rows.format(" mean ± SD"), wide="dose", constants={"value_unit": "percent"}).table
    assert table[["dose", "value", "sd", "n"]].to_numpy().tolist()[-1] == [20, 0.5, 0.06, 4]
