import os
import subprocess
import sys

import pytest

from petfit.evidence.bundled import models_folder
from tests.cli.runner import CONSOLE, assert_one_message, run, run_process

GOOD = "drug,dose,value\nA,5,0.4\nA,10,0.6\n"


MODEL = (models_folder() / "emax.toml").read_text(encoding="utf-8")


TABLES = {
    "an unknown column": ("drug,doze,value\nA,5,0.4\n", ["header", "doze", '--columns "dose=doze"']),
    "text where a number belongs": ("drug,dose,value\nA,ten,0.4\n", ["line 2", "dose", "'ten'", "number"]),
    "a negative dose": ("drug,dose,value\nA,-5,0.4\n", ["line 2", "dose", "'-5'", "0 or more"]),
    "low above high": ("drug,dose,low,high\nA,5,0.8,0.4\n", ["line 2", "low, high", "0.8 to 0.4", "Swap"]),
    "a duplicate row": (GOOD + "A,5,0.4\n", ["line 4", "the same row as line 2", "Remove one"]),
    "an empty table": ("drug,dose,value\n", ["not one row", "Add the evidence"]),
    "an empty file": ("", ["drug", "missing"]),
}


BAD_MODELS = {
    "an unknown key": (MODEL + "[noize]\n", ["'noize'", "'noise'"]),
    "a prior that does not exist": (
        MODEL.replace('"Normal"', '"Norml"'),
        ["ec50.centre", "'Norml'", "'Normal'"],
    ),
    "a factor the table lacks": (
        MODEL.replace("[ec50.drug", "[ec50.region"),
        ["'region'", "lacks", "--set region=NAME"],
    ),
}


def bad_inputs(folder, fit_file):
    """Every bad input as the words of a command, and what the message must say."""
    good = folder / "good.csv"
    good.write_text(GOOD)
    yield "a missing table", ["fit", "none.csv"], ["none.csv", "no such file", "Give the path"]
    for name, (text, told) in TABLES.items():
        path = folder / f"{name}.csv"
        path.write_text(text)
        yield name, ["fit", path], [path.name, *told]
    for name, (text, told) in BAD_MODELS.items():
        path = folder / f"{name}.toml"
        path.write_text(text)
        yield name, ["fit", good, "--model", path], [*told]
    yield "a missing model", ["fit", good, "--model", "emaks"], ["'emaks'", "'emax'"]
    yield "a missing drug table", ["fit", good, "--drug-table", "none.csv"], ["none.csv", "no such file"]
    cut = folder / "cut.nc"
    cut.write_bytes(fit_file.read_bytes()[:20_000])
    for command in (["parameters"], ["dose"], ["attain"], ["check"], ["report"], ["predict", "--dose", "5"]):
        yield (
            f"{command[0]} of a cut fit",
            [*command, cut],
            ["cut.nc", "cut short", "Give a file that petfit fit or"],
        )
    yield "a missing fit", ["report", "none.nc"], ["none.nc", "no such file", "petfit fit"]


BAD = [
    "a missing table",
    *TABLES,
    *BAD_MODELS,
    "a missing model",
    "a missing drug table",
    *(
        f"{command} of a cut fit"
        for command in ("parameters", "dose", "attain", "check", "report", "predict")
    ),
    "a missing fit",
]


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gives_one_message_with_a_remedy_and_writes_nothing(tmp_path, saved, name):
    words, told = {one: rest for one, *rest in bad_inputs(tmp_path, saved)}[name]
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert_one_message(*run(*words), *told)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", BAD_MODELS)
def test_the_message_names_the_model_file(tmp_path, saved, name):
    words, _ = {one: rest for one, *rest in bad_inputs(tmp_path, saved)}[name]
    file = "good.csv" if name == "a factor the table lacks" else f"{name}.toml"
    assert_one_message(*run(*words), file)


@pytest.mark.parametrize("name", ["a negative dose", "an unknown key", "report of a cut fit"])
def test_bad_input_leaves_an_existing_output_unchanged(tmp_path, saved, name):
    words, _ = {one: rest for one, *rest in bad_inputs(tmp_path, saved)}[name]
    old = tmp_path / "old"
    old.write_text("precious")
    assert_one_message(*run(*words, "-o", old))
    assert old.read_text() == "precious"


