import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.errors import PetfitError
from petfit.fit import Fit
from petfit.results.scan_occupancy import scan_occupancy, scan_occupancy_draws
from tests.helpers import fit_from_prior, with_changed_draws

PEOPLE = pd.DataFrame(
    [
        {"subject": "own", "condition": "baseline", "value": 2.0},
        {"subject": "own", "condition": "drug", "dose": 10.0, "value": 0.8},
        {"subject": "without", "condition": "drug", "dose": 10.0, "value": 0.8},
    ]
).assign(drug="A", level="scan", outcome="bpnd", region="striatum")


@pytest.fixture
def fitted():
    """A fit of the prior with some of its draws set to what is known."""

    def make(table=PEOPLE, name="scan", **known) -> Fit:
        fit = fit_from_prior(petfit.read_model(name), table, draws=500)
        fixed = {
            key: lambda old, value=value: np.broadcast_to(value, old.shape) for key, value in known.items()
        }
        return with_changed_draws(fit, "posterior", **fixed)

    return make


TRUE = {"log_baseline_region": np.log(2.0), "log_baseline_subject_region": 0.0}
QUIET = {"scan_sigma": 1e-9, "scan_floor": 1e-9}


def drawn_baselines(fit, sd=0.3):
    """Draws of people's baselines: known of the first, from the pool for the second."""
    effect = next(e for e in fit.design.effects if e.name == "log_baseline_subject")
    drawn = np.zeros(fit.posterior["log_baseline_subject"].shape)
    drawn[..., effect.labels.index("without")] = np.random.default_rng(1).normal(0, sd, drawn.shape[:2])
    return drawn


def test_without_noise_occupancy_is_one_minus_the_ratio_to_baseline(fitted):
    found = scan_occupancy(fitted(**TRUE, **QUIET, log_baseline_subject=0.0))
    assert found["median"].to_numpy() == pytest.approx(1 - 0.8 / 2.0, abs=1e-6)
    assert (found["high"] - found["low"]).max() < 1e-6


def test_v_nd_is_subtracted_before_the_ratio(fitted):
    table = PEOPLE.assign(outcome="vt", value=[12.0, 7.0, 7.0])
    known = {"log_baseline_region": np.log(8.0), "log_v_nd": np.log(4.0), "log_v_nd_subject": 0.0}
    zero = {"log_baseline_subject": 0.0, "log_baseline_subject_region": 0.0, "scan_sigma": 1e-9}
    found = scan_occupancy(fitted(table, "scan_vt", **known, **zero))
    assert found["median"].to_numpy() == pytest.approx(1 - (7.0 - 4.0) / 8.0, abs=1e-6)


def test_interval_is_wider_without_an_own_baseline(fitted):
    start = fitted()
    found = scan_occupancy(fitted(**TRUE, **QUIET, log_baseline_subject=drawn_baselines(start)))
    width = found["high"] - found["low"]
    assert width["row 2"] > width["row 1"] + 0.1


def test_interval_includes_the_noise_of_the_scan(fitted):
    known = {**TRUE, "log_baseline_subject": 0.0, "scan_sigma": 1e-9}
    found = scan_occupancy_draws(fitted(**known, scan_floor=0.1))
    assert found.std().item() == pytest.approx(0.1 / 2.0, rel=0.05)


def test_only_scans_under_the_drug_have_an_occupancy(fitted):
    found = scan_occupancy(fitted())
    assert sorted(found.index) == ["row 1", "row 2"]
    assert (found["low"] <= found["median"]).all()
    assert (found["median"] <= found["high"]).all()


def test_interval_and_probability_are_columns(fitted):
    fit = fitted()
    half, most = (scan_occupancy(fit, prob=prob) for prob in (0.5, 0.95))
    assert set(half["interval"]) == {"equal-tailed"}
    assert set(half["prob"]) == {0.5}
    assert ((half["high"] - half["low"]) < (most["high"] - most["low"])).all()
    with pytest.raises(PetfitError, match="between 0 and 1"):
        scan_occupancy(fit, prob=95)


def test_errors_depend_only_on_the_seed(fitted):
    fit = fitted()
    assert scan_occupancy(fit).equals(scan_occupancy(Fit(fit.tree)))
    other = Fit(fit.tree.copy())
    other.tree.attrs["seed"] = 12
    assert not np.array_equal(scan_occupancy_draws(other), scan_occupancy_draws(fit))


def test_a_fit_without_scans_gives_an_empty_table(prior_fit):
    found = scan_occupancy(prior_fit)
    assert found.empty
    assert list(found.columns) == ["median", "low", "high", "interval", "prob"]


def test_only_plots_and_report_use_derived_occupancies():
    home = Path(petfit.__file__).parent
    users = {path.relative_to(home).parts[0] for path in home.rglob("*.py") if _imports_derived(path)}
    assert users == {"plots", "report"}


def _imports_derived(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return any(
        node.module == "petfit.results.scan_occupancy" or "derived" in {alias.name for alias in node.names}
        for node in imported
    )
