"""Draws of doses, some of them infinite."""

import numpy as np
import xarray as xr


def array(values, name="ec50"):
    drugs = [f"drug {i}" for i in range(values.shape[2])]
    return xr.DataArray(values, dims=("chain", "draw", "drug"), coords={"drug": drugs}, name=name)


def infinite_doses():
    draws = np.exp(np.random.default_rng(0).normal(2, 1, (4, 500, 3)))
    draws[:, ::50, 1] = np.inf
    draws[:, ::2, 2] = np.inf
    return array(draws, "dose")
