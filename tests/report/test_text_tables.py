import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.errors import Problem
from petfit.evidence.contents import understood
from petfit.model.reference_doses import Reference
from petfit.report import text_tables
from petfit.report.text_tables import Table, cell
from petfit.results import formatting, scan_occupancy, summary


def column(table, name):
    return [row[table.columns.index(name)] for row in table.rows]


def test_every_row_of_every_table_has_a_cell_for_every_column(ssri_fit):
    for table in (
        text_tables.doses(ssri_fit.dose_for_occupancy([0.5, 0.8])),
        text_tables.parameters(summary.parameters(ssri_fit), "dose"),
        text_tables.occupancies(ssri_fit.occupancy([0, 10])),
        text_tables.evidence(ssri_fit.evidence.table),
        text_tables.listing({"one": ssri_fit.evidence}),
    ):
        assert isinstance(table, Table)
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.columns)}
        assert all(isinstance(one, str) for row in table.rows for one in row)


def test_doses_are_those_of_the_summary_in_words(ssri_fit):
    found = ssri_fit.dose_for_occupancy([0.8, 0.95], prob=0.9)
    table = text_tables.doses(found)
    flat = summary.frame(found)
    assert column(table, "drug") == flat["drug"].tolist()
    assert column(table, "occupancy") == ["80 %", "95 %"] * 5
    assert column(table, "dose") == [formatting.figure(value) for value in flat["median"]]
    assert column(table, "P(reached)") == [formatting.probability(value) for value in flat["p_reached"]]
    spans = [formatting.span("dose", low, high) for low, high in zip(flat["low"], flat["high"], strict=True)]
    assert column(table, "90 % interval") == spans
    assert "not reached" in " ".join(column(table, "dose") + spans)
    assert table.caption.startswith(formatting.caption(found))


def test_the_shares_of_draws_against_the_doses_tested_are_printed_in_percent(ssri_fit):
    found = ssri_fit.dose_for_occupancy([0.8, 0.95])
    parts = [
        found[f"p_{name}"].to_numpy().reshape(-1) for name in ("below", "inside", "above", "not_reached")
    ]
    printed = [
        [float(one) for one in cell.split("/")] for cell in column(text_tables.doses(found), "draws, %")
    ]
    assert np.array(printed) == pytest.approx(100 * np.array(parts).T, abs=0.51)
    assert column(text_tables.doses(ssri_fit.dose_for_occupancy(0.8, "new_drug")), "draws, %")[0].startswith(
        "-/-/-/"
    )


def test_emax_is_in_percent_and_ec50_in_its_unit(ssri_fit):
    found = summary.parameters(ssri_fit)
    table = text_tables.parameters(found, "dose")
    assert column(table, "parameter") == ["EC50 (ED50)"] * 5 + ["Emax"] * 5
    assert column(table, "unit") == ["mg/day"] * 5 + [""] * 5
    assert column(table, "median")[5:] == [
        formatting.percent(value) for value in found["emax"]["median"].to_numpy()
    ]


def test_an_ec50_of_a_concentration_is_no_ed50(prior_fit):
    table = text_tables.parameters(summary.parameters(prior_fit), "concentration")
    assert set(column(table, "parameter")) == {"EC50", "Emax"}


def test_occupancies_are_in_percent_by_drug_and_dose(prior_fit):
    table = text_tables.occupancies(prior_fit.occupancy([0, 12.5]))
    assert column(table, "dose") == ["0", "12.5"] * 2
    assert column(table, "occupancy")[0] == "0.0 %"


class Answer:
    def __init__(self, support, low=5.0, high=60.0):
        self.support, self.tested_low, self.tested_high = support, low, high


SUPPORT = {
    "inside": (Answer("inside"), "within 5.00 to 60.0"),
    "below": (Answer("below"), "below 5.00 to 60.0"),
    "above": (Answer("above"), "above 5.00 to 60.0: extrapolated"),
    "only one": (Answer("above", 20.0, 20.0), "above the only one, 20.0: extrapolated"),
    "not reached": (Answer("not reached"), "the ceiling lies lower in most draws"),
    "not tested": (Answer("not tested", np.nan, np.nan), "none was tested"),
}


@pytest.mark.parametrize(("answer", "words"), SUPPORT.values(), ids=SUPPORT.keys())
def test_support_is_said_with_the_doses_tested(answer, words):
    assert text_tables.support(answer) == words


ROWS = [
    {"drug": "A", "dose": 5, "value": 0.446, "sd": 0.08, "n": 6, "source": "one"},
    {"drug": "A", "dose": 7.5, "value": 0.5, "se": 0.02, "n": 6, "source": "two"},
    {"drug": "A", "dose": 10, "low": 0.7, "high": 0.805, "source": "three"},
    {"drug": "A", "dose": 12, "value": -0.031, "subject": "01"},
]


