"""The same table in every dress reads the same; anything else is refused with a clear error."""

import csv
import datetime
import io
import re
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, event, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from petfit import Evidence, PetfitError, TableFormat, read_evidence
from petfit.errors import EvidenceError
from petfit.evidence.cells import Plain
from petfit.evidence.columns import COLUMNS, NUMBERS
from petfit.evidence.parse import number
from petfit.evidence.readers.dataframe import as_text
from petfit.evidence.readers.workbook import read_workbook
from petfit.evidence.unit_conversion import scaled

EN_DASH, MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"
MISSING = ["", "n/a", "N/A", "NA", "NaN", "nan", "null", "NULL", "none", "None", "-", EN_DASH, "\N{EM DASH}"]


@pytest.fixture
def read(tmp_path):
    """Read a table from text, bytes or rows of a sheet."""

    def reader(content, **options):
        path = tmp_path / "mine.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_evidence(path, **options)

    return reader


def book(rows, *, title="Sheet", before=()):
    made = Workbook()
    made.active.title = title
    for name in before:
        made.create_sheet(name, 0)
    for row in rows:
        made[title].append(row)
    return made


def saved(made):
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def problems(caught):
    return [(one.where, one.column) for one in caught.value.problems]


def values(evidence):
    return evidence.table["value"].tolist()


# --- encodings and lines ------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_reads_the_same_and_the_guessed_one_is_named(read, encoding):
    found = read("drug,dose,value,region\nä,5,0.4,Nucleus “caudatus”\n".encode(encoding))
    assert found.table[["drug", "region"]].iloc[0].tolist() == ["ä", "Nucleus “caudatus”"]
    assert any("Windows-1252" in sentence for sentence in found.defaults) == (encoding == "cp1252")


@pytest.mark.parametrize(
    "content",
    [bytes(range(256)), b"\x00\x01", "drug,dose\n".encode("utf-32"), b"\xff\xfed", b"drug,\x81\x8d\n"],
)
def test_bytes_that_are_no_text_are_refused(read, content):
    with pytest.raises(PetfitError, match="not text"):
        read(content)


def test_a_line_is_named_by_where_it_begins_however_lines_end(read):
    for ending in ("\n", "\r\n", "\r"):
        text = '\ndrug;dose;value;note\nA;5;0.4;"two\nlines"\n\nA;x;0.4;\n'.replace("\n", ending)
        with pytest.raises(EvidenceError) as caught:
            read(text)
        assert problems(caught) == [("line 6", "dose")]


@pytest.mark.parametrize("tail", ['A,6,0.5,"never closed\nA,7,0.6,\n', 'A,6,0.5,"closed"twice\n'])
def test_a_quote_that_would_swallow_rows_is_refused(read, tail):
    with pytest.raises(EvidenceError, match=r"line 3.*quote"):
        read("drug,dose,value,note\nA,5,0.4,\n" + tail)


@pytest.mark.parametrize(
    "text",
    [
        "drug,dose,value,\nA,5,0.4,\n",
        "drug,dose,value\nA,5,0.4,,,\n",
        "drug,,dose,value\nA,,5,0.4\n",
        ",drug,dose,value,,\n,A,5,0.4,,\n,,,,,\n",
        "sep=;\ndrug;dose;value\nA;5;0.4\n",
        "\n\n  \ndrug\tdose\tvalue\nA\t5\t0.4\n",
        '"drug","dose";"value"\n'.replace(";", ",") + "A,5,0.4",
    ],
)
def test_empty_columns_and_lines_say_nothing(read, text):
    assert read(text).hash == read("drug,dose,value\nA,5,0.4\n").hash


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("drug,,dose,value\nA,x,5,0.4\n", "line 2: column 2 has no name and is not empty"),
        ("drug,dose,value,\nA,5,0.4,7\n", "line 2: the header has 3 cells and this line has 4"),
        ("drug,dose,value,sd\nA,5,0.4\n", "line 2: the header has 4 cells and this line has 3"),
    ],
)
def test_cells_without_a_column_and_columns_without_cells_are_refused(read, text, told):
    with pytest.raises(EvidenceError, match=told):
        read(text)


