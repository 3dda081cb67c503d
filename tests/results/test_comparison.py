from itertools import permutations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from arviz_stats.base import array_stats
from hypothesis import given
from hypothesis import strategies as st

import petfit
from petfit.errors import PetfitError
from petfit.inference import fit_file
from petfit.model.specification import parse_model
from petfit.report.tables.comparison_tables import model_comparison_table
from petfit.report.tables.dose_table import dose_table
from petfit.results import comparison, formatting
from petfit.results.comparison import by_row, by_study, compare_elpd, stacking_weights
from petfit.results.quantiles import quantile
from petfit.results.stacking import mixture_quantiles
from petfit.results.target_dose import dose_for_occupancy_draws
from tests.helpers import fit_from_prior

EMAX = petfit.read_model("emax")
Q = [0.025, 0.5, 0.975]


def other_prior(mu):
    return EMAX.model_copy(
        update={
            "ec50": EMAX.ec50.model_copy(update={"centre": EMAX.ec50.centre.model_copy(update={"mu": mu})})
        }
    )


@pytest.fixture(scope="module")
def fits(mixed_table):
    """Three models of one table; the draws of each come from its prior."""
    return {
        "one": fit_from_prior(EMAX, mixed_table, draws=300),
        "two": fit_from_prior(other_prior(0.7), mixed_table, draws=300, seed=5),
        "far": fit_from_prior(other_prior(6.0), mixed_table, draws=200, seed=6),
    }


def densities(*elpds):
    return {
        name: pd.DataFrame({"elpd": np.array(elpd, float), "pareto_k": 0.1})
        for name, elpd in zip("abc", elpds, strict=False)
    }


# --- leaving out --------------------------------------------------------------------------------


def test_densities_by_row_are_those_of_importance_sampling(ssri_fit):
    found = by_row(ssri_fit)
    density = ssri_fit.tree["log_likelihood"]["evidence"]
    assert found.index.tolist() == [str(where) for where in ssri_fit.design.rows.index]
    for i, place in enumerate(found.index):
        values = density.to_numpy()[..., i]
        lost = -np.log(np.mean(np.exp(-values)))  # plain importance sampling
        if found.loc[place, "pareto_k"] < K_MOST:
            assert found.loc[place, "elpd"] == pytest.approx(lost, abs=0.5)
        assert found.loc[place, "pareto_k"] == pytest.approx(float(array_stats.loo(values)[1]), abs=0.2)


def test_the_rows_of_a_complete_set_are_left_out_together():
    rows = [
        {
            "drug": "A",
            "dose": dose,
            "low": 0.4,
            "high": 0.7,
            "n": 5,
            "range_set": "all",
            "set_complete": "yes",
        }
        for dose in (5, 10, 20)
    ]
    fit = fit_from_prior(EMAX, pd.DataFrame([*rows, {"drug": "A", "dose": 40, "value": 0.7}]), draws=200)
    found = by_row(fit)
    assert found.index.tolist() == ["set all", "row 3"]
    whole = fit.tree["log_likelihood"]["evidence"].to_numpy()[..., :3].sum(axis=-1)
    assert found.loc["set all", "elpd"] == pytest.approx(float(array_stats.loo(whole)[0]), abs=0.2)


def with_refits(fit, elpd):
    names = [f"without {name}" for name in "xyz"]
    found = xr.Dataset({"kind": ("refit", ["study"] * 3), "elpd": ("refit", elpd)}, {"refit": names})
    groups = {name: node.to_dataset() for name, node in fit.tree.children.items()}
    tree = xr.DataTree.from_dict({**groups, "refits": found})
    tree.attrs = fit.tree.attrs
    return fit_file.Fit(tree)


def test_refits_without_each_study_come_before_importance_sampling(fits):
    one, two = (fits[name] for name in ("one", "two"))
    assert by_study(one) is None
    refitted = {"one": with_refits(one, [1.0, 2.0, 3.0]), "two": with_refits(two, [0.5, 2.5, 1.0])}
    found = comparison.compared(refitted)
    assert found.models["left_out"].tolist() == ["studies", "studies"]
    assert found.models.loc["two", "difference"] == -2.0
    assert not any("one by one" in sentence for sentence in found.warnings)
    half = comparison.compared({"one": refitted["one"], "two": two})
    assert half.models["left_out"].tolist() == ["rows", "rows"]
    failed = with_refits(one, [1.0, np.nan, 3.0])
    assert by_study(failed) is None


# --- differences and weights --------------------------------------------------------------------


def test_differences_and_their_errors_are_those_of_the_parts():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=30), rng.normal(-0.5, size=30)
    found = compare_elpd(densities(a, b))
    assert found.index.tolist() == ["a", "b"]
    assert found.loc["b", "difference"] == pytest.approx((b - a).sum())
    assert found.loc["b", "difference_se"] == pytest.approx(np.sqrt(30) * (b - a).std())
    assert found.loc["a", ["difference", "difference_se"]].tolist() == [0.0, 0.0]


