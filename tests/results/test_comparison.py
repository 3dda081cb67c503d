from itertools import permutations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from arviz_stats import ELPDDataLOOKFold
from hypothesis import given
from hypothesis import strategies as st

import petfit
from petfit.errors import PetfitError
from petfit.model.specification import parse_model
from petfit.results.comparison import compare_elpd
from petfit.results.stacking import mixture_quantiles
from tests.helpers import fit_from_prior

EMAX = petfit.read_model("emax")


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


def as_elpd(*pointwise):
    """The elpd of models named a, b, c, from values by study."""
    return {name: _as_elpd(np.array(values, float)) for name, values in zip("abc", pointwise, strict=False)}


def _as_elpd(values):
    finite = np.isfinite(values).all()
    return ELPDDataLOOKFold(
        elpd=float(values.sum()),
        se=float(np.sqrt(values.size * values.var(ddof=1))) if finite and values.size > 1 else np.nan,
        p=np.nan,
        n_samples=4000,
        n_data_points=values.size,
        scale="log",
        warning=False,
        good_k=np.nan,
        elpd_i=xr.DataArray(values, {"study": [f"s{i}" for i in range(values.size)]}),
        n_folds=values.size,
    )


# --- differences and weights --------------------------------------------------------------------


def test_differences_and_their_errors_are_those_of_the_parts():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=30), rng.normal(-0.5, size=30)
    models = compare_elpd(as_elpd(a, b))
    assert models.index.tolist() == ["a", "b"]
    assert models.loc["b", "difference"] == pytest.approx((b - a).sum())
    assert models.loc["b", "difference"] < 0
    assert models.loc["b", "difference_se"] == pytest.approx(np.sqrt(30) * (b - a).std())
    assert models.loc["a", ["difference", "difference_se"]].tolist() == [0.0, 0.0]


@given(st.lists(st.lists(st.floats(-30, 5), min_size=6, max_size=6), min_size=2, max_size=3))
def test_stacking_weights_are_optimal(pointwise):
    values = np.array(pointwise)
    names = list("abc")[: len(values)]
    weights = compare_elpd(as_elpd(*values)).loc[names, "weight"].to_numpy()
    assert weights.sum() == pytest.approx(1.0)
    assert (weights >= 0).all()

    def score(model_weights):
        with np.errstate(divide="ignore"):
            return np.logaddexp.reduce(values + np.log(model_weights)[:, None], axis=0).sum()

    count = len(values)
    for other in [*np.eye(count), np.full(count, 1 / count)]:
        assert score(weights) >= score(other) - 0.02


def test_models_that_predict_one_part_each_have_equal_weights():
    models = compare_elpd(as_elpd([0.0, -50.0], [-50.0, 0.0]))
    assert models["weight"].to_numpy() == pytest.approx([0.5, 0.5])


def test_a_model_that_predicts_every_part_better_has_full_weight():
    models = compare_elpd(as_elpd([-1000.0, -2000.0, 3.0], [-1001.0, -2005.0, 2.0]))
    assert models["weight"].to_numpy() == pytest.approx([1.0, 0.0], abs=1e-2)
    assert models["difference"].to_numpy() == pytest.approx([0.0, -7.0])


def test_a_model_that_rules_a_part_out_is_infinitely_worse():
    models = compare_elpd(as_elpd([0.0, -3.0, -9.0], [1.0, -np.inf, 5.0]))
    assert models.index.tolist() == ["a", "b"]
    assert models.loc["b", ["elpd", "difference"]].tolist() == [-np.inf, -np.inf]
    assert np.isnan(models.loc["b", "difference_se"])


def test_parts_that_every_model_rules_out_do_not_change_the_weights():
    without = compare_elpd(as_elpd([0.0, -3.0, -9.0], [1.0, -np.inf, 5.0]))
    models = compare_elpd(as_elpd([0.0, -3.0, -9.0, -np.inf], [1.0, -np.inf, 5.0, -np.inf]))
    assert np.isneginf(models["elpd"]).all()
    assert models["se"].isna().all()
    assert models["weight"].sort_index().to_numpy() == pytest.approx(
        without["weight"].sort_index().to_numpy()
    )


def test_models_that_each_rule_a_part_out_have_no_difference():
    models = compare_elpd(as_elpd([-np.inf, 1.0, 2.0], [0.0, 1.0, -np.inf]))
    assert sorted(models["difference"].fillna(1.0)) == [0.0, 1.0]
    assert models["weight"].to_numpy() == pytest.approx([0.5, 0.5])


def test_models_have_equal_weights_if_all_rule_every_part_out():
    assert compare_elpd(as_elpd([-np.inf, -np.inf], [-np.inf, -np.inf]))["weight"].tolist() == [0.5, 0.5]


# --- comparisons of fits ------------------------------------------------------------------------


def with_refits(fit, elpd):
    names = [f"without {study}" for study in "xyz"]
    refits = xr.Dataset({"kind": ("refit", ["study"] * 3), "elpd": ("refit", elpd)}, {"refit": names})
    return fit.assign_groups({"petfit/refits": refits})


