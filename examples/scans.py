"""Fit BP_ND of baseline and drug scans directly: baselines are parameters, and no ratio is formed."""

import pandas as pd

import petfit

people = pd.DataFrame(
    {
        "subject": ["01", "02", "03", "04", "05", "06"],
        "drug": "newdrug",
        "dose (mg/day)": [10, 10, 20, 20, 40, 40],
        "Putamen_base": [2.11, 1.94, 2.35, 2.02, 1.88, 2.20],
        "Putamen_drug": [1.13, 0.93, 0.88, 0.80, 0.49, 0.58],
        "Midbrain_base": [3.05, 2.81, 3.40, 2.95, 2.70, 3.16],
        "Midbrain_drug": [1.52, 1.40, 1.22, 1.20, 0.71, 0.80],
    }
)

fit = petfit.fit(people, wide="region,condition", outcome="bpnd", seed=1)
print(fit.ec50().to_dataframe()[["median", "low", "high"]])
print(fit.dose_for_occupancy(0.7).to_dataframe()[["median", "low", "high", "p_reached"]])
fit.plot_curves()[0].figure.savefig("scans.pdf")
fit.report("scans.html")