# --- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", MISSING)
def test_every_spelling_of_missing_is_missing_among_numbers(read, missing):
    found = read(f"drug,dose,value,sd,time_h\nA,5,0.4,{missing},{missing}\n")
    assert found.table[["sd", "time_h"]].isna().all(axis=None)
    assert found.table["level"].tolist() == ["subject"]


@pytest.mark.parametrize("text", ["NA", "NaN", "null", "none", "-", EN_DASH])
def test_a_name_is_never_missing_but_by_emptiness_or_n_a(read, text):
    assert read(f"drug,dose,value,region\n{text},5,0.4,n/a\n").table["drug"].tolist() == [text]
    assert read(f"drug,dose,value,region\n{text},5,0.4,n/a\n").table["region"].tolist() == [""]


def test_a_minus_sign_from_a_paper_is_a_minus_sign(read):
    assert values(read("drug,dose,value\nA,5,\N{MINUS SIGN}0.03\n")) == [-0.03]


@pytest.mark.parametrize("text", ["1e-400", "1e400", "0x10", "1_0", "1 000", "0.4*", "<0.1", "٪"])
def test_what_cannot_be_held_exactly_enough_is_no_number(text):
    assert number(text) is None


@given(st.integers(0, 10**60), st.integers(0, 60))
def test_long_numbers_are_rounded_once(digits, places):
    text = str(Decimal(digits).scaleb(-places))
    exact = f"{digits}e-{places}"
    assert number(text) == float(exact)
    assert number(scaled(text, Fraction(1, 100))) == float(f"{digits}e-{places + 2}")


@given(st.one_of(st.floats(allow_nan=False), st.integers(-(10**400), 10**400), st.booleans()))
def test_the_text_of_a_value_stands_for_it_to_the_last_bit(value):
    text = as_text(value)
    if isinstance(value, bool):
        assert text == ("yes" if value else "no")
    else:
        assert isinstance(text, Plain)
        assert type(value)(text) == value if isinstance(value, float) else Decimal(text) == value


# --- decimal marks ------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_decimal_comma_that_shows_itself_holds_for_the_whole_table(read, delimiter):
    text = "drug;dose;value;time_h\nA;5;0,412;1,234\nA;12,5;-,5;7\nB;3;1,5e-1;n/a\n"
    found = read(text.replace(";", delimiter))
    assert found.table["value"].tolist() == [0.412, -0.5, 0.15]
    assert found.table["time_h"].tolist()[:2] == [1.234, 7]
    assert any(sentence.startswith("decimal mark not given: a comma") for sentence in found.defaults)


@pytest.mark.parametrize("text", ["1,234", "12,345", "-123,456", "1,234,567"])
def test_a_comma_that_nothing_decides_is_refused_until_it_is_said(read, text):
    table = f"drug;dose;value;time_h\nA;5;1;{text}\n"
    with pytest.raises(EvidenceError, match=r"thousands separator.*--decimal") as caught:
        read(table)
    assert problems(caught) == [("line 2", "time_h")]
    if text.count(",") == 1 and not text.startswith("-"):
        assert read(table, decimal=",").table["time_h"].tolist() == [float(text.replace(",", "."))]
    with pytest.raises(EvidenceError, match="number belongs here"):
        read(table, decimal=".")


def test_a_wide_row_without_values_shows_the_mark_all_the_same(read):
    found = read("drug;dose;left;right\nA;1,500;1;2\nA;2,5;;\n", wide="region")
    assert found.table["dose"].tolist() == [1.5, 1.5]


def test_mixed_marks_are_refused_at_the_rarer_one(read):
    with pytest.raises(EvidenceError, match="some numbers of the table have a comma") as caught:
        read("drug;dose;value\nA;5;0,4\nA;6.5;0,5\nA;7;0,6\n")
    assert problems(caught) == [("line 3", "dose")]
    with pytest.raises(EvidenceError, match="this number has a point") as caught:
        read("drug;dose;value\nA;5;0,4\nA;1.500;0,5\n", decimal=",")
    assert problems(caught) == [("line 3", "dose")]


def test_quoted_commas_between_commas_are_read_only_when_said(read):
    table = 'drug,dose,value\nA,5,"0,4"\n'
    with pytest.raises(EvidenceError, match=r"a number belongs here.*as a point"):
        read(table)
    assert values(read(table, decimal=",")) == [0.4]


