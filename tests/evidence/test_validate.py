import pandas as pd
import pytest

from petfit.errors import EvidenceError, PetfitError
from petfit.evidence import read_evidence

GROUPS = "drug,dose,value,sd,n\n"
RANGES = "drug,dose,low,high,n\n"
WHOLE = "study,cohort,drug,dose,level,value,low,high,sd,se,n,outcome,use,exclusion_reason\n"

BAD = {
    "an unknown column": (
        "drug,dose,value,doze\nA,5,0.4,1\n",
        ["header, column doze", '--ignore "doze"'],
    ),
    "a misspelt column": (
        "drug,dos,value\nA,5,0.4\n",
        ["column dos:", "dose is missing", '--columns "dose=dos"'],
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
        ["line 2, column value", "'40'", "--set value_unit=percent"],
    ),
    "a negative dose": (
        "drug,dose,value\nA,-5,0.4\n",
        ["line 2, column dose", "'-5'", "negative", "0 or more"],
    ),
    "no dose in a row": ("drug,dose,value\nA,,0.4\n", ["line 2, column dose", "needs a dose"]),
    "no value in a row": ("drug,dose,value\nA,5,\n", ["line 2, column value", "needs a value"]),
    "no drug in a row": ("drug,dose,value\n,5,0.4\n", ["line 2, column drug", "Name the drug"]),
    "a fractional n": (GROUPS + "A,5,0.4,0.1,2.5\n", ["line 2, column n", "'2.5'", "whole number"]),
    "a group of 0": (GROUPS + "A,5,0.4,0.1,0\n", ["line 2, column n", "'0'", "whole number"]),
    "an SD of 0": (GROUPS + "A,5,0.4,0,4\n", ["line 2, column sd", "'0'", "above 0"]),
    "an SD of one person": (GROUPS + "A,5,0.4,0.1,1\n", ["line 2, column sd", "one person has no sd"]),
    "an SD that people between 0 and 1 cannot have": (
        GROUPS + "A,5,0.8,0.77,6\n",
        ["line 2, column sd", "'0.77'", "where an error bar ends"],
    ),
    "a code for a person": (
        "subject,drug,dose,value\n-99,A,5,0.4\n",
        ["line 2, column subject", "'-99'", "Leave the cell empty"],
    ),
    "low above high": (
        RANGES + "A,5,0.8,0.4,4\n",
        ["line 2, column low, high", "0.8 to 0.4", "below high", "Swap"],
    ),
    "low equal to high": (
        RANGES + "A,5,0.4,0.4,4\n",
        ["line 2, column low, high", "low must be below high"],
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
    "a scan without a subject": (
        WHOLE + "S,c,A,5,scan,0.4,,,,,,bpnd,yes,\n",
        ["line 2, column subject", "a scan row needs a subject"],
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
        ["column use", "no row is to be fitted"],
    ),
    "a range of doses reversed": (
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


@pytest.mark.parametrize(("text", "words"), BAD.values(), ids=BAD.keys())
def test_an_error_gives_place_value_and_remedy(tmp_path, text, words):
    path = tmp_path / "mine.csv"
    path.write_text(text)
    with pytest.raises(PetfitError) as caught:
        read_evidence(path)
    for word in [str(path), *words]:
        assert word in caught.value.in_shell


@pytest.mark.parametrize(("text", "words"), BAD.values(), ids=BAD.keys())
def test_one_wrong_cell_is_one_problem(tmp_path, text, words):
    two = ("a misspelt column", "an empty file")
    path = tmp_path / "mine.csv"
    path.write_text(text)
    with pytest.raises(PetfitError) as caught:
        read_evidence(path)
    if (text, words) not in [BAD[name] for name in two]:
        problems = getattr(caught.value, "problems", [caught.value])  # a file that is no table is one
        assert len(problems) == 1, caught.value


def test_all_problems_are_reported_at_once_in_the_order_of_the_rows(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("drug,dose,value,n,sd\nA,-5,0.4,1,\nB,6,80,1,\nA,7,0.4,0,0.1\n,8,0.5,1,\n")
    with pytest.raises(EvidenceError) as caught:
        read_evidence(path)
    places = [(problem.where, problem.column) for problem in caught.value.problems]
    assert places == [("line 2", "dose"), ("line 3", "value"), ("line 4", "n"), ("line 5", "drug")]
    assert "4 problems" in str(caught.value)


def test_a_misspelt_column_does_not_hide_a_wrong_cell(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("drug,dose,value,regio\nA,5,banana,x\nA,-1,0.4,x\n")
    with pytest.raises(EvidenceError) as caught:
        read_evidence(path)
    places = [(problem.where, problem.column) for problem in caught.value.problems]
    assert places == [("header", "regio"), ("line 2", "value"), ("line 3", "dose")]


def test_an_unused_row_can_lack_what_a_fit_needs():
    frame = pd.DataFrame(
        [
            {"drug": "A", "dose": 5, "value": 0.4},
            {"drug": "A", "value": 0.4, "sd": 0.1, "use": "no", "exclusion_reason": "neither dose nor n"},
        ]
    )
    assert len(read_evidence(frame).unused) == 1
