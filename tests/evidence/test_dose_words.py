"""Words beside a dose: how long, how often, once."""

import pytest

from tests.evidence.tables import read_content, refusal_of


@pytest.mark.parametrize(
    ("cell", "dose", "days", "regimen"),
    [
        ("10 mg BID x 7 days", 20, 7, ""),
        ("20 mg/d for 4 weeks", 20, 28, ""),
        ("20 mg po qd", 20, None, ""),
        ("10 mg (14 days)", 10, 14, ""),
        ("single dose 10 mg", 10, None, "single dose"),
        ("10 mg, single dose", 10, None, "single dose"),
        ("10mg\N{MULTIPLICATION SIGN}2/日", 20, None, ""),
        ("10\N{SQUARE MG}/日", 10, None, ""),
    ],
)
def test_words_beside_a_dose_are_read(cell, dose, days, regimen):
    table = read_content(f'subject,drug,dose,value\n1,x,"{cell}",0.4\n').table
    assert table["dose"].tolist() == [dose]
    assert table["days_on_drug"].dropna().tolist() == [days] * (days is not None)
    assert table["regimen"].tolist() == [regimen]


def test_days_that_contradict_their_column_are_refused():
    text = refusal_of("subject,drug,dose,days_on_drug,value\n1,x,10 mg for 2 weeks,7,0.4\n")
    assert "the cell gives 14 for days_on_drug, which is 7" in text
