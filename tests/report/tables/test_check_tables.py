import numpy as np
import pandas as pd

from petfit.checks import Check, Finding
from petfit.report.tables.check_tables import check_detail_tables, limit_table, verdict_table, with_labels

NAMED = pd.DataFrame({"elpd": [1.234567, np.nan], "rows": [3, 4]}, pd.Index(["line 2", "line 3"], name="row"))
CHECKS = [
    Check("loo", "WARN", "One k is large.", NAMED, (Finding("largest k", 0.9, "at most", 0.7, "WARN"),)),
    Check(
        "energy",
        "PASS",
        "All is well.",
        pd.DataFrame(),
        (Finding("smallest E-BFMI", 0.9, "above", 0.3, "WARN"),),
        details="Smallest 0.9.",
    ),
]


def test_each_check_is_a_row_with_its_verdict():
    assert verdict_table(CHECKS).rows == [
        ["WARN", "loo", "One k is large.", ""],
        ["PASS", "energy", "All is well.", "Smallest 0.9."],
    ]


def test_figures_are_listed_with_their_limits_and_the_number_of_checks_passed():
    assert limit_table(CHECKS).rows == [
        ["loo", "largest k", "0.9", "at most", "0.7", "WARN"],
        ["energy", "smallest E-BFMI", "0.9", "above", "0.3", "PASS"],
        ["all", "checks", "2", "", "", ""],
        ["all", "checks passed", "1", "", "", ""],
    ]


def test_details_keep_the_labels_of_their_rows():
    (table,) = check_detail_tables(CHECKS).values()
    assert table.headings == ["row", "elpd", "rows"]
    assert table.rows == [["line 2", "1.23", "3"], ["line 3", "-", "4"]]


def test_a_plain_numbering_is_not_a_label():
    assert list(with_labels(pd.DataFrame({"prior_is": ["wide"]})).columns) == ["prior_is"]
