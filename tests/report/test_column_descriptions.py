import json

import pandas as pd
import pytest

from petfit.cli import app
from petfit.evidence import read_evidence
from petfit.report.column_descriptions import _COLUMNS
from tests.helpers import fit_from_prior

pytestmark = pytest.mark.filterwarnings("ignore:Cyclopts application invoked without tokens")

COMMANDS = {
    "summary": [],
    "dose": ["--occupancy", "0.5,0.8"],
    "predict": ["--dose", "5,20"],
    "attain": ["--dose", "5,20"],
    "attain, smallest": ["--smallest"],
    "differences": [],
    "equivalent": ["--drug", "A", "--dose", "5"],
}


@pytest.fixture
def run(monkeypatch, capsys):
    def run(*words):
        monkeypatch.setattr("sys.argv", ["petfit", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            app.main()
        return left.value.code, capsys.readouterr()

    return run


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    rows = [{"drug": drug, "dose": dose, "value": 0.5} for drug in "AB" for dose in (5.0, 20.0)]
    fit = fit_from_prior(MODEL, pd.DataFrame(rows))
    return fit.save(tmp_path_factory.mktemp("dictionary") / "fit.nc")


MODEL = """
[ec50]
centre = { dist = "Normal", mu = 0.0, sigma = 1.0 }
drug.pooled = { dist = "HalfNormal", sigma = 1.0 }
people.sd = { dist = "HalfNormal", sigma = 0.5 }
[emax]
centre = { dist = "Normal", mu = 2.0, sigma = 1.0 }
"""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_table_of_answers_goes_out_with_every_column_described(run, file, tmp_path, command):
    target = tmp_path / "answers.tsv"
    words = [command.split(",")[0], file, *COMMANDS[command]]
    code, said = run(*words, "-o", target)
    assert (code, said.err) == (0, "")
    written = pd.read_csv(target, sep="\t", na_values="n/a")
    described = json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
    assert list(described) == list(written.columns)
    assert all(entry["Description"].endswith(".") for entry in described.values())
    _, printed = run(*words, "--format", "json")
    assert len(json.loads(printed.out)) == len(written)


def test_no_column_is_described_twice_in_the_same_words():
    assert len(set(_COLUMNS.values())) == len(_COLUMNS)


def test_a_name_that_is_no_tsv_is_refused_and_nothing_is_written(run, file, tmp_path):
    code, said = run("dose", file, "-o", tmp_path / "answers.csv")
    assert code == 2
    assert ".tsv" in said.err
    assert list(tmp_path.iterdir()) == []


def test_evidence_goes_out_and_reads_back_the_same(run, tmp_path):
    code, _ = run("data", "sert_occupancy", "-o", tmp_path / "mine.tsv")
    assert code == 0
    assert read_evidence(tmp_path / "mine.tsv").hash == read_evidence().hash
