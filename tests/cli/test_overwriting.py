"""No command replaces a file that petfit did not make, its own input, or a file of another kind."""

import shutil
from pathlib import Path

import pytest

from petfit.errors import PetfitError
from petfit.evidence import read_evidence
from tests.cli.runner import assert_one_message, run
from tests.helpers import slow_but

pytestmark = pytest.mark.usefixtures("without_figures")

TABLE = "drug,dose,value\nA,5,0.4\nA,10,0.6\n"
WRITING = {
    "fit": (["fit", "study.csv", "-o"], "mine.nc"),
    "report": (["report", "fit.nc", "-o"], "mine.html"),
    "compare": (["compare", "fit.nc", "copy.nc", "--report"], "mine.html"),
    "priors": (["priors", "emax", "--plot"], "mine.svg"),
    "data": (["data", "study.csv", "-o"], "mine.tsv"),
    "template": (["data", "template", "-o"], "mine.tsv"),
    "parameters": (["parameters", "fit.nc", "-o"], "mine.tsv"),
    "dose": (["dose", "fit.nc", "-o"], "mine.tsv"),
    "predict": (["predict", "fit.nc", "--dose", "10", "-o"], "mine.tsv"),
    "attain": (["attain", "fit.nc", "--dose", "10", "-o"], "mine.tsv"),
    "equivalent": (["equivalent", "fit.nc", "--drug", "A", "--dose", "10", "-o"], "mine.tsv"),
    "contrast": (["contrast", "fit.nc", "-o"], "mine.tsv"),
}


@pytest.fixture(autouse=True)
def inputs(saved):
    Path("study.csv").write_text(TABLE)
    shutil.copy(saved, "fit.nc")
    shutil.copy(saved, "copy.nc")


USUAL = ("fit", "report", "data", "template", "dose")


@pytest.mark.parametrize("command", slow_but(USUAL, WRITING))
def test_a_file_that_petfit_did_not_make_is_kept(command):
    words, name = WRITING[command]
    Path(name).write_text("my own data")
    assert_one_message(*run(*words, name), name, "--force")
    assert Path(name).read_text() == "my own data"


@pytest.mark.parametrize("command", slow_but(USUAL, WRITING))
@pytest.mark.parametrize("file", ["study.csv", "fit.nc"])
def test_no_command_replaces_the_table_or_a_fit_that_it_read(command, file):
    if command == "fit" and file == "fit.nc":
        return  # a fit replaces an older fit
    before = Path(file).read_bytes()
    assert run(*WRITING[command][0], file)[0] == 2
    assert Path(file).read_bytes() == before


@pytest.mark.parametrize(
    "command",
    slow_but(
        ["report", "dose", "data"],
        ["report", "priors", "parameters", "dose", "predict", "equivalent", "contrast", "data"],
    ),
)
def test_a_command_replaces_what_it_wrote_before(command):
    words, name = WRITING[command]
    assert run(*words, name)[0] == 0
    assert run(*words, name)[0] == 0


def test_force_replaces_any_file():
    Path("mine.tsv").write_text("old")
    Path("mine.html").write_text("old")
    assert run("dose", "fit.nc", "-o", "mine.tsv", "--force")[0] == 0
    assert run("report", "fit.nc", "-o", "mine.html", "--force")[0] == 0
    assert "old" not in (Path("mine.tsv").read_text(), Path("mine.html").read_text())


def test_an_edited_table_of_evidence_is_kept():
    path = read_evidence("study.csv").save("mine.tsv")
    edited = path.read_text().replace("0.4", "0.45")
    path.write_text(edited)
    assert_one_message(*run("data", "study.csv", "-o", "mine.tsv"), "mine.tsv", "--force")
    assert_one_message(*run("data", "mine.tsv", "-o", "mine.tsv"), "this file is the input", "--force")
    assert_one_message(*run("dose", "fit.nc", "-o", "mine.tsv"), "mine.tsv", "--force")
    assert path.read_text() == edited


def test_a_description_beside_the_table_is_kept():
    Path("mine.json").write_text('{"my": "own"}')
    assert_one_message(*run("dose", "fit.nc", "-o", "mine.tsv"), "mine.json")
    assert not Path("mine.tsv").exists()


def test_a_link_to_the_input_is_the_input():
    Path("link.nc").symlink_to("study.csv")
    assert_one_message(*run("fit", "study.csv", "-o", "link.nc"), "this file is the input")


def test_the_methods_of_python_keep_files_too(prior_fit, tmp_path):
    for method, name in [
        (prior_fit.save, "a.nc"),
        (prior_fit.report, "a.html"),
        (prior_fit.evidence.save, "a.tsv"),
    ]:
        path = tmp_path / name
        path.write_text("mine")
        with pytest.raises(PetfitError, match="force=True"):
            method(path)
        assert path.read_text() == "mine"
        method(path, force=True)
        method(path)


@pytest.mark.parametrize("command", ["parameters", "check", "report"])
def test_a_missing_or_wrong_fit_file_does_not_suggest_fitting_over_it(command):
    for name in ("study.csv", "missing.nc"):
        code, out, err = run(command, name)
        assert_one_message(code, out, err, name)
        assert "petfit fit -o" not in err
        assert f"-o {name}" not in err