@given(st.lists(st.lists(st.floats(-30, 5), min_size=6, max_size=6), min_size=2, max_size=4))
def test_weights_are_a_mixture_that_no_single_model_and_no_even_mixture_predicts_better_than(elpd):
    logs = np.array(elpd)
    weights = stacking_weights(logs)
    assert weights.sum() == pytest.approx(1.0)
    assert (weights >= 0).all()

    def score(some):
        return np.logaddexp.reduce(logs + np.log(np.maximum(some, 1e-300))[:, None], axis=0).sum()

    count = len(logs)
    for other in [*np.eye(count), np.full(count, 1 / count)]:
        assert score(weights) >= score(other) - 0.02


def test_weights_of_two_parts_each_predicted_by_one_model_are_even():
    assert stacking_weights(np.array([[0.0, -50.0], [-50.0, 0.0]])) == pytest.approx([0.5, 0.5])


def test_a_model_that_predicts_every_part_better_has_all_the_weight():
    found = compare_elpd(densities([-1000.0, -2000.0, 3.0], [-1001.0, -2005.0, 2.0]))
    assert found["weight"].tolist() == [1.0, 0.0]


def test_a_model_that_rules_a_part_out_is_infinitely_worse_and_one_that_no_model_allows_speaks_for_none():
    found = compare_elpd(
        densities([1.0, -np.inf, 5.0, -np.inf], [0.0, -3.0, -9.0, -np.inf], [0.0, -4.0, -9.5, -np.inf])
    )
    assert np.isneginf(found["elpd"]).all()
    assert found["se"].isna().all()
    alone = compare_elpd(densities([0.0, -3.0, -9.0], [1.0, -np.inf, 5.0]))
    assert alone.loc["b", ["elpd", "difference"]].tolist() == [-np.inf, -np.inf]
    assert np.isnan(alone.loc["b", "difference_se"])
    with_all = compare_elpd(densities([0.0, -3.0, -9.0, -np.inf], [1.0, -np.inf, 5.0, -np.inf]))
    assert with_all["weight"].to_numpy() == pytest.approx(alone["weight"].to_numpy())


def test_models_that_each_rule_a_part_out_have_no_difference_and_where_all_do_no_weight_is_preferred():
    found = compare_elpd(densities([-np.inf, 1.0, 2.0], [0.0, 1.0, -np.inf]))
    assert sorted(found["difference"].fillna(1.0)) == [0.0, 1.0]
    assert found["weight"].to_numpy() == pytest.approx([0.5, 0.5])
    assert compare_elpd(densities([-np.inf], [-np.inf]))["weight"].tolist() == [0.5, 0.5]


# --- stacking -----------------------------------------------------------------------------------


def doses(seed, infinite=0.1):
    rng = np.random.default_rng(seed)
    found = np.exp(rng.normal(2, 1, (4, 250, 2)))
    found[rng.random(found.shape) < infinite] = np.inf
    return found


@pytest.mark.parametrize("weights", [[1.0, 0.0], [0.0, 1.0]])
def test_with_all_the_weight_on_one_model_the_stacked_answer_is_its_own(weights):
    draws = [doses(1), doses(2, 0.6)]
    single = draws[int(np.argmax(weights))]
    assert np.array_equal(mixture_quantiles(draws, weights, Q), quantile(single, Q))


def test_a_model_stacked_with_itself_answers_as_it_does_alone():
    one = doses(1)
    found = mixture_quantiles([one, one], [0.3, 0.7], [0.2503, 0.5003, 0.9503])
    assert np.array_equal(found, quantile(one, [0.2503, 0.5003, 0.9503]))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_infinite_draws_count_by_the_weight_of_their_model(share):
    finite, infinite = np.full((2, 100), 7.0), np.full((2, 100), np.inf)
    found = mixture_quantiles(
        [finite, infinite], [1 - share, share], [0.01, 1 - share - 0.01, 1 - share + 0.01]
    )
    assert found.tolist() == [7.0, 7.0, np.inf]


def test_the_stacked_median_has_half_of_the_weight_on_either_side():
    draws, weights = [doses(1, 0), doses(2, 0) * 3], [0.35, 0.65]
    middle = mixture_quantiles(draws, weights, [0.5])[0]
    below = sum(w * (one <= middle).mean(axis=(0, 1)) for one, w in zip(draws, weights, strict=True))
    assert below == pytest.approx(0.5, abs=2e-3)


# --- whole comparisons --------------------------------------------------------------------------


def test_each_model_answers_as_it_does_alone_and_stacked_answers_lie_between(fits):
    found = petfit.compare(fits, [0.5, 0.8], "new_subject", prob=0.9)
    for name, fit in fits.items():
        alone = fit.dose_for_occupancy([0.5, 0.8], "new_subject", prob=0.9)
        for column in ("median", "low", "high", "p_reached", "p_inside"):
            assert np.array_equal(found.answers[column].sel(model=name), alone[column])
    counted = found.models.index[found.models["weight"] > 0].tolist()
    stacked, each = found.answers.sel(model="stacked"), found.answers.sel(model=counted)
    for column in ("median", "p_reached", "p_below", "p_above"):
        assert (stacked[column] >= each[column].min("model") - 1e-12).all()
        assert (stacked[column] <= each[column].max("model") + 1e-12).all()
    shares = sum(stacked[f"p_{name}"] for name in ("below", "inside", "above", "not_reached"))
    assert shares.to_numpy() == pytest.approx(1.0)
    assert found.answers.attrs["predict_for"] == "new_subject"
    assert set(found.frame["predict_for"]) == {"new_subject"}
    assert len(found.frame) == 4 * 2 * 2


