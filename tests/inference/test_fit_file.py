import subprocess
import sys

import arviz_base
import h5py
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import petfit
from petfit.errors import FitFileError, PetfitError
from petfit.model import likelihood
from petfit.model.ops import NUMPY
from tests.helpers import (
    design_as_sampled,
    fail_to_write,
    fit_from_prior,
    log_density_of_random_effect,
    log_slope,
)

GROUPS = {
    "posterior",
    "sample_stats",
    "log_likelihood",
    "log_prior",
    "observed_data",
    "constant_data",
    "posterior_predictive",
    "prior",
    "prior_predictive",
    "petfit/posterior_predictive",
    "petfit/new_level_effects",
    "petfit/prior_new_level_effects",
    "petfit/evidence",
    "petfit/drug_table",
}


@pytest.fixture(scope="module")
def saved(tmp_path_factory, prior_fit):
    return prior_fit.save(tmp_path_factory.mktemp("store") / "fit.nc")


@pytest.fixture(scope="module")
def whole(saved):
    return saved.read_bytes()


def test_round_trip_is_identical(saved, prior_fit):
    tree = petfit.load(saved).tree
    assert set(tree.groups) == {"/", "/petfit", *(f"/{name}" for name in GROUPS)}
    xr.testing.assert_identical(tree, prior_fit.tree)


def test_second_round_trip_is_identical(tmp_path, saved, prior_fit):
    again = petfit.load(petfit.load(saved).save(tmp_path / "again.nc"))
    xr.testing.assert_identical(again.tree, prior_fit.tree)


@pytest.mark.parametrize("table", ["people_table", "group_table", "scans_table"])
def test_fits_of_any_level_of_evidence_round_trip(tmp_path, request, table):
    model = "scan" if table == "scans_table" else "emax"
    fit = fit_from_prior(petfit.read_model(model), request.getfixturevalue(table), draws=100)
    loaded = petfit.load(fit.save(tmp_path / "fit.nc"))
    xr.testing.assert_identical(loaded.tree, fit.tree)
    assert loaded.design.drugs == fit.design.drugs


