"""Fit occupancy over plasma concentration: EC50 in ng/mL, and whether the curve is steeper than Emax."""

import numpy as np
import pandas as pd

import petfit

rng = np.random.default_rng(1)
concentration = np.geomspace(2, 120, 14).round(1)
occupancy = 0.92 * concentration / (12 + concentration) + rng.normal(0, 0.04, 14)
table = pd.DataFrame(
    {
        "subject": [f"{i:02d}" for i in range(14)],
        "drug": "newdrug",
        "concentration": concentration,
        "concentration_unit": "ng/mL",
        "value": occupancy.round(3),
    }
)

emax = petfit.fit(table, "emax_concentration", seed=1)
print(emax.ec50().to_dataframe()[["median", "low", "high", "unit"]])
emax.plot_curves()[0].figure.savefig("plasma.pdf")

sigmoid = petfit.fit(table, "sigmoid_emax_concentration", seed=1)
comparison = petfit.compare({"Emax": emax, "sigmoid Emax": sigmoid})
print(comparison.models[["elpd", "se", "difference", "weight"]])
print(*comparison.warnings, sep="\n")
