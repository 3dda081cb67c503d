"""See what an answer owes to a prior: change it, fit again, and compare."""

import petfit

model = petfit.read_model("emax")
table = petfit.read_evidence("fluvoxamine_occupancy")

answers = {}
for name, sigma in {"as bundled": 1.5, "narrow": 0.5, "wide": 3.0}.items():
    fit = petfit.fit(table, model.with_prior("ec50.centre", sigma=sigma), seed=1)
    answers[name] = fit.dose_for_occupancy(0.8)
    dose = answers[name].isel(drug=0, occupancy=0)
    interval = f"{dose['low'].item():.0f} to {dose['high'].item():.0f}"
    print(f"{name}: {dose['median'].item():.0f} {dose['unit'].item()} ({interval}, 95 % equal-tailed)")

fit.plot_prior_posterior()[0].figure.savefig("priors.pdf")