def test_numbers_of_a_frame_have_no_mark_to_mistake():
    frame = pd.DataFrame({"drug": "A", "dose": [5.5, 7.25], "value": ["0,4", "0,5"], "age": [31.5, 40.0]})
    found = read_evidence(frame, extra=["age"]).table
    assert found["dose"].tolist() == [5.5, 7.25]
    assert found["value"].tolist() == [0.4, 0.5]


def test_a_column_of_the_user_s_own_is_a_number_only_if_all_of_it_is(read):
    text = "drug;dose;value;age;site\nA;5;0,4;31,5;1,5\nA;6;0,5;n/a;b\n"
    found = read(text, extra=["age", "site"]).table
    assert found["age"].tolist() == ["31.5", ""]
    assert found["site"].tolist() == ["1,5", "b"]


@pytest.mark.parametrize("options", [{"decimal": "'"}, {"ignore": "note"}])
def test_an_option_that_makes_no_sense_is_refused(options):
    with pytest.raises(PetfitError, match=next(iter(options))):
        TableFormat(**options)


# --- names of columns ---------------------------------------------------------------------------

THEIRS = "Drug;mg_per_day;Occ;Comment;camera\nA;5;0.4;x;HRRT\n"
MAP = {"drug": "Drug", "dose": "mg_per_day", "value": "Occ"}


def test_mapped_and_ignored_columns_read_as_the_canonical_ones(read):
    found = read(THEIRS, columns={**MAP, "camera": "camera"}, ignore=["Comment"], extra=["camera"])
    assert found.hash == read("drug,dose,value,camera\nA,5,0.4,HRRT\n", extra=["camera"]).hash
    assert "columns Comment left out, as asked" in found.defaults


@pytest.mark.parametrize(
    ("columns", "ignore", "told"),
    [
        ({**MAP, "dos": "mg_per_day"}, ["Comment"], ["columns, column dos", "Did you mean 'dose'?"]),
        ({**MAP, "n": "People"}, [], ["columns, column People", "no such column"]),
        ({**MAP, "n": "Comments"}, [], ["Did you mean 'Comment'?"]),
        ({**MAP, "sd": "Occ"}, [], ["one column cannot be value and sd"]),
        (MAP, ["comment"], ["ignore, column comment", "Did you mean 'Comment'?"]),
        (MAP, ["Occ"], ["mapped and ignored"]),
        (MAP, [], ["header, column Comment", "not one petfit knows"]),
        ({**MAP, "camera": "Comment"}, [], ["the table has a column camera besides 'Comment'"]),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(read, columns, ignore, told):
    with pytest.raises(EvidenceError) as caught:
        read(THEIRS, columns=columns, ignore=ignore, extra=["camera"])
    for words in told:
        assert words in str(caught.value)


def test_problems_name_the_user_s_own_columns(read):
    with pytest.raises(EvidenceError) as caught:
        read(THEIRS.replace("A;5;0.4", "A;five;44"), columns=MAP, ignore=["Comment", "camera"])
    assert problems(caught) == [("line 2", "mg_per_day"), ("line 2", "Occ")]


# --- wide tables --------------------------------------------------------------------------------

WIDE = "drug,dose,striatum,midbrain,subject\nA,5,0.4,0.3,1\nA,9,n/a,0.5,2\nA,9,,,3\n"


def test_a_wide_table_reads_as_the_long_one(read):
    found = read(WIDE, wide="region")
    long = "drug,dose,region,value,subject\nA,5,striatum,0.4,1\nA,5,midbrain,0.3,1\nA,9,midbrain,0.5,2\n"
    assert found.hash == read(long).hash
    assert found.table.index.tolist()[1] == "line 2, column midbrain"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("0.3", "x"), [("line 2", "midbrain")]),
        (("A,5", "A,five"), [("line 2", "dose")]),
        (("midbrain", "doze"), [("header", "doze")]),
        (("midbrain", "Value"), [("header", "Value")]),
        (("midbrain", "value"), [("header", "value")]),
        (("midbrain", "region"), [("header", "region")]),
    ],
)
def test_one_wrong_cell_of_a_wide_table_is_one_problem_where_it_stands(read, change, told):
    with pytest.raises(EvidenceError) as caught:
        read(WIDE.replace(*change), wide="region")
    assert problems(caught) == told


