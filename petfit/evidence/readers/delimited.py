"""Read a CSV or TSV file of any common delimiter and encoding."""

from __future__ import annotations

import csv
import io
import re
from itertools import dropwhile

from petfit.errors import EvidenceError, PetfitError, Problem
from petfit.evidence.readers.base import Reader, Request, Source
from petfit.evidence.readers.grid import read_grid
from petfit.evidence.readers.size import check_cells, check_columns
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spreadsheet_text import from_spreadsheet

__all__ = ["READER", "read_delimited"]

_DELIMITERS = "\t;,|"
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf")
"""The first bytes of gzip, bzip2, xz, Zstandard and 7z files."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_delimited(name: str, content: bytes, header_lines: tuple[int, int] | None = None) -> SourceTable:
    r"""Read a CSV or TSV file, with places ``line N``.

    Parameters
    ----------
    name : str
        Name of the file, for messages.
    content : bytes
        UTF-8, UTF-16 with a byte order mark, or else Windows-1252; any line ending. A first line ``sep=;``
        gives the delimiter. Otherwise it is a tab if the first line with any of them outside quotes has one,
        else a semicolon if that line has one, else a comma, else a vertical bar, which can also stand around
        each line, as in Markdown; spaces if no line has any of them and all have as many words, or as many
        parts two spaces apart. An apostrophe before ``= + - @`` or a number, which keeps a spreadsheet from
        reading a formula or a number, is left out.
    header_lines : (int, int), optional
        The first and last line of the header; the first that is not empty and not a title by default.

    Raises
    ------
    PetfitError
        When the file is not text, or a table of LaTeX.
    EvidenceError
        When a column name occurs twice, a quote is not closed, or a line has too many or too few cells.

    Examples
    --------
    >>> read_delimited("mine.csv", b"drug;dose\nA;5\n").table.loc["line 2", "dose"]
    '5'
    """
    text, assumptions = _decode(name, content)
    if re.search(r"&.*\\\\[ \t]*$", text, re.MULTILINE):
        remedy = r"Write tabs in place of &, and remove the commands and the \\ at the end of lines."
        raise PetfitError(f"{name}: this is a table of LaTeX. {remedy}")
    text = _without_rules(text)
    delimiter, has_separator_line = _delimiter(text, header_lines)
    records, joined = _with_whole_brackets(_records(name, text, delimiter), delimiter)
    records = _with_row_names(records, delimiter, header_lines)
    if has_separator_line:
        records = records[1 + next(i for i, record in enumerate(records) if any(record[1])) :]
    grid = read_grid(name, records, "line", header_lines)
    said = [f"{', '.join(joined)}: a cell in brackets contains the delimiter"] * bool(joined)
    return SourceTable(
        name,
        grid.table,
        (*assumptions, *said, *grid.assumptions),
        delimiter=delimiter,
        captions=grid.captions,
    )


def _decode(name: str, content: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text with line feeds as its only line endings, and what was assumed of the encoding."""
    encodings = ["utf-16"] if content.startswith(_UTF_16) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        assumption = "encoding not given: Windows-1252, because the file is not UTF-8"
        assumptions = (assumption,) if encoding == "cp1252" else ()
        return text.replace("\r\n", "\n").replace("\r", "\n"), assumptions
    if content.startswith(_COMPRESSED):
        raise PetfitError(f"{name}: this is a compressed file. Unpack it first.")
    raise PetfitError(f"{name}: this is not text. Save the table as CSV in UTF-8, or as .xlsx.")


def _without_rules(text: str) -> str:
    """Write lines with vertical bars around them, as of Markdown, without these and without rules."""
    lines = [line.strip() for line in text.split("\n")]
    if not all(re.fullmatch(r"\|.*\|", line) for line in lines if line) or not any(lines):
        return text
    return "\n".join("" if re.fullmatch(r"[|:\s+-]*", line) else line[1:-1] for line in lines)


