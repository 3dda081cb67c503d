import io
import json

import pandas as pd
import pytest

import petfit
from tests.cli.runner import assert_one_message, run

GOOD = "drug,dose,value\nA,5,0.4\nA,10,0.6\n"


TABLE_OPTIONS = [
    (["--columns", "dose"], ["--columns 'dose'", "dose=mg_per_day"]),
    (["--columns", "dose=mg,dose=value"], ["dose is given twice"]),
    (["--columns", "dos=mg"], ["columns, column dos", "'dose'", "column mg"]),
    (["--ignore", "valu"], ["ignore, column valu", "'value'"]),
    (["--wide", "regio"], ["wide, column regio", "'region'"]),
    (["--decimal", "x"], ["decimal", "'x'"]),
    (["--sheet", "x"], ["no sheets"]),
]


@pytest.mark.parametrize("command", ["fit", "data"])
@pytest.mark.parametrize(("options", "told"), TABLE_OPTIONS)
def test_a_wrong_table_option_gives_one_message(tmp_path, command, options, told):
    (tmp_path / "mine.csv").write_text(GOOD)
    assert_one_message(*run(command, "mine.csv", *options), *told)
    assert not (tmp_path / "fit.nc").exists()


def test_data_prints_the_table_as_read_with_its_assumptions(tmp_path):
    (tmp_path / "mine.csv").write_text("Stoff;mg;left;Notiz\nä;5;0,4;x\n", encoding="cp1252")
    options = ["--columns", "drug=Stoff", "--columns", "dose=mg", "--wide", "region", "--ignore", "Notiz"]
    code, out, err = run("data", "mine.csv", *options)
    assert (code, err) == (0, "")
    assert "40 %" in out
    assert "Assumed: encoding not given: Windows-1252" in out
    assert "Assumed: columns Notiz left out, as asked." in out


def test_data_lists_and_prints_the_bundled_table():
    code, out, _ = run("data")
    assert code == 0
    assert "sert_occupancy" in out
    assert "25" in out
    code, out, _ = run("data", "sert_occupancy", "--format", "csv")
    assert code == 0
    again = petfit.read_evidence(pd.read_csv(io.StringIO(out), dtype=str, keep_default_na=False))
    assert again.hash == petfit.read_evidence().hash


def test_data_prints_a_table_of_the_user(tmp_path):
    (tmp_path / "mine.csv").write_text(GOOD)
    code, out, _ = run("data", "mine.csv", "--format", "json")
    assert code == 0
    assert [(record["drug"], record["dose"], record["value"]) for record in json.loads(out)] == [
        ("A", 5.0, 0.4),
        ("A", 10.0, 0.6),
    ]


WRONG = """study,drug,dose,dose_unit,level,value,sd,n,outcome
S1,A,20,mg,subjct,0.446,,,occupancy
S1,A,two,g,subject,0.7,,,occupancy
S1,A,2,tablets,subject,0.7,,,occupancy
S1,A,3,mg,group,0.7,0.1,0,occupancy
S1,A,4,mg,group,0.7,0.1,6,ocupancy
"""


PROBLEMS = [
    ("line 2", "level", "subjct"),
    ("line 3", "dose", "two"),
    ("line 4", "dose_unit", "tablets"),
    ("line 5", "n", "0"),
    ("line 6", "outcome", "ocupancy"),
]


def test_data_check_names_every_problem(tmp_path):
    (tmp_path / "mine.csv").write_text(WRONG)
    assert_one_message(*run("data", "check", "mine.csv"), "5 problems", *(place for place, _, _ in PROBLEMS))


def test_data_check_gives_every_problem_as_json(tmp_path):
    (tmp_path / "mine.csv").write_text(WRONG)
    code, out, err = run("data", "check", "mine.csv", "--format", "json")
    assert (code, err) == (2, "")
    record = json.loads(out)
    assert record.keys() == {"table", "problems"}
    assert record["table"] == "mine.csv"
    problems = record["problems"]
    assert [(problem["row"], problem["column"], problem["seen"]) for problem in problems] == PROBLEMS
    assert all(problem.keys() == {"row", "column", "seen", "rule", "remedy"} for problem in problems)


def test_all_problems_are_printed_with_place_and_column(tmp_path):
    (tmp_path / "mine.csv").write_text(WRONG)
    code, out, err = run("data", "check", "mine.csv")
    assert (code, out) == (2, "")
    assert "5 problems" in err
    for place, column, _ in PROBLEMS:
        assert any(place in line and column in line for line in err.splitlines())


def test_data_check_shows_what_was_read_and_what_a_model_would_fit(tmp_path):
    (tmp_path / "mine.csv").write_text("drug,dose,dose_unit,value\nA,0.005,g,40 %\nA,10,mg,60 %\n")
    code, out, err = run("data", "check", "mine.csv", "--model", "emax")
    assert (code, err) == (0, "")
    for words in (
        "2 rows",
        "5 to 10 mg/day",
        "given in g",
        "given in percent",
        "can fit 2 rows",
        "geometric mean",
    ):
        assert words in out
    code, out, _ = run("data", "check", "mine.csv", "--model", "emax", "--format", "json")
    assert code == 0
    assert json.loads(out)["model"]["rows"] == 2


def test_data_check_refuses_a_model_that_cannot_use_the_table(tmp_path):
    (tmp_path / "mine.csv").write_text(GOOD)
    assert_one_message(*run("data", "check", "mine.csv", "--model", "emax_concentration"), "concentration")


def test_template_does_not_overwrite_without_force(tmp_path):
    code, out, _ = run("data", "template")
    assert code == 0
    assert "petfit data check table.tsv" in out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["table.json", "table.tsv"]
    assert_one_message(*run("data", "template"), "already exists", "--force")
    assert run("data", "template", "--force")[0] == 0
    assert run("data", "template", "-o", "other.tsv")[0] == 0
    assert_one_message(*run("data", "template", "-o", "other.csv"), "other.csv", ".tsv")
