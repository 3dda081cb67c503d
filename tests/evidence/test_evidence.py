import pandas as pd
import pytest

from petfit.evidence import COLUMNS, Evidence, read_evidence
from petfit.evidence.columns import NUMBERS


def test_unused_rows_stay_in_the_table():
    evidence = read_evidence()
    assert len(evidence.used) + len(evidence.unused) == len(evidence.table)
    assert (evidence.unused["exclusion_reason"] != "").all()
    assert set(evidence.used["use"]) == {"yes"}


@pytest.mark.parametrize(
    ("name", "simulated"),
    [("simulated_scans", True), ("/data/simulated_2.csv", True), ("/simulated/mine.csv", False), ("", False)],
)
def test_simulated_tables_are_recognised_by_their_file_name(name, simulated):
    assert Evidence(name, pd.DataFrame()).simulated is simulated


def test_the_canonical_columns_come_in_order_and_numbers_are_numbers():
    table = read_evidence("simulated_scans").table
    assert list(table.columns) == list(COLUMNS)
    assert all(table[name].dtype == float for name in NUMBERS)


def test_a_changed_number_changes_the_hash():
    table = read_evidence().table
    changed = table.assign(value=table["value"].replace(0.5, 0.51).fillna(table["low"]))
    assert Evidence("", changed).hash != Evidence("", table).hash
