"""The bundled fit agrees with an independent implementation of the model, run for long."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from petfit.results.quantiles import quantile
from tests.helpers import monte_carlo_error

LONG_RUN = pd.read_csv(Path(__file__).parent / "reference" / "ssri_posterior.csv")


PERCENT = {"q2.5": 0.025, "q50": 0.5, "q97.5": 0.975}


def draws_of(fit, quantity, drug):
    pass
    if quantity == "ec50":
        return fit.ec50_draws().sel(drug=drug).to_numpy()
    if quantity == "emax":
        return fit.emax_draws().sel(drug=drug).to_numpy()
    return fit.dose_for_occupancy_draws(0.8).sel(drug=drug).to_numpy()[..., 0]


@pytest.mark.parametrize(
    "row", LONG_RUN[LONG_RUN["drug"].notna()].to_dict("records"), ids=lambda r: f"{r['quantity']} {r['drug']}"
)
def test_answers_agree_with_an_independent_implementation(ssri_fit, row):
    inverse = row["quantity"] == "inv_dose80"
    draws = draws_of(ssri_fit, row["quantity"], row["drug"])
    draws = 1 / draws if inverse else draws
    for column, q in PERCENT.items():
        ours = float(quantile(draws, q))
        if np.isinf(draws).any():  # errors of a quantile are local: far above it any number will do
            draws = np.minimum(draws, 1e6)
        error = np.hypot(monte_carlo_error(draws, q), row[f"mcse_{column}"])
        assert abs(ours - row[column]) <= 4.5 * error, (column, ours)


@pytest.mark.parametrize(
    "row", LONG_RUN[LONG_RUN["p_reached"].notna()].to_dict("records"), ids=lambda r: r["drug"]
)
def test_probabilities_of_80_percent_agree_with_an_independent_implementation(ssri_fit, row):
    ours = ssri_fit.dose_for_occupancy().sel(drug=row["drug"])["p_reached"].item()
    p = row["p_reached"]
    assert abs(ours - p) <= 5 * np.sqrt(max(p * (1 - p), 1e-5) / 1500)


PARAMETERS = {
    "a": "log_ec50",
    "tau": "log_ec50_drug_sd",
    "sd_study": "log_ec50_study_sd",
    "sd_region": "log_ec50_region_sd",
    "omega": "omega",
    "sigma": "sigma",
    "b": "logit_emax",
    "sd_emax_drug": "logit_emax_drug_sd",
    "c": "logit_emax_tracer",
    **{
        f"shift_{drug}": "log_ec50_drug_regimen"
        for drug in ("citalopram", "duloxetine", "escitalopram", "paroxetine", "sertraline")
    },
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters_agree_with_an_independent_implementation(ssri_fit, name):
    row = LONG_RUN.set_index("quantity").loc[name]
    values = ssri_fit.group("posterior")[PARAMETERS[name]]
    if values.ndim == 3:
        level = f"{name.removeprefix('shift_')}:single" if name.startswith("shift_") else "[123I]ADAM"
        values = values.sel({values.dims[2]: level})
    draws = values.to_numpy()
    for column, q in PERCENT.items():
        error = np.hypot(monte_carlo_error(draws, q), row[f"mcse_{column}"])
        assert abs(np.quantile(draws, q) - row[column]) <= 4.5 * error, column
