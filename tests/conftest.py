"""Tables and fits that the tests share; functions stand in `tests.helpers`."""

import os
import sys

# PyTensor notes the lines that made each node of a graph: a quarter of the time of building one.
os.environ.setdefault("PYTENSOR_FLAGS", "traceback__limit=0")

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings as hypothesis_settings

import petfit
from petfit.evidence.drug_table import read_drug_table
from petfit.model.design import Design
from petfit.model.specification import parse_model
from tests.helpers import MIXED_TABLE, PLAIN, QUICK, fit_from_prior

hypothesis_settings.register_profile(
    "petfit", derandomize=True, deadline=None, max_examples=40, database=None
)
hypothesis_settings.register_profile("fuzz", deadline=None, max_examples=10_000, database=None)  # `make fuzz`
hypothesis_settings.load_profile("petfit")


@pytest.fixture(autouse=True)
def close_figures():
    """Close the figures that pyplot manages."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture
def without_figures(monkeypatch):
    """Reports without figures, whose drawing takes most of the time, for tests of other parts."""
    monkeypatch.setattr("petfit.report.fit_page.draw_figures", lambda *_: {})


@pytest.fixture(scope="session")
def people_table():
    """Six people at each of five doses of one drug; Emax is about 0.9 and EC50 about 8 mg/day."""
    doses = np.repeat([2.0, 5.0, 10.0, 30.0, 80.0], 6)
    noise = np.random.default_rng(3).normal(0.0, 0.04, doses.size)
    return pd.DataFrame({"drug": "A", "dose": doses, "value": (0.9 * doses / (8.0 + doses) + noise).round(3)})


@pytest.fixture(scope="session")
def group_table(people_table):
    """The same people as means and SDs."""
    groups = people_table.groupby("dose")["value"].agg(["mean", "std", "size"]).reset_index()
    named = groups.rename(columns={"mean": "value", "std": "sd", "size": "n"})
    return named.assign(drug="A")


@pytest.fixture(scope="session")
def mixed_table():
    """Two drugs, every level of evidence, with and without SD."""
    return MIXED_TABLE


@pytest.fixture(scope="session")
def scans_table():
    """BP_ND in two regions: two people with a baseline of their own, one without, and a control."""
    scans = [("1", 0, [2.0, 1.0]), ("1", 10, [0.9, 0.4]), ("2", 0, [2.4, 1.3]), ("2", 40, [0.5, 0.3])]
    scans += [("3", 20, [0.7, -0.02]), ("4", 0, [1.8, 0.9])]
    rows = [
        {"subject": subject, "dose": dose, "region": region, "value": value}
        for subject, dose, values in scans
        for region, value in zip(["midbrain", "putamen"], values, strict=True)
    ]
    table = pd.DataFrame(rows).assign(study="ours", level="scan", outcome="bpnd")
    return table.assign(drug=np.where(table["dose"] > 0, "A", ""))


@pytest.fixture(scope="session")
def scans_fit(scans_table):
    """The model of BP_ND, its draws from the prior; the checks are stored in it."""
    return fit_from_prior(petfit.read_model("scan"), scans_table).with_checks()


@pytest.fixture(scope="session")
def both_fit(scans_table, mixed_table):
    """Scans, and occupancies of other people, under one model; its draws from the prior, checks stored."""
    others = mixed_table.assign(study="other", region="midbrain")
    table = pd.concat([scans_table, others], ignore_index=True)
    return fit_from_prior(petfit.read_model("scan"), table).with_checks()


@pytest.fixture(scope="session")
def ssri_fit():
    """The bundled model on the bundled evidence, everything at its default; the checks are stored in it."""
    return petfit.fit().with_checks()


@pytest.fixture(scope="session")
def plain_fit(people_table):
    """People without differences between them."""
    return petfit.fit(people_table, parse_model(PLAIN), settings=QUICK)


@pytest.fixture(scope="session")
def prior_fit(mixed_table):
    """The model "emax" on the mixed table, its draws from the prior; the checks are stored in it."""
    return fit_from_prior(petfit.read_model("emax"), mixed_table).with_checks()


@pytest.fixture(scope="session")
def ssri_pk_design():
    """The bundled model with kinetics on the bundled evidence."""
    return Design.build(petfit.read_model("ssri_pk"), petfit.read_evidence(), read_drug_table())
