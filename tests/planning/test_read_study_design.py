"""A design that is wrong is refused with its place; the same design is read from a file or a DataFrame."""

import pandas as pd
import pytest

from petfit import PetfitError
from petfit.planning.read_study_design import read_study_design

GOOD = """
title = "Two doses"
drug = "X"
level = "scan"
regions = ["midbrain", "putamen"]

[[arms]]
n = 4
doses = [0, 10]

[[arms]]
n = 2
doses = [0, 40]
dropout = 0.2
"""


def read(tmp_path, text):
    file = tmp_path / "design.toml"
    file.write_text(text)
    return read_study_design(file)


def test_keys_above_the_first_arm_hold_for_all_arms(tmp_path):
    study = read(tmp_path, GOOD)
    assert {arm.drug for arm in study.arms} == {"X"}
    assert [arm.regions for arm in study.arms] == [["midbrain", "putamen"]] * 2
    assert (study.n, study.n_scans) == (6, 12)


def test_a_file_and_a_data_frame_give_the_same_arms(tmp_path):
    frame = pd.DataFrame({"n": [4, 2], "doses": ["0; 10", "0; 40"], "dropout": [None, 0.2]})
    frame = frame.assign(drug="X", level="scan", regions="midbrain; putamen")
    assert read_study_design(frame).arms == read(tmp_path, GOOD).arms


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("n = 4", "n = 0", ("arm 1", "n:", "seen: 0")),
        ("n = 4", "", ("arm 1", "n is missing")),
        ("doses = [0, 40]", "doses = [0, -40]", ("arm 2", "-40 is below 0")),
        ("doses = [0, 40]", "dose = [0, 40]", ("arm 2", "unknown key 'dose'", "Did you mean 'doses'?")),
        ("doses = [0, 40]", 'doses = [0, "x"]', ("arm 2", "doses.1", "seen: 'x'")),
        ('level = "scan"', 'level = "subject"', ("arm 1", "Leave out 0")),
        ('level = "scan"', 'level = "scans"', ("level", "'scan', 'subject' or 'group'")),
        ("dropout = 0.2", "dropout = 1.2", ("arm 2", "dropout")),
        ("dropout = 0.2", "concentrations = [3]", ("arm 2", "not both")),
        ('regions = ["midbrain", "putamen"]', 'regions = ["a", "a"]', ("'a' is given twice",)),
        ('title = "Two doses"', 'titel = "Two doses"', ("unknown key 'titel'", "Did you mean 'title'?")),
        ("[[arms]]", "[[arm]]", ("arms is missing",)),
        ("n = 4", "n = ", ("not valid TOML",)),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(tmp_path, old, new, words):
    with pytest.raises(PetfitError) as refused:
        read(tmp_path, GOOD.replace(old, new))
    assert str(refused.value).startswith("design.toml: ")
    for word in words:
        assert word in str(refused.value)


def test_every_problem_is_listed(tmp_path):
    with pytest.raises(PetfitError) as refused:
        read(tmp_path, GOOD.replace("n = 4", "n = -1").replace("dropout = 0.2", "dropout = 2"))
    assert len(str(refused.value).splitlines()) == 2


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(PetfitError, match=r"no\.toml"):
        read_study_design(tmp_path / "no.toml")