def test_evidence_is_printed_as_it_was_reported():
    table = text_tables.evidence(petfit.read_evidence(pd.DataFrame(ROWS)).table)
    assert column(table, "reported") == [
        "44.6 % (SD 8)",
        "50 % (SE 2)",
        "70 to 80.5 % (bounds of the mean)",
        "-3.1 %",
    ]
    assert column(table, "place") == ["row 0", "row 1", "row 2", "row 3"]
    assert column(table, "source") == ["one", "two", "three", ""]
    assert column(table, "n") == ["6", "6", "", ""]
    assert column(table, "dose") == ["5", "7.5", "10", "12"]


def test_columns_that_say_nothing_are_left_out_and_the_last_one_is_as_asked():
    rows = petfit.read_evidence(pd.DataFrame(ROWS)).table
    assert not {"region", "tracer", "concentration", "time_h"} & set(text_tables.evidence(rows).columns)
    assert {"subject", "dose"} <= set(text_tables.evidence(rows).columns)
    assert text_tables.evidence(rows, last="exclusion_reason").columns[-2:] == ["why not", "source"]


def test_a_range_of_doses_is_printed():
    frame = pd.DataFrame(
        {"drug": ["A"], "dose": [None], "dose_low": [20], "dose_high": [40], "value": [0.4], "n": [6]}
    )
    table = text_tables.evidence(petfit.read_evidence(frame).table)
    printed = " ".join(table.rows[0])
    assert "20" in printed
    assert "40" in printed


def test_a_listing_counts_rows_and_names_drugs(prior_fit):
    assert text_tables.listing({"mine": prior_fit.evidence}).rows == [["mine", "9", "9", "A, B"]]


def test_problems_are_a_row_each():
    problem = Problem("line 2", "dose", "two", "a number belongs here", "Write a number.")
    assert text_tables.problems([problem]).rows == [
        ["line 2", "dose", "two", "a number belongs here", "Write a number."]
    ]


def test_exposures_are_spans_in_their_unit():
    frame = pd.DataFrame({"drug": "A", "dose": [5, 20], "value": 0.4, "concentration": [3, None]})
    found = understood(petfit.read_evidence(frame.assign(concentration_unit="ng/mL")))
    assert text_tables.exposures(found.exposures).rows == [
        ["A", "2", "2", "1", "1", "5 to 20 mg/day", "3 ng/mL"]
    ]


def test_counts_and_references_are_laid_out_as_they_are():
    counts = text_tables.records(pd.DataFrame({"exclusion_reason": ["late"], "rows": [3]}))
    assert (counts.columns, counts.rows) == (["why not", "rows"], [["late", "3"]])
    references = text_tables.references({"A": Reference(20.0, "mg/day", "the model")})
    assert references.rows == [["A", "20", "mg/day", "the model"]]


@pytest.mark.parametrize(
    ("value", "printed"), [(float("nan"), ""), (20.0, "20"), (0.031, "0.031"), ("01", "01")]
)
def test_a_cell_is_its_number_or_its_text(value, printed):
    assert cell(value) == printed


def test_scans_are_printed_by_their_quantity_and_condition_without_a_cohort(scans_table):
    table = text_tables.evidence(petfit.read_evidence(scans_table).table)
    assert column(table, "reported")[0] == "BP_ND 2"
    assert column(table, "reported")[9] == "BP_ND -0.02"
    assert column(table, "condition")[:3] == ["baseline", "baseline", "drug"]
    assert "cohort" not in table.columns
    assert "derived, for display" not in table.columns
    volumes = scans_table.assign(outcome="vt", value=scans_table["value"] + 5.0)
    assert column(text_tables.evidence(petfit.read_evidence(volumes).table), "reported")[0] == "V_T 7 mL/cm3"


def test_derived_occupancies_have_a_column_that_says_so_empty_for_every_other_row(both_fit):
    rows, found = both_fit.design.rows, scan_occupancy.occupancies(both_fit)
    table = text_tables.evidence(rows, derived=found)
    cells = column(table, "derived, for display")
    assert [bool(one) for one in cells] == [str(where) in found.index for where in rows.index]
    first = found.iloc[0]
    assert formatting.percent(first["median"]) in "".join(cells)
    assert "95 % equal-tailed interval" in table.caption
    assert "Nothing was fitted to it" in table.caption


def test_baselines_name_no_drug_in_a_listing(scans_table):
    rows = text_tables.listing({"mine": petfit.read_evidence(scans_table)}).rows
    assert rows == [["mine", "12", "12", "A"]]


def test_the_figures_behind_a_check_keep_the_labels_of_their_rows():
    named = pd.DataFrame(
        {"elpd": [1.234567, np.nan], "rows": [3, 4]}, pd.Index(["line 2", "line 3"], name="row")
    )
    table = text_tables.behind(named)
    assert table.columns == ["row", "elpd", "rows"]
    assert table.rows == [["line 2", "1.23", "3"], ["line 3", "-", "4"]]
    counted = text_tables.behind(pd.DataFrame({"prior_is": ["wide"]}))
    assert (counted.columns, counted.rows) == (["prior is"], [["wide"]])