ANSWERS = {
    "ec50": lambda fit: fit.ec50(),
    "ec50 of a new person": lambda fit: fit.ec50("new_subject"),
    "emax": lambda fit: fit.emax(prob=0.8),
    "doses": lambda fit: fit.dose_for_occupancy([0.5, 0.8, 0.95]),
    "doses of a new drug": lambda fit: fit.dose_for_occupancy(0.8, "new_drug"),
    "occupancy": lambda fit: fit.occupancy([0, 10, 50]),
    "attainment": lambda fit: fit.target_attainment([10, 50]),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_answers_of_a_loaded_fit_are_identical(saved, prior_fit, answer):
    xr.testing.assert_identical(answer(petfit.load(saved)), answer(prior_fit))


@pytest.mark.slow
def test_answers_of_the_loaded_bundled_fit_are_identical(tmp_path, ssri_fit):
    loaded = petfit.load(ssri_fit.save(tmp_path / "ssri.nc"))
    for predict_for in ("typical", "new_subject", "new_study", "new_drug"):
        xr.testing.assert_identical(
            loaded.dose_for_occupancy(0.8, predict_for), ssri_fit.dose_for_occupancy(0.8, predict_for)
        )
        xr.testing.assert_identical(
            loaded.ec50(predict_for, at={"region": "midbrain"}),
            ssri_fit.ec50(predict_for, at={"region": "midbrain"}),
        )
    pd.testing.assert_frame_equal(loaded.evidence.table, ssri_fit.evidence.table, check_column_type=False)


def test_file_holds_model_evidence_and_drugs(saved, prior_fit, mixed_table):
    fit = petfit.load(saved)
    assert fit.spec == petfit.read_model("emax")
    assert fit.evidence.hash == petfit.read_evidence(mixed_table).hash == fit.attrs["evidence_sha256"]
    assert fit.evidence.assumptions == petfit.read_evidence(mixed_table).assumptions
    pd.testing.assert_frame_equal(
        fit.drug_table, prior_fit.drug_table, check_dtype=False, check_column_type=False
    )
    for name in ("petfit", "pymc", "nutpie", "numpy"):
        assert f"{name} " in fit.attrs["versions"]
    assert fit.attrs["seed"] == 11


def test_excluded_rows_are_stored(ssri_fit):
    table = ssri_fit.evidence.table
    assert len(table) > ssri_fit.group("observed_data").sizes["row"] == 25


def test_every_person_and_cohort_has_a_log_likelihood(ssri_fit):
    density = ssri_fit.log_likelihood
    assert set(density["person"].to_numpy()) == set(ssri_fit.design.rows["person"])
    assert np.isfinite(density).all()


def test_log_likelihood_and_log_prior_add_up_to_the_sampled_density(ssri_fit):
    """Given the deviations of people, they differ by the random effects and the transforms alone."""
    fit, design = ssri_fit, design_as_sampled(ssri_fit)
    densities = likelihood.log_likelihood(NUMPY, design, fit.posterior, likelihood.inputs(design))
    total = sum(density.sum(-1) for density in densities.values())
    for values in fit.group("log_prior").data_vars.values():
        total = total + values.to_numpy().reshape(*values.shape[:2], -1).sum(-1)
    for effect in design.effects:
        if effect.scale:
            levels, sd = fit.posterior[effect.name], fit.posterior[effect.scale]
            total = total + log_density_of_random_effect(design, effect, levels, sd)
    for name, prior in design.scalar_priors.items():
        total = total + log_slope(prior, fit.posterior[name])
    gap = total - fit.group("sample_stats")["lp"].to_numpy()
    assert np.ptp(gap) < 1e-6


def test_new_level_effects_are_standard_normal(ssri_fit):
    new = ssri_fit.new_level_effects
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


# --- other files ------------------------------------------------------------------------------

CUTS = [0, 1, 7, 8, 48, 96, 500, 2048, 10_000, 0.2, 0.5, 0.9, 0.99, -4096, -100, -8, -1]


@pytest.mark.parametrize("cut", CUTS)
def test_a_fit_file_cut_short_is_refused(tmp_path, whole, cut):
    end = int(cut * len(whole)) if isinstance(cut, float) else cut
    path = tmp_path / "cut.nc"
    path.write_bytes(whole[:end])
    with pytest.raises(FitFileError, match=r"cut\.nc: (not a fit file, or cut short|damaged or edited)"):
        petfit.load(path)


@st.composite
def damages(draw):
    """A function from the bytes of a file to other bytes: flipped, overwritten, cut, inserted or lost."""
    share, other = draw(st.floats(0, 1, exclude_max=True)), draw(st.floats(0, 1, exclude_max=True))
    patch = draw(st.binary(min_size=1, max_size=64))
    bit = 1 << draw(st.integers(0, 7))

    def flip(content, at, _):
        return content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :]

    def overwrite(content, at, _):
        return content[:at] + patch + content[at + len(patch) :]

    def cut(content, at, _):
        return content[:at]

    def insert(content, at, _):
        return content[:at] + patch + content[at:]

    def lose(content, at, to):
        return content[: min(at, to)] + content[max(at, to) :]

    def append(content, _at, _to):
        return content + patch

    change = draw(st.sampled_from([flip, flip, flip, overwrite, cut, insert, lose, append]))
    return lambda content: change(content, int(share * len(content)), int(other * len(content)))


@given(damage=damages())
def test_fuzz_a_damaged_file_never_answers(tmp_path_factory, whole, damage):
    damaged = damage(whole)
    path = tmp_path_factory.getbasetemp() / "damaged.nc"
    path.write_bytes(damaged)
    if damaged == whole:
        return
    with pytest.raises(FitFileError, match=r"damaged\.nc: (not a fit file, or cut short|damaged or edited)"):
        petfit.load(path)


def double_sigma(file):
    file["posterior/sigma"][...] *= 2


def rename_a_drug(file):
    file["posterior/drug"][0] = "C"


def edit_the_model(file):
    file.attrs["model"] = str(file.attrs["model"]).replace("dose", "concentration")


