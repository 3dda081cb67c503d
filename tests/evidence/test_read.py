"""The same table in any format reads the same; anything else is refused with a clear error."""

import csv
import datetime
import io
import re
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, event, example, given, settings
from hypothesis import strategies as st

from petfit import Evidence, PetfitError, read_evidence
from petfit.errors import EvidenceError
from petfit.evidence.columns import COLUMNS, NUMBERS
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.spelling import is_one_letter_apart
from tests.evidence.tables import MISSING_NUMBERS, make_workbook, workbook_bytes

MINUS = "\N{MINUS SIGN}"

TABLE = pd.DataFrame(
    {
        "drug": ["A", "A", "B", "β"],
        "dose": ["5", "10.50", "", "3"],
        "concentration": ["", "", "1e-2", ""],
        "subject": ["01", "1", "", "x, y"],
        "value": ["0.4", "-0.031", "0.7", "1.068"],
        "outcome": "occupancy",
        "n": ["", "", "6", "n/a"],
        "note": ['said "so"', "", "a;b", ""],
    }
)


def as_csv(table, **how):
    return table.to_csv(index=False, lineterminator="\n", **how)


WAYS = {
    "columns in reverse": as_csv(TABLE[TABLE.columns[::-1]]).encode(),
    "a byte order mark": as_csv(TABLE).encode("utf-8-sig"),
    "CRLF": as_csv(TABLE).replace("\n", "\r\n").encode(),
    "a byte order mark, CRLF and other columns first": as_csv(TABLE[sorted(TABLE)])
    .replace("\n", "\r\n")
    .encode("utf-8-sig"),
    "tabs": as_csv(TABLE, sep="\t").encode(),
    "semicolons": as_csv(TABLE, sep=";").encode(),
    "every cell quoted": as_csv(TABLE, quoting=1).encode(),
    "empty lines below": (as_csv(TABLE) + "\n,,,,,,,\n").encode(),
    "spaces around cells": as_csv(TABLE).replace("0.7", " 0.7 ").encode(),
    "missing cells as n/a": as_csv(TABLE.replace("", "n/a")).encode(),
}


