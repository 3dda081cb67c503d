import json

import pytest

import petfit
from petfit.results import refits
from tests.cli.runner import run
from tests.helpers import MODELS, fit_from_prior, with_changed_draws


@pytest.mark.slow
def test_the_order_of_compared_fits_makes_no_difference(saved, mixed_table):
    spec = petfit.read_model("emax")
    people = spec.ec50.model_copy(update={"people": None})
    other = fit_from_prior(spec.model_copy(update={"ec50": people}), mixed_table, seed=3).save("other.nc")
    code, out, err = run("compare", saved, other, "--format", "json")
    assert code == 0
    assert err.startswith("Warning: ")
    again = run("compare", other, saved, "--format", "json")
    assert again == (code, out, err)
    records = json.loads(out)
    assert {record["model"] for record in records} == {str(saved), "other.nc", "stacked"}
    assert {"elpd", "difference_se", "weight", "median", "p_reached", "predict_for"} <= records[0].keys()
    code, out, _ = run("compare", saved, other)
    assert code == 0
    assert "stacked" in out
    assert "typical person" in out


def test_check_exits_with_0_and_names_every_check_on_a_good_fit(ssri, ssri_fit):
    code, out, _ = run("check", ssri)
    assert code == 0
    assert out.startswith("Usable: no check found a problem with the fit; its data have limits.")
    for check in ssri_fit.check():
        assert without_spaces(f"{check.verdict} {check.title}: {check.text}") in without_spaces(out)
    assert "Limit: " in out


def without_spaces(text):
    """Lines are also broken after hyphens."""
    return "".join(text.split())


def test_json_of_checks_has_findings_and_tables(saved, prior_fit):
    _, out, err = run("check", saved, "--format", "json")
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
            assert (said["limit"] is None) == (one.side == "")


def test_refits_are_saved_in_the_fit_file(tmp_path, prior_fit, monkeypatch):
    monkeypatch.setattr(refits, "plan", lambda _: [])
    file = prior_fit.save(tmp_path / "fit.nc")
    assert "NOT RUN  other assumptions: Needs refits" in run("check", file)[1]
    assert petfit.load(file).refits is None
    assert "PASS  other assumptions" in run("check", file, "--refit")[1]
    assert "PASS  other assumptions" in run("check", file)[1]


def test_check_exits_with_1_when_chains_disagree(tmp_path, saved):
    def one_chain_apart(draws):
        draws[0] += 10 * draws.std()
        return draws

    bad = with_changed_draws(petfit.load(saved), "posterior", log_ec50=one_chain_apart).save(
        tmp_path / "bad.nc"
    )
    code, out, err = run("check", bad)
    assert (code, err) == (1, "")
    assert "FAIL  convergence" in out


def test_check_exits_with_1_when_the_prior_decides_an_answer(tmp_path, people_table):
    model = MODELS["plain"].replace("mu = 0.0\nsigma = 1.5", "mu = 0.3\nsigma = 0.05")
    people_table.to_csv(tmp_path / "people.csv", index=False)
    (tmp_path / "sure.toml").write_text(model, encoding="utf-8")
    how = ["--draws", "500", "--tune", "500", "--seed", "3"]
    assert run("fit", "people.csv", "--model", "sure.toml", "-o", "sure.nc", *how)[0] == 1
    code, out, err = run("check", "sure.nc")
    assert (code, err) == (1, "")
    assert "FAIL  prior sensitivity" in out
    assert "The prior decides, so do not use: dose for 80 % of A" in out


@pytest.mark.usefixtures("without_figures")
def test_report_writes_the_page_and_its_tables(tmp_path, saved):
    code, out, err = run("report", saved, "-o", "page.html")
    assert (code, err) == (0, "")
    assert "page.html" in out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["page.html", "page_tables"]
    assert "</html>" in (tmp_path / "page.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_compare_writes_a_report(tmp_path, saved, mixed_table):
    other = fit_from_prior(petfit.read_model("emax"), mixed_table, seed=12).save(tmp_path / "other.nc")
    code, _, err = run("compare", saved, other, "--report", "page.html")
    assert code == 0
    assert "Wrote page.html" in err
    assert "</html>" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert (tmp_path / "page_tables" / "models.tsv").is_file()
