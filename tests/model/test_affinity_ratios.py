"""Ratios of affinities: within laboratories, with bounds, and what is refused."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from petfit.errors import SpecError
from petfit.evidence.affinities import read_affinities
from petfit.model.affinity_ratios import AffinityRatio, affinity_pairs, split_qualifier
from petfit.model.specification import parse_model
from tests.helpers import PLAIN

NORMALS = stats.norm.ppf((np.arange(20000) + 0.5) / 20000)


def ratio(*pairs, sd=0.5):
    laboratories = {f"lab {i}": {"A": list(pair)} for i, pair in enumerate(pairs)}
    return AffinityRatio.of(laboratories, "A", sd)


def table(*rows):
    columns = ("drug", "target", "value", "laboratory", "form", "qualifier")
    padded = [(*row, *("", "")[len(row) - 4 :]) for row in rows]
    return read_affinities(pd.DataFrame(padded, columns=columns).astype(str))


def test_sertraline_is_86_fold_selective_for_sert_over_dat():
    pairs = affinity_pairs(read_affinities(), "SERT", "DAT")
    first, second = pairs["Tatsumi1997"]["sertraline"]
    assert second / first == pytest.approx(86.2, abs=0.05)


def test_the_posterior_is_the_mean_of_the_laboratories():
    several = ratio((1.0, 10.0), (2.0, 80.0), (1.0, 20.0))
    mean = np.log([10.0, 40.0, 20.0]).mean()
    assert several.moments == pytest.approx((mean, 0.5 / math.sqrt(3)))
    draws = several.draws(NORMALS)
    assert (draws.mean(), draws.std()) == pytest.approx(several.moments, rel=1e-3)


def test_a_bound_lifts_the_ratio():
    exact, bounded = ratio((1.0, 10.0)), ratio((1.0, 10.0), (1.0, ">100"))
    assert bounded.moments[0] > exact.moments[0]
    assert (bounded.draws(NORMALS) >= exact.draws(NORMALS)).mean() > 0.99


def test_only_a_bound_leaves_the_ratio_open_on_one_side():
    draws = ratio((1.0, ">100")).draws(NORMALS)
    low, high = np.exp(np.quantile(draws, [0.025, 0.975]))
    assert 20 < low < 100
    assert high > 1e4


def test_a_bound_at_the_first_target_counts_the_other_way():
    np.testing.assert_allclose(
        ratio((">1", 100.0)).draws(NORMALS), -ratio((100.0, ">1")).draws(-NORMALS), atol=2e-3
    )


def test_two_bounds_of_one_direction_say_nothing():
    assert ratio((">1", ">100")) is None
    assert ratio((">1", ">100"), (1.0, 10.0)).laboratories == ("lab 1",)


def test_a_drug_without_a_pair_has_no_ratio():
    assert AffinityRatio.of({"lab": {"A": [1.0, 10.0]}}, "B", 0.5) is None


def test_two_laboratories_are_paired_only_on_request():
    mixed = table(("A", "SERT", 1, "one"), ("A", "sigma-1", 50, "two"))
    with pytest.raises(SpecError, match="mix = true"):
        affinity_pairs(mixed, "SERT", "sigma-1")
    assert affinity_pairs(mixed, "SERT", "sigma-1", mix=True) == {"one and two": {"A": [1.0, 50.0]}}


def test_a_pair_of_one_laboratory_is_preferred():
    both = table(("A", "SERT", 1, "one"), ("A", "SERT", 9, "two"), ("A", "DAT", 50, "one"))
    assert affinity_pairs(both, "SERT", "DAT", mix=True) == {"one": {"A": [1.0, 50.0]}}


def test_a_racemate_is_not_compared_with_an_enantiomer():
    forms = table(("A", "SERT", 1, "one", "S"), ("A", "DAT", 50, "one", "racemate"))
    with pytest.raises(SpecError, match="S at SERT and racemate at DAT"):
        affinity_pairs(forms, "SERT", "DAT")


def test_an_unknown_target_is_named_with_the_known_ones():
    with pytest.raises(SpecError, match=r"no target 'GABA'\. Known: DAT, NET, SERT, sigma-1"):
        affinity_pairs(read_affinities(), "SERT", "GABA")


@pytest.mark.parametrize("affinity", [0, -1.0, "about 3", ">", math.inf])
def test_an_affinity_is_positive_and_finite(affinity):
    with pytest.raises(ValueError, match="an affinity is a number above 0"):
        split_qualifier(affinity)


# --- in a model file ----------------------------------------------------------------------------


def test_the_table_that_a_model_names_is_read_next_to_it(tmp_path):
    (tmp_path / "mine.csv").write_text("drug,target,value,laboratory\nA,SERT,1,L\nA,DAT,20,L\n")
    text = PLAIN + '[selectivity.DAT]\nfrom = "SERT"\naffinities = "mine.csv"\n'
    spec = parse_model(text, folder=tmp_path)
    assert spec.selectivity["DAT"].pairs == {"L": {"A": [1.0, 20.0]}}


def test_a_specification_with_affinities_round_trips():
    spec = parse_model(PLAIN + '[selectivity.DAT]\nfrom = "SERT"\n')
    assert "sertraline" in spec.selectivity["DAT"].pairs["Tatsumi1997"]
    assert parse_model(spec.to_toml()) == spec


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ('[selectivity.DAT]\nfrom = "SERT"\naffinities = "nowhere.csv"\n', "nowhere.csv"),
        ('[selectivity.DAT]\naffinities = "affinities"\n', "selectivity.DAT.from is missing"),
        ('[selectivity.SERT]\nfrom = "SERT"\n', "a target cannot be compared with itself"),
        ('[selectivity.DAT]\nfrom = "SERT"\n[selectivity.NET]\nfrom = "DAT"\n', "from one, not DAT and SERT"),
        ('[selectivity.DAT]\nfrom = "SERT"\nemax = 1.5\n', "selectivity.DAT.emax"),
        ('[selectivity.DAT]\nfrom = "SERT"\nsd = 1.5\n', "unknown key 'selectivity.DAT.sd'"),
        ('[selectivity.DAT]\nfrom = "SERT"\n[selectivity.DAT.affinities.L]\nA = [1.0]\n', "two affinities"),
        ('[selectivity.DAT]\nfrom = "SERT"\n[selectivity.DAT.affinities.L]\nA = [1.0, -2.0]\n', "above 0"),
    ],
)
def test_what_is_wrong_in_the_model_is_named(part, message):
    with pytest.raises(SpecError, match=message):
        parse_model(PLAIN + part)
