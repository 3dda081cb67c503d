import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import petfit
from petfit.errors import EvidenceError, PetfitError
from petfit.evidence import COLUMNS, Evidence, read_evidence
from petfit.evidence.columns import NUMBERS
from petfit.evidence.parse import number

LEVELS = COLUMNS["level"].levels
GOOD = "drug,dose,value\nA,5,0.4\nA,10,0.6\n"
GROUPS = "drug,dose,value,sd,n\n"
RANGES = "drug,dose,low,high,n\n"
WHOLE = "study,cohort,drug,dose,level,value,low,high,sd,se,n,outcome,use,exclusion_reason\n"

BAD = {
    "an unknown column": (
        "drug,dose,value,doze\nA,5,0.4,1\n",
        ["header, column doze", "Did you mean 'dose'?"],
    ),
    "a misspelt column": (
        "drug,dos,value\nA,5,0.4\n",
        ["column dos:", "column dose: this column is missing"],
    ),
    "no drug": ("dose,value\n5,0.4\n", ["header, column drug", "missing"]),
    "a column twice": ("drug,dose,value,dose\nA,5,0.4,5\n", ["header, column dose", "only once"]),
    "text where a number belongs": (
        "drug,dose,value\nA,5,0.4\nA,ten,0.6\n",
        ["line 3, column dose", "'ten'", "a number belongs here", "Write a plain number"],
    ),
    "a number with underscores": ("drug,dose,value\nA,1_0,0.4\n", ["line 2, column dose", "'1_0'"]),
    "an infinite number": ("drug,dose,value\nA,inf,0.4\n", ["line 2, column dose", "'inf'"]),
    "a number beyond all bounds": (
        "drug,dose,value\nA,1e9999999,0.4\n",
        ["line 2, column dose", "1e9999999"],
    ),
    "a percent sign on a dose": ("drug,dose,value\nA,5%,0.7\n", ["line 2, column dose", "'5%'"]),
    "a decimal comma between commas": (
        'drug,dose,value\nA,5,"0,4"\n',
        ["line 2, column value", "'0,4'", "as a point"],
    ),
    "values that look like percent": (
        "drug,dose,value\nA,5,40\n",
        ["line 2, column value", "'40'", "fraction", "value_unit"],
    ),
    "a negative dose": (
        "drug,dose,value\nA,-5,0.4\n",
        ["line 2, column dose", "'-5'", "negative", "0 or more"],
    ),
    "no dose in a row": ("drug,dose,value\nA,,0.4\n", ["line 2, column dose", "needs a dose"]),
    "no value in a row": ("drug,dose,value\nA,5,\n", ["line 2, column value", "needs a value"]),
    "no drug in a row": ("drug,dose,value\n,5,0.4\n", ["line 2, column drug", "Name the drug"]),
    "a group without n": (
        GROUPS + "A,5,0.4,0.1,\n",
        ["line 2, column n", "a group row needs n", "Give the number"],
    ),
    "half a person": (GROUPS + "A,5,0.4,0.1,2.5\n", ["line 2, column n", "'2.5'", "whole number"]),
    "nobody": (GROUPS + "A,5,0.4,0.1,0\n", ["line 2, column n", "'0'", "whole number"]),
    "an SD of nothing": (GROUPS + "A,5,0.4,0,4\n", ["line 2, column sd", "'0'", "above 0"]),
    "an SD of one person": (GROUPS + "A,5,0.4,0.1,1\n", ["line 2, column n", "one person has no sd"]),
    "low above high": (
        RANGES + "A,5,0.8,0.4,4\n",
        ["line 2, column low, high", "0.8 to 0.4", "below high", "Swap"],
    ),
    "low equal to high": (
        RANGES + "A,5,0.4,0.4,4\n",
        ["line 2, column low, high", "low must lie below high"],
    ),
    "half a range": (RANGES + "A,5,0.4,,4\n", ["line 2, column high", "a range row needs low and high"]),
    "a row twice": (
        "drug,dose,value\nA,5,0.4\nA,10,0.6\nA,5,0.4\n",
        ["line 4", "the same row as line 2", "Remove one", "subject"],
    ),
    "people and their summary": (
        WHOLE + "S,c,A,5,subject,0.4,,,,,,,yes,\nS,c,A,5,group,0.4,,,,,4,,yes,\n",
        ["line 2, column cohort", "'c'", "count twice", "Set use to no"],
    ),
    "an unknown level": (
        WHOLE + "S,c,A,5,grup,0.4,,,,,4,,yes,\n",
        ["line 2, column level", "'grup'", "Did you mean 'group'?"],
    ),
    "a scan of nobody": (
        WHOLE + "S,c,A,5,scan,0.4,,,,,,bpnd,yes,\n",
        ["line 2, column subject", "a scan row needs its person"],
    ),
    "a binding potential": (
        WHOLE + "S,c,A,5,subject,1.4,,,,,,bpnd,yes,\n",
        ["line 2, column outcome", "'bpnd'", "occupancy"],
    ),
    "an SD of a single person's row": (
        WHOLE + "S,c,A,5,subject,0.4,,,0.1,,,,yes,\n",
        ["line 2, column sd", "one person", "set level to group"],
    ),
    "a range with a value": (
        WHOLE + "S,c,A,5,range,0.4,0.3,0.5,,,4,,yes,\n",
        ["line 2, column value", "only low and high"],
    ),
    "an SD and SE that disagree": (
        WHOLE + "S,c,A,5,group,0.4,,,0.1,0.1,9,,yes,\n",
        ["line 2, column sd, se", "root of n"],
    ),
    "a row left out without a reason": (
        WHOLE + "S,c,A,5,group,0.4,,,,,9,,no,\nS,c,A,9,group,0.4,,,,,9,,yes,\n",
        ["line 2, column exclusion_reason", "reason"],
    ),
    "nothing to fit": (
        WHOLE + "S,c,A,5,group,0.4,,,,,9,,no,late\n",
        ["column use", "not one row is to be fitted"],
    ),
    "a range of doses upside down": (
        "drug,dose,dose_low,dose_high,value\nA,,40,20,0.4\n",
        ["line 2, column dose_low, dose_high", "40 to 20", "Swap"],
    ),
    "half a range of doses": (
        "drug,dose,dose_low,dose_high,value\nA,,20,,0.4\n",
        ["line 2, column dose", "needs a dose", "use to no"],
    ),
    "two dose units of one drug": (
        "drug,dose,value,dose_unit\nA,5,0.4,mg/day\nA,6,0.4,mg/kg/day\n",
        ["line 3, column dose_unit", "mg/day, mg/kg/day", "weight", "one unit"],
    ),
    "an empty file": ("", ["header, column drug", "missing"]),
    "a header and nothing else": ("drug,dose,value\n", ["not one row below the header", "Add the evidence"]),
    "a line too short": ("drug,dose,value\nA,5\nA,10,0.6\n", ["line 2", "3 cells", "this line has 2"]),
    "a line too long": ("drug,dose,value\nA,5,0,4\n", ["line 2", "3 cells", "this line has 4"]),
    "a quote that is never closed": (
        'drug,dose,value\nA,5,0.4\n"A,6,0.5\n' + "A,7,0.6\n" * 30000,
        ["line"],
    ),
}


