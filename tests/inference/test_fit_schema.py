"""Files with a right checksum and wrong contents: refused in a sentence, before an array is read."""

import hashlib
import io
import re

import h5py
import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import petfit
from petfit.errors import FitFileError, PetfitError
from petfit.evidence.files import FIT_MARK
from petfit.fit import STORED_CHECKS, Fit
from petfit.inference import fit_file, fit_schema
from petfit.inference.fit_schema import group_problems
from tests.helpers import fit_from_prior


@pytest.fixture(scope="module")
def whole(prior_fit, tmp_path_factory):
    return prior_fit.save(tmp_path_factory.mktemp("schema") / "fit.nc").read_bytes()


@pytest.fixture
def tree(prior_fit):
    return prior_fit.tree.copy()


# --- what the file stores -----------------------------------------------------------------------


def test_arrays_without_values_are_read(people_table, tmp_path):
    """No row of single people has an SD, or is a range."""
    fit = fit_from_prior(petfit.read_model("emax"), people_table, draws=100)
    assert petfit.load(fit.save(tmp_path / "fit.nc")).tree.identical(fit.tree)


def claims(shape, **options):
    def replace_sigma(file):
        del file["posterior/sigma"]
        file["posterior"].create_dataset("sigma", shape, "f8", **options)

    return replace_sigma


def many_compressed_zeros(file):
    claims((4, 10**6), chunks=(1, 10**5), compression="gzip")(file)
    file["posterior/sigma"][...] = 0


def a_link_to_another_file(file):
    del file["posterior/sigma"]
    file["posterior/sigma"] = h5py.ExternalLink("other.nc", "/posterior/sigma")


def a_soft_link(file):
    file["loop"] = h5py.SoftLink("/loop")


def a_group_in_itself(file):
    file["posterior/posterior"] = file["posterior"]


def the_file_in_a_group(file):
    file["petfit/all"] = file["/"]


def deep_groups(file):
    file.create_group("/".join(["deep"] * 300))


def values_in_another_file(file):
    del file["posterior/sigma"]
    file["posterior"].create_dataset("sigma", (4, 500), "f8", external=[("values.bin", 0, 16_000)])


def values_of_another_array(file):
    del file["posterior/sigma"]
    layout = h5py.VirtualLayout((4, 500), "f8")
    layout[...] = h5py.VirtualSource("other.nc", "x", (4, 500))
    file["posterior"].create_virtual_dataset("sigma", layout)


def a_type_instead_of_an_array(file):
    file["posterior/type"] = np.dtype("f8")


STORED = {
    "16 GB": (claims((4, 500_000_000)), "/posterior/sigma claims 2000000000 values"),
    "100 GB in chunks": (claims((4, 3_000_000_000), chunks=(1, 1000)), "/posterior/sigma claims"),
    "a chunk of 3 GB": (claims((4, 10**9), chunks=(1, 4 * 10**8)), "/posterior/sigma claims"),
    "compressed zeros": (many_compressed_zeros, "/posterior/sigma claims 4000000 values"),
    "an external link": (a_link_to_another_file, "/posterior/sigma is neither a group nor an array"),
    "a soft link to itself": (a_soft_link, "/loop is neither a group nor an array"),
    "a group in itself": (a_group_in_itself, "is a group too deep"),
    "the file in a group": (the_file_in_a_group, "is a group too deep"),
    "300 groups": (deep_groups, "/deep/deep/deep is a group too deep"),
    "values elsewhere": (values_in_another_file, "/posterior/sigma claims 2000 values"),
    "virtual values": (values_of_another_array, "/posterior/sigma claims 2000 values"),
    "a type": (a_type_instead_of_an_array, "/posterior/type is neither a group nor an array"),
}


def signed(path, content):
    path.write_bytes(content + FIT_MARK + hashlib.sha256(content).hexdigest().encode() + b"\n")
    return path


@pytest.mark.parametrize(("edit", "told"), STORED.values(), ids=STORED.keys())
def test_what_the_file_does_not_hold_is_refused(tmp_path, whole, edit, told):
    buffer = io.BytesIO(whole)
    with h5py.File(buffer, "r+") as file:
        edit(file)
    with pytest.raises(FitFileError, match=told):
        petfit.load(signed(tmp_path / "mine.nc", buffer.getvalue()))