def test_a_line_of_a_wide_table_is_one_person_unless_it_says_otherwise(read):
    text = "drug,dose,left,right\nA,5,0.4,0.5\nA,10,0.6,0.7\n"
    found = read(text, wide="region")
    assert found.table["subject"].tolist() == ["line 2", "line 2", "line 3", "line 3"]
    assert any("one person" in sentence for sentence in found.defaults)
    group = read(
        text.replace("dose,", "dose,n,").replace("A,5,", "A,5,6,").replace("A,10,", "A,10,6,"), wide="region"
    )
    assert set(group.table["subject"]) == {""}


@pytest.mark.parametrize(("wide", "told"), [("regio", "'region'"), ("dose", "wide"), ("camera", "wide")])
def test_a_table_is_wide_in_a_factor(read, wide, told):
    with pytest.raises(EvidenceError, match=told):
        read(WIDE, wide=wide)
    assert read(WIDE, wide="camera", extra=["camera"]).table["camera"].iloc[0] == "striatum"


def test_a_wide_table_without_columns_of_values_is_refused(read):
    with pytest.raises(EvidenceError, match="has none"):
        read("drug,dose\nA,5\n", wide="region")


# --- sheets -------------------------------------------------------------------------------------

ROWS = [["drug", "dose", "value"], ["A", 5, 0.4], ["A", 12.5, 0.61]]


def test_a_sheet_reads_as_its_csv(read):
    plain = read("drug,dose,value\nA,5,0.4\nA,12.5,0.61\n")
    assert read(saved(book(ROWS))).hash == plain.hash
    assert read(saved(book([[], [None], *ROWS[:2], [], *ROWS[2:]]))).hash == plain.hash
    other = saved(book(ROWS, title="Data", before=["Notes"]))
    assert read(other, sheet="Data").hash == plain.hash
    with pytest.raises(PetfitError, match="Did you mean 'Data'"):
        read(other, sheet="Dta")
    with pytest.raises(EvidenceError, match="sheet Notes"):
        read(other)


def test_a_sheet_is_named_as_its_user_sees_it(read):
    with pytest.raises(EvidenceError, match="sheet Sheet") as caught:
        read(saved(book([[], [None, *ROWS[0]], [None, "A", "five", 0.4]])))
    assert problems(caught) == [("row 3", "dose (C)")]


def test_a_date_where_a_number_belongs_is_called_a_date(read):
    with pytest.raises(EvidenceError, match="this is a date") as caught:
        read(saved(book([ROWS[0], ["A", datetime.date(2024, 5, 10), 0.4]])))
    assert problems(caught) == [("row 2", "dose (B)")]


def test_a_formula_without_a_value_and_an_error_are_refused(read):
    made = book([ROWS[0], ["A", 5, "=0.2+0.2"], ["A", 6, "#DIV/0!"]])
    with pytest.raises(EvidenceError) as caught:
        read(saved(made))
    assert problems(caught) == [("row 2", "C"), ("row 3", "C")]


def test_a_percent_format_is_read_as_it_is_shown():
    made = book([ROWS[0], ["A", 5, 0.4], ["A", 6, 0.125]])
    made.active["C2"].number_format = made.active["C3"].number_format = "0%"
    assert read_workbook("mine.xlsx", saved(made)).table["value"].tolist() == ["40%", "12.5%"]


def test_merged_cells_hold_for_the_rows_they_span_and_not_for_columns(read):
    made = book([ROWS[0], ["A", 5, 0.4], [None, 6, 0.5], ["B", 6, 0.5]])
    made.active.merge_cells("A2:A3")
    found = read(saved(made))
    assert found.table["drug"].tolist() == ["A", "A", "B"]
    assert any("A2:A3" in sentence for sentence in found.defaults)
    made.active.merge_cells("A4:B4")
    with pytest.raises(EvidenceError, match="row 4, column A: a merged cell spans several columns"):
        read(saved(made))


