"""Fit occupancies of individual people: EC50, and the dose for 80 %, with a report."""

import pandas as pd

import petfit

table = pd.DataFrame(
    {
        "subject": ["01", "02", "03", "04", "05", "06", "07", "08"],
        "drug": "newdrug",
        "dose": [5, 5, 10, 10, 20, 20, 40, 40],
        "dose_unit": "mg/day",
        "occupancy (%)": [31, 42, 48, 55, 63, 71, 74, 82],
    }
)

fit = petfit.fit(table, seed=1)
print(fit.ec50().to_dataframe()[["median", "low", "high"]])
print(fit.dose_for_occupancy([0.7, 0.8]).to_dataframe()[["median", "low", "high", "p_reached"]])

at_20_mg = fit.occupancy(dose=20, predict_for="new_subject")
print(f"A new person at 20 mg/day: {at_20_mg['median'].item():.0%} of the target is occupied")

for check in fit.check():
    if check.verdict != "PASS":
        print(check.verdict, check.name, check.sentence)

fit.plot_curves()[0].figure.savefig("own_table.pdf")
fit.save("own_table.nc")
fit.report("own_table.html")
