"""Published facts of pharmacology compared with the bundled model with kinetics: a section of the page.

Run by ``make validation``. Every row of ``pharmacology_facts.csv`` has an entry in `COMPUTED`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from arviz_stats.base import array_stats
from numpy.typing import NDArray
from scipy import integrate, optimize

import petfit
from benchmarks.statements import percent, statements
from petfit.evidence import read_evidence
from petfit.fit import At
from petfit.model.kinetics.one_compartment import mean_concentration, peak_time, unit_concentration
from petfit.model.ops import NUMPY
from petfit.model.specification import parse_model
from petfit.results.quantiles import quantile

__all__ = ["COMPUTED", "Computed", "facts", "pharmacology"]

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Computed:
    """What petfit computes for a fact.

    Parameters
    ----------
    text : str
        The number or interval.
    difference : str
        Computed minus published, in the unit of the fact; empty where there is no single number.
    agrees : bool
        Whether it lies within the tolerance of the fact.
    """

    text: str
    difference: str
    agrees: bool


def facts() -> pd.DataFrame:
    """Return the published facts, by identifier."""
    return pd.read_csv(HERE / "pharmacology_facts.csv", index_col="id", dtype=str, keep_default_na=False)


def _occupancy(
    drug: str, dose: float, published: float, points: float, **at: Any
) -> Callable[[petfit.Fit], Computed]:
    """Compare the occupancy of a typical person with a mean, in percent."""

    def compute(fit: petfit.Fit) -> Computed:
        low, _median, high, mean = percent(fit, drug, dose, at)
        difference = mean - published
        agrees = abs(difference) <= points and low <= published <= high
        return Computed(f"{mean:.1f} ({low:.1f} to {high:.1f})", f"{difference:+.1f}", agrees)

    return compute


def _range(
    drug: str, doses: tuple[float, ...], lowest: float, highest: float, **at: Any
) -> Callable[[petfit.Fit], Computed]:
    """Compare intervals with a published range of means, in percent."""

    def compute(fit: petfit.Fit) -> Computed:
        values = [percent(fit, drug, dose, at) for dose in doses]
        text = "; ".join(f"{mean:.1f} ({low:.1f} to {high:.1f})" for low, _, high, mean in values)
        return Computed(text, "", all(low <= highest and high >= lowest for low, _, high, _ in values))

    return compute


def _plasma_ec50(drug: str, published: float) -> Callable[[petfit.Fit], Computed]:
    def compute(fit: petfit.Fit) -> Computed:
        draws = fit.ec50_draws().sel(drug=drug).to_numpy()
        low, median, high = (float(value) for value in quantile(draws, (0.025, 0.5, 0.975)))
        agrees = low <= published <= high and high / low <= 30.0
        return Computed(f"{median:.1f} ({low:.1f} to {high:.1f})", f"{median - published:+.1f}", agrees)

    return compute


def _selectivity(
    drug: str, target: str, dose: float, limits: tuple[float, float], column: str, **at: Any
) -> Callable[[petfit.Fit], Computed]:
    """Compare the occupancy of a second target, in percent, with limits of its median or another quantile."""

    def compute(fit: petfit.Fit) -> Computed:
        answer = fit.selectivity(dose=dose, at=at).sel(drug=drug, target=target).squeeze()
        median, low, high = (100 * float(answer[name]) for name in ("median", "low", "high"))
        tested = {"median": median, "high": high}[column]
        text = f"{median:.2g} ({low:.2g} to {high:.2g})"
        return Computed(text, "", limits[0] <= tested <= limits[1])

    return compute


def _numbers(
    values: Callable[[], tuple[float, ...]], published: tuple[float, ...], tolerance: float, digits: int = 1
) -> Callable[[petfit.Fit], Computed]:
    """Compare numbers that need no fit."""

    def compute(_: petfit.Fit) -> Computed:
        found = values()
        differences = [value - number for value, number in zip(found, published, strict=True)]
        return Computed(
            "; ".join(f"{value:.{digits}f}" for value in found),
            "; ".join(f"{difference:+.{digits}f}" for difference in differences),
            bool(np.abs(differences).max() <= tolerance),
        )

    return compute


def fluvoxamine_ec50() -> float:
    """Return the EC50 of fluvoxamine by least squares of the three means, Emax 1."""
    rows = read_evidence("fluvoxamine_occupancy").used
    concentration, value = rows["concentration"].to_numpy(float), rows["value"].to_numpy(float)

    def residuals(log_ec50: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(concentration / (np.exp(log_ec50) + concentration) - value)

    return float(np.exp(optimize.least_squares(residuals, np.array([1.0]), xtol=1e-14).x[0]))


def _fluvoxamine_at_5_h() -> tuple[float, ...]:
    return (100 * 13.9 / (13.9 + fluvoxamine_ec50()),)


def _paroxetine_means() -> tuple[float, ...]:
    clearances = {dose: 13.1 * (dose / 25) ** -0.363 * (50 / 71) ** -0.702 for dose in (10, 20, 40, 60)}
    return tuple(dose * mean_concentration(clearance, 24.0) for dose, clearance in clearances.items())


def _duloxetine() -> tuple[float, ...]:
    clearance, volume, absorption = 64.6, 1530.0, 0.168
    rates = {"elimination": clearance / volume, "absorption": absorption}
    peak = float(peak_time(NUMPY, **rates))
    at_peak, trough = (
        60 * float(unit_concentration(NUMPY, time, volume=volume, **rates)) for time in (peak, 24.0)
    )
    return 60 * mean_concentration(clearance, 24.0), at_peak, trough


def _at_concentrations(ec50: float, *concentrations: float) -> Callable[[], tuple[float, ...]]:
    return lambda: tuple(100 * value / (value + ec50) for value in concentrations)


def _mass_balance() -> tuple[float, ...]:
    """Return the relative error of the mean over an interval, for fast and slow absorption."""
    errors = []
    for absorption in (0.005, 0.03, 0.0300001, 1.0):
        area, _ = integrate.quad(
            lambda time, rate=absorption: float(
                unit_concentration(NUMPY, time, volume=100.0, elimination=0.03, absorption=rate)
            ),
            0.0,
            24.0,
            epsrel=1e-12,
        )
        errors.append(area / 24.0 / mean_concentration(3.0, 24.0) - 1.0)
    return (float(np.abs(errors).max()),)


def _affinity_ratio(fit: petfit.Fit) -> Computed:
    ratio = float(fit.selectivity().sel(drug="sertraline", target="DAT")["affinity_ratio"].squeeze())
    return Computed(f"{ratio:.1f}", f"{ratio - 86.2:+.1f}", abs(ratio - 86.2) <= 0.1)


DEPOT = """
exposure = "plasma"
[ec50]
fixed = 11.06
[emax.centre]
dist = "Normal"
mu = 2.2
sigma = 0.7
[noise.sigma]
dist = "HalfNormal"
sigma = 0.1
[pk.risperidone]
schedule = { every_h = 336.0 }
depot = true
half_life = 20.0
clearance = { dist = "LogNormal", mu = 2.0, sigma = 1.0 }
absorption = { dist = "LogNormal", mu = -5.5, sigma = 0.7 }
"""
"""Absorption over weeks is slower than elimination; the scans are taken to be 3 days after an injection and 1
day before the next."""

_SWING = {25: (0.71, 0.54), 50: (0.744, 0.654), 75: (0.815, 0.75)}


def _depot(_: petfit.Fit) -> Computed:
    rows = [
        {"drug": "risperidone", "dose": dose / 14.0, "time_h": time, "value": value, "n": 3}
        for dose, values in _SWING.items()
        for time, value in zip((72.0, 312.0), values, strict=True)
    ]
    table = pd.DataFrame(rows).assign(regimen="repeated", dose_unit="mg/day", dosing_interval_h=336.0)
    fit = petfit.fit(table, parse_model(DEPOT), seed=1)
    at = [{"time_h": time, "every": 336.0} for time in (72.0, 312.0)]
    found = [[percent(fit, "risperidone", dose / 14.0, moment)[3] for moment in at] for dose in _SWING]
    swings = [post - pre for post, pre in found]
    errors = [
        f - 100 * p
        for values, pair in zip(found, _SWING.values(), strict=True)
        for f, p in zip(values, pair, strict=True)
    ]
    ordered = min(swings) > 0 and swings == sorted(swings, reverse=True)
    return Computed(
        "; ".join(f"{post:.1f}/{pre:.1f}" for post, pre in found),
        f"largest {max(errors, key=abs):+.1f}",
        ordered and max(map(abs, errors)) <= 8.0,
    )


_DOSE_MODEL = """
[ec50.centre]
dist = "Normal"
mu = 0.0
sigma = 1.5
[emax]
fixed = 1.0
[noise.sigma]
dist = "HalfNormal"
sigma = 0.1
"""
_FIXED_KINETICS = """
[pk.sertraline]
clearance = 122.0
half_life = 28.0
absorption = 0.4
"""


def _same_as_dose_model(_: petfit.Fit) -> Computed:
    """Compare the dose for 80 % of a model of doses with that of the same model through fixed kinetics."""
    rates = {"volume": 122.0 * 28.0 / np.log(2), "elimination": np.log(2) / 28.0, "absorption": 0.4}
    reference, unit = 50.0, float(unit_concentration(NUMPY, 6.0, **rates))
    dose, value = [10.0, 25.0, 50.0, 100.0], [0.3, 0.52, 0.7, 0.81]
    table = pd.DataFrame({"drug": "sertraline", "dose": dose, "value": value, "time_h": 6.0})
    through_plasma = _DOSE_MODEL.replace("mu = 0.0", f"mu = {np.log(reference * unit)}") + _FIXED_KINETICS
    models = [_DOSE_MODEL, f'exposure = "plasma"\n{through_plasma}']
    moments: list[At] = [{}, {"time_h": 6.0}]
    means, errors = [], []
    for model, at in zip(models, moments, strict=True):
        fit = petfit.fit(table.assign(regimen="repeated"), parse_model(model), seed=1)
        draws = np.log(fit.dose_for_occupancy_draws(0.8, at=at).to_numpy().squeeze())
        means.append(float(draws.mean()))
        errors.append(float(array_stats.mcse(draws, method="mean")))
    difference = means[1] - means[0]
    mg = "; ".join(f"{np.exp(mean):.1f}" for mean in means)
    return Computed(
        f"{mg} mg",
        f"{difference:+.4f} of the log",
        abs(difference) <= 3.0 * float(np.hypot(errors[0], errors[1])),
    )


_THALAMUS = {"region": "thalamus", "tracer": "[11C]DASB"}
_TAKANO = {**_THALAMUS, "study": "TakanoA2006dul"}
_ARAKAWA = {**_THALAMUS, "study": "Arakawa2016", "n_doses": 1}
_MEYER = {"region": "striatum", "tracer": "[11C]DASB", "study": "Meyer2001", "n_doses": 28}
_KLEIN = {"region": "midbrain", "tracer": "[123I]ADAM", "study": "Klein2007", "n_doses": 10}

COMPUTED: dict[str, Callable[[petfit.Fit], Computed]] = {
    "V01": _occupancy("duloxetine", 60, 81.8, 5, **_TAKANO, n_doses=1, time_h=6),
    "V03": _occupancy("duloxetine", 60, 44.9, 5, **_TAKANO, n_doses=1, time_h=53),
    "V04": _occupancy("duloxetine", 60, 84.3, 5, **_TAKANO, n_doses=7, time_h=6),
    "V05": _occupancy("duloxetine", 60, 71.9, 5, **_TAKANO, n_doses=7, time_h=49),
    "V07": _occupancy("paroxetine", 20, 44.6, 5, **_ARAKAWA, time_h=4),
    "V09": _occupancy("paroxetine", 20, 83.0, 6, **_MEYER, time_h=6),
    "V10": _range("sertraline", (50,), 69.1, 77.9, **_ARAKAWA, time_h=4),
    "V12": _range("escitalopram", (10, 20), 52.8, 57.8, **_ARAKAWA, time_h=48),
    "V13": _occupancy("escitalopram", 10, 81.5, 8, **_KLEIN, time_h=6),
    "V15": _occupancy("citalopram", 20, 64.0, 8, **_KLEIN, time_h=6),
    "V17": _numbers(_fluvoxamine_at_5_h, (72.9,), 5.0),
    "V20": _numbers(lambda: (fluvoxamine_ec50(),), (4.96,), 0.05, 2),
    "V22": _plasma_ec50("duloxetine", 3.7),
    "V25": _plasma_ec50("citalopram", 11.7),
    "V26": _plasma_ec50("escitalopram", 4.3),
    "V28": _numbers(_paroxetine_means, (17.8, 45.9, 118.0, 205.0), 0.1),
    "V29": _numbers(_duloxetine, (38.70, 44.78, 28.90), 0.01, 2),
    "V34": _numbers(_at_concentrations(1380.0, 2000.0, 4000.0), (59.2, 74.3), 0.1),
    "V36": _depot,
    "V37": _affinity_ratio,
    "V39": _selectivity("sertraline", "DAT", 50, (5.0, 15.0), "median"),
    "V40": _selectivity("sertraline", "NET", 200, (0.0, 5.0), "median"),
    "V41": _selectivity("paroxetine", "sigma-1", 20, (0.0, 2.0), "high", n_doses=1, time_h=4),
    "V44": _numbers(_at_concentrations(59.8, 23.7, 50.5), (33.2, 41.1), 8.0),
    "V45": _numbers(_mass_balance, (0.0,), 1e-6, 9),
    "V48": _same_as_dose_model,
}
"""How each fact is computed, from the fit of the bundled model with kinetics."""


def pharmacology(fit: petfit.Fit) -> str:
    """Return the section on published facts of pharmacology.

    Parameters
    ----------
    fit : Fit
        The bundled evidence under the model ``ssri_pk``.
    """
    rows, n_agreeing = [], 0
    for key, fact in facts().iterrows():
        computed = COMPUTED[str(key)](fit)
        n_agreeing += computed.agrees
        what = ", ".join(filter(None, [fact["drug"], fact["target"], fact["quantity"], fact["conditions"]]))
        published = f"{fact['value'].strip()} {fact['unit']}".strip()
        verdict = "agrees" if computed.agrees else "DIFFERS"
        rows.append(
            [
                key,
                what,
                published,
                computed.text,
                computed.difference,
                fact["tolerance"],
                verdict,
                fact["source"],
            ]
        )
    columns = ["", "fact", "published", "computed", "difference", "tolerance", "verdict", "source"]
    lines = [columns, ["---"] * len(columns), *rows]
    table = "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)
    return f"""## Kinetics, plasma and other targets

Each published fact is compared with the fit of `ssri_pk` to the bundled evidence, with a calculation, or with
a small fit (V36: six means, EC50 fixed at the published value, scans assumed 72 and 312 h after an
injection). Occupancies are posterior means for a typical person in the study that reported the fact, with
95 % equal-tailed intervals; EC50s and occupancies of other targets are medians. If the rows of a fact were
fitted, the comparison tests the fit and is not a prediction. A fact agrees if it lies within the tolerance
and inside the interval.

{table}
{n_agreeing} of {len(rows)} agree. Where they differ: the two late scans of duloxetine (V03 and V05) are
groups of three men each, and occupancy falls by 37 points after one dose but by only 12 after seven doses.
One half-life cannot explain both; the fit lies between them. In one study with [123I]ADAM (V13),
occupancy is 18 points higher under escitalopram 10 mg than under citalopram 20 mg, which contains 10 mg of
escitalopram.

{statements(fit)}"""