@pytest.mark.parametrize("content", [b"PK\x03\x04 and no archive", b"\xd0\xcf\x11\xe0 old"])
def test_a_workbook_that_cannot_be_read_is_refused(read, content):
    with pytest.raises(PetfitError, match="Excel"):
        read(content)


@pytest.mark.parametrize("source", ["drug,dose,value\nA,5,0.4\n", None])
def test_a_sheet_of_what_has_none_is_refused(read, source):
    with pytest.raises(PetfitError, match="no sheets"):
        read(source, sheet="x") if source else read_evidence(pd.DataFrame(), sheet="x")


# --- ten thousand well-formed tables: `make fuzz` -----------------------------------------------

LABELS = st.sampled_from(
    ["A", "β", "Präparat X", "01", "1", "[11C]DASB", "a;b", "x, y", 'so "said"', "NA", "-"]
)
TEXTS = st.one_of(LABELS, st.text("abcäé0-9 .:()/", min_size=1, max_size=8).map(str.strip).filter(bool))
NOTES = st.one_of(st.just(""), TEXTS, st.just("two\nlines"), st.just("tab\tinside"))
REGIONS = ["striatum", "Nucleus accumbens, left", "midbrain"]
EXTRA = ["camera", "age"]
NUMERIC = {*NUMBERS, *REGIONS}


def decimals(low, high):
    """Numbers as people type them."""
    places = st.integers(0, 4)
    plain = places.flatmap(lambda many: st.decimals(low, high, places=many)).map(lambda one: f"{one:f}")
    return st.one_of(plain, st.sampled_from(["1e-2", "2.5E-1", "0.10"]))


@dataclass
class Typed:
    """A table by its base rows and regions, free of any dress."""

    bases: list[dict[str, str]]
    values: list[dict[str, str]] = field(default_factory=list)

    @property
    def names(self):
        return list(self.bases[0])

    @property
    def long(self):
        rows = [
            {**base, "region": region, "value": value}
            for base, found in zip(self.bases, self.values, strict=True)
            for region, value in found.items()
            if value
        ]
        return [*self.names, "region", "value"], rows

    @property
    def wide(self):
        regions = list(self.values[0])
        rows = [{**base, **found} for base, found in zip(self.bases, self.values, strict=True)]
        return [*self.names, *regions], rows


@st.composite
def tables(draw):
    many = draw(st.integers(1, 4))
    columns = {
        "drug": TEXTS,
        "dose": decimals(0, 2000),
        "note": NOTES,
        "n": st.sampled_from(["", "6", "12"]),
        "time_h": st.one_of(st.just(""), decimals(0, 48)),
        "camera": NOTES,
        "age": st.integers(18, 90).map(str),
    }
    bases = [{name: draw(kind) for name, kind in columns.items()} for _ in range(many)]
    bases = [{"study": f"s{place}", **base} for place, base in enumerate(bases)]
    some = draw(st.lists(st.sampled_from(REGIONS), min_size=1, max_size=3, unique=True))
    value = st.one_of(decimals(Decimal("-0.3"), Decimal("1.2")), st.just(""))
    found = [{region: draw(value) for region in some} for _ in bases]
    assume(any(text for row in found for text in row.values()))
    return Typed(bases, found)


@st.composite
def dressed(draw):
    """A table, the same plain one as CSV, and how to read it in some dress."""
    table = draw(tables())
    wide = draw(st.booleans())
    names, rows = table.wide if wide else table.long
    names = names[:1] + draw(st.permutations(names[1:])) if not wide else _regions_in_order(draw, names)
    options = {"extra": EXTRA, "wide": "region" if wide else None}
    theirs = dict(zip(names, names, strict=True))
    for name in draw(st.lists(st.sampled_from([one for one in names if one not in REGIONS]), unique=True)):
        theirs[name] = f"Our {name}"
    options["columns"] = {name: own for name, own in theirs.items() if name != own}
    if draw(st.booleans()):
        names, theirs = [*names, "junk"], {**theirs, "junk": "junk"}
        rows = [{**row, "junk": draw(NOTES)} for row in rows]
        options["ignore"] = ["junk"]
    kind = draw(st.sampled_from(["delimited", "workbook", "frame"]))
    cells = [[draw(_spelling(name, row[name])) for name in names] for row in rows]
    write = {"delimited": _delimited, "workbook": _workbook, "frame": _frame}[kind]
    source, more = write(draw, [theirs[name] for name in names], names, cells)
    plain_names, plain_rows = table.long
    plain = pd.DataFrame(plain_rows, columns=plain_names).to_csv(index=False, lineterminator="\n")
    return plain, [float(row["value"]) for row in plain_rows], source, {**options, **more}


