import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.cli import app
from petfit.evidence.bundled import models_folder
from petfit.inference.fit_file import read, write
from petfit.results import refits, summary
from tests.helpers import MODELS, fit_from_prior, with_changed_draws

CONSOLE = Path(sys.executable).with_name("petfit")
pytestmark = pytest.mark.filterwarnings("ignore:Cyclopts application invoked without tokens")


@pytest.fixture
def shell(monkeypatch, capsys, tmp_path):
    """Run a command as the console script does, in an empty folder: exit status, stdout, stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["petfit", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            app.main()
        said = capsys.readouterr()
        return left.value.code, said.out, said.err

    return run


@pytest.fixture(scope="module")
def saved(tmp_path_factory, prior_fit):
    return prior_fit.save(tmp_path_factory.mktemp("cli") / "fit.nc")


@pytest.fixture(scope="module")
def ssri(tmp_path_factory, ssri_fit):
    return ssri_fit.save(tmp_path_factory.mktemp("cli") / "ssri.nc")


def process(*words, cwd):
    return subprocess.run(
        [CONSOLE, *map(str, words)],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def is_one_message(code, out, err, *told):
    """Exit status 2, nothing on stdout, and on stderr one message that says all of `told`."""
    assert code == 2, err
    assert out == ""
    assert err.startswith("petfit: ")
    assert err.count("petfit: ") == 1
    assert "Traceback" not in err
    for words in told:
        assert words in err


# --- bad input ----------------------------------------------------------------------------------

GOOD = "drug,dose,value\nA,5,0.4\nA,10,0.6\n"
MODEL = (models_folder() / "emax.toml").read_text(encoding="utf-8")
TABLES = {
    "an unknown column": ("drug,dose,value,doze\nA,5,0.4,1\n", ["header", "doze", "'dose'"]),
    "text where a number belongs": ("drug,dose,value\nA,ten,0.4\n", ["line 2", "dose", "'ten'", "number"]),
    "a negative dose": ("drug,dose,value\nA,-5,0.4\n", ["line 2", "dose", "'-5'", "0 or more"]),
    "a group without n": ("drug,dose,value,sd\nA,5,0.4,0.1\n", ["line 2", "column n", "Give the number"]),
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
        ["'region'", "lacks", "Add the"],
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
    yield "a missing drug table", ["fit", good, "--drugs", "none.csv"], ["none.csv", "no such file"]
    cut = folder / "cut.nc"
    cut.write_bytes(fit_file.read_bytes()[:20_000])
    for command in (["summary"], ["dose"], ["attain"], ["check"], ["report"], ["predict", "--dose", "5"]):
        yield f"{command[0]} of a cut fit", [*command, cut], ["cut.nc", "cut short", "Make it again"]
    yield "a missing fit", ["report", "none.nc"], ["none.nc", "no such file", "petfit fit"]


BAD = [
    "a missing table",
    *TABLES,
    *BAD_MODELS,
    "a missing model",
    "a missing drug table",
    *(f"{command} of a cut fit" for command in ("summary", "dose", "attain", "check", "report", "predict")),
    "a missing fit",
]


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_message_with_what_to_do_and_writes_nothing(shell, tmp_path, saved, name):
    words, told = {one: rest for one, *rest in bad_inputs(tmp_path, saved)}[name]
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    is_one_message(*shell(*words), *told)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", BAD_MODELS)
def test_a_model_that_is_refused_is_named_by_its_file(shell, tmp_path, saved, name):
    words, _ = {one: rest for one, *rest in bad_inputs(tmp_path, saved)}[name]
    file = "good.csv" if name == "a factor the table lacks" else f"{name}.toml"
    is_one_message(*shell(*words), file)


DRESSED = [
    (["--columns", "dose"], ["--columns 'dose'", "dose=mg_per_day"]),
    (["--columns", "dose=mg,dose=value"], ["dose stands twice"]),
    (["--columns", "dos=mg"], ["columns, column dos", "'dose'", "column mg"]),
    (["--ignore", "valu"], ["ignore, column valu", "'value'"]),
    (["--wide", "regio"], ["wide, column regio", "'region'"]),
    (["--decimal", "x"], ["decimal", "'x'"]),
    (["--sheet", "x"], ["no sheets"]),
]


@pytest.mark.parametrize("command", ["fit", "data"])
@pytest.mark.parametrize(("options", "told"), DRESSED)
def test_an_option_that_does_not_suit_the_table_is_one_message(shell, tmp_path, command, options, told):
    (tmp_path / "mine.csv").write_text(GOOD)
    is_one_message(*shell(command, "mine.csv", *options), *told)
    assert not (tmp_path / "fit.nc").exists()


def test_a_table_is_shown_as_it_is_dressed_with_its_defaults(shell, tmp_path):
    (tmp_path / "mine.csv").write_text("Stoff;mg;left;Notiz\nä;5;0,4;x\n", encoding="cp1252")
    table_format = ["--columns", "drug=Stoff,dose=mg", "--wide", "region", "--ignore", "Notiz"]
    code, out, err = shell("data", "mine.csv", *table_format)
    assert (code, err) == (0, "")
    assert "40 %" in out
    assert "Default: encoding not given: Windows-1252" in out
    assert "Default: columns Notiz left out, as asked." in out


@pytest.mark.parametrize("name", ["a negative dose", "an unknown key", "report of a cut fit"])
def test_bad_input_leaves_an_older_output_as_it_was(shell, tmp_path, saved, name):
    words, _ = {one: rest for one, *rest in bad_inputs(tmp_path, saved)}[name]
    old = tmp_path / "old"
    old.write_text("precious")
    is_one_message(*shell(*words, "-o", old))
    assert old.read_text() == "precious"


def test_the_console_script_refuses_bad_input_in_one_message(tmp_path):
    (tmp_path / "mine.csv").write_text("drug,dose,value\nA,-5,0.4\n")
    done = process("fit", "mine.csv", cwd=tmp_path)
    is_one_message(done.returncode, done.stdout, done.stderr, "mine.csv", "line 2", "'-5'")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


USAGE = {
    "an unknown command": (["doze"], ["doze"]),
    "an unknown option": (["dose", "FIT", "--ocupancy", "0.8"], ["ocupancy"]),
    "no fit file": (["dose"], []),
    "a format that is not there": (["dose", "FIT", "--format", "xml"], ["xml"]),
    "an occupancy in percent": (["dose", "FIT", "--occupancy", "80"], ["80", "0.8"]),
    "an occupancy in words": (["dose", "FIT", "--occupancy", "most"], ["'most'", "numbers"]),
    "a probability in percent": (["summary", "FIT", "--prob", "95"], ["95", "0.95"]),
    "somebody unknown": (["summary", "FIT", "--who", "new_subjet"], ["new_subject"]),
    "a negative dose": (["predict", "FIT", "--dose=-5"], ["-5", "0 or more"]),
    "a level without its factor": (["dose", "FIT", "--at", "striatum"], ["'striatum'", "factor=level"]),
    "a factor that is not there": (["dose", "FIT", "--at", "drog=A"], ["'drog'"]),
    "strengths and doses at once": (["attain", "FIT", "--smallest", "--dose", "5"], ["leave out --dose"]),
    "strengths nobody knows": (["attain", "FIT"], ["A: no strengths known", "Give doses"]),
    "an equivalent of an unknown drug": (["equivalent", "FIT", "--drug", "C", "--dose", "5"], ["'C'"]),
    "a comparison of one fit": (["compare", "FIT"], ["two fits or more"]),
    "a comparison of a fit with itself": (["compare", "FIT", "FIT"], ["given twice"]),
    "text for a count": (["fit", "--draws", "many"], ["many"]),
    "too few chains": (["fit", "--chains", "1"], ["chains", "2 or more"]),
    "a folder that is not there": (["fit", "-o", "nowhere/fit.nc"], ["nowhere"]),
    "a report to nowhere": (["report", "FIT", "-o", "nowhere/report.html"], ["nowhere"]),
    "a bundled model that is not there": (["models", "ssrii"], ["'ssrii'", "'ssri'"]),
    "a bundled table that is not there": (["data", "sert"], ["sert", "no such file"]),
}


@pytest.mark.parametrize(("words", "told"), USAGE.values(), ids=USAGE.keys())
def test_wrong_usage_is_one_message(shell, tmp_path, saved, words, told):
    is_one_message(*shell(*(saved if word == "FIT" else word for word in words)), *told)
    assert list(tmp_path.iterdir()) == []


# --- what is imported ---------------------------------------------------------------------------


def test_help_and_answers_and_the_report_import_no_sampler(tmp_path, saved):
    code = (
        "import sys\n"
        "from petfit.cli.app import main\n"
        "fit, page = sys.argv[1:]\n"
        "for words in (['--help'], ['dose', fit], ['differences', fit], ['report', fit, '-o', page]):\n"
        "    sys.argv = ['petfit', *words]\n"
        "    try:\n"
        "        main()\n"
        "    except SystemExit as left:\n"
        "        assert not left.code, left.code\n"
        "    heavy = {'pymc', 'pytensor', 'nutpie', 'numba'} & set(sys.modules)\n"
        "    assert not heavy, f'{words[0]} imported {heavy}'\n"
        "    assert words != ['--help'] or not {'numpy', 'pandas', 'xarray'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, saved, tmp_path / "page.html"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "page.html").is_file()


# --- answers ------------------------------------------------------------------------------------


def test_doses_as_json_have_the_agreed_fields_and_infinity_as_a_word(shell, saved, prior_fit):
    code, out, err = shell("dose", saved, "--occupancy", "0.5,0.97", "--format", "json")
    assert (code, err) == (0, "")
    records = json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    needed = {
        "drug",
        "predict_for",
        "median",
        "low",
        "high",
        "interval",
        "prob",
        "unit",
        "p_reached",
        "support",
    }
    assert all(needed <= record.keys() for record in records)
    assert [(record["drug"], record["occupancy"]) for record in records] == [
        (drug, target) for drug in "AB" for target in (0.5, 0.97)
    ]
    assert "inf" in {record["high"] for record in records}
    wanted = summary.frame(prior_fit.dose_for_occupancy([0.5, 0.97]))
    for name in ("median", "low", "high", "p_reached"):
        assert [float(record[name]) for record in records] == wanted[name].tolist()
    assert {record["interval"] for record in records} == {"equal-tailed"}
    assert {record["prob"] for record in records} == {0.95}


def test_the_summary_as_json_has_the_agreed_fields_and_units(shell, saved, prior_fit):
    code, out, err = shell("summary", saved, "--format", "json")
    assert (code, err) == (0, "")
    needed = {"parameter", "drug", "median", "mean", "sd", "low", "high", "unit", "r_hat", "ess_bulk"}
    found = {(record["parameter"], record["drug"]): record for record in json.loads(out)}
    assert set(found) == {(name, drug) for name in ("ec50", "emax") for drug in "AB"}
    assert all(needed <= record.keys() for record in found.values())
    for name, table in (("ec50", prior_fit.ec50()), ("emax", prior_fit.emax())):
        for drug in "AB":
            assert found[name, drug]["median"] == table["median"].sel(drug=drug).item()
            assert found[name, drug]["unit"] == {"ec50": "mg/day", "emax": "fraction"}[name]


COMMANDS = {
    "dose": (["--occupancy", "0.8,0.97"], lambda fit: fit.dose_for_occupancy([0.8, 0.97])),
    "predict": (["--dose", "0,7.5,30"], lambda fit: fit.occupancy([0, 7.5, 30])),
    "attain": (["--dose", "0,7.5", "--occupancy", "0.5"], lambda fit: fit.attainment([0, 7.5], 0.5)),
    "equivalent": (["--drug", "A", "--dose", "5,20"], lambda fit: fit.equivalent_dose("A", [5, 20])),
}


@pytest.mark.parametrize(("kind", "separator"), [("csv", ","), ("tsv", "\t")])
@pytest.mark.parametrize("command", COMMANDS)
def test_csv_and_tsv_read_back_as_the_same_numbers(shell, saved, prior_fit, command, kind, separator):
    words, ask = COMMANDS[command]
    code, out, _ = shell(command, saved, *words, "--format", kind)
    assert code == 0
    found = pd.read_csv(io.StringIO(out), sep=separator, na_values=["n/a"], keep_default_na=False)
    wanted = summary.frame(ask(prior_fit))
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False, check_exact=True, check_column_type=False)


def test_levels_may_be_asked_for_more_than_once(shell, ssri, ssri_fit):
    code, out, _ = shell(
        "dose", ssri, "--at", "region=midbrain", "--at", "regimen=single", "--format", "json"
    )
    assert code == 0
    wanted = ssri_fit.dose_for_occupancy(0.8, region="midbrain", regimen="single")
    for record in json.loads(out):
        assert record["median"] == wanted["median"].sel(drug=record["drug"]).item()
        assert "midbrain" in record["at"]
        assert "single" in record["at"]
    assert not np.array_equal(wanted["median"], ssri_fit.dose_for_occupancy(0.8)["median"])


def test_whose_and_how_sure_are_passed_on(shell, ssri, ssri_fit):
    _, out, _ = shell("summary", ssri, "--who", "new_study", "--prob", "0.8", "--format", "json")
    wanted = ssri_fit.ec50("new_study", prob=0.8)
    record = json.loads(out)[0]
    assert (record["predict_for"], record["prob"]) == ("new_study", 0.8)
    assert record["high"] == wanted["high"].to_numpy()[0]


@pytest.mark.parametrize(
    "words", [["dose"], ["summary"], ["predict", "--dose", "10"], ["attain"]], ids=lambda w: w[0]
)
def test_tables_for_people_name_every_drug_and_whose_they_are(shell, ssri, ssri_fit, words):
    code, out, err = shell(words[0], ssri, *words[1:])
    assert (code, err) == (0, "")
    for drug in ssri_fit.design.drugs:
        assert drug in out
    assert "typical person" in out
    assert "[11C]DASB" in out


@pytest.mark.parametrize(
    "words", [["dose"], ["summary"], ["predict", "--dose", "1"], ["attain", "--dose", "1"]]
)
@pytest.mark.parametrize("predict_for", ["typical", "new_subject", "new_study", "new_drug"])
def test_everybody_can_be_asked_for_by_every_command(shell, ssri, words, predict_for):
    asked = ["--who", predict_for, "--at", "region=midbrain"]
    code, out, err = shell(words[0], ssri, *words[1:], *asked, "--format", "json")
    assert (code, err) == (0, "")
    records = json.loads(out)
    assert {record["predict_for"] for record in records} == {predict_for}
    assert all("midbrain" in record["at"] for record in records)
    if predict_for == "new_drug":
        assert {record["unit"] for record in records} <= {"reference doses", "fraction"}
    _, out, _ = shell(words[0], ssri, *words[1:], *asked)
    told = {
        "new_study": "not a dose to give",
        "new_drug": "reference doses",
        "new_subject": "one more person",
    }
    assert told.get(predict_for, "typical person") in " ".join(out.split())


def test_the_smallest_strength_is_printed_for_people_and_for_programs(shell, ssri, ssri_fit):
    _, out, _ = shell("attain", ssri, "--smallest", "--format", "json")
    found = {(one["drug"], one["certainty"]): one for one in json.loads(out)}
    wanted = summary.frame(ssri_fit.smallest_strength())
    for row in wanted.itertuples():
        strength = found[row.drug, row.certainty]["strength"]
        assert strength == (None if np.isnan(row.strength) else row.strength)
    _, out, _ = shell("attain", ssri)
    assert "Smallest marketed strength" in out
    _, out, _ = shell("attain", ssri, "--format", "json")
    assert {(one["drug"], one["dose"]) for one in json.loads(out)} >= {
        ("sertraline", 25.0),
        ("citalopram", 40.0),
    }
    assert all(one["marketed"] for one in json.loads(out))


def test_differences_are_printed_as_ratios_each_pair_once(shell, ssri, ssri_fit):
    _, out, _ = shell("differences", ssri, "--occupancy", "0.8", "--who", "new_subject", "--format", "json")
    records = json.loads(out)
    assert len(records) == 20
    assert {record["of"] for record in records} == {"EC50", "dose for 80 %"}
    assert {record["predict_for"] for record in records} == {"new_subject"}
    wanted = ssri_fit.differences(0.8, "new_subject")
    for record in records[10:]:
        pair = wanted.sel(drug=record["drug"], other=record["other"])
        assert record["median_own"] == pair["median_own"].item()
    code, out, _ = shell("differences", ssri)
    assert code == 0
    assert "Ratios of dose for 80 %" in out
    assert "typical person" in out


def test_fits_of_one_table_are_compared_in_any_order(shell, saved, mixed_table):
    spec = petfit.read_model("emax")
    people = spec.ec50.model_copy(update={"people": None})
    other = fit_from_prior(spec.model_copy(update={"ec50": people}), mixed_table, seed=3).save("other.nc")
    code, out, err = shell("compare", saved, other, "--format", "json")
    assert code == 0
    assert err.startswith("Warning: ")
    again = shell("compare", other, saved, "--format", "json")
    assert again == (code, out, err)
    records = json.loads(out)
    assert {record["model"] for record in records} == {str(saved), "other.nc", "stacked"}
    assert {"elpd", "difference_se", "weight", "median", "p_reached", "predict_for"} <= records[0].keys()
    code, out, _ = shell("compare", saved, other)
    assert code == 0
    assert "stacked" in out
    assert "typical person" in out


# --- verdicts -----------------------------------------------------------------------------------


def test_check_exits_with_0_and_names_every_check_on_a_good_fit(shell, ssri, ssri_fit):
    code, out, _ = shell("check", ssri)
    assert code == 0
    for check in ssri_fit.check():
        assert f"{check.verdict}  {check.name}: {check.sentence}" in out


def test_the_verdicts_as_json_have_the_tables_behind_them(shell, saved, prior_fit):
    _, out, err = shell("check", saved, "--format", "json")
    found = json.loads(out, parse_constant=lambda word: pytest.fail(word))
    assert err == ""
    for record, check in zip(found, prior_fit.check(), strict=True):
        assert (record["check"], record["verdict"]) == (check.name, check.verdict)
        assert record["sentence"] == check.sentence
        assert len(record["table"]) == len(check.table)
        assert [one["quantity"] for one in record["findings"]] == [one.quantity for one in check.findings]
        for said, one in zip(record["findings"], check.findings, strict=True):
            assert said["value"] == one.value or (said["value"], str(one.value)) in (
                (None, "nan"),
                ("inf", "inf"),
            )
            assert (said["limit"] is None) == (one.wanted == "")


def test_other_fits_are_kept_in_the_fit_file_when_asked_for(shell, tmp_path, prior_fit, monkeypatch):
    monkeypatch.setattr(refits, "plan", lambda _: [])
    file = prior_fit.save(tmp_path / "fit.nc")
    assert "WARN  assumptions: Not run: petfit check FIT --refit" in shell("check", file)[1]
    assert petfit.load(file).refits is None
    assert "PASS  assumptions" in shell("check", file, "--refit")[1]
    assert "PASS  assumptions" in shell("check", file)[1]


def test_check_exits_with_1_on_a_fit_whose_chains_disagree(shell, tmp_path, saved):
    def one_chain_apart(draws):
        draws[0] += 10 * draws.std()
        return draws

    bad = write(with_changed_draws(read(saved), "posterior", log_ec50=one_chain_apart), tmp_path / "bad.nc")
    code, out, err = shell("check", bad)
    assert (code, err) == (1, "")
    assert "FAIL  convergence" in out


def test_check_exits_with_1_where_the_prior_decides_and_names_the_answers(shell, tmp_path, people_table):
    model = MODELS["plain"].replace("mu = 0.0\nsigma = 1.5", "mu = 0.3\nsigma = 0.05")
    people_table.to_csv(tmp_path / "people.csv", index=False)
    (tmp_path / "sure.toml").write_text(model, encoding="utf-8")
    how = ["--draws", "500", "--tune", "500", "--seed", "3"]
    assert shell("fit", "people.csv", "--model", "sure.toml", "-o", "sure.nc", *how)[0] == 0
    code, out, err = shell("check", "sure.nc")
    assert (code, err) == (1, "")
    assert "FAIL  sensitivity" in out
    assert "The prior decides, so do not use: dose for 80 % of A" in out


# --- fitting and writing ------------------------------------------------------------------------


def test_a_table_of_drug_dose_and_value_is_fitted_and_its_defaults_named(tmp_path, people_table):
    people_table.to_csv(tmp_path / "mine.csv", index=False)
    how = ["--draws", "200", "--tune", "400", "--chains", "2", "--seed", "5"]
    done = process("fit", "mine.csv", "-o", "mine.nc", *how, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""  # no progress bar in a pipe
    fit = petfit.load(tmp_path / "mine.nc")
    assert fit.tree.attrs["seed"] == 5
    assert (fit.tree.attrs["chains"], fit.tree.attrs["draws"]) == (2, 200)
    assert len(fit.evidence.defaults) == 7
    for sentence in fit.evidence.defaults:
        assert f"Default: {sentence}." in done.stdout
    assert "Reference of A: " in done.stdout
    assert "For research, not for treating people." in done.stdout
    for check in fit.check():
        assert f"{check.verdict}  {check.name}" in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.csv", "mine.nc"]


def test_the_report_is_written_where_asked_and_named(shell, tmp_path, saved):
    code, out, err = shell("report", saved, "-o", "page.html")
    assert (code, err) == (0, "")
    assert "page.html" in out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.html", "page_tables"]
    assert "</html>" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_comparison_is_written_as_a_report_where_asked(shell, tmp_path, saved, mixed_table):
    other = fit_from_prior(petfit.read_model("emax"), mixed_table, seed=12).save(tmp_path / "other.nc")
    code, _, err = shell("compare", saved, other, "--report", "page.html")
    assert code == 0
    assert "Wrote page.html" in err
    assert "</html>" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert (tmp_path / "page_tables" / "models.tsv").is_file()


# --- what is bundled ----------------------------------------------------------------------------


def test_every_bundled_model_is_listed_with_its_title(shell):
    code, out, _ = shell("models")
    assert code == 0
    for path in models_folder().glob("*.toml"):
        assert path.stem in out
        assert petfit.read_model(path.stem).title.split()[0] in out


def test_a_bundled_model_is_printed_ready_to_edit(shell):
    code, out, _ = shell("models", "ssri")
    assert code == 0
    assert out == (models_folder() / "ssri.toml").read_text(encoding="utf-8")


def test_the_bundled_table_is_listed_and_printed(shell):
    code, out, _ = shell("data")
    assert code == 0
    assert "sert_occupancy" in out
    assert "25" in out
    code, out, _ = shell("data", "sert_occupancy", "--format", "csv")
    assert code == 0
    again = petfit.read_evidence(pd.read_csv(io.StringIO(out), dtype=str, keep_default_na=False))
    assert again.hash == petfit.read_evidence().hash


def test_a_table_of_one_s_own_is_printed_as_it_was_read(shell, tmp_path):
    (tmp_path / "mine.csv").write_text(GOOD)
    code, out, _ = shell("data", "mine.csv", "--format", "json")
    assert code == 0
    assert [(record["drug"], record["dose"], record["value"]) for record in json.loads(out)] == [
        ("A", 5.0, 0.4),
        ("A", 10.0, 0.6),
    ]


WRONG = """study,drug,dose,dose_unit,level,value,sd,n,outcome
S1,A,20,mg,subjct,44.6 %,,,occupancy
S1,A,two,g,subject,0.7,,,occupancy
S1,A,2,tablets,subject,0.7,,,occupancy
S1,A,3,mg,group,0.7,0.1,,occupancy
S1,A,4,mg,group,0.7,0.1,6,ocupancy
"""
FIVE = [
    ("line 2", "level", "subjct"),
    ("line 3", "dose", "two"),
    ("line 4", "dose_unit", "tablets"),
    ("line 5", "n", ""),
    ("line 6", "outcome", "ocupancy"),
]


def test_data_check_names_every_problem_at_once(shell, tmp_path):
    (tmp_path / "mine.csv").write_text(WRONG)
    is_one_message(*shell("data", "check", "mine.csv"), "5 problems", *(place for place, _, _ in FIVE))


def test_data_check_gives_every_problem_as_json(shell, tmp_path):
    (tmp_path / "mine.csv").write_text(WRONG)
    code, out, err = shell("data", "check", "mine.csv", "--format", "json")
    assert (code, err) == (2, "")
    said = json.loads(out)
    assert said.keys() == {"table", "problems"}
    assert said["table"] == "mine.csv"
    assert [(one["row"], one["column"], one["seen"]) for one in said["problems"]] == FIVE
    assert all(one.keys() == {"row", "column", "seen", "rule", "remedy"} for one in said["problems"])


def test_problems_are_one_table_on_a_terminal(shell, tmp_path, monkeypatch):
    (tmp_path / "mine.csv").write_text(WRONG)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    code, out, err = shell("data", "check", "mine.csv")
    assert (code, out) == (2, "")
    assert "5 problems" in err
    assert "what to do" in err
    for place, column, _ in FIVE:
        assert any(place in line and column in line for line in err.splitlines())


def test_data_check_says_what_was_understood_and_what_a_model_would_fit(shell, tmp_path):
    (tmp_path / "mine.csv").write_text("drug,dose,dose_unit,value\nA,0.005,g,0.4\nA,10,mg,60 %\n")
    code, out, err = shell("data", "check", "mine.csv", "--model", "emax")
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
    code, out, _ = shell("data", "check", "mine.csv", "--model", "emax", "--format", "json")
    assert code == 0
    assert json.loads(out)["model"]["rows"] == 2


def test_data_check_refuses_a_model_that_cannot_use_the_table(shell, tmp_path):
    (tmp_path / "mine.csv").write_text(GOOD)
    is_one_message(*shell("data", "check", "mine.csv", "--model", "emax_concentration"), "concentration")


def test_a_template_is_written_once_with_its_dictionary(shell, tmp_path):
    code, out, _ = shell("data", "template")
    assert code == 0
    assert "petfit data check table.tsv" in out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["table.json", "table.tsv"]
    is_one_message(*shell("data", "template"), "there already", "--force")
    assert shell("data", "template", "--force")[0] == 0
    assert shell("data", "template", "-o", "other.tsv")[0] == 0
    is_one_message(*shell("data", "template", "-o", "other.csv"), "other.csv", ".tsv")


def test_the_version_and_the_help_are_printed(shell):
    code, out, _ = shell("--help")
    assert code == 0
    for command in ("fit", "dose", "predict", "attain", "differences", "equivalent", "compare", "check"):
        assert command in out
    assert "Exit status: 0 done, 1 a check failed, 2 bad input or usage" in " ".join(out.split())
    code, out, _ = shell("--version")
    assert code == 0
    assert out.strip()[0].isdigit()


def test_priors_far_off_the_evidence_earn_a_warning(shell, tmp_path):
    model = tmp_path / "far.toml"
    text = (models_folder() / "emax.toml").read_text(encoding="utf-8")
    model.write_text(text.replace("mu = 0.0", "mu = 12.0", 1), encoding="utf-8")
    table = tmp_path / "mine.csv"
    table.write_text("drug,dose,value\nA,5,0.4\nA,20,0.7\n", encoding="utf-8")
    _, _, quiet = shell("priors", "emax", "--evidence", str(table))
    code, _, warned = shell("priors", str(model), "--evidence", str(table))
    assert (code, quiet) == (0, "")
    assert warned.startswith("Warning: the prior gives A")


# --- compiled code that is kept -----------------------------------------------------------------


def test_the_compiled_code_that_is_kept_is_shown_and_cleared(shell, monkeypatch):
    place = Path.cwd() / "kept"
    monkeypatch.setenv("PETFIT_CACHE_DIR", str(place))
    status, out, _ = shell("cache")
    assert (status, out) == (0, f"{place}: 0 versions of compiled code, 0.0 MB\n")
    (place / "kernel-1").mkdir(parents=True)
    (place / "kernel-1" / "code").write_bytes(b"x" * 300_000)
    status, out, _ = shell("cache", "--clear")
    assert (status, out) == (0, f"{place}: removed 1 version of compiled code, 0.3 MB\n")
    assert list(place.iterdir()) == []


# --- stopped from the keyboard --------------------------------------------------------------------


def test_a_fit_that_is_stopped_says_so_and_writes_nothing(tmp_path):
    """The sampler is stopped from another thread, as soon as it says that it draws."""
    code = """
import _thread, sys
from petfit.cli import app
from petfit.inference import sampler
settings = sampler._settings
def stop_soon(*arguments):
    import threading
    sampler._settings = settings
    threading.Timer(0.5, _thread.interrupt_main).start()
    return settings(*arguments)
sampler._settings = stop_soon
sys.argv = ["petfit", "fit", "--draws", "100000", "--tune", "100000", "-o", "fit.nc"]
app.main()
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 130
    assert ended.stderr.endswith("petfit: stopped, nothing was written\n")
    assert list(tmp_path.iterdir()) == []
