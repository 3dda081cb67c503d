"""Use ArviZ and xarray on a fit: summaries, predictive checks, posterior draws of an answer."""

import arviz as az

import petfit

fit = petfit.fit()  # the bundled evidence of the serotonin transporter
tree = fit.to_datatree()

print(az.summary(tree, var_names=["log_ec50", "omega", "sigma"]))
print(az.rhat(tree, var_names=["log_ec50_drug"]))
az.plot_ppc_dist(tree).savefig("with_arviz.png")

draws = fit.draws(0.8)
print((draws["dose"].sel(drug="paroxetine") < 30).mean().item(), "probability that 30 mg/day are enough")
print(draws["ec50"].quantile([0.025, 0.5, 0.975], ["chain", "draw"]).to_series().unstack("quantile"))