def _regions_in_order(draw, names):
    regions = [name for name in names if name in REGIONS]
    mixed = draw(st.permutations(names))
    householder_reflection = iter(regions)
    return [next(householder_reflection) if name in REGIONS else name for name in mixed]


def _spelling(name, text):
    if text or name == "junk":
        return st.just(text)
    number_like = name in NUMERIC
    return st.sampled_from(MISSING if number_like else ["", "n/a"])


def _with_commas(names, cells):
    """Write numbers with a decimal comma."""
    numeric = [name in NUMERIC for name in names]
    return [
        [text.replace(".", ",") if one else text for text, one in zip(row, numeric, strict=True)]
        for row in cells
    ]


def _mark(names, rows):
    """Say the decimal mark where no number shows it."""
    texts = [cell for row in rows for cell, name in zip(row, names, strict=True) if name in NUMERIC]
    commas = [text for text in texts if isinstance(text, str) and "," in text]
    shown = any(not re.fullmatch(r"-?[1-9]\d{0,2}(,\d{3})+", text) for text in commas)
    return {"decimal": ","} if commas and not shown else {}


def _delimited(draw, header, names, cells):
    delimiter = draw(st.sampled_from(",;\t"))
    if delimiter != "," and draw(st.booleans()):
        cells = _with_commas(names, cells)
    options = _mark(names, cells)
    ending = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    rows = [header, *cells]
    if draw(st.booleans()):
        rows = [[*row, ""] for row in rows]
    if draw(st.booleans()):
        rows = [["", *row] for row in rows]
    out = io.StringIO()
    if draw(st.booleans()):
        out.write(f"sep={delimiter}{ending}")
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    for row in rows:
        writer.writerow(row)
        out.write(ending * draw(st.integers(0, 1)))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    text = out.getvalue()
    try:
        return text.encode(encoding), options
    except UnicodeEncodeError:
        return text.encode(), options


def _workbook(draw, header, names, cells):
    if draw(st.booleans()):
        cells = _with_commas(names, cells)
    cells = [[_native(draw, name, text) for name, text in zip(names, row, strict=True)] for row in cells]
    rows = [[None, *header]]
    for row in cells:
        rows += [[None, *row], *([[]] * draw(st.integers(0, 1)))]
    made = book(rows, title="Data", before=draw(st.sampled_from([[], ["First"]])))
    return saved(made), {"sheet": "Data", **_mark(names, cells)}


def _native(draw, name, text):
    """Return a number as such, or any cell as text."""
    if name not in NUMERIC or draw(st.booleans()):
        return text or None
    value = number(text.replace(",", "."))
    return None if np.isnan(value) else int(value) if value.is_integer() else value


def _frame(draw, header, names, cells):
    if draw(st.booleans()):
        cells = _with_commas(names, cells)
    as_floats = [name in NUMERIC and draw(st.booleans()) for name in names]
    rows = [
        [number(text.replace(",", ".")) if one else text for text, one in zip(row, as_floats, strict=True)]
        for row in cells
    ]
    index = draw(st.sampled_from([None, [7] * len(rows), [f"r{place}" for place in range(len(rows))]]))
    return pd.DataFrame(rows, columns=header, index=index), _mark(names, rows)


def read_any(folder, source, options):
    if isinstance(source, pd.DataFrame):
        return read_evidence(source, **options)
    path = folder / "table"
    path.write_bytes(source)
    return read_evidence(path, **options)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


@settings(suppress_health_check=list(HealthCheck))
@given(dressed())
def test_fuzz_a_well_formed_table_reads_the_same_in_every_dress(folder, case):
    plain, numbers, source, options = case
    wanted = read_any(folder, plain.encode(), {"extra": EXTRA})
    found = read_any(folder, source, options)
    assert found.hash == wanted.hash
    assert values(found) == values(wanted) == numbers


