"""Published results beside petfit's: what it reproduces, with the difference, and what it cannot reproduce.

Run it with ``make validation``; it writes ``docs/validation.md``. It makes four small fits and one of the
bundled evidence without one study, beside the bundled fit itself.
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
from petfit.evidence import read_evidence
from petfit.evidence.bibliography import citation
from petfit.evidence.drug_table import read_drugs
from petfit.model.curves.emax import EMAX
from petfit.model.specification import parse_model
from petfit.results import summary
from petfit.results.curve_draws import curve_draws
from petfit.results.curve_parameters import ec50_draws, emax_draws
from petfit.results.molar_units import other_unit
from petfit.results.quantiles import quantile

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "validation.md"
REFERENCE = HERE.parent / "tests" / "reference"
TARGETS = (0.5, 0.8)
REGIMENS = ("repeated", "single")
ENDS = (0.025, 0.5, 0.975)


def main() -> None:
    """Write the page."""
    bundled = petfit.fit()
    sections = [head(), takano(), sorensen(bundled), reference_problem(), meyer(bundled), not_reproduced()]
    PAGE.write_text("\n".join(sections), encoding="utf-8")
    print(f"Wrote {PAGE}")


def head() -> str:
    """Return what the page is."""
    return """# Validation against published results

What petfit gives for problems whose answer is published or was computed by another program. `make validation`
writes this page; every number on it is computed then, and none is edited. Intervals are 95 % equal-tailed
order statistics of posterior draws.
"""


def table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table as Markdown."""
    names = list(columns)
    lines = [names, ["---"] * len(names), *rows]
    return "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)


def published() -> pd.DataFrame:
    """Return the published estimates that this page is about."""
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
    """Return the means of Takano 2006 that its curve was fitted to: single doses of duloxetine, 6 h."""
    rows = read_evidence().used
    single = (rows["study"] == "TakanoA2006dul") & (rows["regimen"] == "single")
    return rows[single & (rows["time_h"] == 6)]


