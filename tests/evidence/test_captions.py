"""Lines above and below a table that say what its columns do not."""

import pytest

from tests.evidence.tables import read_content, refusal_of

ROWS = "drug,{},occupancy\nx,10,0.45\nx,20,0.62\n"


@pytest.mark.parametrize(
    ("caption", "header", "option"),
    [
        ("Doses are in mg/kg", "dose", '--set "dose_unit=mg/kg"'),
        ("Dose (µg)", "dose", '--set "dose_unit=µg"'),
        ("Occupancy after doses given twice daily", "Dose (mg)", '--set "dose_unit=mg twice daily"'),
        ("Concentrations in nM.", "concentration", '--set "concentration_unit=nM"'),
    ],
)
def test_a_unit_that_only_a_caption_gives_is_asked_about(caption, header, option):
    for text in (f"{caption}\n{ROWS}", f"{ROWS}\n{caption}\n", f"# {caption}\n{ROWS}"):
        assert option in refusal_of(text.format(header))


@pytest.mark.parametrize(
    "caption", ["Occupancy after 10 to 20 mg", "Doses once daily (mg)", "Mean of 6 people"]
)
def test_a_caption_that_says_nothing_else_is_left_out(caption):
    assert read_content(f"{caption}\n{ROWS.format('dose')}").table["dose"].tolist() == [10, 20]


def test_the_answer_is_taken():
    text = f"Doses BID\n{ROWS.format('dose')}"
    for unit, doses in (("mg BID", [20, 40]), ("mg/day", [10, 20])):
        assert read_content(text, constants={"dose_unit": unit}).table["dose"].tolist() == doses
