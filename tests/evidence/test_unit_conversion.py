import math
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from petfit.errors import EvidenceError
from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drug_table
from petfit.evidence.unit_conversion import scale_number

FACTORS = st.sampled_from([Fraction(f) for f in ("1000", "1/1000", "24", "1", "1/7", "30623/100000")])

# --- numbers ----------------------------------------------------------------------------------------


@given(st.decimals(-200, 200, places=3), FACTORS)
def test_a_conversion_is_rounded_once(value, factor):
    assert float(scale_number(str(value), factor)) == float(Fraction(value) * factor)


@given(st.floats(1e-6, 1e6), FACTORS)
def test_a_conversion_and_its_inverse_give_the_same_number(value, factor):
    assert float(scale_number(scale_number(repr(value), factor), 1 / factor)) == value


@given(st.text(max_size=8))
def test_text_that_is_not_a_number_is_never_changed(text):
    assert scale_number(text, Fraction(1)) == text
    assert scale_number(f"about {text}", Fraction(7)) == f"about {text}"


def read(**columns):
    return read_evidence(pd.DataFrame({"drug": "A", "dose": 5.0, "value": 0.4, **columns}, index=range(2)))


def refused(**columns):
    with pytest.raises(EvidenceError) as caught:
        read(**columns)
    return caught.value.problems


def converted(evidence):
    return [sentence for sentence in evidence.assumptions if " given in " in sentence]


@given(st.floats(1e-3, 1e6))
def test_a_number_in_a_standard_unit_is_never_changed(value):
    evidence = read(
        dose=[value, value / 2], dose_unit="mg/day", concentration=value, concentration_unit="ng/mL"
    )
    assert evidence.table["dose"].tolist() == [value, value / 2]
    assert set(evidence.table["concentration"]) == {value}
    assert converted(evidence) == []


# --- doses ------------------------------------------------------------------------------------------


def test_grams_become_milligrams_exactly_in_one_assumption():
    evidence = read(dose=["0.05", "0.07"], dose_unit="g")
    assert evidence.table["dose"].tolist() == [50.0, 70.0]
    assert set(evidence.table["dose_unit"]) == {"mg/day"}
    assert converted(evidence) == ["2 doses given in g were converted to mg/day"]


def test_a_range_of_doses_is_converted_at_both_ends():
    evidence = read(dose=None, dose_low=[0.02, 0.03], dose_high=0.04, dose_unit="g", n=6)
    assert evidence.table["dose_low"].tolist() == [20.0, 30.0]
    assert evidence.table["dose_high"].tolist() == [40.0, 40.0]


def test_rows_can_have_different_units():
    evidence = read(dose=["0.05", "40"], dose_unit=["g", "mg"])
    assert evidence.table["dose"].tolist() == [50.0, 40.0]
    assert converted(evidence) == [
        "1 dose given in g was converted to mg/day",
        "1 dose given in mg was read as mg/day",
    ]


def test_a_dose_per_kg_is_multiplied_by_the_weight_of_its_row():
    evidence = read(dose=[0.5, 20], dose_unit=["mg/kg", "mg"], weight=["70.2", ""])
    assert evidence.table["dose"].tolist() == [35.1, 20.0]
    assert "1 dose given in mg/kg was converted to mg/day by body weight" in converted(evidence)


def test_doses_per_kg_without_any_weight_stay_per_kg():
    evidence = read(dose=[500, 700], dose_unit="ug/kg")
    assert evidence.table["dose"].tolist() == [0.5, 0.7]
    assert set(evidence.table["dose_unit"]) == {"mg/kg/day"}


@pytest.mark.parametrize("weight", ["", "n/a"])
def test_a_dose_per_kg_without_weight_among_others_is_refused(weight):
    (problem,) = refused(dose=[0.5, 0.6], dose_unit="mg/kg", weight=["70", weight])
    assert (problem.where, problem.column) == ("row 1", "dose_unit")
    assert problem.rule.startswith("A ")
    assert "weight" in problem.remedy


@pytest.mark.parametrize("weight", ["seventy", "-70", "0"])
def test_a_wrong_weight_is_one_problem(weight):
    (problem,) = refused(dose=[0.5, 0.6], dose_unit="mg/kg", weight=["70", weight])
    assert (problem.where, problem.column, problem.seen) == ("row 1", "weight", weight)


