"""The commands that plan studies, from a design file to a table and answers."""

import json

import pandas as pd
import pytest

from tests.cli.runner import assert_one_message, run


def test_design_evaluate_prints_a_table_and_a_paragraph_and_draws(design):
    words = ("design", "evaluate", design, "--model", "one_site", "--studies", 3, "--workers", 1)
    words += ("--window", 0.6, 0.7)
    code, out, err = run(*words, "--plot", "widths.svg")
    assert code == 0, err
    assert "quick look" in out
    assert "The study (3 people at 5 and 20 mg/day of X" in out
    assert "Wrote widths.svg" in err
    assert "dose for 60 %" in out
    assert "For the dose for 70 %, an end of the window" in " ".join(out.split())
    frame = pd.DataFrame(json.loads(run(*words, "--format", "json")[1]))
    assert {"estimate", "mcse", "quick_estimate", "quick_mcse"} <= set(frame)
    assert run(*words, "-o", "answer.tsv")[0] == 0
    assert len(pd.read_csv("answer.tsv", sep="\t")) == len(frame)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--ratio", "0.5"), "ratio must be above 1"),
        (("--studies", "1"), "2 or more"),
        (("--plot", "w.bmp"), "w.bmp"),
        (("-o", "w.csv"), ".tsv"),
    ],
)
def test_design_evaluate_refuses_what_it_cannot_answer(design, words, message):
    assert_one_message(*run("design", "evaluate", design, "--model", "one_site", *words), message)


@pytest.fixture(scope="module")
def people_file(tmp_path_factory, plain_fit):
    return plain_fit.save(tmp_path_factory.mktemp("planning") / "people.nc")


def test_design_next_ranks_doses_up_to_the_limit(people_file):
    words = ("design", "next", people_file, "--max-dose", 60, "--results", 20)
    code, out, err = run(*words, "--plot", "next.svg")
    assert code == 0, err
    assert "No dose is above 60 mg/day" in out
    assert "the next person would receive" in out
    frame = pd.DataFrame(json.loads(run(*words, "--doses", "5,60", "--format", "json")[1]))
    assert sorted(frame["dose"]) == [5, 60]
    assert_one_message(*run(*words, "--doses", "5,80"), "candidate 80")


def test_design_size_and_optimise_answer_in_a_table_a_paragraph_and_a_figure(design):
    common = ("--model", "one_site", "--studies", 3, "--workers", 1)
    code, out, err = run(
        "design", "size", design, *common, "--ratio", 20, "--max-people", 3, "--plot", "size.svg"
    )
    assert code == 0, err
    assert "P(upper/lower below 20)" in out
    code, out, err = run(
        "design", "optimise", design, *common, "--doses", "5,20,60", "--people", 4, "--plot", "doses.svg"
    )
    assert code == 0, err
    assert "People at each dose" in out
    assert "exchange algorithm" in " ".join(out.split())
    over = ("--doses", "5,20", "--people", 4, "--max-dose", 10)
    assert_one_message(*run("design", "optimise", design, *common, *over), "20 is above the limit")


def test_a_design_command_that_was_stopped_continues_and_writes_a_page(design, tmp_path):
    words = ("design", "evaluate", design, "--model", "one_site", "--studies", 3, "--workers", 1)
    words += ("--folder", "kept")
    assert run(*words)[0] == 0
    made = {file: file.stat().st_mtime_ns for file in (tmp_path / "kept").iterdir()}
    lost = next(iter(made))
    lost.unlink()
    code, _, err = run(*words, "--report", "page.html")
    assert (code, err) == (0, "Wrote page.html\n")
    again = {file: file.stat().st_mtime_ns for file in (tmp_path / "kept").iterdir()}
    assert [file for file in made if again[file] != made[file]] == [lost]
    assert len(again) == 3
    (tmp_path / "mine.html").write_text("mine")
    assert_one_message(*run(*words, "--report", "mine.html"), "mine.html", "already exists")
