"""Finished results are kept, and a run that was stopped makes only those that are missing."""

import math

import pytest

from petfit.errors import PetfitError
from petfit.inference.kept_results import run_missing
from petfit.inference.workers import Failure

MADE = []


def double(number):
    MADE.append(number)
    if number == 3:
        raise PetfitError("no three")
    return [{"number": number, "double": 2 * number}]


def made():
    return MADE


def run(numbers, folder):
    MADE.clear()
    return run_missing(double, numbers, [f"{n}" for n in numbers], folder, ["number", "double"], workers=1)


def test_a_run_that_was_stopped_makes_only_the_missing_results_and_failures_again(tmp_path):
    run([1, 3], tmp_path)
    results = run([1, 2, 3, math.inf], tmp_path)
    assert made() == [2, 3, math.inf]
    assert results[0] == [{"number": 1, "double": 2}]
    assert results[2] == Failure("no three")
    assert run([math.inf], tmp_path)[0] == [{"number": math.inf, "double": math.inf}]
    assert made() == []


@pytest.mark.parametrize("damaged", ["", "no json", "{}", '[{"number": 1}]'])
def test_a_damaged_result_is_made_again(tmp_path, damaged):
    (tmp_path / "1.json").write_text(damaged)
    assert run([1], tmp_path)[0] == [{"number": 1, "double": 2}]


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(PetfitError, match="cannot be made"):
        run([1], tmp_path / "file")