# --- ten thousand malformed ones ----------------------------------------------------------------

PIECES = st.one_of(
    st.sampled_from(
        [*COLUMNS, "striatum", "doze", "Dose", "", "A", "percent", "group", "range", "scan", "no"]
    ),
    st.sampled_from(
        [
            "1,234",
            "0,4",
            "1.5",
            "1.234,5",
            "76%",
            "inf",
            "1e999",
            "-0",
            "\N{ARABIC-INDIC DIGIT ONE}",
            "1e-999",
            "=A1",
        ]
    ),
    st.sampled_from(
        [
            '"',
            '""',
            "\n",
            "\r",
            "\t",
            ";",
            ",",
            "\ufeff",
            "\x00",
            "\x85",
            "\u2028",
            "sep=;",
            f"{MINUS}5",
            "\N{FULLWIDTH DIGIT ONE}",
        ]
    ),
    st.sampled_from(MISSING),
    st.text(max_size=4),
    st.floats().map(repr),
    st.integers().map(str),
)
SEEDS = st.sampled_from(
    [
        "drug,dose,value\nA,5,0.4\nA,10,0.6\n",
        "drug;dose;value;sd;n\nA;5;0,4;0,1;6\nB;12,5;0,6;;\n",
        "drug\tdose\tlow\thigh\tn\tvalue_unit\nA\t5\t40\t60\t6\tpercent\n",
        "drug,dose,striatum,midbrain\nA,5,0.4,0.3\n",
    ]
)


@st.composite
def torn_texts(draw):
    """A table with pieces put in, cut out and repeated, or nothing but pieces."""
    text = draw(st.one_of(SEEDS, st.lists(PIECES, max_size=12).map("".join)))
    for _ in range(draw(st.integers(0, 3))):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        end = min(end, start + draw(st.integers(0, 12)))
        text = text[:start] + draw(st.one_of(PIECES, st.just(text[start:end] * 2))) + text[end:]
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32"]))
    return text.encode(encoding, "replace")


OBJECTS = st.one_of(
    PIECES,
    st.none(),
    st.floats(),
    st.integers(),
    st.integers(10**300, 10**310),
    st.booleans(),
    st.decimals(),
    st.complex_numbers(),
    st.datetimes(),
    st.just(pd.NaT),
    st.just(pd.NA),
    st.just([1, 2]),
    st.floats(width=32).map(np.float32),
    st.integers(0, 9).map(np.int8),
    st.just(np.bool_(True)),
    st.just("\ud800"),
)
HEADERS = st.one_of(
    st.sampled_from(
        ["drug", "dose", "value", "n", "sd", "low", "high", "level", "value_unit", "use", "region"]
    ),
    st.sampled_from(list(COLUMNS)),
    st.sampled_from(["striatum", "midbrain", "doze", "", 7, None, ("a", "b")]),
    st.text(max_size=5),
)


GOOD = {
    "drug": st.sampled_from(["A", "B"]),
    "dose": st.sampled_from([5, 7.25, np.float32(0.1), "12", "7,5", "1,234"]),
    "value": st.sampled_from([0.4, Decimal("0.25"), "0.5", "0,41", -0.03]),
    "time_h": st.sampled_from([3, None, "NA", float("nan"), 1e-3]),
}


@st.composite
def torn_rows(draw, names, cells):
    """Rows that would do, but for a few cells and columns."""
    header = [*GOOD, *draw(st.lists(names, max_size=1))]
    rows = [
        [
            draw(GOOD.get(name, cells)) if place < len(GOOD) else draw(cells)
            for place, name in enumerate(header)
        ]
        for _ in range(draw(st.integers(1, 4)))
    ]
    for _ in range(draw(st.integers(0, 2))):
        draw(st.sampled_from(rows))[draw(st.integers(0, len(GOOD) - 1))] = draw(cells)
    return header, rows


@st.composite
def torn_frames(draw):
    header, rows = draw(torn_rows(HEADERS, OBJECTS))
    index = draw(st.sampled_from([None, [0] * len(rows), [("a", 1)] * len(rows)]))
    frame = pd.DataFrame(rows, columns=range(len(header)), index=index, dtype=object)
    return frame.set_axis(pd.Index(header, dtype=object, tupleize_cols=False), axis=1)