def test_the_installed_command_gives_one_message_for_bad_input(tmp_path):
    (tmp_path / "mine.csv").write_text("drug,dose,value\nA,-5,0.4\n")
    done = run_process("fit", "mine.csv", cwd=tmp_path)
    assert_one_message(done.returncode, done.stdout, done.stderr, "mine.csv", "line 2", "'-5'")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


USAGE = {
    "an unknown command": (["doze"], ["doze"]),
    "an unknown option": (["dose", "FIT", "--ocupancy", "0.8"], ["ocupancy"]),
    "no fit file": (["dose"], []),
    "a format that is not there": (["dose", "FIT", "--format", "xml"], ["xml"]),
    "an occupancy in percent": (["dose", "FIT", "--occupancy", "80"], ["80", "0.8"]),
    "an occupancy in words": (["dose", "FIT", "--occupancy", "most"], ["'most'", "numbers"]),
    "a probability in percent": (["parameters", "FIT", "--prob", "95"], ["95", "0.95"]),
    "an unknown population": (["parameters", "FIT", "--for", "new_subjet"], ["new_subject"]),
    "a negative dose": (["predict", "FIT", "--dose=-5"], ["-5", "0 or more"]),
    "a level without its factor": (["dose", "FIT", "--at", "striatum"], ["'striatum'", "factor=level"]),
    "a factor that is not there": (["dose", "FIT", "--at", "drog=A"], ["'drog'"]),
    "strengths and doses at once": (["attain", "FIT", "--smallest", "--dose", "5"], ["leave out --dose"]),
    "strengths nobody knows": (["attain", "FIT", "--smallest"], ["A: no strengths known", "--drug-table"]),
    "an equivalent of an unknown drug": (["equivalent", "FIT", "--drug", "C", "--dose", "5"], ["'C'"]),
    "a comparison of one fit": (["compare", "FIT"], ["two fits or more"]),
    "a comparison of a fit with itself": (["compare", "FIT", "FIT"], ["given twice"]),
    "text for a count": (["fit", "--draws", "many"], ["many"]),
    "too few chains": (["fit", "--chains", "1"], ["chains", "2 or more"]),
    "a trillion draws": (["fit", "--draws", "1000000000000"], ["draws", "at most 1,000,000"]),
    "a billion chains": (["fit", "--chains", "1000000000"], ["chains", "at most 1,000,000"]),
    "a folder that is not there": (["fit", "-o", "nowhere/fit.nc"], ["nowhere"]),
    "a report to nowhere": (["report", "FIT", "-o", "nowhere/report.html"], ["nowhere"]),
    "a bundled model that is not there": (["models", "ssrii"], ["'ssrii'", "'ssri'"]),
    "a bundled table that is not there": (["data", "sert"], ["sert", "no such file"]),
}


@pytest.mark.parametrize(("words", "told"), USAGE.values(), ids=USAGE.keys())
def test_wrong_usage_gives_one_message(tmp_path, saved, words, told):
    assert_one_message(*run(*(saved if word == "FIT" else word for word in words)), *told)
    assert list(tmp_path.iterdir()) == []


