import numpy as np
import pandas as pd
import pytest

from benchmarks import example_tables
from petfit.evidence import read_evidence
from petfit.evidence.bundled import bundled_evidence, data_folder


@pytest.mark.parametrize(("name", "seed"), [("sheet", 20112), ("means", 20113)])
def test_the_bundled_table_is_the_simulated_one(name, seed):
    simulated = getattr(example_tables, name)(np.random.default_rng(seed))
    bundled = pd.read_csv(data_folder() / f"simulated_{name}.csv", dtype={"Subject": str})
    pd.testing.assert_frame_equal(bundled, simulated, check_dtype=False)


@pytest.mark.parametrize(("name", "level", "rows"), [("sheet", "scan", 58), ("means", "group", 11)])
def test_the_bundled_table_is_read_as_simulated_evidence(name, level, rows):
    table_format = bundled_evidence()[f"simulated_{name}"]
    evidence = read_evidence(f"simulated_{name}", **vars(table_format))
    assert evidence.simulated
    assert evidence.used["level"].tolist() == [level] * rows


def test_the_means_of_many_people_lie_on_the_curve(monkeypatch):
    papers = {"one": (20_000, (1.0, 3.0, 9.0), example_tables._mean_and_se)}
    monkeypatch.setattr(
        example_tables,
        "_PAPERS",
        papers
        | {
            "two": (20_000, (3.0,), example_tables._mean_and_sd),
            "three": (20_000, (3.0,), example_tables._mean_and_interval),
            "four": (20_000, (3.0,), example_tables._median_and_quartiles),
        },
    )
    truth = example_tables.Means(omega=0.0, between_studies=0.0)
    table = example_tables.means(np.random.default_rng(1), truth).set_index(["study", "dose (mg/day)"])
    expected = [100 * truth.emax * dose / (truth.ec50 + dose) for dose in (1.0, 3.0, 9.0)]
    assert table.loc["one", "mean occupancy (%)"].to_list() == pytest.approx(expected, abs=0.3)
    assert table.loc[("four", 3.0), "median occupancy (%)"] == pytest.approx(expected[1], abs=0.3)
    half = (table.loc[("three", 3.0), "ci_high"] - table.loc[("three", 3.0), "ci_low"]) / 2
    assert half == pytest.approx(1.96 * 100 * truth.sigma / np.sqrt(20_000), abs=0.1)
