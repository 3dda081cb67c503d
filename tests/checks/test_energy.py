import numpy as np
import pytest
from scipy.signal import lfilter

from petfit.checks import energy
from tests.checks.small_fits import constant, one_nan
from tests.helpers import with_changed_draws


@pytest.mark.parametrize(("e_bfmi", "verdict"), [(0.9, "PASS"), (0.25, "WARN"), (0.1, "FAIL")])
def test_low_e_bfmi_warns_and_a_lower_one_fails(ssri_fit, e_bfmi, verdict):
    def autoregressive(values):
        """Return energies whose mean squared step is a share `e_bfmi` of their variance."""
        noise = np.random.default_rng(0).normal(size=values.shape)
        return lfilter([1.0], [1.0, e_bfmi / 2 - 1], noise, axis=1)

    check = energy.check(with_changed_draws(ssri_fit, "sample_stats", energy=autoregressive))
    assert check.table["e_bfmi"].to_numpy() == pytest.approx(e_bfmi, rel=0.25)
    assert check.verdict == verdict
    assert (f"limit: at least {energy.MIN_E_BFMI_FAIL}" in check.text) == (verdict == "FAIL")
    assert ("do not use" in check.text) == (verdict == "FAIL")


@pytest.mark.parametrize("change", [one_nan, constant])
def test_chain_with_constant_or_missing_energy_fails(ssri_fit, change):
    def change_one_chain(values):
        values[1:2] = change(values[1:2])
        return values

    check = energy.check(with_changed_draws(ssri_fit, "sample_stats", energy=change_one_chain))
    assert check.verdict == "FAIL"
    assert "never varies or is not finite" in check.text
