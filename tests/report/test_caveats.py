import pandas as pd
import pytest

from petfit.model.specification import model_file
from petfit.report.caveats import leans
from petfit.results.prior_contraction import learned
from tests.helpers import fit_from_prior

CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
MODEL = f"n_assumed = 5\n[ec50]\ncentre = {CENTRE}\n[emax]\ncentre = {CENTRE}\n"


@pytest.fixture
def said():
    def say(table, model=MODEL, occupancy=0.8):
        fit = fit_from_prior(model, pd.DataFrame(table), draws=100)
        return " ".join(leans(fit, fit.dose_for_occupancy(occupancy), learned(fit)))

    return say


def people(doses, drug="A", **columns):
    return {"drug": drug, "dose": doses, "value": [0.2 + 0.1 * i for i in range(len(doses))], **columns}


def test_a_drug_of_fewer_than_three_doses_is_named_with_them(said):
    table = pd.concat([pd.DataFrame(people([5.0, 10.0])), pd.DataFrame(people([1.0, 2.0, 3.0], "B"))])
    assert "Fewer than three doses were tested for A (5 and 10 mg/day)." in said(table)


def test_placebo_is_no_dose(said):
    assert "for A (5 and 10 mg/day)" in said(people([0.0, 5.0, 10.0]))


def test_three_doses_are_enough(said):
    assert "Fewer than three" not in said(people([5.0, 10.0, 20.0]))


def test_doses_under_another_regimen_do_not_count(said):
    model = f'answers_for = {{ regimen = "repeated" }}\n{MODEL}'
    table = people([5.0, 10.0, 20.0], regimen=["single", "single", "repeated"])
    assert "under repeated dosing for A (20 mg/day)" in said(table, model)


def test_reference_doses_are_a_lean_only_where_drugs_are_compared(said):
    table = pd.DataFrame(people([5.0, 10.0, 20.0]))
    both = pd.concat([table, table.assign(drug="B")])
    assert "reference doses, from geometric mean of the tested doses" in said(both)
    assert "reference doses" not in said(table)
    assert "from geometric mean of the tested doses and the model" in said(
        both, f"[reference_doses]\nA = 4.0\n{MODEL}".replace("n_assumed = 5\n", "")
    )


def test_ranges_are_counted_and_so_are_sizes_that_were_assumed(said):
    table = {"drug": "A", "dose": [1.0, 2.0, 4.0], "low": 0.4, "high": 0.6, "n": [None, 6, None]}
    text = said(table)
    assert "3 of 3 rows say only in which interval" in text
    assert "2 of the ranges came without the number of people, taken as 5." in text
    assert "without the number of people" not in said({**table, "n": 6})
    assert "in which interval" not in said(people([1.0, 2.0, 4.0]))


def test_extremes_and_complete_sets_are_told_apart_from_bounds(said):
    ranged = {"drug": "A", "low": 0.4, "high": 0.6, "n": 4}
    complete = {"range_set": "s", "set_complete": "yes"}
    rows = [
        {**ranged, "dose": 1.0},
        {**ranged, "dose": 2.0, "level": "extremes"},
        *({**ranged, **complete, "dose": dose} for dose in (3.0, 4.0, 5.0)),
    ]
    text = said(rows)
    assert "1 of 5 rows say only in which interval" in text
    assert "1 of 5 rows give only the lowest and the highest person" in text
    assert "3 of 5 rows give only the lowest and the highest mean of their set" in text
    assert "(1 complete set)" in text
    assert "lowest" not in said(rows[:1])


def test_times_after_the_dose_are_told_or_told_to_be_unknown(said):
    assert "No row says how long after the last dose" in said(people([1.0, 2.0, 4.0]))
    text = said(people([1.0, 2.0, 4.0], time_h=[3.0, 7.5, None]))
    assert "3 to 7.5 h after the last dose" in text
    assert "(2 of 3 rows)" in text


