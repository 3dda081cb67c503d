import numba
import numpy as np

from petfit.inference.kernel.uncounted_array import uncounted


@numba.njit
def add_one_to_a_part(array):
    part = uncounted(array)[1:3]
    part += 1.0


def test_an_uncounted_array_has_the_memory_of_the_array():
    array = np.zeros(4)
    add_one_to_a_part(array)
    assert array.tolist() == [0.0, 1.0, 1.0, 0.0]
