import pandas as pd

from petfit.model.specification import model_file
from tests.report.caveat_text import MODEL, caveat_text, people


def test_reference_doses_are_a_caveat_only_with_several_drugs():
    table = pd.DataFrame(people([5.0, 10.0, 20.0]))
    both = pd.concat([table, table.assign(drug="B")])
    assert "reference doses (source: geometric mean of the tested doses)" in caveat_text(both)
    assert "reference doses" not in caveat_text(table)
    assert "(source: geometric mean of the tested doses and the model)" in caveat_text(
        both, f"[reference_doses]\nA = 4.0\n{MODEL}".replace("n_assumed = 5\n", "")
    )


def test_ranges_and_assumed_group_sizes_are_counted():
    table = {"drug": "A", "dose": [1.0, 2.0, 4.0], "low": 0.4, "high": 0.6, "n": [None, 6, None]}
    text = caveat_text(table)
    assert "In 3 of 3 rows, only an interval that contains the mean" in text
    assert "For 2 of the groups or ranges, n is not given; 5 people are assumed." in text
    assert "n is not given" not in caveat_text({**table, "n": 6})
    assert "interval that contains" not in caveat_text(people([1.0, 2.0, 4.0]))


def test_extremes_complete_sets_and_bounds_are_distinguished():
    ranged = {"drug": "A", "low": 0.4, "high": 0.6, "n": 4}
    complete = {"range_set": "s", "set_complete": "yes"}
    rows = [
        {**ranged, "dose": 1.0},
        {**ranged, "dose": 2.0, "level": "extremes"},
        *({**ranged, **complete, "dose": dose} for dose in (3.0, 4.0, 5.0)),
    ]
    text = caveat_text(rows)
    assert "In 1 of 5 rows, only an interval that contains the mean" in text
    assert "In 1 of 5 rows, only the lowest and the highest person are given" in text
    assert "In 3 of 5 rows, only the lowest and the highest mean of a set are given" in text
    assert "(1 complete set)" in text
    assert "lowest" not in caveat_text(rows[:1])


def test_limits_and_standard_errors_of_people_are_counted():
    table = people([1.0, 2.0, 4.0], level="subject")
    text = caveat_text({**table, "censored": ["below", "", "above"], "se": [None, 0.02, 0.1]})
    assert "In 2 of 3 rows, the value is known only to be below or above a limit" in text
    assert "In 2 of 3 rows, one person's value has a standard error of its own" in text
    assert "limit" not in caveat_text(table)
    assert "standard error" not in caveat_text(table)


def test_times_after_the_dose_are_given_or_said_to_be_unknown():
    assert "No row gives the time between the last dose and the scan" in caveat_text(people([1.0, 2.0, 4.0]))
    text = caveat_text(people([1.0, 2.0, 4.0], time_h=[3.0, 7.5, None]))
    assert "3 to 7.5 h after the last dose" in text
    assert "(2 of 3 rows)" in text


def test_excluded_rows_are_counted():
    table = people(
        [1.0, 2.0, 4.0, 8.0], use=["yes", "yes", "yes", "no"], exclusion_reason=["", "", "", "late"]
    )
    assert "1 row of the table was excluded" in caveat_text(table)
    assert "excluded" not in caveat_text(people([1.0, 2.0, 4.0]))


def test_contraction_and_overlap_of_the_dose_are_always_given():
    text = caveat_text(people([1.0, 2.0, 4.0]))
    assert "contraction" in text
    assert "overlap" in text


def test_censored_and_uncertain_concentrations_are_counted():
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
    text = caveat_text(table, model)
    assert "In 1 of 3 rows, the concentration is below the limit of quantification (A: row 1)" in text
    assert "In 1 of 3 rows, the concentration has a measurement error" in text
    assert "limit of quantification" not in caveat_text({**table, "concentration": [4.0, 0.7, 9.0]}, model)


# --- scans --------------------------------------------------------------------------------------


def scan_caveat_text(table, change=lambda text: text):
    return caveat_text(table, change(model_file("scan").read_text("utf-8")))


def test_people_with_and_without_a_baseline_scan_are_counted(scans_table):
    text = scan_caveat_text(scans_table)
    assert (
        "Of the people scanned under the drug (3), 2 had a baseline scan in every region, 0 in some of "
        "their regions, and 1 in none."
    ) in text
    assert "A missing baseline is estimated from the other people." in text
    assert "Baseline scans only: 1 person." in text


def test_a_baseline_in_one_of_two_regions_is_a_baseline_in_some_regions(scans_table):
    text = scan_caveat_text(scans_table.drop(index=0))
    assert "1 had a baseline scan in every region, 1 in some of their regions, and 1 in" in text


def test_no_baseline_is_missing_where_everybody_has_one(scans_table):
    text = scan_caveat_text(scans_table[scans_table["subject"].isin(["1", "2"])])
    assert "All people scanned under the drug (2) had a baseline scan in every region." in text
    assert "missing baseline" not in text
    assert "Baseline scans only" not in text


def test_a_model_with_one_baseline_for_all_people_says_so(scans_table):
    def pooled_over_nobody(text):
        return text.split("[baseline.subject]")[0] + "[scan_noise]" + text.split("[scan_noise]")[1]

    text = scan_caveat_text(scans_table, pooled_over_nobody)
    assert "The model assumes the same baseline in all people." in text
    assert "missing baseline" not in text


def test_scans_only_have_the_caveat_that_occupancy_was_not_computed_first(scans_table):
    sentence = "Occupancy was not computed from the scans before the fit"
    assert sentence in scan_caveat_text(scans_table)
    assert sentence not in caveat_text(people([1.0, 2.0, 4.0]))


def test_baseline_scans_need_no_time_after_the_dose(scans_table):
    timed = scans_table.assign(time_h=scans_table["dose"].where(scans_table["dose"] > 0) * 0 + 3.0)
    assert "(6 of 6 rows)" in scan_caveat_text(timed)