def test_rows_left_out_are_counted(said):
    table = people(
        [1.0, 2.0, 4.0, 8.0], use=["yes", "yes", "yes", "no"], exclusion_reason=["", "", "", "late"]
    )
    assert "1 row of the table was left out" in said(table)
    assert "left out" not in said(people([1.0, 2.0, 4.0]))


def test_an_answer_above_every_tested_dose_is_named(said):
    far = '[ec50]\ncentre = { dist = "Normal", mu = 5.0, sigma = 0.1 }\n[emax]\nfixed = 1.0\n'
    near = far.replace("mu = 5.0", "mu = -1.0")
    assert "above every dose tested for A" in said(people([1.0, 2.0, 4.0]), far)
    assert "above every dose" not in said(people([1.0, 2.0, 4.0]), near, 0.5)


def test_how_much_of_the_dose_the_evidence_taught_is_always_said(said):
    text = said(people([1.0, 2.0, 4.0]))
    assert "contraction" in text
    assert "overlap" in text


def test_concentrations_below_their_limit_are_counted_and_named(said):
    model = MODEL.replace("n_assumed = 5", 'n_assumed = 5\nexposure = "concentration"')
    table = {
        "drug": "A",
        "subject": ["1", "2", "3"],
        "concentration": [4.0, None, 9.0],
        "concentration_loq": [None, 0.5, None],
        "concentration_sd": [None, None, 1.0],
        "concentration_unit": "ng/mL",
        "value": [0.4, 0.1, 0.6],
    }
    text = said(table, model)
    assert "1 of 3 rows have a concentration below the limit of quantification (A: row 1)" in text
    assert "1 rows have a concentration with a measurement error" in text
    assert "limit of quantification" not in said({**table, "concentration": [4.0, 0.7, 9.0]}, model)


# --- scans --------------------------------------------------------------------------------------


@pytest.fixture
def said_of_scans(said):
    return lambda table, change=lambda text: text: said(table, change(model_file("scan").read_text("utf-8")))


def test_people_with_and_without_a_baseline_of_their_own_are_counted(said_of_scans, scans_table):
    text = said_of_scans(scans_table)
    assert (
        "Of 3 people scanned under the drug 2 had a baseline scan of their own in every region, 0 in some of "
        "their regions, and 1 in none."
    ) in text
    assert "the baseline is borrowed from the other people" in text
    assert "1 more had baseline scans alone." in text


def test_a_baseline_in_one_of_two_regions_is_one_in_some(said_of_scans, scans_table):
    text = said_of_scans(scans_table.drop(index=0))
    assert "1 had a baseline scan of their own in every region, 1 in some of their regions, and 1 in" in text


def test_nothing_is_borrowed_where_everybody_has_a_baseline(said_of_scans, scans_table):
    text = said_of_scans(scans_table[scans_table["subject"].isin(["1", "2"])])
    assert "All 2 people scanned under the drug had a baseline of their own in every region." in text
    assert "borrowed" not in text
    assert "baseline scans alone" not in text


def test_a_baseline_that_does_not_differ_between_people_is_not_called_borrowed(said_of_scans, scans_table):
    def pooled_over_nobody(text):
        return text.split("[baseline.subject]")[0] + "[scan_noise]" + text.split("[scan_noise]")[1]

    text = said_of_scans(scans_table, pooled_over_nobody)
    assert "The model takes the baseline as the same in all people." in text
    assert "borrowed" not in text


def test_it_is_said_that_occupancy_was_not_computed_first_and_only_of_scans(said, said_of_scans, scans_table):
    sentence = "Occupancy was not computed from the scans before the fit"
    assert sentence in said_of_scans(scans_table)
    assert sentence not in said(people([1.0, 2.0, 4.0]))


def test_baseline_scans_are_not_missing_a_time_after_a_dose(said_of_scans, scans_table):
    timed = scans_table.assign(time_h=scans_table["dose"].where(scans_table["dose"] > 0) * 0 + 3.0)
    assert "(6 of 6 rows)" in said_of_scans(timed)
