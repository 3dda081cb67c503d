"""Compare petfit with published results: what it reproduces, how closely, and what cannot be reproduced.

Run ``make validation``, which writes ``docs/validation.md``. It fits the bundled evidence with and without
one study, with kinetics and without late scans, and some small tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from arviz_stats.base import array_stats
from numpy.typing import NDArray
from scipy import optimize, special

import petfit
from benchmarks.late_scans import late_scans
from benchmarks.pharmacology import pharmacology
from benchmarks.statements import draw_figures
from petfit.evidence import read_evidence
from petfit.evidence.bibliography import citation
from petfit.evidence.drug_table import read_drug_table
from petfit.model.curves.emax import EMAX
from petfit.model.specification import parse_model
from petfit.results import summary
from petfit.results.curve_draws import curve_draws
from petfit.results.curve_parameters import other_unit
from petfit.results.quantiles import quantile

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "validation.md"
REFERENCE = HERE.parent / "tests" / "reference"
TARGETS = (0.5, 0.8)
REGIMENS = ("repeated", "single")
QUANTILES = (0.025, 0.5, 0.975)


def main() -> None:
    """Write the page."""
    bundled = petfit.fit()
    sections = [head(), takano(), sorensen(bundled), reference_problem(), meyer(bundled)]
    with_kinetics = petfit.fit(model="ssri_pk")
    sections += [pharmacology(with_kinetics), late_scans(), not_reproduced()]
    draw_figures(with_kinetics)
    PAGE.write_text("\n".join(sections), encoding="utf-8")
    print(f"Wrote {PAGE}")


def head() -> str:
    """Return the introduction of the page."""
    return """# Validation against published results

Problems whose answer is published or was computed by another program, and what petfit makes of them. `make
validation` writes this page; no number on it is edited by hand. Intervals are 95 % equal-tailed intervals of
the posterior draws.
"""


def table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table as Markdown."""
    names = list(columns)
    lines = [names, ["---"] * len(names), *rows]
    return "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)


