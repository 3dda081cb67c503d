import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import petfit
from petfit.errors import FitFileError, PetfitError
from petfit.inference import fit_file, netcdf
from tests.helpers import log_slope

GROUPS = {
    "posterior",
    "sample_stats",
    "log_likelihood",
    "log_prior",
    "posterior_predictive",
    "prior",
    "prior_predictive",
    "new_levels",
    "prior_new_levels",
    "evidence",
    "drugs",
}


@pytest.fixture(scope="module")
def saved(tmp_path_factory, prior_fit):
    return prior_fit.save(tmp_path_factory.mktemp("store") / "fit.nc")


@pytest.fixture(scope="module")
def whole(saved):
    return saved.read_bytes()


def test_a_fit_comes_back_the_same_to_the_last_bit(saved, prior_fit):
    tree = petfit.load(saved).tree
    assert set(tree.children) == set(prior_fit.tree.children) == GROUPS
    for name in GROUPS:
        xr.testing.assert_identical(tree[name].to_dataset(), prior_fit.tree[name].to_dataset())
    assert dict(tree.attrs) == dict(prior_fit.tree.attrs)


def test_a_fit_saved_loaded_and_saved_is_the_fit(tmp_path, saved, prior_fit):
    again = petfit.load(petfit.load(saved).save(tmp_path / "again.nc"))
    for name in GROUPS:
        xr.testing.assert_identical(again.tree[name].to_dataset(), prior_fit.tree[name].to_dataset())