def test_a_file_that_is_not_hdf5_is_refused(tmp_path):
    with pytest.raises(FitFileError, match=r"mine\.nc: not a fit that petfit can read"):
        petfit.load(signed(tmp_path / "mine.nc", b"\x89HDF\r\n\x1a\n" + bytes(1000)))


# --- what the groups contain ---------------------------------------------------------------------


def without(group, name):
    def edit(tree):
        tree[group] = xr.DataTree(tree[group].to_dataset().drop_vars(name))

    return edit


def with_values(group, name, change):
    def edit(tree):
        dataset = tree[group].to_dataset()
        tree[group] = xr.DataTree(dataset.assign({name: change(dataset[name])}))

    return edit


def with_levels(group, dim, labels):
    def edit(tree):
        tree[group] = xr.DataTree(tree[group].to_dataset().assign_coords({dim: labels}))

    return edit


def cut(group, dim, chosen):
    def edit(tree):
        tree[group] = xr.DataTree(tree[group].to_dataset().isel({dim: chosen}))

    return edit


def with_attribute(name, value):
    def edit(tree):
        tree.attrs[name] = value

    return edit


def without_attribute(name):
    def edit(tree):
        del tree.attrs[name]

    return edit


def without_group(name):
    def edit(tree):
        parent, _, child = f"/{name}".rpartition("/")
        del tree[parent or "/"][child]

    return edit


GROUPS = {
    "another format": (with_attribute("petfit_format", 4), "format 4, expected"),
    "no model": (without_attribute("model"), "attribute model is missing"),
    "a number as the model": (with_attribute("model", 3), "attribute model is 3"),
    "text as the seed": (with_attribute("seed", "one"), "attribute seed is 'one'"),
    "one draw": (with_attribute("draws", 1), "draws must be 100 or more"),
    "no log likelihood": (without_group("log_likelihood"), "group log_likelihood is missing"),
    "no evidence": (without_group("petfit/evidence"), "group petfit/evidence is missing"),
    "no divergences": (without("sample_stats", "diverging"), "sample_stats/diverging is missing"),
    "empty draws": (cut("posterior", "draw", slice(0)), "posterior has 0 of draw, not 500"),
    "short draws": (cut("posterior", "draw", slice(20)), "posterior has 20 of draw, not 500"),
    "text for numbers": (
        with_values("posterior", "sigma", lambda sigma: sigma.astype(str)),
        "posterior/sigma has the dimensions .* and the type <U",
    ),
    "complex numbers": (
        with_values("posterior", "sigma", lambda sigma: sigma * 1j),
        "posterior/sigma has .* complex128",
    ),
    "numbers for text": (
        with_values("petfit/evidence", "texts", lambda texts: (texts == "A").astype(float)),
        "petfit/evidence/texts has the dimensions",
    ),
    "turned draws": (
        with_values("posterior", "sigma", lambda sigma: sigma.transpose()),
        "posterior/sigma has the dimensions",
    ),
    "a drug table of other columns": (
        with_levels("petfit/drug_table", "text", list("abcdefg")),
        "petfit/drug_table has other columns than it names",
    ),
    "a column that is not named": (
        cut("petfit/evidence", "column", slice(1, None)),
        "petfit/evidence has other columns than it names",
    ),
}


@pytest.mark.parametrize(("edit", "told"), GROUPS.values(), ids=GROUPS.keys())
def test_wrong_groups_are_refused(tree, edit, told):
    edit(tree)
    assert re.search(told, next(group_problems(tree), "no problem"))


def test_wrong_groups_in_a_file_are_refused(tmp_path, tree):
    cut("posterior", "draw", slice(20))(tree)
    with pytest.raises(FitFileError, match=r"fit\.nc: posterior has 20 of draw, not 500\. Take"):
        petfit.load(fit_file.write(tree, tmp_path / "fit.nc"))


# --- what the model needs ------------------------------------------------------------------------