@pytest.mark.parametrize("doses", [["0", "1 mg/kg"], ["placebo", "1 mg/kg"]])
def test_a_dose_of_0_has_the_unit_of_the_others(doses):
    assert read(dose=doses).table["dose_unit"].tolist() == ["mg/kg/day"] * 2
    assert read(dose=["0", "1"], dose_unit=["", "mg/kg"]).table["dose_unit"].tolist() == ["mg/kg/day"] * 2


def test_an_unknown_unit_is_refused_with_a_suggestion():
    bottles, shouted = refused(dose=[1, 2], dose_unit=["bottles", "mg/dai"])
    assert (bottles.where, bottles.column, bottles.seen) == ("row 0", "dose_unit", "bottles")
    assert "mg/day" in bottles.remedy
    assert "Did you mean 'mg/day'?" in shouted.remedy


def test_a_drug_table_is_converted_like_evidence():
    table = pd.DataFrame(
        {"drug": ["A", "B"], "reference_dose": ["0.05", "20"], "strengths": ["0.025 0.05", ""]}
    )
    drugs = read_drug_table(table.assign(dose_unit=["g", "mg"]))
    assert drugs["reference_dose"].tolist() == [50.0, 20.0]
    assert set(drugs["dose_unit"]) == {"mg/day"}
    assert [float(part) for part in drugs.loc["A", "strengths"].split()] == [25.0, 50.0]
    with pytest.raises(EvidenceError, match=r"row 0, column dose_unit.*'bottles'"):
        read_drug_table(table.assign(dose_unit=["bottles", ""]))


# --- concentrations ---------------------------------------------------------------------------------

DRUGS = read_drug_table(pd.DataFrame({"drug": ["A"], "molar_mass": ["306.23"]}))
BOTH = pd.DataFrame(
    {
        "drug": "A",
        "concentration": [10, 2],
        "concentration_unit": ["nM", "ug/L"],
        "value": 0.4,
        "dose": [5, 6],
    }
)


def test_every_column_of_a_concentration_is_converted():
    evidence = read(
        concentration=[0.001, None],
        concentration_sd=[0.0002, None],
        concentration_loq=[None, 0.0005],
        concentration_unit="ug/mL",
    ).table
    assert evidence["concentration"].tolist()[0] == 1.0
    assert evidence["concentration_sd"].tolist()[0] == 0.2
    assert evidence["concentration_loq"].tolist()[1] == 0.5
    assert set(evidence["concentration_unit"]) == {"ng/mL"}


def test_molar_units_stay_where_a_drug_has_no_other():
    evidence = read(concentration=[0.01, 20], concentration_unit=["uM", "nM"])
    assert evidence.table["concentration"].tolist() == [10.0, 20.0]
    assert set(evidence.table["concentration_unit"]) == {"nmol/L"}


def test_molar_units_become_mass_units_where_a_drug_has_both():
    evidence = read_evidence(BOTH, drug_table=DRUGS)
    assert evidence.table["concentration"].tolist() == [float(Decimal("306.23") / 100), 2.0]
    assert set(evidence.table["concentration_unit"]) == {"ng/mL"}
    assert "by the molar mass of A, 306.23 g/mol" in " ".join(converted(evidence))


def test_molar_doses_become_mass_where_a_drug_has_both():
    doses = pd.DataFrame({"drug": "A", "dose": [10, 1000], "dose_unit": ["mg", "umol"], "value": [0.4, 0.9]})
    table = read_evidence(doses, drug_table=DRUGS).table
    assert table["dose"].tolist() == [10.0, 306.23]
    assert set(table["dose_unit"]) == {"mg/day"}
    with pytest.raises(EvidenceError, match="molar_mass"):
        read_evidence(doses)


def test_bundled_molar_masses_are_used_without_a_drug_table():
    mass = read_drug_table().loc["sertraline", "molar_mass"]
    evidence = read_evidence(BOTH.assign(drug="sertraline")).table["concentration"]
    assert evidence.iloc[0] == pytest.approx(mass / 100)


def test_mass_and_molar_units_without_a_molar_mass_are_refused():
    with pytest.raises(EvidenceError) as caught:
        read_evidence(BOTH)
    (problem,) = caught.value.problems
    assert (problem.where, problem.column, problem.seen) == ("row 0", "concentration_unit", "ng/mL, nmol/L")
    assert "molar_mass" in problem.remedy


# --- values -----------------------------------------------------------------------------------------


