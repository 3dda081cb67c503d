"""The command that simulates a table: what it writes, and what it refuses."""

import pandas as pd
import pytest

import petfit
from tests.cli.runner import assert_one_message, run


@pytest.mark.parametrize("name", ["table.csv", "table.tsv"])
def test_simulate_writes_a_table_that_reads_back(design, name):
    code, out, _ = run("simulate", "emax", design, "--truth", "ec50=10,emax=0.9", "-o", name)
    assert code == 0
    assert out == f"Wrote {name}: 6 simulated rows\n"
    assert len(petfit.read_evidence(name).used) == 6
    first = pd.read_csv(name, sep=None, engine="python")
    run("simulate", "emax", design, "--truth", "ec50=10,emax=0.9", "--seed", 2, "-o", name)
    assert not first.equals(pd.read_csv(name, sep=None, engine="python"))


def test_simulate_replaces_no_table_but_a_simulated_one(design, tmp_path):
    (tmp_path / "mine.csv").write_text("drug,dose,value\nA,1,0.5\n")
    assert_one_message(*run("simulate", "emax", design, "-o", "mine.csv"), "mine.csv", "already exists")
    assert run("simulate", "emax", design, "-o", "mine.csv", "--force")[0] == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--truth", "ec50"), "write name=value"),
        (("--truth", "ec5=1"), "Did you mean 'ec50'?"),
        (("--given", "no.nc"), "no.nc"),
    ],
)
def test_simulate_refuses_what_it_does_not_understand(design, words, message):
    assert_one_message(*run("simulate", "emax", design, *words, "-o", "t.csv"), message)


def test_simulate_refuses_a_wrong_name_and_a_wrong_design(design):
    assert_one_message(*run("simulate", "emax", design, "-o", "t.xlsx"), ".csv or .tsv")
    design.write_text(design.read_text().replace("n = 3", "n = 0"))
    assert_one_message(*run("simulate", "emax", design, "-o", "t.csv"), "arm 1: n:")
