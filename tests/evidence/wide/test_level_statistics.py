from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t

from petfit.evidence import read_evidence
from tests.evidence.tables import read_content, refusal_of

CASES = Path(__file__).parents[2] / "cases"


def test_an_sd_column_belongs_to_its_region():
    table = read_evidence(CASES / "wide-with-sd" / "wide_sd.csv", wide="region").table
    assert table["region"].tolist() == ["midbrain", "striatum"] * 2
    assert table["value"].tolist() == [0.85, 0.75, 0.55, 0.50]
    assert table["sd"].tolist() == [0.05, 0.05, 0.08, 0.08]
    assert set(table["level"]) == {"group"}


@pytest.mark.parametrize(
    ("names", "column", "values"),
    [
        ("putamen,SE putamen", "se", [0.5, 0.1]),
        ("putamen,putamen_SEM", "se", [0.5, 0.1]),
        ("putamen,Putamen (SD)", "sd", [0.5, 0.1]),
        ("putamen,SD of putamen", "sd", [0.5, 0.1]),
        ("putamen_mean,putamen_sd", "sd", [0.5, 0.1]),
        ("putamen,putamen-sd", "sd", [0.5, 0.1]),
        ("putamen,putamenSD", "sd", [0.5, 0.1]),
    ],
)
def test_companions_are_paired_with_their_level(names, column, values):
    table = read_content(f"drug,dose,n,{names}\nA,5,6,0.5,0.1\nA,9,6,0.6,0.1\n", wide="region").table
    assert table["region"].tolist() == ["putamen", "putamen"]
    assert [table["value"].iloc[0], table[column].iloc[0]] == values


def test_each_level_can_have_its_own_n_and_interval():
    header = "drug,dose,striatum,striatum_n,striatum ci low,striatum ci high,midbrain,midbrain_n,midbrain SD"
    table = read_content(f"{header}\nA,5,0.5,6,0.4,0.6,0.6,9,0.1\n", wide="region").table
    assert table["n"].tolist() == [6, 9]
    np.testing.assert_allclose(table["se"].iloc[0], 0.1 / t.ppf(0.975, 5))
    assert table["sd"].iloc[1] == 0.1


@pytest.mark.parametrize("name", ["Occupancy putamen (%)", "putamen occupancy (%)", "Putamen RO (%)"])
def test_companions_of_a_level_whose_name_has_the_outcome_are_paired(name):
    rows = f"drug,dose,n,{name},SD putamen\nA,5,6,45,5\n"
    table = read_content(rows, wide="region").table
    assert [table["region"].iloc[0].lower(), *table[["value", "sd"]].iloc[0]] == ["putamen", 0.45, 0.05]


def test_an_sd_without_its_level_is_refused():
    rows = "drug,dose,n,mean_putamen,p_putamen\nA,5,6,0.5,0.01\n"
    assert "p_putamen (a result of a test)" in refusal_of(rows, wide="region")
    assert "midbrain SD" in refusal_of("drug,dose,n,putamen,midbrain SD\nA,5,6,0.5,0.1\n", wide="region")
    assert "putamen SD" in refusal_of("drug,dose,n,putamen,putamen SD\nA,5,6,,0.1\n", wide="region")
