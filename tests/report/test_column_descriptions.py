import json

import pandas as pd
import pytest

from petfit.evidence import read_evidence
from petfit.report.column_descriptions import DESCRIPTIONS
from tests.cli.runner import run
from tests.helpers import fit_from_prior, slow_but

pytestmark = pytest.mark.filterwarnings("ignore:Cyclopts application invoked without tokens")

COMMANDS = {
    "summary": [],
    "parameters": [],
    "dose": ["--occupancy", "0.5,0.8"],
    "predict": ["--dose", "5,20"],
    "attain": ["--dose", "5,20"],
    "attain, smallest": ["--smallest"],
    "contrast": [],
    "heterogeneity": [],
    "heterogeneity,by": ["--by", "drug"],
    "equivalent": ["--drug", "A", "--dose", "5"],
}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    rows = [
        {"drug": drug, "dose": dose, "value": 0.5} for drug in ("A", "sertraline") for dose in (5.0, 20.0)
    ]
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


@pytest.mark.parametrize(
    "command", slow_but(["summary", "attain, smallest", "contrast", "heterogeneity"], COMMANDS)
)
def test_every_column_of_a_written_answer_is_described(file, tmp_path, command):
    target = tmp_path / "answers.tsv"
    words = [command.split(",")[0], file, *COMMANDS[command]]
    code, _, err = run(*words, "-o", target)
    assert (code, err) == (0, "")
    written = pd.read_csv(target, sep="\t", na_values="n/a")
    described = json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
    assert list(described) == list(written.columns)
    assert all(entry["Description"].endswith(".") for entry in described.values())
    _, printed, _ = run(*words, "--format", "json")
    assert len(json.loads(printed)) == len(written)


def test_no_two_columns_have_the_same_description():
    assert len(set(DESCRIPTIONS.values())) == len(DESCRIPTIONS)


def test_only_tsv_files_are_written(file, tmp_path):
    code, _, err = run("dose", file, "-o", tmp_path / "answers.csv")
    assert code == 2
    assert ".tsv" in err
    assert list(tmp_path.iterdir()) == []


def test_written_evidence_is_read_back_unchanged(tmp_path):
    code, _, _ = run("data", "sert_occupancy", "-o", tmp_path / "mine.tsv")
    assert code == 0
    assert read_evidence(tmp_path / "mine.tsv").hash == read_evidence().hash