def test_refits_are_compared_by_study_if_all_fits_have_them(fits):
    one, two = with_refits(fits["one"], [1.0, 2.0, 3.0]), with_refits(fits["two"], [0.5, 2.5, 1.0])
    comparison = petfit.compare({"one": one, "two": two})
    assert comparison.models["left_out"].tolist() == ["studies", "studies"]
    assert comparison.models.loc["two", "difference"] == -2.0
    assert not any("one at a time" in warning for warning in comparison.warnings)
    by_person = petfit.compare({"one": one, "two": fits["two"]})
    assert by_person.models["left_out"].tolist() == ["people", "people"]


def test_answers_of_each_model_are_its_own_and_stacked_answers_lie_between(fits):
    comparison = petfit.compare(fits, [0.5, 0.8], "new_subject", prob=0.9)
    for name, fit in fits.items():
        alone = fit.dose_for_occupancy([0.5, 0.8], "new_subject", prob=0.9)
        for column in ("median", "low", "high", "p_reached", "p_inside"):
            assert np.array_equal(comparison.answers[column].sel(model=name), alone[column])
    counted = comparison.models.index[comparison.models["weight"] > 0].tolist()
    stacked, each = comparison.answers.sel(model="stacked"), comparison.answers.sel(model=counted)
    for column in ("median", "p_reached", "p_below", "p_above"):
        assert (stacked[column] >= each[column].min("model") - 1e-12).all()
        assert (stacked[column] <= each[column].max("model") + 1e-12).all()
    shares = sum(stacked[f"p_{name}"] for name in ("below", "inside", "above", "not_reached"))
    assert shares.to_numpy() == pytest.approx(1.0)
    assert comparison.answers.attrs["predict_for"] == "new_subject"
    assert set(comparison.frame["predict_for"]) == {"new_subject"}
    assert len(comparison.frame) == 4 * 2 * 2


def test_comparison_does_not_depend_on_the_order_of_fits(fits):
    first, *others = [petfit.compare({name: fits[name] for name in order}) for order in permutations(fits)]
    for other in others:
        pd.testing.assert_frame_equal(first.models, other.models, check_exact=True)
        pd.testing.assert_frame_equal(first.frame, other.frame, check_exact=True)
        assert first.warnings == other.warnings


def test_a_model_far_from_the_evidence_has_no_weight(fits):
    comparison = petfit.compare({"one": fits["one"], "far": fits["far"]})
    assert comparison.models["weight"].to_dict() == {"one": 1.0, "far": 0.0}
    for column in ("median", "low", "high", "p_reached"):
        one, stacked = (comparison.answers[column].sel(model=name) for name in ("one", "stacked"))
        assert np.array_equal(one, stacked)


def test_few_studies_and_influential_rows_give_warnings(fits):
    comparison = petfit.compare(fits)
    assert any("has 1 study. With fewer than 10" in warning for warning in comparison.warnings)
    large = comparison.models["k_too_large"] > 0
    for name in comparison.models.index:
        warned = any(
            warning.startswith(f"{name}: ") and "Pareto k" in warning for warning in comparison.warnings
        )
        assert warned == large[name]
    assert large.any()


def test_models_with_different_conditions_give_a_warning(mixed_table):
    table = mixed_table.assign(region=["x", "y"] * 4 + ["x"])
    text = f'{EMAX.to_toml()}\n[ec50.region.pooled]\ndist = "HalfNormal"\nsigma = 0.3\n'
    placed = parse_model(text).model_copy(update={"answers_for": {"region": "x"}})
    one, other = fit_from_prior(EMAX, table, draws=100), fit_from_prior(placed, table, draws=100)
    comparison = petfit.compare({"everywhere": one, "x": other})
    assert any("different conditions" in warning for warning in comparison.warnings)
    assert comparison.answers.attrs["at"] == "each model's own conditions"


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


def test_questions_without_an_answer_are_refused(fits):
    with pytest.raises(PetfitError, match=r"Did you mean 0\.8"):
        petfit.compare(fits, 80)
    with pytest.raises(PetfitError, match="no factor 'regoin'"):
        petfit.compare(fits, at={"regoin": "x"})


def test_stacked_answers_are_quantiles_of_the_mixture_of_draws(fits):
    draws = [fits[name].dose_for_occupancy_draws().to_numpy() for name in ("one", "two")]
    comparison = petfit.compare({name: fits[name] for name in ("one", "two")})
    weights = [comparison.models.loc[name, "weight"] for name in ("one", "two")]
    low, median, high = mixture_quantiles(draws, weights, [(1 - 0.95) / 2, 0.5, (1 + 0.95) / 2])
    stacked = comparison.answers.sel(model="stacked")
    for name, wanted in (("low", low), ("median", median), ("high", high)):
        assert np.array_equal(stacked[name], wanted)


def test_fits_without_names_are_refused(prior_fit):
    with pytest.raises(PetfitError, match="name each fit"):
        petfit.compare([prior_fit, prior_fit])
