import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import petfit
from petfit.checks import CHECKS
from petfit.evidence import read_evidence
from petfit.model.specification import parse_model
from petfit.results import refits
from tests.helpers import MODELS, QUICK


def test_every_public_name_is_there():
    for name in petfit.__all__:
        assert getattr(petfit, name) is not None
    assert set(dir(petfit)) >= set(petfit.__all__)
    with pytest.raises(AttributeError, match="fitt"):
        _ = petfit.fitt


def test_a_loaded_fit_answers_and_checks_without_the_sampler(tmp_path, prior_fit):
    path = prior_fit.save(tmp_path / "fit.nc")
    code = (
        "import sys, petfit\n"
        "light = set(sys.modules)\n"
        "fit = petfit.load(sys.argv[1])\n"
        "fit.ec50(); fit.dose_for_occupancy(); fit.occupancy(10); fit.attainment(10); fit.check()\n"
        "assert not {'numpy', 'pandas', 'xarray'} & light\n"
        "assert not {'pymc', 'pytensor', 'nutpie'} & set(sys.modules), 'the sampler was imported'\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


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


def test_a_table_is_fitted_as_it_is_dressed_and_evidence_is_not_dressed_again():
    frame = pd.DataFrame({"Drug": ["A"], "mg": ["ten"], "striatum": [0.4], "midbrain": [0.3]})
    table_format = petfit.TableFormat(columns={"drug": "Drug", "dose": "mg"}, wide="region")
    with pytest.raises(petfit.PetfitError, match=r"1 problem.*\n  row 0, column mg: a number belongs here"):
        petfit.fit(frame, table_format=table_format)
    with pytest.raises(petfit.PetfitError, match="read already"):
        petfit.fit(read_evidence(), table_format=table_format)


def test_the_bundled_evidence_and_model_are_the_default(ssri_fit):
    assert ssri_fit.model_spec == petfit.read_model("ssri")
    assert ssri_fit.evidence.hash == read_evidence().hash


def test_the_answers_have_the_axes_they_name(ssri_fit):
    drugs = ["citalopram", "duloxetine", "escitalopram", "paroxetine", "sertraline"]
    for table, dims in (
        (ssri_fit.ec50(), {"drug": 5}),
        (ssri_fit.dose_for_occupancy([0.5, 0.8]), {"drug": 5, "occupancy": 2}),
        (ssri_fit.occupancy(dose=[10, 20, 40]), {"drug": 5, "dose": 3}),
        (ssri_fit.attainment([10, 20, 40]), {"drug": 5, "occupancy": 1, "dose": 3}),
    ):
        assert isinstance(table, xr.Dataset)
        assert dict(table.sizes) == dims
        assert table["drug"].to_numpy().tolist() == drugs


def test_a_numpy_number_is_as_good_as_a_python_one(ssri_fit):
    xr.testing.assert_identical(ssri_fit.occupancy(np.float64(20)), ssri_fit.occupancy(20))
    xr.testing.assert_identical(ssri_fit.occupancy(np.int64(20)), ssri_fit.occupancy(20))
    xr.testing.assert_identical(ssri_fit.occupancy(np.array([20, 30])), ssri_fit.occupancy([20, 30]))


def test_check_gives_one_record_per_check_and_none_fails_on_the_bundled_fit(ssri_fit):
    records = ssri_fit.check()
    assert [check.name for check in records] == list(CHECKS)
    assert "FAIL" not in {check.verdict for check in records}


def test_a_refit_leaves_the_fit_and_its_answers_as_they_were(prior_fit, monkeypatch):
    monkeypatch.setattr(refits, "plan", lambda _: [])
    again = prior_fit.refit()
    assert again is not prior_fit
    assert prior_fit.refits is None
    assert again.refits is not None
    xr.testing.assert_identical(again.dose_for_occupancy(), prior_fit.dose_for_occupancy())


def test_evidence_may_be_a_file_a_frame_or_read_before(tmp_path, plain_fit, people_table):
    path = tmp_path / "mine.csv"
    people_table.to_csv(path, index=False)
    spec = parse_model(MODELS["plain"])
    for source in (path, str(path), read_evidence(people_table)):
        fit = petfit.fit(source, spec, settings=QUICK)
        assert fit.evidence.hash == plain_fit.evidence.hash
        assert np.array_equal(fit.posterior["sigma"], plain_fit.posterior["sigma"])


def test_a_seed_counts_instead_of_that_of_the_settings(plain_fit, people_table):
    fit = petfit.fit(people_table, parse_model(MODELS["plain"]), settings=QUICK, seed=99)
    assert fit.tree.attrs["seed"] == 99
    assert fit.tree.attrs["draws"] == QUICK.draws
    assert not np.array_equal(fit.posterior["sigma"], plain_fit.posterior["sigma"])


def test_drug_dose_and_value_of_people_are_enough(tmp_path, people_table):
    path = tmp_path / "mine.csv"
    people_table.to_csv(path, index=False)
    fit = petfit.fit(path)
    assert fit.model_spec == petfit.read_model("emax")
    assert any("one cohort per study" in sentence for sentence in fit.evidence.assumptions)
    found = fit.ec50()
    assert found["low"].item() < 8 < found["high"].item()
    assert found["unit"].item() == "mg/day"
    assert fit.dose_for_occupancy(0.45)["support"].item() == "inside"
    assert {check.name: check.verdict for check in fit.check()}["convergence"] == "PASS"


def test_bad_evidence_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(petfit.PetfitError):
        petfit.fit(tmp_path / "none.csv").save("fit.nc")
    assert list(tmp_path.iterdir()) == []
