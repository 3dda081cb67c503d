"""Files and tables that are too large are refused at once, with the limit."""

import gzip
import io
import zipfile

import numpy as np
import pandas as pd
import pytest

from petfit.errors import PetfitError
from petfit.evidence import read_evidence
from petfit.evidence.readers import size
from tests.evidence.tables import make_workbook, read_content, refusal_of, workbook_bytes

ROWS = [["drug", "dose", "value"], ["x", 10, 0.5]]


def edited_workbook(cells="", merged="", **others):
    """Return a workbook with more in the XML of its sheet, and with other files."""
    archive = zipfile.ZipFile(io.BytesIO(workbook_bytes(make_workbook(ROWS))))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as copy:
        for member in archive.infolist():
            text = archive.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                text = text.replace(b"</sheetData>", f"{cells}</sheetData>{merged}".encode())
            copy.writestr(member, text)
        for name, text in others.items():
            copy.writestr(f"xl/{name}.xml", text)
    return content.getvalue()


def merged_cells(*areas):
    return f"<mergeCells>{''.join(f'<mergeCell ref="{area}"/>' for area in areas)}</mergeCells>"


@pytest.mark.parametrize(
    ("content", "limit"),
    [
        (edited_workbook('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), "1500000 cells at most"),
        (edited_workbook('<row r="3"><c r="XFD3"><v>1</v></c></row>'), "2000 at most"),
        (edited_workbook('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "2000 at most"),
        (edited_workbook(merged=merged_cells(*(f"E{row}:F{row}" for row in range(1, 1102)))), "1000 of"),
        (edited_workbook(merged=merged_cells("A2:A1048576")), "of 100000 at most"),
        (edited_workbook(merged=merged_cells("A2:XFD1048576")), "of 100000 at most"),
    ],
)
def test_a_workbook_whose_cells_go_too_far_is_refused_with_the_limit(content, limit):
    assert limit in refusal_of(content)


def test_a_workbook_that_is_far_larger_unpacked_is_refused_before_it_is(monkeypatch):
    monkeypatch.setattr(size, "MAX_FILE", 1_000_000)
    content = edited_workbook(other=b"a" * 2_000_000)
    assert len(content) < 100_000
    assert "unpacked: the file has 2 MB; petfit reads 1 MB at most" in refusal_of(content)


@pytest.mark.parametrize("count", [size.MAX_COLUMNS, 100_000])
def test_a_table_of_too_many_columns_is_refused_with_the_limit(count):
    names = ",".join(f"c{place}" for place in range(count))
    cells = ",".join(["1"] * count)
    assert "2000 at most" in refusal_of(f"drug,dose,value,{names}\nx,10,0.5,{cells}\n")


def test_a_table_of_many_columns_is_read():
    names = ",".join(f"area {place}" for place in range(300))
    cells = ",".join(["0.5"] * 300)
    assert len(read_content(f"drug,dose,{names}\nx,10,{cells}\n", wide="region").table) == 300


def test_too_many_cells_are_refused_while_they_are_read(monkeypatch):
    monkeypatch.setattr(size.check_cells, "__defaults__", (100,))
    assert "34 rows of 3 cells; petfit reads 100 cells at most" in refusal_of(
        "drug,dose,value\n" + "x,10,0.5\n" * 200
    )


def test_a_file_that_is_too_large_is_not_opened(monkeypatch):
    monkeypatch.setattr(size, "MAX_FILE", 10)
    assert "at most" in refusal_of("drug,dose,value\nx,10,0.5\n")


def test_a_dataframe_of_too_many_columns_is_refused():
    with pytest.raises(PetfitError, match="2000 at most"):
        read_evidence(pd.DataFrame(np.ones((1, 2001))))


def test_a_compressed_file_is_called_so():
    assert "compressed" in refusal_of(gzip.compress(b"drug,dose,value\nx,10,0.5\n"))
