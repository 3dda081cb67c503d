"""No answer depends on the order of rows, columns, drugs or files."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drug_table
from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.ops import NUMPY
from petfit.model.specification import parse_model
from tests.helpers import MODELS, QUICK, slow_but

CONCENTRATIONS = pd.DataFrame(
    {
        "drug": ["B", "A", "B", "A"],
        "concentration": [4.0, np.nan, 12.0, 50.0],
        "concentration_sd": [0.5, np.nan, np.nan, 6.0],
        "concentration_loq": [np.nan, 1.0, np.nan, np.nan],
        "concentration_unit": "ng/mL",
        "value": [0.3, 0.1, 0.5, 0.8],
    }
)
"""Without names, people and samples are distinguished by their place in the table."""

TABLES = {
    "ssri": "sert_occupancy",
    "ssri_time": "sert_occupancy",
    "scan": "simulated_scans",
    "emax_concentration": CONCENTRATIONS,
}


def build_design(name, table, drugs=None):
    spec = petfit.read_model(name)
    evidence = read_evidence(table, extra=spec.columns)
    return Design.build(spec, evidence, read_drug_table() if drugs is None else drugs)


def as_frame(name):
    table = TABLES[name]
    found = read_evidence(table).table if isinstance(table, str) else table
    return found.astype(object).reset_index(drop=True)


def shuffled(table, seed):
    rng = np.random.default_rng(seed)
    return table.iloc[rng.permutation(len(table)), rng.permutation(table.shape[1])]


def assert_same(one, other):
    assert one.scalar_priors == other.scalar_priors
    first, second = likelihood.inputs(one), likelihood.inputs(other)
    assert first.keys() == second.keys()
    for name, values in first.items():
        assert np.array_equal(values, second[name]), name
    assert [effect.name for effect in one.effects] == [effect.name for effect in other.effects]
    assert one.reference_doses == other.reference_doses


seeds = pytest.mark.parametrize("seed", slow_but([0], range(3)))


@seeds
@pytest.mark.parametrize("name", TABLES)
def test_the_inputs_of_the_likelihood_do_not_depend_on_the_order_of_rows_or_columns(name, seed):
    table = as_frame(name)
    assert_same(build_design(name, table), build_design(name, shuffled(table, seed)))


@pytest.mark.parametrize("name", TABLES)
def test_every_row_keeps_its_place(name):
    table = shuffled(as_frame(name), 4).reset_index(drop=True)
    rows = build_design(name, table).rows
    given_rows = read_evidence(table).table
    assert set(rows.index) <= set(given_rows.index)
    for column in ("study", "drug", "value", "concentration", "dose"):
        assert rows[column].equals(given_rows.loc[rows.index, column])


@seeds
def test_the_hash_depends_on_the_rows_and_not_on_their_order(seed):
    table = as_frame("ssri")
    assert read_evidence(shuffled(table, seed)).hash == read_evidence().hash
    table.loc[0, "value"] = 0.84
    assert read_evidence(shuffled(table, seed)).hash != read_evidence().hash


@seeds
def test_the_order_of_the_drug_table_does_not_matter(seed):
    drugs = shuffled(read_drug_table(), seed)
    assert_same(build_design("ssri", "sert_occupancy"), build_design("ssri", "sert_occupancy", drugs))


def test_unnamed_people_and_samples_are_ordered_by_their_measurements():
    first, turned = (
        build_design("emax_concentration", table) for table in (CONCENTRATIONS, CONCENTRATIONS[::-1])
    )
    for one, other in zip(first.effects, turned.effects, strict=True):
        assert len(one.levels) == len(other.levels)
    draws = {name: values[0] for name, values in first.draw_prior(np.random.default_rng(1), 1).items()}
    found = [
        likelihood.log_likelihood(NUMPY, design, draws, likelihood.inputs(design))["subject"]
        for design in (first, turned)
    ]
    assert np.array_equal(*found)


def test_shuffled_rows_give_the_same_fit(plain_fit, people_table):
    turned = people_table.sample(frac=1.0, random_state=4)
    fit = petfit.fit(turned, parse_model(MODELS["plain"]), settings=QUICK)
    for name, draws in plain_fit.posterior.items():
        assert np.array_equal(draws, fit.posterior[name]), name
    assert fit.dose_for_occupancy(0.5).equals(plain_fit.dose_for_occupancy(0.5))
    for one, other in zip(plain_fit.check(), fit.check(), strict=True):
        assert (one.verdict, one.sentence) == (other.verdict, other.sentence)
    assert fit.tree.attrs["evidence_sha256"] == plain_fit.tree.attrs["evidence_sha256"]


DRAWS = """
import hashlib
from petfit import fit, read_model, Settings
import pandas as pd

table = pd.DataFrame({"drug": list("ABCABC"), "study": list("stuvwx"), "dose": [2, 5, 20] * 2, "value": 0.5})
found = fit(table, read_model("meta_analysis"), settings=Settings(draws=100, tune=100, chains=2))
every = (values.tobytes() for _, values in sorted(found.posterior.items()))
print(hashlib.sha256(b"".join(every)).hexdigest())
"""


@pytest.mark.slow
def test_draws_do_not_depend_on_python_s_hash_seed():
    """Sets of text come in another order in every process, unless their seed is fixed."""
    found = {
        subprocess.run(
            [sys.executable, "-c", DRAWS],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