def edit_the_evidence(file):
    file["petfit/evidence/numbers"][0, 0] = 0.99


def add_a_group(file):
    file.create_group("mine")


@pytest.mark.parametrize(
    "edit", [double_sigma, rename_a_drug, edit_the_model, edit_the_evidence, add_a_group]
)
def test_an_edited_file_is_refused(tmp_path, whole, edit):
    path = tmp_path / "edited.nc"
    path.write_bytes(whole)
    with h5py.File(path, "r+") as file:
        edit(file)
    with pytest.raises(FitFileError, match=r"edited\.nc: (not a fit file|damaged or edited)"):
        petfit.load(path)


def test_a_fit_that_another_program_saved_again_is_refused(tmp_path, saved):
    with xr.open_datatree(saved, engine="h5netcdf") as tree:
        tree.to_netcdf(tmp_path / "again.nc", engine="h5netcdf")
    with pytest.raises(FitFileError, match=r"again\.nc: not a fit file.*unchanged: other programs"):
        petfit.load(tmp_path / "again.nc")


def test_other_programs_read_the_file_with_its_checksum(saved, prior_fit):
    xr.testing.assert_identical(xr.load_datatree(saved), prior_fit.tree)
    with h5py.File(saved) as file:
        assert "posterior" in file


def text_file(path):
    path.write_text("drug,dose,value\nA,5,0.4\n" * 100)


def folder(path):
    path.mkdir()


def other_netcdf(path):
    xr.Dataset({"x": ("row", [1.0])}).to_netcdf(path, engine="h5netcdf")


def other_format(path):
    xr.DataTree(xr.Dataset(attrs={"petfit_format": 4})).to_netcdf(path, engine="h5netcdf")


def arviz_file(path):
    idata = arviz_base.from_dict(
        {"posterior": {"mu": np.zeros((4, 100))}, "observed_data": {"y": np.ones(3)}}
    )
    idata.to_netcdf(path, engine="h5netcdf")


@pytest.mark.parametrize("make", [text_file, folder, other_netcdf, other_format, arviz_file])
def test_other_files_are_refused(tmp_path, make):
    path = tmp_path / "mine.nc"
    make(path)
    with pytest.raises(FitFileError, match=r"mine\.nc"):
        petfit.load(path).ec50()


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(FitFileError, match=r"none\.nc: there is no such file\. Give a file"):
        petfit.load(tmp_path / "none.nc")


# --- writing is whole or not at all -------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), KeyboardInterrupt(), RuntimeError()]
)
def test_a_failed_write_leaves_the_old_file(tmp_path, prior_fit, whole, monkeypatch, error):
    path = tmp_path / "fit.nc"
    path.write_bytes(whole)

    failed = fail_to_write(monkeypatch, error, written=whole[: len(whole) // 2])
    with pytest.raises((PetfitError, KeyboardInterrupt, RuntimeError)):
        prior_fit.save(path)
    assert [part.parent.parent for part in failed] == [tmp_path]  # so that moving it into place is atomic
    assert path.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_no_file(tmp_path, prior_fit, monkeypatch):
    fail_to_write(monkeypatch, OSError(28, "No space left on device"))
    with pytest.raises(PetfitError, match="No space left"):
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


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no limits of file sizes there")
def test_a_full_disk_is_reported_and_leaves_no_file(tmp_path, saved):
    ended = subprocess.run(
        [sys.executable, "-c", FULL, saved, tmp_path / "fit.nc"], capture_output=True, text=True, check=False
    )
    assert "refused" in ended.stderr
    assert "cannot be written" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_saving_replaces_an_older_fit(tmp_path, prior_fit):
    path = tmp_path / "fit.nc"
    prior_fit.save(path)
    assert prior_fit.save(path) == path
    assert petfit.load(path).attrs["seed"] == 11
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["nowhere/fit.nc", "folder"])
def test_an_unwritable_path_is_refused(tmp_path, prior_fit, name):
    (tmp_path / "folder").mkdir()
    with pytest.raises(PetfitError, match=r"cannot be written|there is no folder|not a file"):
        prior_fit.save(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
