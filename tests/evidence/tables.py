"""Functions that the tests of reading share."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from openpyxl import Workbook

from petfit.errors import PetfitError
from petfit.evidence import read_evidence

MISSING_NUMBERS = [
    *("", "n/a", "N/A", "NA", "NaN", "nan", "null", "NULL", "none", "None"),
    *("-", "\N{EN DASH}", "\N{EM DASH}", "."),
]
"""Spellings of a missing cell."""


def read_content(content, **options):
    """Read a table from the text or bytes of a file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mine.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_evidence(path, **options)


def refusal_of(text, **options):
    """Return the message with which the text of a table is refused."""
    with pytest.raises(PetfitError) as caught:
        read_content(text, **options)
    return caught.value.in_shell


def make_workbook(rows, *, title="Sheet", before=()):
    """Make a workbook with one sheet of rows, and empty sheets before it."""
    workbook = Workbook()
    workbook.active.title = title
    for name in before:
        workbook.create_sheet(name, 0)
    for row in rows:
        workbook[title].append(row)
    return workbook


def workbook_bytes(workbook):
    """Return the bytes of the file of a workbook."""
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def problem_places(error):
    """Return the place and column of each problem of an error."""
    return [(problem.where, problem.column) for problem in error.problems]
