import h5py
import numpy as np
import pytest
import xarray as xr

from petfit import netcdf

LONG = "A sentence of the model, µ and all.\n" * 10_000


@pytest.fixture(scope="module")
def tree():
    rng = np.random.default_rng(1)
    numbers = rng.normal(size=(2, 3, 4))
    numbers[0, 1, 2], numbers[1, 0, 0] = np.inf, np.nan
    tables = {
        "draws": xr.Dataset(
            {
                "effect": (("chain", "draw", "drug"), numbers),
                "scalar": (("chain", "draw"), numbers[..., 0]),
                "diverging": (("chain", "draw"), numbers[..., 1] > 0),
                "steps": (("chain", "draw"), np.arange(6, dtype=np.uint64).reshape(2, 3)),
            },
            {"drug": ["citalopram", "µ-opioid", "", "ESZ \N{GREEK SMALL LETTER ALPHA}"]},
        ),
        "texts": xr.Dataset(
            {"said": (("row", "text"), np.array([["a", ""], ["b\nc", "ä"]], object)), "alone": 3.0},
            {"row": ["row 0", "row 1"]},
        ),
        "empty": xr.Dataset({"kind": ("refit", [])}),
    }
    made = xr.DataTree.from_dict(tables)
    made.attrs = {"petfit_format": 4, "model": LONG, "seconds": 0.25, "nothing": ""}
    return made


@pytest.fixture(scope="module")
def path(tree, tmp_path_factory):
    path = tmp_path_factory.mktemp("netcdf") / "tree.nc"
    netcdf.write(tree, path)
    return path


def read(path):
    with xr.open_datatree(path, engine="h5netcdf") as opened:
        return opened.load()


def test_xarray_reads_what_was_written(tree, path):
    found = read(path)
    assert set(found.children) == set(tree.children)
    for name, node in tree.children.items():
        xr.testing.assert_identical(found[name].to_dataset(), node.to_dataset())
    assert found.attrs == tree.attrs


def test_xarray_s_own_file_holds_the_same(tree, path, tmp_path):
    tree.to_netcdf(tmp_path / "theirs.nc", engine="h5netcdf")
    ours, theirs = read(path), read(tmp_path / "theirs.nc")
    for name in tree.children:
        for variable in ours[name].variables:
            one, other = ours[name][variable], theirs[name][variable]
            assert (one.dtype, one.dims) == (other.dtype, other.dims)
            assert one.encoding.get("_FillValue", 0.0) is not None
            xr.testing.assert_identical(one, other)


def test_a_coordinate_that_would_be_lost_is_refused(tmp_path):
    table = xr.Dataset({"a": ("row", [1.0, 2.0])}, {"unit": ("row", ["mg", "mg"])})
    with pytest.raises(ValueError, match="unit"):
        netcdf.write(xr.DataTree.from_dict({"table": table}), tmp_path / "tree.nc")


def test_every_dimension_is_a_scale_with_a_number_of_its_own(path):
    numbers = []
    with h5py.File(path) as file:
        for group in file.values():
            for dataset in group.values():
                if h5py.h5ds.is_scale(dataset.id):
                    numbers.append(int(dataset.attrs["_Netcdf4Dimid"]))
                else:
                    assert all(len(dim) == 1 for dim in dataset.dims)
    assert sorted(numbers) == list(range(len(numbers)))
    assert len(numbers) == 6