@given(st.decimals(-200, 200, places=2).filter(lambda value: value == 0 or abs(value) > 1.5))
def test_percent_become_exact_fractions(value):
    cells = {"drug": "A", "dose": 5, "value": [str(value), f"{value} %"], "value_unit": ["percent", ""]}
    cells |= {"outcome": "occupancy"}
    evidence = read_evidence(pd.DataFrame({**cells, "subject": ["1", "2"]})).table
    assert evidence["value"].tolist() == [float(value / 100)] * 2
    assert set(evidence["value_unit"]) == {"fraction"}


def test_one_column_can_contain_percent_and_fractions():
    evidence = read(value=["44.6 %", "0.5"], value_unit=["", "fraction"])
    assert evidence.table["value"].tolist() == [0.446, 0.5]
    assert converted(evidence) == ["1 value given in percent was converted to fractions"]


def test_percent_with_decimal_commas_are_read(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("drug;dose;value\nA;5;44,6 %\nA;6;50 %\n")
    assert read_evidence(path).table["value"].tolist() == [0.446, 0.5]


@pytest.mark.parametrize("unit", ["", "fraction", "percent"])
def test_a_cell_formatted_as_percent_is_a_fraction(tmp_path, unit):
    book = Workbook()
    book.active.append(["drug", "dose", "value", "value_unit"])
    book.active.append(["A", 5, 0.446, unit])
    book.active["C2"].number_format = "0.0%"
    book.save(tmp_path / "mine.xlsx")
    assert read_evidence(tmp_path / "mine.xlsx").table["value"].tolist() == [0.446]


@pytest.mark.parametrize("unit", ["percent", "%"])
def test_a_percent_sign_and_a_unit_of_percent_count_once(unit):
    assert read(value=["44.6 %", "50"], value_unit=unit).table["value"].tolist() == [0.446, 0.5]


def test_a_row_partly_in_percent_is_refused():
    (problem,) = refused(value=["44.6 %", "50 %"], sd=["0.8", ""], n=6)
    assert (problem.where, problem.column, problem.seen) == ("row 0", "sd", "0.8")
    assert problem.remedy == "Write 0.8% if it is percent, or 80% if it is a fraction."


def test_an_unknown_unit_of_an_occupancy_is_one_problem_with_a_suggestion():
    (problem,) = refused(value=[44, 0.5], value_unit=["percnt", "fraction"])
    assert "Did you mean 'percent'?" in problem.remedy


def scans(outcome, *units, value="1.5"):
    rows = [{"drug": "A", "dose": 5, "value": 0.5}]
    for unit in units:
        row = {
            "drug": "A",
            "dose": 9,
            "value": value,
            "level": "scan",
            "outcome": outcome,
            "value_unit": unit,
        }
        rows.append({**row, "subject": unit, "use": "no", "exclusion_reason": "a scan"})
    return read_evidence(pd.DataFrame(rows)).unused


def test_v_t_is_in_volumes_per_volume():
    evidence = scans("vt", "", "mL/cm3", "mL/mL", "ml cm-3")
    assert set(evidence["value"]) == {1.5}
    assert set(evidence["value_unit"]) == {"mL/cm3"}


def test_bp_nd_has_no_unit():
    assert set(scans("bpnd", "", "1", "unitless")["value_unit"]) == {"1"}


@pytest.mark.parametrize("outcome", ["bpnd", "vt"])
@pytest.mark.parametrize(("unit", "value"), [("percent", "50"), ("%", "50"), ("", "50 %"), ("mL/g", "1.5")])
def test_a_scan_in_percent_or_another_unit_is_refused(outcome, unit, value):
    with pytest.raises(EvidenceError, match="row 1, column value_unit") as caught:
        scans(outcome, unit, value=value)
    assert len(caught.value.problems) == 1


def test_missing_numbers_stay_missing_whatever_the_unit():
    evidence = read(concentration=[None, 2], concentration_unit="ug/mL").table["concentration"]
    assert math.isnan(evidence.iloc[0])


def test_percent_applies_to_values_and_not_to_doses():
    frame = pd.DataFrame(
        {
            "drug": "A",
            "dose": [50.0, 60.0],
            "value": [44.6, float("nan")],
            "sd": [8.0, float("nan")],
            "n": [4, 4],
            "low": [float("nan"), 70.0],
            "high": [float("nan"), 80.0],
            "value_unit": "percent",
        }
    )
    table = read_evidence(frame).table
    assert table["dose"].tolist() == [50.0, 60.0]
    assert table["n"].tolist() == [4.0, 4.0]
    assert table.loc["row 0", ["value", "sd"]].tolist() == [0.446, 0.08]
    assert table.loc["row 1", ["low", "high"]].tolist() == [0.7, 0.8]
    assert set(table["value_unit"]) == {"fraction"}
