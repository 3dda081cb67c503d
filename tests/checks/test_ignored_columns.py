import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.checks import CHECKS
from petfit.checks.ignored_columns import candidate_columns
from tests.helpers import QUICK

DOSES = np.repeat(np.geomspace(1, 64, 8), 3)


def table_with_times(ratio, seed=1):
    """Twenty-four people, each scanned twice; EC50 at the later scan is larger by a ratio."""
    rng, rows = np.random.default_rng(seed), []
    for subject, dose in enumerate(DOSES):
        for time, ec50 in ((3.0, 8.0), (24.0, 8.0 * ratio)):
            value = 0.95 * dose / (ec50 + dose) + rng.normal(0.0, 0.04)
            rows.append({"drug": "A", "dose": dose, "subject": str(subject), "time_h": time, "value": value})
    return pd.DataFrame(rows)


def check(table):
    return CHECKS["ignored_columns"](petfit.fit(table, "emax", settings=QUICK))


def test_a_column_without_effect_passes():
    result = check(table_with_times(1.0))
    assert result.verdict == "PASS"
    assert "time_h" in result.text


def test_a_column_with_an_effect_fails_and_is_named():
    result = check(table_with_times(5.0))
    assert result.verdict == "FAIL"
    assert "depend on time_h" in result.text


def test_a_factor_of_the_model_is_not_a_candidate(ssri_fit):
    assert set(CHECKS["ignored_columns"](ssri_fit).table.index).isdisjoint(ssri_fit.spec.factors)


def test_a_table_without_further_columns_passes():
    table = table_with_times(1.0).drop(columns="time_h").drop_duplicates("subject")
    assert CHECKS["ignored_columns"](petfit.fit(table, "emax", settings=QUICK)).table.empty


def test_the_region_of_scans_is_tested_although_their_baselines_depend_on_it(scans_fit):
    assert "region" in candidate_columns(scans_fit)


@pytest.mark.slow
@pytest.mark.parametrize(("factor", "verdict"), [(1.0, "PASS"), (2.5, "FAIL")])
def test_regions_of_scans_that_differ_in_ec50_fail(factor, verdict):
    rng, rows = np.random.default_rng(0), []
    for subject in range(14):
        dose, deviation = [10, 30, 60, 120][subject % 4], np.exp(0.3 * rng.standard_normal())
        for region, ec50 in (("caudate", 14.0), ("putamen", 14.0 * factor)):
            baseline = 2.5 * np.exp(0.12 * rng.standard_normal())
            free = 1 - 0.95 * dose / (dose + ec50 * deviation)
            values = baseline * np.array([1.0, free]) + 0.06 * rng.standard_normal(2)
            rows += [
                (f"{subject}", region, "baseline", 0, values[0]),
                (f"{subject}", region, "drug", dose, values[1]),
            ]
    table = pd.DataFrame(rows, columns=["subject", "region", "condition", "dose", "value"])
    found = CHECKS["ignored_columns"](petfit.fit(table.assign(drug="A", outcome="bpnd"), settings=QUICK))
    assert found.verdict == verdict
    if verdict == "FAIL":
        assert "depend on region, which the curve leaves out. Write region.pooled=" in found.sentence
