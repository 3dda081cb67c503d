import io
import json

import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.results import summary
from tests.cli.runner import assert_one_message, run
from tests.helpers import fit_from_prior, slow_but


def test_json_of_doses_has_its_fields_and_infinity_as_text(saved, prior_fit):
    code, out, err = run("dose", saved, "--occupancy", "0.5,0.97", "--format", "json")
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
        "relative_to_tested",
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


def test_json_of_the_summary_has_its_fields_and_units(saved, prior_fit):
    code, out, err = run("parameters", saved, "--format", "json")
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
    "attain": (["--dose", "0,7.5", "--occupancy", "0.5"], lambda fit: fit.target_attainment([0, 7.5], 0.5)),
    "equivalent": (["--drug", "A", "--dose", "5,20"], lambda fit: fit.equivalent_dose("A", [5, 20])),
}


@pytest.mark.parametrize(("kind", "separator"), [("csv", ","), ("tsv", "\t")])
@pytest.mark.parametrize("command", slow_but(["predict", "equivalent"], COMMANDS))
def test_csv_and_tsv_read_back_as_the_same_numbers(saved, prior_fit, command, kind, separator):
    words, ask = COMMANDS[command]
    code, out, _ = run(command, saved, *words, "--format", kind)
    assert code == 0
    found = pd.read_csv(io.StringIO(out), sep=separator, na_values=["n/a"], keep_default_na=False)
    wanted = summary.frame(ask(prior_fit))
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False, check_exact=True, check_column_type=False)


def test_at_may_be_repeated(ssri, ssri_fit):
    code, out, _ = run("dose", ssri, "--at", "region=midbrain", "--at", "regimen=single", "--format", "json")
    assert code == 0
    wanted = ssri_fit.dose_for_occupancy(0.8, at={"region": "midbrain", "regimen": "single"})
    for record in json.loads(out):
        assert record["median"] == wanted["median"].sel(drug=record["drug"]).item()
        assert "midbrain" in record["at"]
        assert "single" in record["at"]
    assert not np.array_equal(wanted["median"], ssri_fit.dose_for_occupancy(0.8)["median"])


def test_for_and_prob_reach_the_answer(ssri, ssri_fit):
    _, out, _ = run("parameters", ssri, "--for", "new_study", "--prob", "0.8", "--format", "json")
    wanted = ssri_fit.ec50("new_study", prob=0.8)
    record = json.loads(out)[0]
    assert (record["predict_for"], record["prob"]) == ("new_study", 0.8)
    assert record["high"] == wanted["high"].to_numpy()[0]


POPULATIONS = ["typical", "new_subject", "new_study", "new_drug"]
ASKED = [["dose"], ["parameters"], ["predict", "--dose", "1"], ["attain", "--dose", "1"]]


@pytest.mark.parametrize(
    ("words", "predict_for"),
    [
        pytest.param(words, who, marks=[] if (words, who) == (["dose"], "new_drug") else pytest.mark.slow)
        for words in ASKED
        for who in POPULATIONS
    ],
)
def test_every_command_answers_for_every_population(ssri, words, predict_for):
    asked = ["--for", predict_for, "--at", "region=midbrain"]
    code, out, err = run(words[0], ssri, *words[1:], *asked, "--format", "json")
    assert (code, err) == (0, "")
    records = json.loads(out)
    assert {record["predict_for"] for record in records} == {predict_for}
    assert all("midbrain" in record["at"] for record in records)
    if predict_for == "new_drug":
        assert {record["unit"] for record in records} <= {"reference doses", "fraction"}
    _, out, _ = run(words[0], ssri, *words[1:], *asked)
    told = {
        "new_study": "not a dose to give",
        "new_drug": "reference doses",
        "new_subject": "new person",
    }
    assert told.get(predict_for, "typical person") in " ".join(out.split())


def test_the_smallest_strength_is_printed_as_a_table_and_as_json(ssri, ssri_fit):
    _, out, _ = run("attain", ssri, "--smallest", "--format", "json")
    found = {(one["drug"], one["min_probability"]): one for one in json.loads(out)}
    wanted = summary.frame(ssri_fit.smallest_strength())
    for row in wanted.itertuples():
        strength = found[row.drug, row.min_probability]["strength"]
        assert strength == (None if np.isnan(row.strength) else row.strength)
    _, out, _ = run("attain", ssri)
    assert "Smallest sufficient strength" in out
    _, out, _ = run("attain", ssri, "--format", "json")
    assert {(one["drug"], one["dose"]) for one in json.loads(out)} >= {
        ("sertraline", 25.0),
        ("citalopram", 40.0),
    }
    assert all(one["marketed"] for one in json.loads(out))


def test_contrast_prints_each_pair_of_drugs_once(ssri, ssri_fit):
    _, out, _ = run("contrast", ssri, "--occupancy", "0.8", "--for", "new_subject", "--format", "json")
    records = json.loads(out)
    assert len(records) == 20
    assert {record["quantity"] for record in records} == {"EC50", "dose for 80 %"}
    assert {record["predict_for"] for record in records} == {"new_subject"}
    wanted = ssri_fit.contrasts(0.8, "new_subject")
    for record in records[10:]:
        pair = wanted.sel(drug=record["drug"], other=record["other"])
        assert record["median_own"] == pair["median_own"].item()
    code, out, _ = run("contrast", ssri)
    assert code == 0
    assert "Ratios of the dose for 80 %" in out
    assert "typical person" in out


def test_contrast_of_a_single_drug_is_refused(people_table):
    fit_from_prior(petfit.read_model("emax"), people_table, draws=100).save("one.nc")
    assert_one_message(*run("contrast", "one.nc"), "one.nc", "needs two drugs; this fit has only A")


def test_selectivity_prints_the_other_targets_of_a_drug(tmp_path, ssri_fit):
    file = ssri_fit.save(tmp_path / "ssri.nc")
    code, out, err = run("selectivity", file, "--drug", "sertraline", "--dose", "50", "--format", "json")
    assert (code, err) == (0, "")
    records = {record["target"]: record for record in json.loads(out)}
    wanted = ssri_fit.selectivity(dose=50).sel(drug="sertraline", dose=50)
    assert set(records) == {"DAT", "NET", "sigma-1"}
    for target, record in records.items():
        assert record["median"] == wanted["median"].sel(target=target).item()
    code, out, err = run("dose", file, "--target", "DAT", "--occupancy", "0.2", "--format", "json")
    assert {record["drug"] for record in json.loads(out)} == {"citalopram", "paroxetine", "sertraline"}
    code, _, err = run("dose", file, "--target", "GABA")
    assert code == 2
    assert "no target 'GABA'" in err


def test_a_window_is_printed_with_the_probability_by_dose(saved, prior_fit):
    code, out, err = run("window", saved, "0.5", "0.7", "--dose", "10")
    assert (code, err) == (0, "")
    assert "Doses for 50 to 70 %" in out
    assert "P(50 to 70 %)" in out
    code, out, _ = run("window", saved, "0.5", "0.7", "--dose", "10", "--format", "json")
    wanted = prior_fit.window(0.5, 0.7, 10.0)
    for record in json.loads(out):
        asked = wanted.sel(drug=record["drug"], predict_for=record["predict_for"], dose=10.0)
        assert record["probability_inside"] == asked["probability_inside"].item()
        assert record["best_dose"] == asked["best_dose"].item()


@pytest.mark.parametrize("ends", [("0.8", "0.65"), ("65", "80")])
def test_an_impossible_window_is_refused(saved, ends):
    code, out, err = run("window", saved, *ends)
    assert (code, out) == (2, "")
    assert "window" in err
