import html
import subprocess
import sys

import matplotlib.pyplot
import numpy as np
import pandas as pd
import pytest
import xarray as xr

import petfit
from petfit.checks import CHECKS
from petfit.checks.verdict import verdict
from petfit.evidence import read_evidence
from petfit.model.specification import parse_model
from petfit.results import refits
from petfit.results.quantiles import quantile
from tests.helpers import MODELS, QUICK


def test_public_names_can_be_imported():
    for name in petfit.__all__:
        assert getattr(petfit, name) is not None
    assert set(dir(petfit)) >= set(petfit.__all__)
    with pytest.raises(AttributeError, match="fitt"):
        _ = petfit.fitt


@pytest.mark.slow
def test_import_of_petfit_loads_no_heavy_package():
    code = (
        "import sys, petfit\n"
        "loaded = {'numpy', 'pandas', 'xarray', 'scipy', 'pymc', 'arviz_stats'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_loaded_fit_answers_and_checks_without_the_sampler(tmp_path, prior_fit):
    path = prior_fit.save(tmp_path / "fit.nc")
    code = (
        "import sys, petfit\n"
        "fit = petfit.load(sys.argv[1])\n"
        "fit.ec50(); fit.dose_for_occupancy(); fit.occupancy(10); fit.target_attainment(10); fit.check()\n"
        "assert not {'pymc', 'pytensor', 'nutpie'} & set(sys.modules), 'the sampler was imported'\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_bad_evidence_and_bad_models_are_refused_before_the_sampler_is_imported(tmp_path):
    code = (
        "import sys, petfit\n"
        "for args in ((sys.argv[1],), ('sert_occupancy', 'ssrii')):\n"
        "    try:\n"
        "        petfit.fit(*args)\n"
        "    except petfit.PetfitError:\n"
        "        continue\n"
        "    raise SystemExit('nothing was refused')\n"
        "assert 'pymc' not in sys.modules\n"
    )
    path = tmp_path / "mine.csv"
    path.write_text("drug,dose,value\nA,-5,0.4\n")
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_table_format_applies_to_tables_but_not_to_evidence():
    frame = pd.DataFrame({"Drug": ["A"], "mg": ["ten"], "striatum": [0.4], "midbrain": [0.3]})
    table_format = petfit.TableFormat(columns={"drug": "Drug", "dose": "mg"}, wide="region")
    with pytest.raises(petfit.PetfitError, match=r"1 problem.*\n  row 0, column mg: a number belongs here"):
        petfit.fit(frame, table_format=table_format)
    with pytest.raises(petfit.PetfitError, match=r"1 problem.*\n  row 0, column mg: a number belongs here"):
        petfit.fit(frame, columns=table_format.columns, wide="region")
    with pytest.raises(petfit.PetfitError, match="outcome: 'ratio' is not known"):
        petfit.fit(frame, outcome="ratio")
    with pytest.raises(petfit.PetfitError, match="read already"):
        petfit.fit(read_evidence(), table_format=table_format)


def test_the_bundled_evidence_and_model_are_the_default(ssri_fit):
    assert ssri_fit.spec == petfit.read_model("ssri")
    assert ssri_fit.evidence.hash == read_evidence().hash


def test_answers_have_the_named_dimensions(ssri_fit):
    drugs = ["citalopram", "duloxetine", "escitalopram", "paroxetine", "sertraline"]
    for table, dims in (
        (ssri_fit.ec50(), {"drug": 5}),
        (ssri_fit.dose_for_occupancy([0.5, 0.8]), {"drug": 5, "occupancy": 2}),
        (ssri_fit.occupancy(dose=[10, 20, 40]), {"drug": 5, "dose": 3}),
        (ssri_fit.target_attainment([10, 20, 40]), {"drug": 5, "occupancy": 1, "dose": 3}),
    ):
        assert isinstance(table, xr.Dataset)
        assert dict(table.sizes) == dims
        assert table["drug"].to_numpy().tolist() == drugs


def test_numpy_numbers_are_accepted(ssri_fit):
    xr.testing.assert_identical(ssri_fit.occupancy(np.float64(20)), ssri_fit.occupancy(20))
    xr.testing.assert_identical(ssri_fit.occupancy(np.int64(20)), ssri_fit.occupancy(20))
    xr.testing.assert_identical(ssri_fit.occupancy(np.array([20, 30])), ssri_fit.occupancy([20, 30]))


def test_every_check_of_the_bundled_fit_has_a_record_and_none_fails(ssri_fit):
    records = ssri_fit.check()
    assert [check.name for check in records] == list(CHECKS)
    assert "FAIL" not in {check.verdict for check in records}


def test_refit_does_not_change_the_fit_or_its_answers(prior_fit, monkeypatch):
    monkeypatch.setattr(refits, "plan", lambda _: [])
    again = prior_fit.with_refits()
    assert again is not prior_fit
    assert prior_fit.refits is None
    assert again.refits is not None
    xr.testing.assert_identical(again.dose_for_occupancy(), prior_fit.dose_for_occupancy())


def test_evidence_may_be_a_path_a_frame_or_evidence(tmp_path, plain_fit, people_table):
    path = tmp_path / "mine.csv"
    people_table.to_csv(path, index=False)
    spec = parse_model(MODELS["plain"])
    for source in (path, str(path), read_evidence(people_table)):
        fit = petfit.fit(source, spec, settings=QUICK)
        assert fit.evidence.hash == plain_fit.evidence.hash
        assert np.array_equal(fit.posterior["sigma"], plain_fit.posterior["sigma"])


def test_seed_replaces_that_of_the_settings(plain_fit, people_table):
    fit = petfit.fit(people_table, parse_model(MODELS["plain"]), settings=QUICK, seed=99)
    assert fit.attrs["seed"] == 99
    assert fit.attrs["draws"] == QUICK.draws
    assert not np.array_equal(fit.posterior["sigma"], plain_fit.posterior["sigma"])


def test_drug_dose_and_value_are_enough(tmp_path, people_table):
    path = tmp_path / "mine.csv"
    people_table.to_csv(path, index=False)
    fit = petfit.fit(path)
    assert fit.spec == petfit.read_model("emax")
    assert any("one cohort per study" in sentence for sentence in fit.evidence.assumptions)
    found = fit.ec50()
    assert found["low"].item() < 8 < found["high"].item()
    assert found["unit"].item() == "mg/day"
    assert fit.dose_for_occupancy(0.45)["relative_to_tested"].item() == "inside"
    assert {check.name: check.verdict for check in fit.check()}["convergence"] == "PASS"


def test_bad_evidence_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(petfit.PetfitError):
        petfit.fit(tmp_path / "none.csv").save("fit.nc")
    assert list(tmp_path.iterdir()) == []


def test_draws_of_every_answer_agree_with_its_summary(prior_fit):
    for draws, table in (
        (prior_fit.ec50_draws(), prior_fit.ec50()),
        (prior_fit.emax_draws(), prior_fit.emax()),
        (prior_fit.dose_for_occupancy_draws(0.5), prior_fit.dose_for_occupancy(0.5)),
        (prior_fit.occupancy_draws(20), prior_fit.occupancy(20)),
        (prior_fit.equivalent_dose_draws("A", 20), prior_fit.equivalent_dose("A", 20)),
        (prior_fit.contrast_draws(), prior_fit.contrasts()),
    ):
        assert draws.dims[:2] == ("chain", "draw")
        assert np.array_equal(quantile(draws, 0.5), table["median"])


def test_repr_is_one_line(prior_fit):
    assert repr(prior_fit) == "<petfit.Fit of A, B: 9 rows of the DataFrame, 4 chains of 500 draws>"


def test_notebooks_show_dose_ec50_verdict_and_curve(prior_fit):
    text = prior_fit._repr_html_()
    assert "Dose for 80 % occupancy" in text
    assert "EC50" in text
    assert html.escape(verdict(prior_fit.check()).sentence) in text
    assert "<svg" in text
    assert "</svg>" in text
    assert "<script" not in text
    assert matplotlib.pyplot.get_fignums() == []
