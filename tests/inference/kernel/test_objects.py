import ctypes

import numba
import pytest

from petfit.inference.kernel import objects

SIGNATURE = numba.float64(numba.float64)


@numba.cfunc(SIGNATURE, error_model="numpy", forceinline=True)
def doubled(x):
    return 2.0 * x


@numba.cfunc(SIGNATURE)
def refusing(x):
    if x < 0.0:
        raise ValueError("negative")
    return x


def test_a_function_that_was_saved_does_the_same_once_linked(tmp_path):
    objects.save(tmp_path / "doubled", doubled)
    linked = objects.link(tmp_path / "doubled")
    assert linked.address != doubled.address
    assert ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(linked.address)(21.0) == 42.0


def test_a_function_that_needs_more_than_the_c_library_is_not_saved(tmp_path):
    with pytest.raises(LookupError, match="the C library has no function"):
        objects.save(tmp_path / "refusing", refusing)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("before", "after"), [('"needs": [', '"needs": ["nowhere_at_all", '), ('"name": "', '"name": "no')]
)
def test_a_function_that_lacks_something_is_not_linked(tmp_path, before, after):
    objects.save(tmp_path / "doubled", doubled)
    about = tmp_path / "doubled" / "about.json"
    about.write_text(about.read_text().replace(before, after).replace(", ]", "]"))
    with pytest.raises(LookupError):
        objects.link(tmp_path / "doubled")
