"""A spread behind a column that is not of the values."""

import pytest

from tests.evidence.tables import read_content, refusal_of


@pytest.mark.parametrize("left", ["Cp (ng/mL)", "age", "weight (kg)", "AUC", "Mean daily dose (mg)"])
@pytest.mark.parametrize("spread", ["SD", "SEM", "CV%"])
def test_a_spread_behind_something_else_is_asked_about(left, spread):
    dose = "" if "dose" in left else "dose,"
    rows = f"cohort,drug,{dose}{left},{spread},occupancy (%),n\nA,x,{'10,' * bool(dose)}30,4.5,45,5\n"
    assert f"this stands behind '{left}'" in refusal_of(rows)
    assert f"this stands behind '{left}'" in refusal_of(rows, ignore=[left])


def test_the_answer_is_one_option():
    rows = "cohort,drug,Cp (ng/mL),SD,occupancy (%),n\nA,x,30,4.5,45,5\n"
    text = refusal_of(rows)
    assert '--columns "sd=SD" if it is of the values' in text
    assert '--columns "concentration_sd=SD" if of Cp (ng/mL)' in text
    of_values = read_content(rows, columns={"sd": "SD"}, constants={"value_unit": "percent"}).table
    assert of_values["sd"].tolist() == [0.045]
    of_concentrations = read_content(rows, columns={"concentration_sd": "SD"}).table
    assert of_concentrations["concentration_sd"].tolist() == [4.5]
    assert of_concentrations["sd"].isna().all()


@pytest.mark.parametrize(
    "names", ["dose,occupancy (%),SD,n", "dose,n,occupancy (%),SD", "dose,n,SD,occupancy (%)"]
)
def test_a_spread_behind_the_values_or_their_number_is_theirs(names):
    cells = {"dose": "10", "occupancy (%)": "45", "SD": "5", "n": "6"}
    row = ",".join(cells[name] for name in names.split(","))
    assert read_content(f"drug,{names}\nx,{row}\n").table["sd"].tolist() == [0.05]


def test_an_empty_spread_is_not_asked_about():
    assert read_content("drug,dose,SD,occupancy (%)\nx,10,,45\n").table["sd"].isna().all()