def test_a_command_imports_only_what_it_needs(tmp_path, saved):
    code = (
        "import sys\n"
        "from petfit.cli import main\n"
        "fit, page = sys.argv[1:]\n"
        "for words in (['--help'], ['dose', fit], ['contrast', fit], ['report', fit, '-o', page]):\n"
        "    sys.argv = ['petfit', *words]\n"
        "    try:\n"
        "        main()\n"
        "    except SystemExit as left:\n"
        "        assert not left.code, left.code\n"
        "    heavy = {'pymc', 'pytensor', 'nutpie', 'numba', 'openpyxl'} & set(sys.modules)\n"
        "    assert not heavy, f'{words[0]} imported {heavy}'\n"
        "    assert words != ['--help'] or not {'numpy', 'pandas', 'xarray'} & set(sys.modules)\n"
        "    assert words[0] == 'report' or 'matplotlib' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, saved, tmp_path / "page.html"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "page.html").is_file()


def test_help_and_version_are_printed():
    code, out, _ = run("--help")
    assert code == 0
    for command in ("fit", "dose", "predict", "attain", "contrast", "equivalent", "compare", "check"):
        assert command in out
    assert "Exit status: 0 done, 1 a check failed, 2 bad input or usage" in " ".join(out.split())
    code, out, _ = run("--version")
    assert code == 0
    assert out.strip()[0].isdigit()


def test_an_error_that_was_not_foreseen_is_one_line_and_a_traceback_only_with_debug(monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError("by accident\nin two lines")

    monkeypatch.setattr("petfit.load", fail)
    assert_one_message(*run("dose", "fit.nc"), "ZeroDivisionError: by accident in two lines", "--debug")
    code, out, err = run("dose", "fit.nc", "--debug")
    assert (code, out) == (2, "")
    assert "Traceback" in err
    assert err.splitlines()[-1].startswith("petfit: an error in petfit itself")


def test_when_memory_ends_there_is_one_sentence(monkeypatch):
    def fail(*_, **__):
        raise MemoryError

    monkeypatch.setattr("petfit.load", fail)
    assert_one_message(*run("dose", "fit.nc"), "memory ran out", "fewer draws")


ODD_MODELS = {
    "deep arrays": ("a = " + "[" * 4000 + "]" * 4000, "odd.toml: "),
    "an integer of 5,000 digits": (f"n_assumed = {'9' * 5000}", "not valid TOML"),
    "a key of very many dots": (f"{'a.' * 20_000}b = 1", "too long"),
    "a huge file": ("# comment\n" * 200_000, "too long"),
    "10,000 tables in one another": (f"[{'.'.join(['a'] * 10_000)}]\nb = 1", "too long"),
    "10,000 inline tables": (f"a = {'{a = ' * 10_000}1{'}' * 10_000}", "odd.toml: "),
    "a mean that is no number": (MODEL.replace("mu = ", "mu = nan # ", 1), "mu"),
    "an infinite mean": (MODEL.replace("mu = ", "mu = inf # ", 1), "mu"),
    "a mean of 400 digits": (MODEL.replace("mu = ", f"mu = {'9' * 400} # ", 1), "mu"),
    "a date as the mean": (MODEL.replace("mu = ", "mu = 1979-05-27 # ", 1), "mu"),
    "a zero byte": (f"{MODEL}\0", "not valid TOML"),
    "very many unknown keys": ("".join(f"key{i} = 1\n" for i in range(5000)), "more problems"),
}


@pytest.mark.parametrize("name", ODD_MODELS)
def test_an_odd_model_file_gives_one_short_message(tmp_path, name):
    text, told = ODD_MODELS[name]
    (tmp_path / "odd.toml").write_text(text)
    (tmp_path / "good.csv").write_text(GOOD)
    code, out, err = run("fit", tmp_path / "good.csv", "--model", tmp_path / "odd.toml")
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err
    assert len(err) < 40_000


@pytest.mark.slow
def test_a_name_that_is_not_utf8_and_an_ascii_locale_without_a_home_do_no_harm(tmp_path, saved):
    name = os.fsdecode(b"gr\xfcn.csv")
    (tmp_path / name).write_text("drug,dose,value\nA,-5,0.4\n")
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for words in (["fit", name], ["parameters", saved]):
        done = subprocess.run(
            [CONSOLE, *map(str, words)], cwd=tmp_path, env=environment, capture_output=True, check=False
        )
        assert done.returncode == (2 if name in words else 0), done.stderr
        assert b"Traceback" not in done.stderr


def run_with(option, *words):
    """Run Python with an option, and petfit in it."""
    command = [sys.executable, option, "-m", "petfit", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_python_without_docstrings_is_refused():
    """ArviZ adds to docstrings when it is imported, or when a check runs."""
    assert_one_message(*run_with("-OO", "--help"), "docstrings", "Use -O at most")


@pytest.mark.slow
def test_python_without_assertions_changes_no_answer(saved):
    assert run_with("-O", "check", saved) == run("check", saved)


ODD_SETTINGS = {
    "LC_ALL": "xx_YY",
    "TZ": "nowhere",
    "TERM": "",
    "TMPDIR": "/nowhere",
    "HOME": "/nowhere",
    "COLUMNS": "many",
    "NO_COLOR": "1",
    "PYTHONWARNINGS": "error",
    "MPLBACKEND": "nonsense",
}


@pytest.mark.slow
@pytest.mark.parametrize("words", [["dose"], ["plot", "curves", "-o", "curves.svg"]])
def test_odd_settings_of_the_environment_change_no_answer(saved, words):
    words.insert(1, str(saved))
    done = subprocess.run(
        [CONSOLE, *words], env=os.environ | ODD_SETTINGS, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == run(*words)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no such shell there")
@pytest.mark.parametrize(
    ("command", "status"),
    [("{} >&-", 0), ("{} <&- >&- 2>&-", 0), ("{} | true", 0), ("{} >/dev/full", 2)],
)
def test_closed_and_full_streams_are_no_error_of_petfit(saved, command, status):
    script = "set -o pipefail; " + command.format(f"{CONSOLE} parameters {saved}")
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == status
    assert "petfit itself" not in done.stderr


INTERRUPTED = """
import signal, sys, time
import petfit.cli
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores interrupts
class Interrupted:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
def work():
    Interrupted()
    time.sleep(60)
petfit.cli.main = work
from petfit.__main__ import main
main()
"""


def test_an_interrupt_while_an_object_is_deleted_stops_the_command():
    """Python ignores exceptions in destructors, and prints their traceback."""
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


LONG = "a" * 300
ODD_PATHS = {
    "a folder as a table": (["data", "folder"], "this is a folder without a table"),
    "a folder as a fit": (["dose", "folder"], "not a file"),
    "a folder as a model": (["fit", "good.csv", "--model", "folder"], "neither a bundled model nor a file"),
    "a folder as a design": (["simulate", "emax", "folder", "-o", "new.csv"], "cannot be read as text"),
    "a folder as the output": (["dose", "FIT", "-o", "folder"], "folder"),
    "a link to itself as a table": (["data", "loop"], "Too many levels of symbolic links"),
    "a link to itself as a fit": (["dose", "loop"], "Too many levels of symbolic links"),
    "a link to itself as a model": (["fit", "good.csv", "--model", "loop"], "neither a bundled model"),
    "an endless table": (["data", "/dev/zero"], "petfit reads 100 MB at most"),
    "an endless fit": (["dose", "/dev/zero"], "not a file"),
    "an endless model": (["fit", "good.csv", "--model", "/dev/zero"], "neither a bundled model nor a file"),
    "an endless design": (["simulate", "emax", "/dev/zero", "-o", "new.csv"], "too long for a design"),
    "an empty device as a table": (["data", "/dev/null"], "missing"),
    "a full device": (["priors", "emax", "--plot", "/dev/full"], "not a file that can be replaced"),
    "a long name of a table": (["data", f"{LONG}.csv"], "File name too long"),
    "a long name of a fit": (["dose", f"{LONG}.nc"], "File name too long"),
    "a long name of an output": (["dose", "FIT", "-o", f"{LONG}.tsv"], "File name too long"),
    "a zero byte in a name": (["data", "a\0.csv"], "null"),
    "a zero byte in the name of a fit": (["dose", "a\0.nc"], "no such file"),
    "a zero byte in the name of an output": (["dose", "FIT", "-o", "a\0.tsv"], "zero byte"),
    "no name": (["data", ""], ""),
    "no name of an output": (["dose", "FIT", "-o", ""], ""),
}


@pytest.mark.skipif(sys.platform == "win32", reason="no such files there")
@pytest.mark.parametrize(("words", "told"), ODD_PATHS.values(), ids=ODD_PATHS.keys())
def test_an_odd_path_gives_one_message(tmp_path, saved, words, told):
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    before = sorted(tmp_path.iterdir())
    code, out, err = run(*(saved if word == "FIT" else word for word in words))
    assert_one_message(code, out, err, told)
    assert "in petfit itself" not in err
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
@pytest.mark.parametrize("name", ["new\nline", "-dash", "a" * 251, " ", "%s", "[red]", "$(touch x)", '"'])
def test_odd_names_of_files_are_names(tmp_path, name):
    (tmp_path / f"{name}.csv").write_text(GOOD)
    code, _, err = run("data", f"./{name}.csv", "-o", f"./{name}.tsv"[-250:])
    assert (code, err) == (0, "")
    assert len(list(tmp_path.iterdir())) == 3


NUMBERS = {
    "--draws": ["0", "-1", "1e3", "9" * 20, "nan", "1.5", ""],
    "--tune": ["-1", "9" * 20],
    "--chains": ["0", "-1"],
    "--target-accept": ["0", "1", "nan", "inf"],
    "--seed": ["-1", "9" * 30],
}


@pytest.mark.parametrize(("option", "value"), [(one, value) for one in NUMBERS for value in NUMBERS[one]])
def test_an_odd_setting_gives_one_message(option, value):
    code, out, err = run("fit", "--model", "emax", f"{option}={value}")
    assert_one_message(code, out, err)
    assert "in petfit itself" not in err
    assert "Unknown option" not in err
