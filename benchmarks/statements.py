"""What is often said of serotonin reuptake inhibitors, answered by the bundled model with kinetics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray

import petfit
from petfit.model.specification import parse_model
from petfit.results.curve_draws import curve_draws
from petfit.results.quantiles import quantile
from petfit.results.selectivity import second_occupancy_draws

__all__ = ["draw_figures", "percent", "statements"]

DOCS = Path(__file__).parents[1] / "docs"
QUANTILES = (0.025, 0.5, 0.975)

_FLUVOXAMINE = """
exposure = "concentration"
[ec50.centre]
dist = "Normal"
mu = 2.0
sigma = 1.5
[emax]
fixed = 1.0
[noise.sigma]
dist = "HalfNormal"
sigma = 0.1
[selectivity."sigma-1"]
from = "SERT"
affinities = "affinities.csv"
mix = true
between_laboratories = 1.0
in_vivo = { dist = "Normal", mu = 0.0, sigma = 1.4 }
"""
"""As `ssri_pk` for the other target; Emax 1 as in the published analysis of the three means."""


def statements(fit: petfit.Fit) -> str:
    """Return the answers to what is often said of selective serotonin reuptake inhibitors."""
    ratios = fit.selectivity().sel(drug="sertraline")["affinity_ratio"].squeeze()
    doses = {"sertraline": (50.0,), "citalopram": (20.0, 40.0), "paroxetine": (20.0,)}
    at = {"region": "striatum", "tracer": "[11C]DASB"}
    parts = []
    for drug, given in doses.items():
        for dose in given:
            moments = [percent(fit, drug, dose, {**at, "when": when}) for when in ("peak", "trough")]
            peak, trough = (f"{mean:.0f} ({low:.0f} to {high:.0f})" for low, _, high, mean in moments)
            parts.append(f"{drug} {dose:g} mg/day {peak} % at peak, {trough} % at trough")
    trough, peak = (_at_target(fit, "sertraline", "DAT", 200.0, when=when) for when in ("trough", "peak"))
    fluvoxamine = petfit.fit("fluvoxamine_occupancy", parse_model(_FLUVOXAMINE), seed=1)
    after_50_mg = _at_target(fluvoxamine, "fluvoxamine", "sigma-1", 13.9)
    sigma = [
        f"fluvoxamine {after_50_mg} at 13.9 ng/mL, 5 h after 50 mg",
        f"sertraline {_at_target(fit, 'sertraline', 'sigma-1', 50.0)} at trough of 50 mg/day",
        f"paroxetine {_at_target(fit, 'paroxetine', 'sigma-1', 20.0)} at trough of 20 mg/day",
    ]
    return f"""![Occupancy of SERT over the hours after usual doses](validation_time.svg)

![Occupancy of each target over the dose](validation_targets.svg)

Statements often made, and what the fit says of each:

- **Sertraline binds SERT, DAT and NET with Ki 0.29, 25 and 420 nM** (Tatsumi 1997). The ratios are
  {float(ratios.sel(target="DAT")):.1f} for DAT, the 86-fold often quoted, and
  {float(ratios.sel(target="NET")):.0f} for NET.
- **76 to 85 % of SERT is occupied at usual doses.** Computed: {"; ".join(parts)}.
  The published figure is the range of group means of several drugs, scanned hours after the dose.
- **About 20 % of DAT is occupied by sertraline at 200 mg and above.** Affinities alone give
  {trough} at trough and {peak} at peak of 200 mg/day, so 20 % is neither
  confirmed nor excluded. PET of DAT in four patients is not fitted, but implies 5 to 15 % at 50 mg/day (V39);
  the posterior draws that agree with this give {_given_pet(fit)} at trough. Both
  rest on concentrations that rise in proportion to the dose: if the clearance of sertraline fell with the
  dose, more DAT would be occupied.
- **Sertraline binds sigma-1 more than most others do, but less than fluvoxamine.** In rat brain the order of
  affinity is fluvoxamine, sertraline, fluoxetine, citalopram, paroxetine (Narita 1996). Only the Ki of
  fluvoxamine, 36 nM, and of paroxetine, 1893 nM, could be verified; those of sertraline and citalopram
  enter as above 36 nM. Computed for a typical person: {"; ".join(sigma)}. The
  intervals are too wide to say whether sertraline occupies sigma-1 at usual doses.
- **Delayed onset by desensitised 5-HT1A receptors.** Not modelled: no study has
  followed it in people week by week, so the half-life of the adaptation would rest on its prior alone.
"""


def _at_target(fit: petfit.Fit, drug: str, target: str, dose: float, **at: Any) -> str:
    answer = fit.selectivity(dose=dose, at=at).sel(drug=drug, target=target).squeeze()
    return _interval(100 * np.array([float(answer[name]) for name in ("low", "median", "high")]))


def _given_pet(fit: petfit.Fit) -> str:
    """Return the occupancy of DAT at 200 mg in the draws that agree with PET at 50 mg."""
    draws = second_occupancy_draws(fit, dose=[50.0, 200.0], drugs=["sertraline"], at={"target": "DAT"})
    at_50, at_200 = np.moveaxis(draws.to_numpy().squeeze(), -1, 0)
    agrees = (at_50 > 0.05) & (at_50 < 0.15)
    return _interval(100 * quantile(at_200[agrees][np.newaxis], QUANTILES))


def _interval(quantiles: NDArray[np.float64]) -> str:
    low, median, high = (f"{value:.2g}" for value in quantiles)
    return f"{median} % ({low} to {high})"


def percent(fit: petfit.Fit, drug: str, dose: float, at: dict[str, Any]) -> tuple[float, ...]:
    """Return ends of the 95 % interval and median of an occupancy in percent, and its mean at the end."""
    draws = 100 * curve_draws(fit, "typical", [drug], at=at).occupancy_draws(dose).to_numpy()[..., 0, 0]
    return (*(float(value) for value in quantile(draws, (0.025, 0.5, 0.975))), float(draws.mean()))


def draw_figures(fit: petfit.Fit) -> None:
    """Draw the occupancy over time and at every target for the page."""
    with mpl.rc_context({"svg.hashsalt": "petfit"}):
        for name, axes in {
            "validation_time": fit.plot_time(drugs=["sertraline", "citalopram", "paroxetine"]),
            "validation_targets": fit.plot_target_occupancy(drugs=["sertraline", "paroxetine", "duloxetine"]),
        }.items():
            figure = axes[0].get_figure(root=True)
            assert figure is not None
            figure.savefig(DOCS / f"{name}.svg", metadata={"Date": None})