def test_the_order_of_the_fits_changes_nothing(fits):
    first, *others = [petfit.compare({name: fits[name] for name in order}) for order in permutations(fits)]
    for other in others:
        pd.testing.assert_frame_equal(first.models, other.models, check_exact=True)
        pd.testing.assert_frame_equal(first.frame, other.frame, check_exact=True)
        assert first.warnings == other.warnings


def test_a_model_far_off_the_evidence_has_no_weight_and_the_stacked_answer_is_that_of_the_others(fits):
    found = petfit.compare({"one": fits["one"], "far": fits["far"]})
    assert found.models["weight"].to_dict() == {"one": 1.0, "far": 0.0}
    for column in ("median", "low", "high", "p_reached"):
        one, stacked = (found.answers[column].sel(model=name) for name in ("one", "stacked"))
        assert np.array_equal(one, stacked)


def test_few_studies_and_influential_rows_are_warned_of(fits):
    found = petfit.compare(fits)
    assert any("1 study; fewer than 10" in sentence for sentence in found.warnings)
    large = found.models["k_too_large"] > 0
    for name in found.models.index:
        told = any(sentence.startswith(f"{name}: ") and "Pareto k" in sentence for sentence in found.warnings)
        assert told == large[name]
    assert large.any()


def test_models_that_answer_for_different_regions_say_so(mixed_table):
    table = mixed_table.assign(region=["x", "y"] * 4 + ["x"])
    text = f'{EMAX.to_toml()}\n[ec50.region.pooled]\ndist = "HalfNormal"\nsigma = 0.3\n'
    placed = parse_model(text).model_copy(update={"answers_for": {"region": "x"}})
    one, other = fit_from_prior(EMAX, table, draws=100), fit_from_prior(placed, table, draws=100)
    found = petfit.compare({"everywhere": one, "x": other})
    assert any("different conditions" in sentence for sentence in found.warnings)
    assert found.answers.attrs["at"] == "each model's own conditions"


def test_fits_of_different_evidence_are_refused(fits, mixed_table):
    changed = fit_from_prior(EMAX, mixed_table.assign(value=mixed_table["value"] + 0.01), draws=100)
    with pytest.raises(PetfitError, match="one and other are fits of different evidence"):
        petfit.compare({"one": fits["one"], "other": changed})


def test_fits_of_different_rows_of_one_table_are_refused(mixed_table):
    table = mixed_table.assign(use=["no", *["yes"] * 8], exclusion_reason=["late", *[""] * 8])
    some = fit_from_prior(EMAX, table, draws=100)
    more = fit_from_prior(EMAX.model_copy(update={"also_fit": ["late"]}), table, draws=100)
    with pytest.raises(PetfitError, match=r"different rows of the DataFrame \(row 0\)"):
        petfit.compare({"some": some, "more": more})


def test_one_fit_and_a_fit_called_stacked_are_refused(fits):
    with pytest.raises(PetfitError, match="two fits or more"):
        petfit.compare({"one": fits["one"]})
    with pytest.raises(PetfitError, match="'stacked'"):
        petfit.compare({"one": fits["one"], "stacked": fits["two"]})


def test_a_question_without_an_answer_is_refused(fits):
    with pytest.raises(PetfitError, match=r"Did you mean 0\.8"):
        petfit.compare(fits, 80)
    with pytest.raises(PetfitError, match="no factor 'regoin'"):
        petfit.compare(fits, regoin="x")


def test_the_tables_hold_every_model_and_the_answers_drug_by_drug(fits):
    found = petfit.compare(fits)
    assert [row[0] for row in model_comparison_table(found).rows] == found.models.index.tolist()
    laid = dose_table(found.answers)
    assert [row[:2] for row in laid.rows] == [
        [drug, name] for drug in "AB" for name in ("far", "one", "two", "stacked")
    ]
    medians = found.answers["median"].sel(drug="A", model="stacked").item()
    assert laid.rows[3][2] == formatting.number(medians)
    assert "typical person" in laid.caption


def test_stacked_draws_of_a_fit_are_those_of_its_answers(fits):
    draws = [dose_for_occupancy_draws(fits[name]).to_numpy() for name in ("one", "two")]
    found = petfit.compare({name: fits[name] for name in ("one", "two")})
    weights = [found.models.loc[name, "weight"] for name in ("one", "two")]
    low, median, high = mixture_quantiles(draws, weights, [(1 - 0.95) / 2, 0.5, (1 + 0.95) / 2])
    stacked = found.answers.sel(model="stacked")
    for name, wanted in (("low", low), ("median", median), ("high", high)):
        assert np.array_equal(stacked[name], wanted)
