import numba
import numpy as np

from petfit.inference.kernel.uncounted_array import keep, uncounted


@numba.njit
def add_one_to_a_part(array):
    part = uncounted(array)[1:3]
    part += 1.0


def test_an_uncounted_array_has_the_memory_of_the_array():
    array = np.zeros(4)
    add_one_to_a_part(array)
    assert array.tolist() == [0.0, 1.0, 1.0, 0.0]


@numba.njit
def sum_of_an_uncounted_array_after_another_is_allocated():
    memory = np.empty(64)
    array = uncounted(memory)
    array[:] = 1.0
    other = np.empty(64)
    other[:] = 2.0
    total = array.sum()
    keep(memory)
    return total + 0.0 * other.sum()


def test_the_memory_of_an_array_that_is_kept_is_not_given_to_another():
    assert sum_of_an_uncounted_array_after_another_is_allocated() == 64.0
