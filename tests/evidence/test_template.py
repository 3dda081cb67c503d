import json

import pytest

from petfit.errors import EvidenceError, PetfitError
from petfit.evidence import COLUMNS, read_evidence
from petfit.evidence.template import template, write_template


def test_the_template_has_every_column_and_level_and_no_used_row():
    table = template()
    assert list(table.columns) == list(COLUMNS)
    assert set(table["level"]) == set(COLUMNS["level"].levels)
    assert set(table.loc[table["level"] == "scan", "condition"]) == set(COLUMNS["condition"].levels)
    assert set(table["use"]) == {"no"}
    assert set(table["exclusion_reason"]) == {"example row"}


def test_the_written_template_needs_only_a_used_row(tmp_path):
    path = write_template(tmp_path / "table.tsv")
    with pytest.raises(EvidenceError) as caught:
        read_evidence(path)
    assert [problem.column for problem in caught.value.problems] == ["use"]
    with path.open("a", encoding="utf-8") as file:
        cells = {"drug": "A", "dose": "5", "value": "0.4"}
        file.write("\t".join(cells.get(name, "n/a") for name in COLUMNS) + "\n")
    assert len(read_evidence(path).used) == 1


def test_example_rows_obey_the_rules_of_their_level():
    table = template().assign(use="yes")
    assert len(read_evidence(table[table["level"].isin(["subject", "group", "range"])]).used) == 4


def test_every_column_is_described(tmp_path):
    described = json.loads(write_template(tmp_path / "table.tsv").with_suffix(".json").read_text())
    assert list(described) == list(COLUMNS)
    assert all(entry["Description"] for entry in described.values())
    assert described["weight"]["Units"] == "kg"
    assert described["dose"]["Units"] == "see dose_unit"
    assert described["level"]["Levels"] == COLUMNS["level"].levels


@pytest.mark.parametrize("name", ["table.tsv", "table.json"])
def test_an_existing_file_is_replaced_only_if_forced(tmp_path, name):
    (tmp_path / name).write_text("precious")
    with pytest.raises(PetfitError, match=rf"{name}: this file already exists.*force=True"):
        write_template(tmp_path / "table.tsv")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "precious")]
    write_template(tmp_path / "table.tsv", force=True)
    assert "precious" not in (tmp_path / name).read_text()