NEEDED = {
    "no sigma": (without("posterior", "sigma"), "posterior/sigma is missing"),
    "no prior of sigma": (without("prior", "sigma"), "prior/sigma is missing"),
    "no effect of drugs": (without("posterior", "log_ec50_drug"), "posterior/log_ec50_drug is missing"),
    "no new person": (cut("petfit/new_level_effects", "effect", slice(1)), "other effects than its model"),
    "other drugs": (with_levels("posterior", "drug", ["A", "C"]), "log_ec50_drug has other levels"),
    "other rows": (with_levels("observed_data", "row", list("abcdefghi")), "other rows than its evidence"),
    "an edited value": (
        with_values("petfit/evidence", "numbers", lambda numbers: numbers * 2),
        "evidence .* does not match its SHA-256",
    ),
    "no evidence": (cut("petfit/evidence", "row", slice(0)), "evidence .* does not match its SHA-256"),
    "a model that is not one": (with_attribute("model", "[ec50"), "not valid TOML"),
    "another model": (with_attribute("model", petfit.read_model("ssri").to_toml()), "."),
    "checks that are text": (with_attribute(STORED_CHECKS, "fine"), "checks .* are damaged"),
    "checks that are a number": (with_attribute(STORED_CHECKS, 5), "checks .* are damaged"),
    "a verdict that is none": (
        with_attribute(
            STORED_CHECKS,
            '{"petfit": "0.1.0", "checks": [{"name": "loo", "verdict": "FINE", "sentence": "", '
            '"table": {}, "findings": []}]}',
        ),
        "checks .* are damaged",
    ),
    "a table that is none": (
        with_attribute(
            STORED_CHECKS,
            '{"petfit": "0.1.0", "checks": [{"name": "loo", "verdict": "PASS", "sentence": "", '
            '"table": {}, "findings": []}]}',
        ),
        "checks .* are damaged",
    ),
}


@pytest.mark.parametrize(("edit", "told"), NEEDED.values(), ids=NEEDED.keys())
def test_a_fit_that_lacks_what_its_model_needs_does_not_answer(tree, edit, told):
    edit(tree)
    with pytest.raises(PetfitError, match=told):
        answers(Fit(tree))


def answers(fit):
    return fit.dose_for_occupancy(0.8, "new_subject"), fit.check()


# --- anything else -------------------------------------------------------------------------------


@st.composite
def edits(draw):
    """A change of a group, a variable, an attribute or a size of a fit."""
    group = draw(st.sampled_from(sorted(fit_schema.GROUPS)))
    value = draw(st.one_of(st.none(), st.integers(-(2**40), 2**40), st.floats(), st.text(max_size=5)))
    position = draw(st.integers(0, 40))

    def any_variable(tree):
        names = list(tree[group].data_vars)
        return names[position % len(names)]

    def lose_a_variable(tree):
        without(group, any_variable(tree))(tree)

    def cut_a_dimension(tree):
        sizes = tree[group].to_dataset().sizes
        cut(group, list(sizes)[position % len(sizes)], slice(position % 4))(tree)

    def change_a_type(tree):
        kind = ["U8", "i2", "c16", "f4", "M8[ns]"][position % 5]
        with_values(group, any_variable(tree), lambda old: old.copy(data=np.zeros(old.shape, kind)))(tree)

    def rename_a_variable(tree):
        tree[group] = xr.DataTree(tree[group].to_dataset().rename({any_variable(tree): "other"}))

    def lose_a_group(tree):
        without_group(group)(tree)

    def change_an_attribute(tree):
        with_attribute(list(tree.attrs)[position % len(tree.attrs)], value)(tree)

    def lose_an_attribute(tree):
        without_attribute(list(tree.attrs)[position % len(tree.attrs)])(tree)

    return draw(
        st.sampled_from(
            [
                lose_a_variable,
                cut_a_dimension,
                change_a_type,
                rename_a_variable,
                lose_a_group,
                change_an_attribute,
                lose_an_attribute,
            ]
        )
    )


@given(edit=edits())
def test_fuzz_an_edited_fit_gives_the_same_answer_or_an_error_of_petfit(prior_fit, edit):
    tree = prior_fit.tree.copy()
    edit(tree)
    try:
        for problem in group_problems(tree):
            raise FitFileError(problem)
        dose = Fit(tree).dose_for_occupancy(0.8)
    except PetfitError:
        return
    xr.testing.assert_equal(dose, prior_fit.dose_for_occupancy(0.8))
