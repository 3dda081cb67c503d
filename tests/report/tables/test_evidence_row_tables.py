import pandas as pd

from petfit.evidence import read_evidence
from petfit.report.tables.evidence_row_tables import (
    evidence_list_table,
    evidence_row_table,
    excluded_row_table,
    fitted_row_table,
)
from petfit.results import formatting
from petfit.results.scan_occupancy import scan_occupancy
from tests.helpers import PLAIN, fit_from_prior

ROWS = [
    {"drug": "A", "dose": 5, "value": 0.446, "sd": 0.08, "n": 6, "source": "one"},
    {"drug": "A", "dose": 7.5, "value": 0.5, "se": 0.02, "n": 6, "source": "two"},
    {"drug": "A", "dose": 10, "low": 0.7, "high": 0.805, "source": "three"},
    {"drug": "A", "dose": 12, "value": -0.031, "subject": "01"},
]


def narrow_table(rows, **options):
    return evidence_row_table(read_evidence(pd.DataFrame(rows)).table, **options).narrow()


def column(table, heading):
    return [row[table.headings.index(heading)] for row in table.rows]


def test_values_are_printed_as_they_were_reported():
    table = narrow_table(ROWS)
    assert column(table, "reported") == [
        "44.6 % (SD 8)",
        "50 % (SE 2)",
        "70 to 80.5 % (bounds of the mean)",
        "-3.1 %",
    ]
    assert column(table, "place") == ["row 0", "row 1", "row 2", "row 3"]
    assert column(table, "source") == ["one", "two", "three", ""]
    assert column(table, "n") == ["6", "6", "", ""]
    assert column(table, "exposure") == [f"{dose} mg/day" for dose in ("5", "7.5", "10", "12")]


def test_the_likelihood_of_a_group_includes_its_variance_with_an_sd_or_an_se():
    rows = [{"drug": "A", "dose": dose, "value": 0.5, "n": 6} for dose in (5, 10, 20)]
    rows[0]["sd"], rows[1]["se"] = 0.1, 0.04
    fitted = fitted_row_table(fit_from_prior(PLAIN, pd.DataFrame(rows), draws=100))
    words = ["mean of n people and their variance"] * 2 + ["mean of n people"]
    assert sorted(column(fitted, "likelihood")) == sorted(words)


def test_limits_are_printed_with_their_side():
    rows = [
        {"drug": "A", "dose": 5, "value": 0.1, "censored": "below", "subject": "01", "se": 0.03},
        {"drug": "A", "dose": 90, "value": 0.95, "censored": "above", "n": 6},
    ]
    table = narrow_table(rows)
    assert column(table, "reported") == ["< 10 % (SE 3)", "> 95 %"]
    fitted = fitted_row_table(fit_from_prior(PLAIN, pd.DataFrame(rows), draws=100))
    assert set(column(fitted, "likelihood")) == {
        "occupancy of one person, below a limit, with its standard error",
        "mean of n people, above a limit",
    }


def test_empty_columns_are_left_out():
    headings = narrow_table(ROWS).headings
    assert not {"region", "tracer", "hours after the dose"} & set(headings)
    assert {"subject", "exposure"} <= set(headings)


def test_the_last_columns_can_be_chosen():
    assert narrow_table(ROWS, last=["exclusion_reason"]).headings[-2:] == ["reason for exclusion", "source"]


def test_a_range_of_doses_is_one_exposure():
    row = {"drug": "A", "dose": None, "dose_low": 20, "dose_high": 40, "value": 0.4, "n": 6}
    assert column(narrow_table([row]), "exposure") == ["20 to 40 mg/day"]


def test_scans_are_printed_with_their_quantity_and_condition(scans_table):
    table = narrow_table(scans_table)
    assert column(table, "reported")[0] == "BP_ND 2"
    assert column(table, "reported")[9] == "BP_ND -0.02"
    assert column(table, "condition")[:3] == ["baseline", "baseline", "drug"]
    volumes = scans_table.assign(outcome="vt", value=scans_table["value"] + 5.0)
    assert column(narrow_table(volumes), "reported")[0] == "V_T 7 mL/cm3"


def test_fitted_and_excluded_rows_are_all_rows(ssri_fit):
    fitted, excluded = fitted_row_table(ssri_fit), excluded_row_table(ssri_fit)
    assert len(fitted.rows) + len(excluded.rows) == len(ssri_fit.evidence.table)
    assert all(column(fitted, "likelihood"))
    assert all(column(excluded, "reason for exclusion"))


def test_scans_under_the_drug_have_a_derived_occupancy_and_other_rows_have_none(both_fit):
    derived, table = scan_occupancy(both_fit), fitted_row_table(both_fit)
    cells = column(table, "derived occupancy, for display, median, %")
    assert [bool(cell) for cell in cells] == [
        str(place) in derived.index for place in both_fit.design.rows.index
    ]
    assert formatting.percent(derived["median"].iloc[0]).removesuffix(" %") in cells
    assert "95 % equal-tailed interval" in table.caption
    assert "Nothing was fitted to it" in table.caption


def test_a_list_of_tables_counts_rows_and_names_drugs(prior_fit, scans_table):
    tables = {"mine": prior_fit.evidence, "scans": read_evidence(scans_table)}
    assert evidence_list_table(tables).rows == [["mine", "9", "9", "A, B"], ["scans", "12", "12", "A"]]