ANSWERS = {
    "ec50": lambda fit: fit.ec50(),
    "ec50 of a new person": lambda fit: fit.ec50("new_subject"),
    "emax": lambda fit: fit.emax(prob=0.8),
    "doses": lambda fit: fit.dose_for_occupancy([0.5, 0.8, 0.95]),
    "doses of a new drug": lambda fit: fit.dose_for_occupancy(0.8, "new_drug"),
    "occupancy": lambda fit: fit.occupancy([0, 10, 50]),
    "attainment": lambda fit: fit.attainment([10, 50]),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_a_loaded_fit_answers_the_same_numbers_to_the_last_bit(saved, prior_fit, answer):
    xr.testing.assert_identical(answer(petfit.load(saved)), answer(prior_fit))


def test_the_bundled_fit_saved_and_loaded_answers_the_same(tmp_path, ssri_fit):
    loaded = petfit.load(ssri_fit.save(tmp_path / "ssri.nc"))
    for predict_for in ("typical", "new_subject", "new_study", "new_drug"):
        xr.testing.assert_identical(
            loaded.dose_for_occupancy(0.8, predict_for), ssri_fit.dose_for_occupancy(0.8, predict_for)
        )
        xr.testing.assert_identical(
            loaded.ec50(predict_for, region="midbrain"), ssri_fit.ec50(predict_for, region="midbrain")
        )
    pd.testing.assert_frame_equal(loaded.evidence.table, ssri_fit.evidence.table, check_column_type=False)


def test_the_file_holds_the_spec_the_evidence_and_the_drugs(saved, prior_fit, mixed_table):
    fit = fit_file.read(saved)
    assert fit.spec == petfit.read_model("emax")
    assert fit.evidence.hash == petfit.read_evidence(mixed_table).hash == fit.tree.attrs["evidence_sha256"]
    assert fit.evidence.assumptions == petfit.read_evidence(mixed_table).assumptions
    pd.testing.assert_frame_equal(fit.drugs, prior_fit.drugs, check_dtype=False, check_column_type=False)
    for name in ("petfit", "pymc", "nutpie", "numpy"):
        assert f"{name} " in fit.tree.attrs["versions"]
    assert fit.tree.attrs["seed"] == 11


def test_rows_that_were_not_fitted_stay_in_the_file(ssri_fit):
    table = ssri_fit.tree["evidence"].to_dataset()
    assert table.sizes["row"] > ssri_fit.tree["log_likelihood"].sizes["row"] == 25


def test_there_is_one_log_likelihood_for_every_fitted_row(ssri_fit):
    found = ssri_fit.tree["log_likelihood"]["evidence"]
    assert set(found["row"].to_numpy()) == set(ssri_fit.evidence.used.index)
    assert found.sizes["row"] == len(ssri_fit.evidence.used)
    assert np.isfinite(found).all()


def test_log_likelihood_and_log_prior_are_those_of_the_sampler(ssri_fit):
    """Their sum differs from the sampler's density by the pooled effects and the transforms alone."""
    fit, design = ssri_fit, ssri_fit.design
    total = fit.tree["log_likelihood"]["evidence"].to_numpy().sum(-1)
    for values in fit.tree["log_prior"].to_dataset().data_vars.values():
        total = total + values.to_numpy().reshape(*values.shape[:2], -1).sum(-1)
    for effect in design.effects:
        if effect.scale:
            z = fit.posterior[effect.name] / fit.posterior[effect.scale][..., None]
            total = total - 0.5 * (z**2 + np.log(2 * np.pi)).sum(-1)
    for name, prior in design.scalar_priors.items():
        total = total + log_slope(prior, fit.posterior[name])
    gap = total - fit.tree["sample_stats"]["lp"].to_numpy()
    assert np.ptp(gap) < 1e-6


def test_the_new_levels_are_standard_normals_one_for_every_draw(ssri_fit):
    new = ssri_fit.new_levels
    assert set(new) == {effect.name for effect in ssri_fit.design.effects if effect.scale}
    for values in new.values():
        assert values.shape == ssri_fit.posterior["sigma"].shape
        assert abs(values.mean()) < 5 / np.sqrt(values.size)
        assert values.std() == pytest.approx(1, abs=0.05)
    assert (
        np.corrcoef(np.stack([values.ravel() for values in new.values()])).max(
            initial=0, where=~np.eye(len(new), dtype=bool)
        )
        < 0.06
    )


# --- files that are no fits ---------------------------------------------------------------------

CUTS = [0, 1, 7, 8, 48, 96, 500, 2048, 10_000, 0.2, 0.5, 0.9, 0.99, -4096, -100, -8, -1]


@pytest.mark.parametrize("cut", CUTS)
def test_a_fit_file_cut_short_is_refused(tmp_path, whole, cut):
    end = int(cut * len(whole)) if isinstance(cut, float) else cut
    path = tmp_path / "cut.nc"
    path.write_bytes(whole[:end])
    with pytest.raises(FitFileError, match=r"cut\.nc: not a fit file, or cut short\. Make it again"):
        petfit.load(path)


def text_file(path):
    path.write_text("drug,dose,value\nA,5,0.4\n" * 100)


def folder(path):
    path.mkdir()


def other_netcdf(path):
    xr.Dataset({"x": ("row", [1.0])}).to_netcdf(path, engine="h5netcdf")


def later_format(path):
    xr.DataTree(xr.Dataset(attrs={"petfit_format": 99})).to_netcdf(path, engine="h5netcdf")


def nothing_inside(path):
    xr.DataTree(xr.Dataset(attrs={"petfit_format": fit_file.FORMAT})).to_netcdf(path, engine="h5netcdf")


@pytest.mark.parametrize("make", [text_file, folder, other_netcdf, later_format, nothing_inside])
def test_a_file_that_is_no_fit_is_refused_by_name(tmp_path, make):
    path = tmp_path / "mine.nc"
    make(path)
    with pytest.raises(FitFileError, match=r"mine\.nc"):
        petfit.load(path).ec50()


def test_a_missing_fit_file_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(FitFileError, match=r"none\.nc: there is no such file\. Make one with"):
        petfit.load(tmp_path / "none.nc")


# --- writing is whole or not at all -------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), KeyboardInterrupt(), RuntimeError("HDF5")]
)
def test_a_write_that_fails_midway_leaves_the_old_file_and_nothing_else(
    tmp_path, prior_fit, whole, monkeypatch, error
):
    path = tmp_path / "fit.nc"
    path.write_bytes(whole)

    def half(_tree, part, **_how):
        assert part.parent == tmp_path  # elsewhere it might not be moved into place at once
        part.write_bytes(whole[: len(whole) // 2])
        raise error

    monkeypatch.setattr(netcdf, "write", half)
    with pytest.raises((PetfitError, KeyboardInterrupt, RuntimeError)):
        prior_fit.save(path)
    assert path.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_midway_makes_no_file(tmp_path, prior_fit, monkeypatch):
    def nothing(*_args, **_how):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(netcdf, "write", nothing)
    with pytest.raises(FitFileError, match="No space left"):
        prior_fit.save(tmp_path / "fit.nc")
    assert list(tmp_path.iterdir()) == []


FULL = """
import resource, sys
import petfit
fit = petfit.load(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    fit.save(sys.argv[2])
except petfit.PetfitError as error:
    sys.exit(f"refused: {error}")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of file sizes there")
def test_a_disk_that_is_full_is_said_and_leaves_nothing(tmp_path, saved):
    ended = subprocess.run(
        [sys.executable, "-c", FULL, saved, tmp_path / "fit.nc"], capture_output=True, text=True, check=False
    )
    assert "refused" in ended.stderr
    assert "cannot be written" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_saving_replaces_an_older_file_and_leaves_nothing_beside_it(tmp_path, prior_fit):
    path = tmp_path / "fit.nc"
    path.write_text("old")
    assert prior_fit.save(path) == path
    assert petfit.load(path).tree.attrs["seed"] == 11
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["nowhere/fit.nc", "folder"])
def test_a_place_that_cannot_be_written_is_refused(tmp_path, prior_fit, name):
    (tmp_path / "folder").mkdir()
    with pytest.raises(PetfitError, match=r"cannot be written|there is no folder|not a file"):
        prior_fit.save(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
