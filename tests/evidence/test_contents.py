import math

import pandas as pd
import pytest

from petfit.evidence import read_evidence
from petfit.evidence.contents import describe_contents

ROWS = [
    {"study": "S", "drug": "A", "dose": "0.05", "dose_unit": "g", "value": 0.4, "n": 1, "region": "x"},
    {
        "study": "S",
        "drug": "A",
        "dose": 20,
        "dose_unit": "mg",
        "value": 0.5,
        "n": 1,
        "concentration": 3,
        "region": "y",
    },
    {"study": "T", "drug": "A", "dose_low": 10, "dose_high": 90, "dose_unit": "mg", "value": 0.5, "n": 4},
    {"study": "T", "drug": "B", "concentration": 7, "value": 0.5, "n": 4, "region": "x"},
    {
        "study": "T",
        "drug": "B",
        "dose": 900,
        "value": 0.5,
        "use": "no",
        "exclusion_reason": "late",
        "region": "x",
    },
]


@pytest.fixture(scope="module")
def contents():
    return describe_contents(read_evidence(pd.DataFrame(ROWS).assign(concentration_unit="ng/mL")))


def test_every_row_is_counted_once_by_drug_and_level(contents):
    counts = {(row.drug, row.level): (row.rows, row.used) for row in contents.levels.itertuples()}
    assert counts == {
        ("A", "subject"): (2, 2),
        ("A", "group"): (1, 1),
        ("B", "group"): (1, 1),
        ("B", "subject"): (1, 0),
    }
    assert (contents.rows, contents.used) == (5, 4)


def test_exposures_are_those_of_the_rows_used(contents):
    a, b = contents.exposures.to_dict("records")
    assert (a["drug"], a["rows"], a["doses"], a["concentrations"], a["both"]) == ("A", 3, 3, 1, 1)
    assert (a["dose_low"], a["dose_high"], a["dose_unit"]) == (10.0, 90.0, "mg/day")
    assert (b["doses"], b["concentrations"], b["both"], b["dose_unit"]) == (0, 1, 0, "")
    assert math.isnan(b["dose_low"])
    assert (b["concentration_low"], b["concentration_unit"]) == (7.0, "ng/mL")


def test_studies_and_regions_are_counted_without_empty_ones(contents):
    names = {(row.column, row.name): row.rows for row in contents.names.itertuples(index=False)}
    assert names == {("study", "S"): 2, ("study", "T"): 3, ("region", "x"): 3, ("region", "y"): 1}


def test_reasons_are_counted_and_conversions_are_assumptions(contents):
    assert contents.excluded.to_dict("records") == [{"exclusion_reason": "late", "rows": 1}]
    assert "1 dose given in g was converted to mg/day" in contents.assumptions


def test_the_counts_of_the_bundled_table_add_up():
    evidence = read_evidence()
    contents = describe_contents(evidence)
    assert contents.rows == len(evidence.table)
    assert contents.used == contents.exposures["rows"].sum() == len(evidence.used)
    assert contents.excluded["rows"].sum() == len(evidence.unused)
    assert contents.assumptions == ()
