"""The reference problem as a user of PyMC writes it.

``python -m benchmarks.plain_pymc TABLE SEED TARGET_ACCEPT OUTPUT``: four chains of 1000 warm-up and 1000
kept draws on two cores with nutpie, a printed summary with R-hat and ESS, LOO, and the fit as netCDF.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

import arviz_stats
import nutpie
import pandas as pd
import pymc as pm

__all__ = ["DRAWS", "build", "sample"]

DRAWS = 1000


def build(table: pd.DataFrame) -> pm.Model:
    """Return the model of a table with the columns drug, dose and value."""
    drug, labels = pd.factorize(table["drug"])
    dose, value = table["dose"].to_numpy(float), table["value"].to_numpy(float)
    with pm.Model() as model:
        mu, mu_e = pm.Normal("mu", 1.5, 1.5), pm.Normal("mu_e", 2.0, 1.0)
        tau, tau_e = pm.HalfNormal("tau", 1.0), pm.HalfNormal("tau_e", 0.5)
        z, z_e = (pm.Normal(name, 0.0, 1.0, shape=len(labels)) for name in ("z", "z_e"))
        sigma = pm.HalfNormal("sigma", 0.2)
        ec50 = pm.Deterministic("ec50", pm.math.exp(mu + tau * z))
        emax = pm.Deterministic("emax", pm.math.sigmoid(mu_e + tau_e * z_e))
        pm.Normal("value", emax[drug] * dose / (ec50[drug] + dose), sigma, observed=value)
    return model


def sample(compiled: object, seed: int, target_accept: float) -> Any:
    """Return the draws of a compiled model."""
    return nutpie.sample(
        compiled,
        chains=4,
        tune=DRAWS,
        draws=DRAWS,
        cores=2,
        seed=seed,
        target_accept=target_accept,
        save_warmup=False,
        progress_bar=False,
    )


def main() -> None:
    """Fit a table, print the summary and LOO, and save the fit."""
    table, seed, target_accept, output = sys.argv[1:]
    model = build(pd.read_csv(table))
    fit = sample(nutpie.compile_pymc_model(model), int(seed), float(target_accept))
    pm.compute_log_likelihood(fit, model=model, progressbar=False)
    print(arviz_stats.summary(fit).to_string())
    with warnings.catch_warnings(action="ignore"):  # a Pareto k may be large
        print(arviz_stats.loo(fit))
    fit.to_netcdf(output, engine="h5netcdf")


if __name__ == "__main__":
    main()
