"""The undocumented part of nutpie that petfit uses is what it was."""

import dataclasses

import numba
import numpy as np
import nutpie
import pytest
from numba import types
from nutpie.compile_pymc import CompiledPyMCModel

from petfit.inference import kernel, nutpie_model

FIELDS = {
    "dims", "reparameterized_names", "compiled_logp_func", "compiled_expand_func", "initial_point_func",
    "shared_data", "shared_var_keys", "user_data", "n_expanded", "shape_info", "logp_func", "expand_func",
    "_n_dim", "_shapes", "_coords", "_transform_adapt_args",
}  # fmt: skip


def test_the_fields_of_nutpies_compiled_model_are_unchanged():
    assert {field.name for field in dataclasses.fields(CompiledPyMCModel)} == FIELDS


def test_nutpie_samples_a_model_made_of_compiled_functions():
    """A standard normal in two dimensions."""
    doubles = types.CPointer(types.double)

    @numba.cfunc(types.int64(types.uint64, doubles, doubles, doubles, types.voidptr))
    def normal(size, point, gradient, log_density, _):
        log_density[0] = 0.0
        for i in range(size):
            log_density[0] -= 0.5 * point[i] ** 2
            gradient[i] = -point[i]
        return 0

    model = nutpie_model.compiled_model(
        2,
        normal,
        kernel.compiled().expand,
        np.zeros(1),
        lambda seed: np.random.default_rng(seed).normal(size=2),
    )
    tree = nutpie.sample(model, draws=1000, tune=500, chains=2, seed=1, progress_bar=False)
    points = tree["posterior"][nutpie_model.POINT].to_numpy()
    assert points.shape == (2, 1000, 2)
    assert points.mean() == pytest.approx(0.0, abs=0.1)
    assert points.std() == pytest.approx(1.0, abs=0.1)
