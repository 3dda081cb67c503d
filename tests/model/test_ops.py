import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest
from pytensor.compile.mode import Mode

from petfit.model.ops import NUMPY, Ops
from petfit.model.pymc_model import PYTENSOR

POINTS = np.array([1e-3, 0.2, 0.9, 1.0, 3.0, 25.0])
SIGNED = np.concatenate([-POINTS, [0.0], POINTS])
WHERE = {
    "exp": SIGNED,
    "log": POINTS,
    "expm1": np.append(SIGNED, 1e-12),
    "expit": 30 * SIGNED,
    "erf": SIGNED,
    "erfcx": np.concatenate([-POINTS[:-1], 4 * POINTS]),
    "gammaln": POINTS,
}


def test_both_libraries_have_every_function():
    names = {name for name in vars(Ops) if not name.startswith("_")}
    assert names == {*WHERE, "where", "betainc", "logsumexp"}
    for name in names:
        assert callable(getattr(NUMPY, name))
        assert callable(getattr(PYTENSOR, name))


@pytest.mark.parametrize("name", WHERE)
def test_both_libraries_give_the_same_numbers(name):
    x = pt.dvector("x")
    theirs = pytensor.function([x], getattr(PYTENSOR, name)(x), mode="FAST_COMPILE")(WHERE[name])
    ours = getattr(NUMPY, name)(WHERE[name])
    assert np.isfinite(ours).all()
    assert theirs == pytest.approx(ours, rel=1e-12, abs=1e-300)


def test_both_libraries_give_the_same_incomplete_beta_function():
    x = pt.dvector("x")
    given = np.linspace(0.0, 1.0, 21)
    theirs = pytensor.function([x], PYTENSOR.betainc(2.0, 0.5, x), mode="FAST_COMPILE")(given)
    assert theirs == pytest.approx(NUMPY.betainc(2.0, 0.5, given), rel=1e-12)


def test_both_libraries_give_the_same_log_of_a_sum_of_exponentials():
    x = pt.dmatrix("x")
    given = np.array([[-900.0, -901.0], [0.0, 700.0]])
    stable = Mode(linker="py", optimizer="fast_run")  # older versions of PyTensor rewrite it to be stable
    theirs = pytensor.function([x], PYTENSOR.logsumexp(x, axis=-1), mode=stable)(given)
    assert theirs == pytest.approx(NUMPY.logsumexp(given, axis=-1), rel=1e-12)


def test_where_selects_elementwise_in_both_libraries():
    given = np.array([-1.0, 2.0])
    x = pt.dvector("x")
    chosen = PYTENSOR.where(x > 0, x, -10.0 * x)
    theirs = pytensor.function([x], chosen, mode="FAST_COMPILE")(given)
    assert theirs.tolist() == NUMPY.where(given > 0, given, -10.0 * given).tolist() == [10.0, 2.0]