@st.composite
def torn_books(draw):
    cells = st.one_of(
        st.floats(allow_nan=False, allow_infinity=False),
        st.integers(-(10**12), 10**12),
        st.datetimes(datetime.datetime(1950, 1, 1), datetime.datetime(2050, 1, 1)),
        st.sampled_from(["A", "B", 0.4, 5, "0,4", "1,234", "=A1", "#N/A", "n/a", "drug", None, True]),
    )
    header, rows = draw(torn_rows(st.sampled_from(["n", "note", None, "striatum", 5]), cells))
    rows = [[float(one) if isinstance(one, Decimal | np.floating) else one for one in row] for row in rows]
    rows = [[None if isinstance(one, float) and np.isnan(one) else one for one in row] for row in rows]
    made = book([header, *rows])
    few = {"max_size": draw(st.sampled_from([0, 0, 2]))}
    for area in draw(st.lists(st.sampled_from(["A2:A3", "B2:C2", "A9:C9"]), unique=True, **few)):
        made.active.merge_cells(area)
    for place in draw(st.lists(st.sampled_from(["A2", "B2", "C3"]), **few)):
        made.active[place].number_format = draw(st.sampled_from(["0%", "yyyy-mm-dd", "@", "[h]:mm"]))
    content = saved(made)
    if draw(st.integers(0, 7)) == 7:
        ends = draw(st.tuples(*[st.integers(0, 1000)] * 2))  # per mille: its length varies with the clock
        start, end = sorted(4 + (len(content) - 4) * place // 1000 for place in ends)
        content = content[:start] + draw(st.binary(max_size=4)) + content[end:]
    return content


OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "extra": st.lists(HEADERS.filter(lambda one: isinstance(one, str)), max_size=2),
        "columns": st.dictionaries(st.sampled_from([*COLUMNS, "doze"]), PIECES, max_size=2),
        "wide": st.sampled_from(["region", "tracer", "regio", "dose", None]),
        "ignore": st.lists(PIECES, max_size=2),
        "decimal": st.sampled_from([None, ".", ","]),
        "sheet": st.sampled_from([None, "Sheet", "x"]),
    },
)
TORN = st.one_of(torn_texts(), torn_texts(), torn_frames(), torn_books(), st.binary(max_size=200))


def numbers_in(source):
    """Every number that stands in a text or a frame in any reading of its cells, found without petfit."""
    if isinstance(source, pd.DataFrame):
        cells = [value for column in range(source.shape[1]) for value in source.iloc[:, column]]
        cells = [float(cell) if isinstance(cell, np.floating) else cell for cell in cells]
    else:
        wide = source.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = source.decode("utf-16") if wide else source.decode("utf-8-sig", "replace")
        cells = [cell for marks in ('[\t;,\n\r"]', '[\t;\n\r"]') for cell in re.split(marks, text)]
    return {value for cell in cells for value in _readings(str(cell).strip())}


def _readings(text):
    bare = text.removesuffix("%").rstrip()
    for one in {bare, bare.replace(",", ".")}:
        try:
            exact = Decimal(one.replace(MINUS, "-"))
            yield from (float(exact), float(f"{exact:f}e-2"))
        except (ArithmeticError, ValueError):
            continue


@settings(suppress_health_check=list(HealthCheck))
@given(TORN, st.one_of(st.just({}), st.just({"extra": ["note", "camera"]}), OPTIONS))
@example(b'drug,dose,value,note\nA,5,0.4,"x\nA,6,0.5,y\n', {})
@example(b"drug;dose;value\nA;1,234;1\n", {})
@example(pd.DataFrame({"drug": ["A"], "dose": ["5"], "value": ["76%"]}), {})
def test_fuzz_a_malformed_table_is_read_unchanged_or_refused(folder, source, options):
    try:
        found = read_any(folder, source, options)
    except PetfitError:
        event("refused")
        return
    event("read")
    assert isinstance(found, Evidence)
    assert len(found.hash) == 64
    held = found.table[list(NUMBERS)].to_numpy().ravel()
    if isinstance(source, pd.DataFrame) or not source.startswith(b"PK"):
        assert set(held[~np.isnan(held)]) <= numbers_in(source)
