"""How often a dose was taken: read where it is said, asked about where a dose need not be that of a day."""

import pytest

from petfit.evidence.dosing_frequency import doses_per_day
from tests.evidence.tables import read_content, refusal_of


@pytest.mark.parametrize("text", ["4-weekly", "2 weekly", "3-monthly", "biweekly", "2020-01-08"])
def test_so_many_times_in_a_time_or_once_in_so_many_is_not_guessed(text):
    assert doses_per_day(text) is None


@pytest.mark.parametrize(
    ("column", "text"),
    [
        *(("regimen", text) for text in ("biweekly", "4-weekly", "LAI", "2 tablets", "2x10 mg")),
        *(("drug", text) for text in ("x decanoate", "x LAI", "x palmitate")),
    ],
)
def test_a_dose_that_need_not_be_that_of_a_day_is_asked_about(column, text):
    cells = {"drug": "x", "regimen": "", column: text}
    rows = f"drug,regimen,dose (mg),value\n{cells['drug']},{cells['regimen']},100,0.5\n"
    assert "need not be that of a day" in refusal_of(rows)
    for unit, dose in (("mg/day", 100), ("mg every 4 weeks", 100 / 28)):
        table = read_content(rows, constants={"dose_unit": unit}).table
        assert table["dose"].tolist() == [pytest.approx(dose)]


@pytest.mark.parametrize(("interval", "dose"), [("12", 20), ("672", 10 / 28)])
def test_a_time_between_doses_asks_whether_the_dose_is_each(interval, dose):
    rows = f"drug,dose,dosing_interval_h,value\nx,10,{interval},0.5\n"
    option = f"dose_unit=mg q{interval}h"
    assert f'--set "{option}"' in refusal_of(rows)
    table = read_content(rows, constants={"dose_unit": option.split("=")[1]}).table
    assert table["dose"].tolist() == [pytest.approx(dose)]


def test_a_single_dose_beside_repeated_ones_is_not_multiplied():
    rows = "drug,dose,regimen,value\nx,10,single dose,0.3\nx,10,BID,0.5\n"
    assert '--set "dose_unit=mg/dose"' in refusal_of(rows)
    assert read_content(rows, constants={"dose_unit": "mg/dose"}).table["dose"].tolist() == [10, 20]


def test_different_times_between_doses_have_no_unit_for_all_rows():
    text = refusal_of(
        "drug,dose,tau (h),value\nx,10,12,0.5\nx,10,24,0.4\n", columns={"dosing_interval_h": "tau (h)"}
    )
    assert "Write mg q12h in dose_unit" in text
    assert "--set" not in text


@pytest.mark.parametrize("regimen", ["10 mg BID", "twice daily for 7 days", "BID on days 1 to 7"])
def test_the_option_for_a_regimen_has_its_frequency_only(regimen):
    rows = f"drug,dose,regimen,value\nx,10,{regimen},0.5\n"
    unit = "mg twice daily" if "twice" in regimen else "mg BID"
    assert f'--set "dose_unit={unit}"' in refusal_of(rows)
    assert read_content(rows, constants={"dose_unit": unit}).table["dose"].tolist() == [20]


def test_a_frequency_behind_the_number_of_a_dose_is_that_of_its_unit():
    table = read_content("drug,dose (mg),value\nx,10 bid,0.4\nx,20 qd,0.5\n").table
    assert table["dose"].tolist() == [20, 20]


@pytest.mark.parametrize(("text", "count"), [("1/2-0-1", 1.5), ("1-0-0.5", 1.5), ("5 days per week", 5 / 7)])
def test_parts_of_a_dose_and_days_of_a_week_are_counted(text, count):
    assert float(doses_per_day(text)) == pytest.approx(count)
