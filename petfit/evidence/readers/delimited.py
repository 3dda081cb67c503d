"""Cells of CSV and TSV files: what separates them, and in which encoding they were saved."""

from __future__ import annotations

import csv
import io
import re

from petfit.errors import EvidenceError, PetfitError, Problem
from petfit.evidence.cells import Cells, lay_out

__all__ = ["read_delimited"]

_DELIMITERS = "\t;,"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_delimited(name: str, content: bytes) -> Cells:
    r"""Read a CSV or TSV file, one row per record, indexed by ``line N`` of the file.

    Parameters
    ----------
    name : str
        Of the file, for errors.
    content : bytes
        UTF-8, UTF-16 with a byte order mark, or else Windows-1252; any line ending. Tabs separate the
        cells if the header has one outside quotes, else semicolons if it has one, else commas; a first
        line ``sep=;`` decides.

    Raises
    ------
    PetfitError
        When the file is not text.
    EvidenceError
        When the header repeats a name, a quote is not closed, or a line has too many or too few cells.

    Examples
    --------
    >>> read_delimited("mine.csv", b"drug;dose\nA;5\n").table.loc["line 2", "dose"]
    '5'
    """
    text, default = _decoded(name, content)
    delimiter, said = _delimiter(text)
    records = _records(name, text, delimiter)
    records = [record for record in records if any(record[1])][1 if said else 0 :]
    header = records[0][1] if records else []
    table, problems = lay_out(header, records[1:])
    if problems:
        raise EvidenceError(name, problems)
    defaults = (default,) if default else ()
    return Cells(name, table, defaults, commas_between=delimiter == ",")


def _decoded(name: str, content: bytes) -> tuple[str, str]:
    """Return the text with line feeds as its only line endings, and a sentence on a guessed encoding."""
    encodings = ["utf-16"] if content.startswith(_UTF_16) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        default = "encoding not given: Windows-1252, as the file is not UTF-8" if encoding == "cp1252" else ""
        return text.replace("\r\n", "\n").replace("\r", "\n"), default
    raise PetfitError(f"{name}: this is not text. Save the table as CSV in UTF-8, or as .xlsx.")


def _delimiter(text: str) -> tuple[str, bool]:
    """Return what separates the cells, and whether a first line says so."""
    bare = re.sub(r'"[^"]*"', "x", text)
    header = re.search(r"^.*[^\s;,].*$", bare, flags=re.MULTILINE)
    first = header[0] if header else ""
    if said := re.fullmatch(r"sep=([\t;,])[ ;,\t]*", first, flags=re.IGNORECASE):
        return said[1], True
    return next((mark for mark in _DELIMITERS if mark in first), ","), False


def _records(name: str, text: str, delimiter: str) -> list[tuple[str, list[str]]]:
    """Return each record with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[tuple[str, list[str]]] = []
    while True:
        where = f"line {reader.line_num + 1}"
        try:
            cells = next(reader)
        except StopIteration:
            return records
        except csv.Error as error:
            remedy = "Look for a quote that is never closed, or for text after a closing quote."
            problem = Problem(where, "", "", f"not a line of a table: {error}", remedy)
            raise EvidenceError(name, [problem]) from None
        records.append((where, [cell.strip() for cell in cells]))