def least_squares(dose: NDArray[np.float64], occupancy: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return ED50 with Emax fixed at 1, then Emax and ED50 with Emax free, by unweighted least squares."""

    def off(p: NDArray[np.float64]) -> NDArray[np.float64]:
        emax = p[1] if len(p) > 1 else 1.0
        return np.asarray(EMAX.occupancy(dose, ec50=np.exp(p[0]), emax=emax) - occupancy)

    (fixed,) = optimize.least_squares(off, np.array([2.0]), xtol=1e-12).x
    free, emax = optimize.least_squares(off, np.array([2.0, 0.9]), xtol=1e-12).x
    return float(np.exp(fixed)), float(emax), float(np.exp(free))


def takano() -> str:
    """Return the section on the ED50 of duloxetine."""
    rows = takano_rows()
    fixed, emax, free = least_squares(rows["dose"].to_numpy(float), rows["value"].to_numpy(float))
    assumed = {"fixed": FIXED, "free": FREE}
    fits = {
        name: petfit.fit(rows, parse_model(TAKANO.format(emax=said)), seed=1)
        for name, said in assumed.items()
    }
    ed50 = {name: _interval(ec50_draws(fit).to_numpy()) for name, fit in fits.items()}
    ceiling = _interval(100 * emax_draws(fits["free"]).to_numpy())
    doses = ", ".join(f"{row['dose']:g} mg {100 * row['value']:.1f} %" for row in records(rows))
    paper = float(published().query("parameter == 'ED50'")["value"].iloc[0])
    laid = table(
        ["assumption", "quantity", "published", "least squares", "difference", "petfit's posterior"],
        [
            ["Emax 100 %", "ED50, mg", f"{paper:g}", f"{fixed:.2f}", f"{fixed - paper:+.2f}", ed50["fixed"]],
            ["Emax free", "ED50, mg", "not given", f"{free:.2f}", "", ed50["free"]],
            ["Emax free", "Emax, %", "not given", f"{100 * emax:.1f}", "", ceiling],
        ],
    )
    return f"""## ED50 of duloxetine under the paper's own assumptions

{citation("Takano2006duloxetine")} Means in the thalamus, 6 h after a single dose, three men each: {doses}.

{laid}
Unweighted least squares on petfit's curve gives the published ED50, so that curve, data and unit are those of
the paper. The posterior has the same assumptions (Hill 1, no differences between people, one sigma for all,
EC50 known beforehand only within a factor of 50 either way). With Emax free the same four means give a
ceiling of {100 * emax:.0f} % and an ED50 lower by {100 * (1 - free / fixed):.0f} %: an ED50 is only as good
as the ceiling assumed with it.
"""


def _interval(draws: NDArray[np.float64]) -> str:
    low, median, high = (float(one) for one in quantile(draws[..., 0], ENDS))
    return f"{median:.1f} ({low:.1f} to {high:.1f})"


# --- Sorensen 2022 ------------------------------------------------------------------------------


def sorensen_curves() -> pd.DataFrame:
    """Return the published curves inverted: Vmax, K and the dose for 50 and 80 % by drug and region."""
    found = (
        published()
        .query("source == 'Sorensen2022'")
        .pivot_table(index=["drug", "region"], columns="parameter", values="value")
    )
    for target in TARGETS:
        found[f"{target:g}"] = EMAX.exposure(target, ec50=found["K"], emax=found["Vmax"] / 100)
    return found.reset_index()


def sorensen(fit: petfit.Fit) -> str:
    """Return the section on the curves of the review."""
    rows = [_beside(fit, row) for row in records(sorensen_curves())]
    columns = ["drug", "region", "Vmax, %", "K, mg/day"]
    for target in TARGETS:
        columns += [f"dose for {100 * target:g} %: review", *(f"petfit, {one}" for one in REGIMENS)]
    outside = [
        f"{cells[0]} ({cells[1]}, {100 * target:g} %)"
        for cells in rows
        for i, target in enumerate(TARGETS)
        if cells[5 + 3 * i] and not _holds(str(cells[5 + 3 * i]), str(cells[4 + 3 * i]))
    ]
    known = len(TARGETS) * sum(bool(cells[5]) for cells in rows)
    return f"""## The curves of a review, inverted

{citation("Sorensen2022")} Its K is the dose for half of Vmax. The dose for an absolute occupancy follows from
`dose = K t / (Vmax - t)`: citalopram's K is 2.33 mg/day, the dose for half of 84 %, but half of the
transporters need 3.43 mg/day; and where Vmax lies below 80 % no dose reaches it. The petfit columns are the
bundled fit's doses (mg/day) for a typical person in the same region, after repeated and after single doses;
they are empty where the fit does not hold drug or region.

{table(columns, rows)}
These curves were fitted to some of the same papers, and pool [11C]DASB, MADAM and ADAM: they are a check of
magnitude, not an independent one. The review's dose lies inside petfit's interval for repeated doses in
{known - len(outside)} of {known} comparisons. Outside are:
{", ".join(outside) or "none"}.
petfit tells single doses from repeated ones, after which less is needed by the accumulation at steady state
(escitalopram 2.6, paroxetine about 8 times), and lets a tracer read another ceiling: a curve through doses of
both kinds would lie between petfit's two, and a ceiling just below 80 % puts a dose for 80 % out of reach.
"""


def _beside(fit: petfit.Fit, row: dict[Any, Any]) -> list[object]:
    cells: list[object] = [row["drug"], row["region"], row["Vmax"], row["K"]]
    rows = fit.design.rows
    known = row["drug"] in set(rows["drug"]) and row["region"] in set(rows["region"])
    for target in TARGETS:
        at = [_answer(fit, row["drug"], target, row["region"], one) if known else "" for one in REGIMENS]
        cells += [_dose(row[f"{target:g}"]), *at]
    return cells


def _holds(interval: str, dose: str) -> bool:
    """Return whether a printed interval holds a printed dose."""
    low, _, high = interval.partition("(")[2].removesuffix(")").partition(" to ")
    lowest, value, highest = (np.inf if one == "not reached" else float(one) for one in (low, dose, high))
    return bool(lowest <= value <= highest)


def _dose(value: float) -> str:
    return f"{value:.3g}" if np.isfinite(value) else "not reached"


def _answer(fit: petfit.Fit, drug: str, target: float, region: str, regimen: str) -> str:
    answer = (
        fit.dose_for_occupancy(target, at={"region": region, "regimen": regimen}).sel(drug=drug).squeeze()
    )
    median, low, high = (_dose(float(answer[name])) for name in ("median", "low", "high"))
    return f"{median} ({low} to {high})"


# --- another program ----------------------------------------------------------------------------


def reference_problem() -> str:
    """Return the section on the posterior that Stan gave."""
    rows = pd.read_csv(REFERENCE / "reference_problem.csv", dtype={"drug": str, "subject": str})
    settings = petfit.Settings(draws=4000, tune=1500, target_accept=0.98, seed=1)
    spec = petfit.read_model(REFERENCE / "reference_problem.toml")
    fit = petfit.fit(rows.rename(columns={"occ": "value"}), spec, settings=settings)
    theirs = pd.read_csv(REFERENCE / "reference_posterior.csv").set_index("parameter")
    laid, worst = [], 0.0
    for name, draws in _unknowns(fit).items():
        row = theirs.loc[name]
        error = np.hypot(float(array_stats.mcse(draws, method="mean")), row["mcse_mean"])
        off = (draws.mean() - row["mean"]) / error
        worst = max(worst, abs(off))
        ours = " ".join(f"{one:.3f}" for one in np.quantile(draws, ENDS))
        stan = " ".join(f"{row[one]:.3f}" for one in ("q2.5", "q50", "q97.5"))
        laid.append([name, f"{row['mean']:.4f}", f"{draws.mean():.4f}", f"{off:+.1f}", stan, ours])
    columns = ["unknown", "mean: Stan", "petfit", "difference, in Monte Carlo SE"]
    columns += ["2.5, 50, 97.5 %: Stan", "petfit"]
    return f"""## The posterior of another program

Three drugs, twelve simulated people each, partially pooled EC50 and Emax: `tests/reference`. Stan sampled the
same model, written independently, for more than 66,000 effective draws.

{table(columns, laid)}
The largest difference of a mean is {worst:.1f} Monte Carlo standard errors of the two runs.
"""


def _unknowns(fit: petfit.Fit) -> dict[str, NDArray[np.float64]]:
    draws = fit.posterior
    found = {
        "mu": draws["log_ec50"],
        "tau": draws["log_ec50_drug_sd"],
        "mu_e": draws["logit_emax"],
        "tau_e": draws["logit_emax_drug_sd"],
        "sigma": draws["sigma"],
    }
    for i, drug in enumerate(fit.design.drugs):
        found[f"log_ed50.{drug}"] = draws["log_ec50"] + draws["log_ec50_drug"][..., i]
        found[f"emax.{drug}"] = special.expit(draws["logit_emax"] + draws["logit_emax_drug"][..., i])
    return found


# --- Meyer 2001 ---------------------------------------------------------------------------------


def without(study: str) -> petfit.Fit:
    """Return the bundled fit made without the rows of a study."""
    evidence = read_evidence()
    left_out = evidence.table["study"] == study
    kept = {"use": evidence.table["use"].mask(left_out, "no")}
    kept["exclusion_reason"] = evidence.table["exclusion_reason"].mask(
        left_out & (evidence.table["exclusion_reason"] == ""), "held out"
    )
    return petfit.fit(replace(evidence, table=evidence.table.assign(**kept)), "ssri")


def predicted(fit: petfit.Fit, row: dict[str, Any], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return draws of the mean of `n` more people in one more study, as a row would report it."""
    found = curve_draws(
        fit,
        "new_study",
        [row["drug"]],
        **{name: row[name] for name in ("region", "tracer", "regimen")},
    )
    posterior, root = fit.posterior, np.sqrt(row["n"])
    shape = posterior["sigma"].shape
    shared = np.exp(posterior["omega"] * rng.standard_normal(shape) / root)
    parameters = {name: values[..., 0] for name, values in found.parameters.items()}
    parameters["ec50"] = parameters["ec50"] * shared
    mean = fit.design.curve.occupancy(row["dose"], **parameters)
    return np.asarray(mean + posterior["sigma"] * rng.standard_normal(shape) / root)


def meyer(fit: petfit.Fit) -> str:
    """Return the section on a study predicted from the others."""
    apart, rng = without("Meyer2001"), np.random.default_rng(20010101)
    laid = []
    for row in records(read_evidence().used.query("study == 'Meyer2001'")):
        draws = predicted(apart, row, rng)
        low, median, high = (100 * float(one) for one in quantile(draws, ENDS))
        said = f"{row['drug']} {row['dose']:g} mg/day, {row['n']:g} people"
        below = f"{100 * np.mean(draws < row['value']):.0f} %"
        difference = f"{100 * row['value'] - median:+.1f}"
        span = f"{low:.1f} to {high:.1f} %"
        laid.append([said, f"{100 * row['value']:.0f} %", f"{median:.1f} %", difference, span, below])
    columns = ["group", "published mean", "predicted", "difference, points", "95 % interval", "draws below"]
    moved = table(["drug", "dose for 80 %: all studies", "without Meyer 2001"], _moved(fit, apart))
    return f"""## A study predicted from the others

{citation("Meyer2001")} The bundled model was fitted without this study (Meyer 2004's rows for the same two
drugs are never fitted, as they probably hold the same people), and its two means predicted as those of as
many people in one more study, whose own deviation is drawn from the spread between studies.

{table(columns, laid)}
What was left to predict them from: {"; ".join(_left(apart))}.

The answers for these drugs, in mg/day, move as follows.

{moved}"""


def _left(fit: petfit.Fit) -> Iterator[str]:
    """Say which rows of the two drugs a fit holds."""
    rows = fit.design.rows
    kept = rows[rows["drug"].isin(["citalopram", "paroxetine"])]
    for (drug, study, regimen, tracer), some in kept.groupby(["drug", "study", "regimen", "tracer"]):
        doses = " and ".join(f"{dose:g}" for dose in sorted(set(some["dose"])))
        regions = ", ".join(sorted(set(some["region"])))
        yield f"{drug} {doses} mg, {regimen}, {tracer}, {regions} ({study})"


def _moved(fit: petfit.Fit, apart: petfit.Fit) -> Iterator[list[str]]:
    for drug in ("citalopram", "paroxetine"):
        cells = []
        for one in (fit, apart):
            row = summary.rows(one.dose_for_occupancy(0.8).sel(drug=[drug]))[0]
            cells.append(f"{_dose(row.median)} ({_dose(row.low)} to {_dose(row.high)})")
        yield [drug, *cells]


# --- what is left -------------------------------------------------------------------------------


def not_reproduced() -> str:
    """Return the section on what is published and not reproduced, with the reasons."""
    rows = published().query("reproduced == 'no'")
    laid = table(
        ["source", "drug", "quantity", "published", "why not"],
        rows.assign(said=rows["value"].astype(str) + " " + rows["unit"])[
            ["source", "drug", "parameter", "said", "exclusion_reason"]
        ].to_numpy(),
    )
    sources = "\n".join(f"- {citation(key)}" for key in dict.fromkeys(rows["source"]))
    unit, factor = other_unit("ng/mL", read_drugs()["molar_mass"]["sertraline"]) or ("", 0.0)
    return f"""## What is not reproduced

{laid}
Parsey 2006's EC50 of sertraline, 1.9 ng/mL, is {1.9 * factor:.1f} {unit} in petfit's conversion.

{sources}
"""


if __name__ == "__main__":
    main()