@pytest.fixture
def plain_evidence(tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text(as_csv(TABLE), encoding="utf-8")
    return read_evidence(path)


@pytest.mark.parametrize("content", WAYS.values(), ids=WAYS.keys())
def test_a_table_reads_the_same_in_any_file_format(tmp_path, plain_evidence, content):
    path = tmp_path / "other.csv"
    path.write_bytes(content)
    other = read_evidence(path)
    pd.testing.assert_frame_equal(
        other.table.reset_index(drop=True), plain_evidence.table.reset_index(drop=True)
    )
    assert other.hash == plain_evidence.hash


def test_a_dataframe_reads_like_its_file(plain_evidence):
    assert read_evidence(TABLE).hash == plain_evidence.hash


def test_a_table_written_as_csv_reads_the_same_again(tmp_path):
    evidence = read_evidence()
    evidence.table.to_csv(tmp_path / "again.csv", index=False)
    assert read_evidence(tmp_path / "again.csv").hash == evidence.hash


def test_identifiers_stay_text(plain_evidence):
    assert plain_evidence.table["subject"].tolist() == ["01", "1", "", "x, y"]


def test_occupancies_below_0_and_above_1_are_data(plain_evidence):
    assert plain_evidence.table["value"].tolist() == [0.4, -0.031, 0.7, 1.068]


def test_an_extra_column_must_be_asked_for():
    frame = pd.DataFrame({"drug": ["A"], "dose": [5], "value": [0.4], "camera": ["HRRT"]})
    with pytest.raises(EvidenceError, match="column camera"):
        read_evidence(frame)
    assert read_evidence(frame, extra=["camera"]).table["camera"].tolist() == ["HRRT"]


def test_a_folder_without_tables_is_not_a_table(tmp_path):
    with pytest.raises(PetfitError, match=r"this is a folder without a table \*_kinpar.tsv"):
        read_evidence(tmp_path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PetfitError, match=r"none\.csv: there is no such file"):
        read_evidence(tmp_path / "none.csv")


def test_a_binary_file_is_not_a_table(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_bytes(bytes(range(256)) * 10)
    with pytest.raises(PetfitError, match=r"mine\.csv"):
        read_evidence(path)


# --- random well-formed tables: `make fuzz` -----------------------------------------------------

LABELS = st.sampled_from(
    ["A", "β", "Präparat X", "01", "1", "[11C]DASB", "a;b", "x, y", 'so "said"', "sertraline"]
)
TEXTS = st.one_of(
    LABELS,
    st.text("abcäé0-9 .:()/", min_size=1, max_size=8)
    .map(str.strip)
    .filter(lambda text: not is_missing(text)),
)
NOTES = st.one_of(st.just(""), TEXTS, st.just("two\nlines"), st.just("tab\tinside"))
REGIONS = ["striatum", "Nucleus accumbens, left", "midbrain"]
EXTRA = ["camera", "age"]
NUMERIC = {*NUMBERS, *REGIONS}
LIMIT_SIGNS = ["<", "> ", "≤ ", ">="]


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
    number = decimals(Decimal("-0.3"), Decimal("1.2"))
    limit = st.builds(str.__add__, st.sampled_from(LIMIT_SIGNS), number)
    value = st.one_of(number, limit, st.just(""))
    found = [{region: draw(value) for region in some} for _ in bases]
    assume(any(text for row in found for text in row.values()))
    drugs = [base["drug"] for base in bases]
    assume(not any(is_one_letter_apart(a, b) for a in drugs for b in drugs))
    return Typed(bases, found)


@st.composite
def dressed(draw):
    """A table, the same plain one as CSV, and how to read it in some dress."""
    table = draw(tables())
    wide = draw(st.booleans())
    names, rows = table.wide if wide else table.long
    names = names[:1] + draw(st.permutations(names[1:])) if not wide else _regions_in_order(draw, names)
    options = {"extra": EXTRA, "outcome": "occupancy", **({"wide": "region"} if wide else {})}
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
    return plain, [float(row["value"].lstrip("<>≤= ")) for row in plain_rows], source, {**options, **more}


def _regions_in_order(draw, names):
    regions = [name for name in names if name in REGIONS]
    mixed = draw(st.permutations(names))
    next_region = iter(regions)
    return [next(next_region) if name in REGIONS else name for name in mixed]


def _spelling(name, text):
    if text or name == "junk":
        return st.just(text)
    return st.sampled_from(MISSING_NUMBERS)


def _with_commas(names, cells):
    """Write numbers with a decimal comma."""
    numeric = [name in NUMERIC for name in names]
    return [
        [
            text.replace(".", ",") if one and text not in MISSING_NUMBERS else text
            for text, one in zip(row, numeric, strict=True)
        ]
        for row in cells
    ]


def _mark(names, rows):
    """Say the decimal mark where no number shows it."""
    texts = [cell for row in rows for cell, name in zip(row, names, strict=True) if name in NUMERIC]
    commas = [text for text in texts if isinstance(text, str) and "," in text]
    shown = any(not re.fullmatch(r"[<>≤= ]*-?[1-9]\d{0,2}(,\d{3})+", text) for text in commas)
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
    made = make_workbook(rows, title="Data", before=draw(st.sampled_from([[], ["First"]])))
    return workbook_bytes(made), {"sheet": "Data", **_mark(names, cells)}


def _native(draw, name, text):
    """Return a number as such, or any cell as text."""
    if name not in NUMERIC or draw(st.booleans()):
        return text or None
    value = parse_number(text.replace(",", "."))
    if value is None:
        return text
    return None if np.isnan(value) else int(value) if value.is_integer() else value


def _frame(draw, header, names, cells):
    if draw(st.booleans()):
        cells = _with_commas(names, cells)
    as_floats = [name in NUMERIC and draw(st.booleans()) for name in names]
    rows = [
        [
            text if not one or (number := parse_number(text.replace(",", "."))) is None else number
            for text, one in zip(row, as_floats, strict=True)
        ]
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
def test_fuzz_a_well_formed_table_reads_the_same_in_every_format(folder, case):
    plain, numbers, source, options = case
    wanted = read_any(folder, plain.encode(), {"extra": EXTRA, "outcome": "occupancy"})
    found = read_any(folder, source, options)
    assert found.hash == wanted.hash
    assert found.table["value"].tolist() == wanted.table["value"].tolist() == numbers


# --- random malformed tables --------------------------------------------------------------------

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
            "<0.1",
            ">95%",
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
    st.sampled_from(MISSING_NUMBERS),
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
    made = make_workbook([header, *rows])
    few = {"max_size": draw(st.sampled_from([0, 0, 2]))}
    for area in draw(st.lists(st.sampled_from(["A2:A3", "B2:C2", "A9:C9"]), unique=True, **few)):
        made.active.merge_cells(area)
    for place in draw(st.lists(st.sampled_from(["A2", "B2", "C3"]), **few)):
        made.active[place].number_format = draw(st.sampled_from(["0%", "yyyy-mm-dd", "@", "[h]:mm"]))
    content = workbook_bytes(made)
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
    bare = text.removesuffix("%").rstrip().lstrip("<>≤≥= ")
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
@example(b"drug;dose;value\nA;5;<0,4\n", {})
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
