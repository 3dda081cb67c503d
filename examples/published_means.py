"""Fit group means from papers, each with the uncertainty that it printed, and find a therapeutic window."""

import pandas as pd

import petfit

columns = ["study", "drug", "dose", "dose_unit", "n", "value", "sd", "se", "ci_low", "ci_high", "low", "high"]
rows = [
    ("Adams 2019", "newdrug", 2.0, "mg/day", 6, 0.52, 0.09, None, None, None, None, None),
    ("Adams 2019", "newdrug", 4.0, "mg/day", 6, 0.66, 0.08, None, None, None, None, None),
    ("Baker 2021", "newdrug", 3.0, "mg/day", 8, 0.60, None, 0.03, None, None, None, None),
    ("Baker 2021", "newdrug", 8.0, "mg/day", 8, 0.78, None, None, 0.73, 0.83, None, None),
    ("Clark 2022", "newdrug", 6.0, "mg/day", 5, None, None, None, None, None, 0.68, 0.79),
]
table = pd.DataFrame(rows, columns=columns)

fit = petfit.fit(table, "meta_analysis", seed=1)
window = fit.window(0.65, 0.80)
print(window[["lower_dose", "upper_dose", "best_dose", "best_dose_probability"]].to_dataframe().T)
print(window["share"].to_series())  # of people inside the window, by dose

evidence = petfit.read_evidence(table)
print("Taken for granted:", *evidence.assumptions, sep="\n- ")

fit.plot_curves()[0].figure.savefig("published_means.pdf")
fit.save("published_means.nc")
