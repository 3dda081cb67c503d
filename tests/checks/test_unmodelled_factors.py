import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.checks import unmodelled_factors
from tests.helpers import fit_from_prior, slow_but


@pytest.mark.parametrize(
    ("model", "factor", "levels", "verdict"),
    [
        ("emax", "region", ["x", "x"], "PASS"),
        ("emax", "region", ["x", "y"], "WARN"),
        ("individual", "region", ["x", "y"], "PASS"),
        ("emax", "study", ["x", "y"], "WARN"),
        ("meta_analysis", "study", ["x", "y"], "PASS"),
    ],
)
def test_factor_that_the_model_does_not_include_warns_and_is_named(
    people_table, model, factor, levels, verdict
):
    table = people_table.assign(study="s", region="r", subject=range(len(people_table)))
    table[factor] = np.resize(levels, len(table))
    check = unmodelled_factors.check(fit_from_prior(petfit.read_model(model), table, draws=100))
    assert check.verdict == verdict
    assert (f"{factor} (x, y)" in check.text) == (verdict == "WARN")
    assert check.table.loc[factor, "included"] == (verdict == "PASS")


@pytest.mark.parametrize("factor", slow_but(["tracer"], ["region", "tracer", "regimen", "modality"]))
@pytest.mark.parametrize(
    ("levels_a", "levels_b", "verdict"),
    [("x", "x", "PASS"), ("xy", "yx", "WARN"), ("xy", "y", "WARN"), ("x", "", "PASS"), ("x", "yz", "FAIL")],
)
def test_drug_that_shares_no_level_with_other_drugs_fails(people_table, factor, levels_a, levels_b, verdict):
    names = dict(zip("xyz", ("repeated", "single", "third") if factor == "regimen" else "xyz", strict=True))
    tables = [people_table.assign(drug=drug, study="s") for drug in "AB"]
    for table, levels in zip(tables, (levels_a, levels_b), strict=True):
        table[factor] = np.resize([names[level] for level in levels] or [""], len(table))
    both = pd.concat(tables, ignore_index=True).assign(subject=lambda rows: rows.index.astype(str))
    check = unmodelled_factors.check(fit_from_prior(petfit.read_model("emax"), both, draws=100))
    others = ", ".join(names[level] for level in levels_b)
    assert check.verdict == verdict
    assert (f"A has {factor} {names['x']}, the other drugs have {others}" in check.text) == (
        verdict == "FAIL"
    )


def one_study_a_drug(people_table):
    tables = [people_table.assign(drug=drug, study=f"study of {drug}") for drug in "AB"]
    return pd.concat(tables, ignore_index=True)


def two_regions_of_one_drug(people_table):
    return people_table.assign(study="s", region=np.resize(["x", "y"], len(people_table)))


@pytest.mark.parametrize("make_table", [one_study_a_drug, two_regions_of_one_drug])
def test_separate_studies_and_a_single_drug_only_warn(people_table, make_table):
    table = make_table(people_table)
    table["subject"] = table.index.astype(str)
    fit = fit_from_prior(petfit.read_model("emax"), table, draws=100)
    assert unmodelled_factors.check(fit).verdict == "WARN"