@pytest.mark.parametrize(("text", "told"), BAD.values(), ids=BAD.keys())
def test_a_wrong_table_is_refused_with_place_finding_and_remedy(tmp_path, text, told):
    path = tmp_path / "mine.csv"
    path.write_text(text)
    with pytest.raises(PetfitError) as caught:
        petfit.fit(path)
    for words in [str(path), *told]:
        assert words in str(caught.value)


@pytest.mark.parametrize(("text", "told"), BAD.values(), ids=BAD.keys())
def test_one_wrong_cell_is_one_problem(tmp_path, text, told):
    two = ("a misspelt column", "an empty file")
    path = tmp_path / "mine.csv"
    path.write_text(text)
    with pytest.raises(PetfitError) as caught:
        read_evidence(path)
    if (text, told) not in [BAD[name] for name in two]:
        problems = getattr(caught.value, "problems", [caught.value])  # a file that is no table is one
        assert len(problems) == 1, caught.value


def test_all_problems_are_named_at_once_in_reading_order(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("drug,dose,value,n,sd\nA,-5,0.4,,\nB,6,80,,\nA,7,0.4,,0.1\n,8,0.5,,\n")
    with pytest.raises(EvidenceError) as caught:
        read_evidence(path)
    found = [(problem.where, problem.column) for problem in caught.value.problems]
    assert found == [("line 2", "dose"), ("line 3", "value"), ("line 4", "n"), ("line 5", "drug")]
    assert "4 problems" in str(caught.value)


def test_a_folder_without_tables_is_not_a_table(tmp_path):
    with pytest.raises(PetfitError, match=r"this is a folder without a table \*_kinpar.tsv"):
        petfit.fit(tmp_path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PetfitError, match=r"none\.csv: there is no such file"):
        petfit.fit(tmp_path / "none.csv")


def test_a_binary_file_is_not_a_table(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_bytes(bytes(range(256)) * 10)
    with pytest.raises(PetfitError, match=r"mine\.csv"):
        petfit.fit(path)


def test_a_wrong_frame_is_refused_by_row_label():
    frame = pd.DataFrame(
        {"drug": ["A", "A"], "dose": [5, -1], "value": [0.4, 0.5]}, index=["first", "second"]
    )
    with pytest.raises(EvidenceError, match="row second, column dose"):
        read_evidence(frame)


# --- reading the same ---------------------------------------------------------------------------

TABLE = pd.DataFrame(
    {
        "drug": ["A", "A", "B", "β"],
        "dose": ["5", "10.50", "", "3"],
        "concentration": ["", "", "1e-2", ""],
        "subject": ["01", "1", "", "x, y"],
        "value": ["0.4", "-0.031", "0.7", "1.068"],
        "n": ["", "", "6", "n/a"],
        "note": ['said "so"', "", "a;b", ""],
    }
)


def as_text(table, **how):
    return table.to_csv(index=False, lineterminator="\n", **how)


WAYS = {
    "columns in reverse": as_text(TABLE[TABLE.columns[::-1]]).encode(),
    "a byte order mark": as_text(TABLE).encode("utf-8-sig"),
    "CRLF": as_text(TABLE).replace("\n", "\r\n").encode(),
    "a byte order mark, CRLF and other columns first": as_text(TABLE[sorted(TABLE)])
    .replace("\n", "\r\n")
    .encode("utf-8-sig"),
    "tabs": as_text(TABLE, sep="\t").encode(),
    "semicolons": as_text(TABLE, sep=";").encode(),
    "every cell quoted": as_text(TABLE, quoting=1).encode(),
    "empty lines below": (as_text(TABLE) + "\n,,,,,,\n").encode(),
    "spaces around cells": as_text(TABLE).replace("0.7", " 0.7 ").encode(),
    "missing cells as n/a": as_text(TABLE.replace("", "n/a")).encode(),
}


@pytest.fixture
def plainly(tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text(as_text(TABLE), encoding="utf-8")
    return read_evidence(path)


@pytest.mark.parametrize("content", WAYS.values(), ids=WAYS.keys())
def test_a_table_reads_the_same_however_it_was_saved(tmp_path, plainly, content):
    path = tmp_path / "other.csv"
    path.write_bytes(content)
    other = read_evidence(path)
    pd.testing.assert_frame_equal(other.table.reset_index(drop=True), plainly.table.reset_index(drop=True))
    assert other.hash == plainly.hash


def test_a_frame_reads_as_its_file_does(plainly):
    assert read_evidence(TABLE).hash == plainly.hash


def test_a_read_table_written_out_reads_the_same_again(tmp_path):
    evidence = read_evidence()
    evidence.table.to_csv(tmp_path / "again.csv", index=False)
    assert read_evidence(tmp_path / "again.csv").hash == evidence.hash


def test_another_number_gives_another_hash(plainly):
    changed = TABLE.assign(value=TABLE["value"].replace("0.7", "0.71"))
    assert read_evidence(changed).hash != plainly.hash


def test_identifiers_stay_text(plainly):
    assert plainly.table["subject"].tolist() == ["01", "1", "", "x, y"]


def test_occupancies_below_0_and_above_1_are_data(plainly):
    assert plainly.table["value"].tolist() == [0.4, -0.031, 0.7, 1.068]


def test_rows_that_several_frames_brought_with_the_same_labels_are_all_read():
    frame = pd.DataFrame({"drug": ["A"], "dose": [5.0], "value": [0.4]})
    both = pd.concat([frame, frame.assign(dose=6.0)])
    assert read_evidence(both).table["dose"].tolist() == [5.0, 6.0]


@pytest.mark.parametrize("missing", ["", "n/a", "N/A", "NA", "nan", "NaN"])
def test_a_missing_number_does_not_change_the_level(tmp_path, missing):
    path = tmp_path / "mine.csv"
    path.write_text(f"drug,dose,value,sd,n\nA,5,0.4,{missing},{missing}\n")
    assert read_evidence(path).table["level"].tolist() == ["subject"]


# --- numbers ------------------------------------------------------------------------------------


@given(st.floats(-1e6, 1e6))
def test_a_number_is_read_to_the_last_bit(value):
    assert number(repr(value)) == value


@given(
    st.one_of(
        st.text(max_size=12),
        st.from_regex(r"[-+]?[0-9]{0,3}\.?[0-9]{0,3}([eE][-+]?[0-9]{1,9})?", fullmatch=True),
    )
)
def test_any_text_is_a_number_or_is_not_and_nothing_else_happens(text):
    value = number(text)
    assert value is None or isinstance(value, float)


def test_percent_scale_the_values_and_not_the_doses():
    frame = pd.DataFrame(
        {
            "drug": "A",
            "dose": [50.0, 60.0],
            "value": [44.6, float("nan")],
            "sd": [8.0, float("nan")],
            "n": [4, 4],
            "low": [float("nan"), 70.0],
            "high": [float("nan"), 80.0],
            "value_unit": "percent",
        }
    )
    table = read_evidence(frame).table
    assert table["dose"].tolist() == [50.0, 60.0]
    assert table["n"].tolist() == [4.0, 4.0]
    assert table.loc["row 0", ["value", "sd"]].tolist() == [0.446, 0.08]
    assert table.loc["row 1", ["low", "high"]].tolist() == [0.7, 0.8]
    assert set(table["value_unit"]) == {"fraction"}


# --- defaults -----------------------------------------------------------------------------------


def test_drug_dose_and_value_are_enough_and_every_default_is_named(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(GOOD)
    evidence = read_evidence(path)
    named = {sentence.split(" not given")[0] for sentence in evidence.defaults}
    assert named == {"study", "value_unit", "dose_unit", "outcome", "use", "level", "cohort"}
    assert set(evidence.table["level"]) == {"subject"}
    assert len(evidence.used) == 2


def test_a_table_that_says_everything_uses_no_default():
    assert read_evidence().defaults == ()


def test_the_canonical_columns_come_in_order_and_numbers_are_numbers():
    table = read_evidence(TABLE).table
    assert list(table.columns) == list(COLUMNS)
    assert all(table[name].dtype == float for name in NUMBERS)


INFERRED = [
    ({"value": 0.5}, "subject"),
    ({"value": 0.5, "n": 1}, "subject"),
    ({"value": 0.5, "n": 1.0}, "subject"),
    ({"value": 0.5, "n": 6}, "group"),
    ({"value": 0.5, "n": 6, "sd": 0.1}, "group"),
    ({"value": 0.5, "n": 6, "se": 0.1}, "group"),
    ({"low": 0.4, "high": 0.6}, "range"),
]


@pytest.mark.parametrize(("cells", "level"), INFERRED)
def test_the_level_follows_from_what_a_row_holds(cells, level):
    frame = pd.DataFrame([{"drug": "A", "dose": 5.0, **cells}])
    assert read_evidence(frame).table["level"].tolist() == [level]
    assert level in LEVELS


def test_rows_of_one_study_drug_and_dose_are_one_cohort_unless_named():
    frame = pd.DataFrame(
        [
            {"study": "S", "drug": "A", "dose": 5, "region": "x", "value": 0.4, "n": 4},
            {"study": "S", "drug": "A", "dose": 5, "region": "y", "value": 0.5, "n": 4},
            {"study": "S", "drug": "A", "dose": 9, "region": "x", "value": 0.6, "n": 4},
            {"study": "T", "drug": "A", "dose": 5, "region": "x", "value": 0.6, "n": 4},
            {"study": "S", "drug": "A", "dose": 5, "region": "x", "value": 0.6, "n": 4, "cohort": "other"},
        ]
    )
    cohorts = read_evidence(frame).table[["study", "cohort"]].agg("/".join, axis=1)
    assert cohorts.iloc[0] == cohorts.iloc[1]
    assert cohorts.nunique() == 4


def test_rows_not_used_stay_in_the_table():
    evidence = read_evidence()
    assert len(evidence.used) + len(evidence.unused) == len(evidence.table)
    assert (evidence.unused["exclusion_reason"] != "").all()
    assert set(evidence.used["use"]) == {"yes"}


def test_rows_not_used_may_lack_what_a_fit_needs():
    frame = pd.DataFrame(
        [
            {"drug": "A", "dose": 5, "value": 0.4},
            {"drug": "A", "value": 0.4, "sd": 0.1, "use": "no", "exclusion_reason": "neither dose nor n"},
        ]
    )
    assert len(read_evidence(frame).unused) == 1


def test_a_column_is_allowed_once_it_is_asked_for():
    frame = pd.DataFrame({"drug": ["A"], "dose": [5], "value": [0.4], "camera": ["HRRT"]})
    with pytest.raises(EvidenceError, match="column camera"):
        read_evidence(frame)
    assert read_evidence(frame, extra=["camera"]).table["camera"].tolist() == ["HRRT"]


@pytest.mark.parametrize(
    ("name", "simulated"),
    [("simulated_scans", True), ("/data/simulated_2.csv", True), ("/simulated/mine.csv", False), ("", False)],
)
def test_a_table_says_by_its_name_that_its_values_are_simulated(name, simulated):
    assert Evidence(name, pd.DataFrame()).simulated is simulated


def test_a_misspelt_column_hides_no_wrong_cell(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("drug,dose,value,regio\nA,5,banana,x\nA,-1,0.4,x\n")
    with pytest.raises(EvidenceError) as caught:
        read_evidence(path)
    found = [(problem.where, problem.column) for problem in caught.value.problems]
    assert found == [("header", "regio"), ("line 2", "value"), ("line 3", "dose")]