def _delimiter(text: str, header_lines: tuple[int, int] | None = None) -> tuple[str, bool]:
    """Return the delimiter, and whether a first line gives it."""
    begin = header_lines[0] - 1 if header_lines else 0
    unquoted = re.sub(r'"[^"]*"', "x", "\n".join(text.split("\n")[begin:]))
    lines = [line for line in unquoted.split("\n") if line.strip(" ;,\t|")]
    if lines and (given := re.fullmatch(r"sep=([\t;,])[ ;,\t]*", lines[0].strip(), flags=re.IGNORECASE)):
        return given[1], True
    header = next((line for line in lines if any(mark in line for mark in _DELIMITERS)), "")
    if not header and _are_cells(lines, r"\s+", 3):
        return " ", False
    aligned = list(dropwhile(lambda line: not re.search(r"\S\s{2,}\S", line), lines))
    if not header and _are_cells(aligned, r"\s{2,}", 2):
        return "  ", False
    outside = re.sub(r"[(\[][^()\[\]]*[)\]]", "", header)
    marks = [mark for text in (outside, header) for mark in _DELIMITERS if mark in text]
    return next(iter(marks), ","), False


def _are_cells(lines: list[str], between: str, fewest: int) -> bool:
    """Whether something separates the cells: every line has as many, or one more than the first."""
    first, *others = [len(re.split(between, line.strip())) for line in lines] or [0]
    return first >= fewest and len(set(others)) == 1 and set(others) <= {first, first + 1}


def _with_whole_brackets(
    records: list[tuple[str, list[str]]], delimiter: str
) -> tuple[list[tuple[str, list[str]]], list[str]]:
    """Join the cells of a bracket, such as (70, 82), where its line is too long for the header otherwise.

    Also return the places of these lines.
    """
    width = next((len(cells) for _, cells in records if sum(map(bool, cells)) > 1), 0)
    read, joined = [], []
    for where, cells in records:
        whole: list[str] = []
        for cell in cells:
            is_open = bool(whole) and re.search(r"[(\[][^()\[\]]*$", whole[-1]) is not None
            whole[-1:] = [f"{whole[-1]}{delimiter} {cell}"] if is_open else [*whole[-1:], cell]
        is_read = len(cells) > width == len(whole)
        joined += [where] * is_read
        read.append((where, whole if is_read else cells))
    return read, joined


def _with_row_names(
    records: list[tuple[str, list[str]]], delimiter: str, header_lines: tuple[int, int] | None
) -> list[tuple[str, list[str]]]:
    """Begin the header with an empty name where every line has one cell more, as R writes row names.

    Not where commas separate the cells, as the cell more may come from decimal commas.
    """
    filled = [cells for _, cells in records if any(cells)]
    if delimiter == "," or header_lines is not None or len(filled) < 2:
        return records
    width = len(filled[0])
    is_longer = {len(cells) for cells in filled[1:]} == {width + 1} and all(cells[-1] for cells in filled[1:])
    if width < 3 or not is_longer or not all(filled[0]):
        return records
    first = next(place for place, (_, cells) in enumerate(records) if any(cells))
    where, header = records[first]
    return [*records[:first], (where, ["", *header]), *records[first + 1 :]]


def _records(name: str, text: str, delimiter: str) -> list[tuple[str, list[str]]]:
    """Return each record with the line on which it begins."""
    if delimiter == "  ":
        text, delimiter = re.sub(r"[^\S\n]{2,}", "\t", re.sub(r"(?m)^[^\S\n]+|[^\S\n]+$", "", text)), "\t"
    spaces = delimiter == " "
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=spaces, strict=True
    )
    records: list[tuple[str, list[str]]] = []
    count = 0
    while True:
        where = f"line {reader.line_num + 1}"
        try:
            cells = next(reader)
        except StopIteration:
            return records
        except csv.Error as error:
            remedy = "Look for a quote that is never closed, or text after a closing quote."
            problem = Problem(where, "", "", f"this is not a line of a table: {error}", remedy)
            raise EvidenceError(name, [problem]) from None
        count += len(cells)
        check_columns(name, len(cells))
        check_cells(name, len(records) + 1, -(-count // (len(records) + 1)))
        records.append((where, [from_spreadsheet(cell.strip()) for cell in cells]))


def _accepts(_source: Source) -> bool:
    return True


def _read(source: Source, request: Request) -> SourceTable:
    return read_delimited(source.name, source.content, request.table_format.header_rows)


READER = Reader(_accepts, _read, has_header=True)
