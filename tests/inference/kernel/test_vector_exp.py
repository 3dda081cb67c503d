import numpy as np
import pytest

from petfit.inference.kernel.vector_exp import exp_of_negative


@pytest.mark.parametrize("x", [0.0, -1e-9, -0.5, -3.0, -17.0, -35.9, -36.1, -500.0, -np.inf])
def test_the_exponential_is_exact_to_rounding_in_comparison_with_1(x):
    assert exp_of_negative(x) == pytest.approx(np.exp(x), rel=0.0, abs=1e-14)