def published() -> pd.DataFrame:
    """Return the published estimates."""
    return pd.read_csv(HERE / "published_estimates.csv", keep_default_na=False)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame, cells by name."""
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


# --- Takano 2006 --------------------------------------------------------------------------------

TAKANO = """
[reference_doses]
duloxetine = 60.0
[ec50.centre]
dist = "Normal"
mu = -2.0
sigma = 2.0
[emax]
{emax}
[noise.sigma]
dist = "HalfNormal"
sigma = 0.2
"""
FIXED = "fixed = 1.0"
FREE = 'centre = { dist = "Normal", mu = 0.0, sigma = 1.5 }'


def takano_rows() -> pd.DataFrame:
    """Return the means to which Takano 2006 fitted a curve: single doses of duloxetine, after 6 h."""
    rows = read_evidence().used
    single = (rows["study"] == "TakanoA2006dul") & (rows["regimen"] == "single")
    return rows[single & (rows["time_h"] == 6)]


def least_squares(dose: NDArray[np.float64], occupancy: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return ED50 with Emax fixed at 1, then Emax and ED50 with Emax free, by unweighted least squares."""

    def residuals(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
        log_ec50, emax = (*parameters, 1.0)[:2]
        return np.asarray(EMAX.occupancy(dose, ec50=np.exp(log_ec50), emax=emax) - occupancy)

    (fixed,) = optimize.least_squares(residuals, np.array([2.0]), xtol=1e-12).x
    free, emax = optimize.least_squares(residuals, np.array([2.0, 0.9]), xtol=1e-12).x
    return float(np.exp(fixed)), float(emax), float(np.exp(free))


def takano() -> str:
    """Return the section on the ED50 of duloxetine."""
    rows = takano_rows()
    fixed, emax, free = least_squares(rows["dose"].to_numpy(float), rows["value"].to_numpy(float))
    fits = {
        name: petfit.fit(rows, parse_model(TAKANO.format(emax=emax_table)), seed=1)
        for name, emax_table in {"fixed": FIXED, "free": FREE}.items()
    }
    ed50 = {name: _interval(fit.ec50_draws().to_numpy()) for name, fit in fits.items()}
    ceiling = _interval(100 * fits["free"].emax_draws().to_numpy())
    doses = ", ".join(f"{row['dose']:g} mg {100 * row['value']:.1f} %" for row in records(rows))
    paper = float(published().query("parameter == 'ED50'")["value"].iloc[0])
    estimates = table(
        ["assumption", "quantity", "published", "least squares", "difference", "petfit's posterior"],
        [
            ["Emax 100 %", "ED50, mg", f"{paper:g}", f"{fixed:.2f}", f"{fixed - paper:+.2f}", ed50["fixed"]],
            ["Emax free", "ED50, mg", "not given", f"{free:.2f}", "", ed50["free"]],
            ["Emax free", "Emax, %", "not given", f"{100 * emax:.1f}", "", ceiling],
        ],
    )
    return f"""## ED50 of duloxetine under the paper's own assumptions

{citation("Takano2006duloxetine")} Means in the thalamus, 6 h after a single dose, three men each: {doses}.

{estimates}
Unweighted least squares with petfit's curve reproduces the published ED50, so curve, data and unit agree with
the paper. The posterior is computed under the same assumptions: Hill 1, no differences between subjects, one
sigma for all means; the prior of the EC50 spans a factor of 50 either way. With Emax free, the same means
give an Emax of {100 * emax:.0f} % and an ED50 that is {100 * (1 - free / fixed):.0f} % lower: an ED50 is only
as good as the Emax assumed with it.
"""


def _interval(draws: NDArray[np.float64]) -> str:
    low, median, high = map(float, quantile(draws[..., 0], QUANTILES))
    return f"{median:.1f} ({low:.1f} to {high:.1f})"


# --- Sorensen 2022 ------------------------------------------------------------------------------


def sorensen_curves() -> pd.DataFrame:
    """Return Vmax, K and the doses for 50 and 80 % of the published curves, by drug and region."""
    curves = (
        published()
        .query("source == 'Sorensen2022'")
        .pivot_table(index=["drug", "region"], columns="parameter", values="value")
    )
    for target in TARGETS:
        curves[f"{target:g}"] = EMAX.exposure(target, ec50=curves["K"], emax=curves["Vmax"] / 100)
    return curves.reset_index()


def sorensen(fit: petfit.Fit) -> str:
    """Return the section on the curves of the review."""
    rows = [_curve_row(fit, row) for row in records(sorensen_curves())]
    columns = ["drug", "region", "Vmax, %", "K, mg/day"]
    for target in TARGETS:
        columns += [f"dose for {100 * target:g} %: review", *(f"petfit, {regimen}" for regimen in REGIMENS)]
    outside = [
        f"{cells[0]} ({cells[1]}, {100 * target:g} %)"
        for cells in rows
        for i, target in enumerate(TARGETS)
        if cells[5 + 3 * i] and not _contains(str(cells[5 + 3 * i]), str(cells[4 + 3 * i]))
    ]
    n_compared = len(TARGETS) * sum(bool(cells[5]) for cells in rows)
    return f"""## Doses from the curves of a review

{citation("Sorensen2022")} K is the dose for half of Vmax. The dose for an occupancy t is
`dose = K t / (Vmax - t)`. For citalopram, K = 2.33 mg/day is the dose for half of 84 %, that is 42 %; an
occupancy of 50 % needs 3.43 mg/day. No dose reaches 80 % if Vmax is below 80 %. The petfit columns show the
doses (mg/day) of the bundled fit for a typical person in the same region, repeated and single. They are empty
if the bundled evidence does not contain the drug or the region.

{table(columns, rows)}
The review fitted some of the same papers and pooled [11C]DASB, MADAM and ADAM, so this comparison is not
independent; it checks magnitudes only. The dose of the review lies inside petfit's interval for repeated
doses in {n_compared - len(outside)} of {n_compared} comparisons. The exceptions are
{", ".join(outside) or "none"}.
petfit distinguishes single from repeated doses: at steady state a lower dose suffices, because the drug
accumulates (by a factor of 2.6 for escitalopram and about 8 for paroxetine). A curve through doses of both
kinds lies between petfit's two. petfit also estimates an Emax for each tracer; no dose
reaches 80 % if it is lower.
"""


def _curve_row(fit: petfit.Fit, row: dict[Any, Any]) -> list[object]:
    cells: list[object] = [row["drug"], row["region"], row["Vmax"], row["K"]]
    rows = fit.design.rows
    known = row["drug"] in set(rows["drug"]) and row["region"] in set(rows["region"])
    for target in TARGETS:
        doses = [
            _dose_interval(fit, row["drug"], target, row["region"], name) if known else ""
            for name in REGIMENS
        ]
        cells += [_dose(row[f"{target:g}"]), *doses]
    return cells


def _contains(interval: str, dose: str) -> bool:
    """Return whether a printed interval contains a printed dose."""
    low, _, high = interval.partition("(")[2].removesuffix(")").partition(" to ")
    lower, value, upper = (np.inf if text == "not reached" else float(text) for text in (low, dose, high))
    return bool(lower <= value <= upper)


def _dose(value: float) -> str:
    return f"{value:.3g}" if np.isfinite(value) else "not reached"


def _dose_interval(fit: petfit.Fit, drug: str, target: float, region: str, regimen: str) -> str:
    doses = fit.dose_for_occupancy(target, at={"region": region, "regimen": regimen})
    dose = doses.sel(drug=drug).squeeze()
    median, low, high = (_dose(float(dose[name])) for name in ("median", "low", "high"))
    return f"{median} ({low} to {high})"


# --- Stan ---------------------------------------------------------------------------------------


def reference_problem() -> str:
    """Return the comparison with a posterior computed by Stan."""
    evidence = pd.read_csv(REFERENCE / "reference_problem.csv", dtype={"drug": str, "subject": str})
    settings = petfit.Settings(draws=4000, tune=1500, target_accept=0.98, seed=1)
    spec = petfit.read_model(REFERENCE / "reference_problem.toml")
    fit = petfit.fit(evidence.rename(columns={"occ": "value"}), spec, settings=settings)
    reference = pd.read_csv(REFERENCE / "reference_posterior.csv").set_index("parameter")
    rows, largest = [], 0.0
    for name, draws in _reference_parameters(fit).items():
        stan = reference.loc[name]
        error = np.hypot(float(array_stats.mcse(draws, method="mean")), stan["mcse_mean"])
        difference = (draws.mean() - stan["mean"]) / error
        largest = max(largest, abs(difference))
        quantiles = " ".join(f"{value:.3f}" for value in np.quantile(draws, QUANTILES))
        stan_quantiles = " ".join(f"{stan[column]:.3f}" for column in ("q2.5", "q50", "q97.5"))
        means = [f"{stan['mean']:.4f}", f"{draws.mean():.4f}", f"{difference:+.1f}"]
        rows.append([name, *means, stan_quantiles, quantiles])
    columns = ["parameter", "mean: Stan", "petfit", "difference, in Monte Carlo SE"]
    columns += ["2.5, 50, 97.5 %: Stan", "petfit"]
    return f"""## Posterior computed by Stan

Three drugs with twelve simulated subjects each, EC50 and Emax partially pooled by drug (`tests/reference`).
The same model, written independently in Stan, was sampled for more than 66,000 effective draws.

{table(columns, rows)}
The largest difference between means is {largest:.1f} Monte Carlo standard errors of the two runs.
"""


def _reference_parameters(fit: petfit.Fit) -> dict[str, NDArray[np.float64]]:
    draws = fit.posterior
    parameters = {
        "mu": draws["log_ec50"],
        "tau": draws["log_ec50_drug_sd"],
        "mu_e": draws["logit_emax"],
        "tau_e": draws["logit_emax_drug_sd"],
        "sigma": draws["sigma"],
    }
    for i, drug in enumerate(fit.design.drugs):
        parameters[f"log_ed50.{drug}"] = draws["log_ec50"] + draws["log_ec50_drug"][..., i]
        parameters[f"emax.{drug}"] = special.expit(draws["logit_emax"] + draws["logit_emax_drug"][..., i])
    return parameters


# --- Meyer 2001 ---------------------------------------------------------------------------------


def fit_without(study: str) -> petfit.Fit:
    """Fit the bundled evidence without the rows of a study."""
    evidence = read_evidence()
    rows = evidence.table
    is_left_out = rows["study"] == study
    reasons = rows["exclusion_reason"].mask(is_left_out & (rows["exclusion_reason"] == ""), "held out")
    rows = rows.assign(use=rows["use"].mask(is_left_out, "no"), exclusion_reason=reasons)
    return petfit.fit(replace(evidence, table=rows), "ssri")


def predict_group_mean(fit: petfit.Fit, row: dict[str, Any], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return draws of the mean that a new study with `n` subjects would report."""
    at = {name: row[name] for name in ("region", "tracer", "regimen")}
    curve = curve_draws(fit, "new_study", [row["drug"]], at=at)
    posterior, root = fit.posterior, np.sqrt(row["n"])
    shape = posterior["sigma"].shape
    deviation = np.exp(posterior["omega"] * rng.standard_normal(shape) / root)
    parameters = {name: values[..., 0] for name, values in curve.parameters.items()}
    parameters["ec50"] = parameters["ec50"] * deviation
    mean = fit.design.curve.occupancy(row["dose"], **parameters)
    return np.asarray(mean + posterior["sigma"] * rng.standard_normal(shape) / root)


def meyer(fit: petfit.Fit) -> str:
    """Return the section on predicting a study from the others."""
    held_out, rng = fit_without("Meyer2001"), np.random.default_rng(20010101)
    rows = []
    for row in records(read_evidence().used.query("study == 'Meyer2001'")):
        draws = predict_group_mean(held_out, row, rng)
        low, median, high = (100 * float(value) for value in quantile(draws, QUANTILES))
        group = f"{row['drug']} {row['dose']:g} mg/day, {row['n']:g} subjects"
        below = f"{100 * np.mean(draws < row['value']):.0f} %"
        difference = f"{100 * row['value'] - median:+.1f}"
        span = f"{low:.1f} to {high:.1f} %"
        rows.append([group, f"{100 * row['value']:.0f} %", f"{median:.1f} %", difference, span, below])
    columns = ["group", "published mean", "predicted", "difference, points", "95 % interval", "draws below"]
    doses = table(["drug", "dose for 80 %: all studies", "without Meyer 2001"], _doses(fit, held_out))
    return f"""## Prediction of a study from the others

{citation("Meyer2001")} The bundled model was fitted without this study, and the two means were predicted as
those of a new study with as many subjects, whose deviation is drawn from the SD between studies. Rows of
Meyer 2004 for the same drugs are excluded from all fits because they probably describe the same subjects.

{table(columns, rows)}
The remaining evidence on the two drugs: {"; ".join(_remaining_evidence(held_out))}.

Doses for 80 % (mg/day) with and without this study:

{doses}"""


def _remaining_evidence(fit: petfit.Fit) -> Iterator[str]:
    """Describe the rows of citalopram and paroxetine in a fit."""
    rows = fit.design.rows
    rows = rows[rows["drug"].isin(["citalopram", "paroxetine"])]
    for (drug, study, regimen, tracer), group in rows.groupby(["drug", "study", "regimen", "tracer"]):
        doses = " and ".join(f"{dose:g}" for dose in sorted(set(group["dose"])))
        regions = ", ".join(sorted(set(group["region"])))
        yield f"{drug} {doses} mg, {regimen}, {tracer}, {regions} ({study})"


def _doses(*fits: petfit.Fit) -> Iterator[list[str]]:
    for drug in ("citalopram", "paroxetine"):
        cells = []
        for fit in fits:
            row = summary.rows(fit.dose_for_occupancy(0.8).sel(drug=[drug]))[0]
            cells.append(f"{_dose(row.median)} ({_dose(row.low)} to {_dose(row.high)})")
        yield [drug, *cells]


# --- not reproduced -----------------------------------------------------------------------------


def not_reproduced() -> str:
    """Return the section on published results that are not reproduced."""
    rows = published().query("reproduced == 'no'")
    reasons = table(
        ["source", "drug", "quantity", "published", "reason"],
        rows.assign(estimate=rows["value"].astype(str) + " " + rows["unit"])[
            ["source", "drug", "parameter", "estimate", "exclusion_reason"]
        ].to_numpy(),
    )
    sources = "\n".join(f"- {citation(key)}" for key in dict.fromkeys(rows["source"]))
    unit, factor = other_unit("ng/mL", read_drug_table()["molar_mass"]["sertraline"]) or ("", 0.0)
    return f"""## Not reproduced

{reasons}
petfit converts Parsey 2006's EC50 of sertraline, 1.9 ng/mL, to {1.9 * factor:.1f} {unit}.

{sources}
"""


if __name__ == "__main__":
    main()
