"""Random tables: well-formed ones read the same in every format, malformed ones unchanged or not at all."""

import datetime
import re
import unicodedata
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from petfit import Evidence, PetfitError, read_evidence
from petfit.evidence.columns import COLUMNS, NUMBERS
from tests.evidence.random_tables import occupancy_tables, scan_tables
from tests.evidence.tables import MISSING_NUMBERS, make_workbook, workbook_bytes

MINUS = "\N{MINUS SIGN}"
DASHES = f"{MINUS}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}"
IN_MAKE_FUZZ = settings.default.max_examples >= 10_000
ALL_CHECKS = list(HealthCheck)


def few(examples):
    """The settings of a fuzz test: few examples, and those of the profile in `make fuzz`."""
    count = settings.default.max_examples if IN_MAKE_FUZZ else examples
    return settings(max_examples=count, suppress_health_check=ALL_CHECKS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


def read_table(folder, source, options):
    """Read a DataFrame, or the bytes of a file."""
    if isinstance(source, pd.DataFrame):
        return read_evidence(source, **options)
    path = folder / "table"
    path.write_bytes(source)
    return read_evidence(path, **options)


# --- well-formed --------------------------------------------------------------------------------


@few(30)
@given(st.one_of(occupancy_tables(), occupancy_tables(), scan_tables()))
def test_fuzz_a_well_formed_table_reads_the_same_in_every_format(folder, table):
    expected = read_table(folder, table.plain.encode(), table.plain_options)
    evidence = read_table(folder, table.source, table.options)
    assert evidence.table["value"].tolist() == expected.table["value"].tolist() == table.values
    assert evidence.hash == expected.hash


# --- malformed ----------------------------------------------------------------------------------

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
def malformed_texts(draw):
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


WELL_FORMED = {
    "drug": st.sampled_from(["A", "B"]),
    "dose": st.sampled_from([5, 7.25, np.float32(0.1), "12", "7,5", "1,234"]),
    "value": st.sampled_from([0.4, Decimal("0.25"), "0.5", "0,41", -0.03]),
    "time_h": st.sampled_from([3, None, "NA", float("nan"), 1e-3]),
}


@st.composite
def malformed_rows(draw, names, cells):
    """Rows that would do, but for a few cells and columns."""
    header = [*WELL_FORMED, *draw(st.lists(names, max_size=1))]
    rows = [
        [
            draw(WELL_FORMED.get(name, cells)) if place < len(WELL_FORMED) else draw(cells)
            for place, name in enumerate(header)
        ]
        for _ in range(draw(st.integers(1, 4)))
    ]
    for _ in range(draw(st.integers(0, 2))):
        draw(st.sampled_from(rows))[draw(st.integers(0, len(WELL_FORMED) - 1))] = draw(cells)
    return header, rows


@st.composite
def malformed_frames(draw):
    header, rows = draw(malformed_rows(HEADERS, OBJECTS))
    index = draw(st.sampled_from([None, [0] * len(rows), [("a", 1)] * len(rows)]))
    frame = pd.DataFrame(rows, columns=range(len(header)), index=index, dtype=object)
    return frame.set_axis(pd.Index(header, dtype=object, tupleize_cols=False), axis=1)


@st.composite
def malformed_workbooks(draw):
    cells = st.one_of(
        st.floats(allow_nan=False, allow_infinity=False),
        st.integers(-(10**12), 10**12),
        st.datetimes(datetime.datetime(1950, 1, 1), datetime.datetime(2050, 1, 1)),
        st.sampled_from(["A", "B", 0.4, 5, "0,4", "1,234", "=A1", "#N/A", "n/a", "drug", None, True]),
    )
    header, rows = draw(malformed_rows(st.sampled_from(["n", "note", None, "striatum", 5]), cells))
    rows = [
        [float(cell) if isinstance(cell, Decimal | np.floating) else cell for cell in row] for row in rows
    ]
    rows = [[None if isinstance(cell, float) and np.isnan(cell) else cell for cell in row] for row in rows]
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
        "extra": st.lists(HEADERS.filter(lambda name: isinstance(name, str)), max_size=2),
        "columns": st.dictionaries(st.sampled_from([*COLUMNS, "doze"]), PIECES, max_size=2),
        "wide": st.sampled_from(["region", "tracer", "regio", "dose", None]),
        "ignore": st.lists(PIECES, max_size=2),
        "decimal": st.sampled_from([None, ".", ","]),
        "sheet": st.sampled_from([None, "Sheet", "x"]),
    },
)
MALFORMED = st.one_of(
    malformed_texts(), malformed_texts(), malformed_frames(), malformed_workbooks(), st.binary(max_size=200)
)


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
    text = "".join(character for character in text if unicodedata.category(character) != "Cf").strip()
    bare = text.removesuffix("%").rstrip().lstrip("<>≤≥= ")
    for plain in {bare, bare.replace(",", "."), re.sub("(?<=\\d),(?=\\d{3})", "", bare)}:
        try:
            exact = Decimal(re.sub(f"^[{DASHES}]", "-", plain))
            yield from (float(exact), float(f"{exact:f}e-2"))
        except (ArithmeticError, ValueError):
            continue


@few(40)
@given(MALFORMED, st.one_of(st.just({}), st.just({"extra": ["note", "camera"]}), OPTIONS))
@example(b'drug,dose,value,note\nA,5,0.4,"x\nA,6,0.5,y\n', {})
@example(b"drug;dose;value\nA;1,234;1\n", {})
@example(pd.DataFrame({"drug": ["A"], "dose": ["5"], "value": ["76%"]}), {})
@example(b"drug;dose;value\nA;5;<0,4\n", {})
def test_fuzz_a_malformed_table_is_read_unchanged_or_refused(folder, source, options):
    try:
        evidence = read_table(folder, source, options)
    except PetfitError:
        event("refused")
        return
    event("read")
    assert isinstance(evidence, Evidence)
    assert len(evidence.hash) == 64
    numbers = evidence.table[list(NUMBERS)].to_numpy().ravel()
    if isinstance(source, pd.DataFrame) or not source.startswith(b"PK"):
        assert set(numbers[~np.isnan(numbers)]) <= numbers_in(source)
