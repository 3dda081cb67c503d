"""The table of affinities: what is read, and what is refused."""

import pandas as pd
import pytest

from petfit.errors import EvidenceError
from petfit.evidence.affinities import read_affinities

ROW = {"drug": "A", "target": "SERT", "value": "2.5", "laboratory": "Lab"}


def read(**changes):
    return read_affinities(pd.DataFrame([{**ROW, **changes}]))


def test_the_bundled_table_has_the_affinities_of_sertraline_from_one_laboratory():
    table = read_affinities()
    chosen = table[(table["drug"] == "sertraline") & (table["laboratory"] == "Tatsumi1997")]
    assert dict(zip(chosen["target"], chosen["value"], strict=True)) == {"SERT": 0.29, "NET": 420, "DAT": 25}


def test_every_bundled_affinity_names_its_source():
    assert (read_affinities()["source"] != "").all()


@pytest.mark.parametrize(("unit", "factor"), [("nM", 1), ("uM", 1000), ("pmol/L", 0.001), ("", 1)])
def test_units_are_converted(unit, factor):
    table = read(unit=unit)
    assert table["value"].tolist() == pytest.approx([2.5 * factor])
    assert table["unit"].tolist() == ["nmol/L"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"value": "0"}, "an affinity is a number above 0"),
        ({"value": "-3"}, "an affinity is a number above 0"),
        ({"value": ">10000"}, "put > or < in the column qualifier"),
        ({"value": ""}, "this cell is empty"),
        ({"laboratory": ""}, "column laboratory: this cell is empty"),
        ({"unit": "ng/mL"}, "column unit"),
        ({"qualifier": "~"}, "this is not one of =, >, <"),
        ({"measure": "IC50"}, "An IC50 depends on the assay"),
        ({"Ki": "3"}, "this is not a column"),
    ],
)
def test_what_is_no_affinity_is_refused(changes, message):
    with pytest.raises(EvidenceError, match=message):
        read(**changes)


def test_two_values_of_one_laboratory_are_refused():
    with pytest.raises(EvidenceError, match="Lab has two values of A at SERT"):
        read_affinities(pd.DataFrame([ROW, ROW]))


def test_a_missing_column_is_named():
    with pytest.raises(EvidenceError, match="header, column laboratory"):
        read_affinities(pd.DataFrame([ROW]).drop(columns="laboratory"))
