import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.signal import lfilter
from scipy.stats import norm

import petfit
from petfit.checks import CHECKS, energy, prior_sensitivity, run
from petfit.checks.record import Finding, worst
from petfit.model.specification import parse_model
from petfit.results import answers, summary
from petfit.results.comparison import K_MOST, by_row
from petfit.results.importance import distance
from tests.helpers import MODELS, fit_from_prior, with_changed_draws

NEED_REFITS = {"studies", "assumptions"}
WARNS = {"loo", "sensitivity", *NEED_REFITS}
"""On the bundled fit: few rows a study, priors that matter, and no other fits as yet."""

every_check = pytest.mark.parametrize("name", CHECKS)


@pytest.fixture(scope="module")
def quick():
    """A fit of a small table, by a few draws of the compiled density."""
    how = petfit.Settings(draws=500, tune=500, target_accept=0.95, seed=3)
    return lambda model, table: petfit.fit(table, parse_model(model), settings=how)


@every_check
def test_the_verdict_of_every_check_on_the_bundled_fit(ssri_fit, name):
    check = CHECKS[name](ssri_fit)
    assert check.verdict == ("WARN" if name in WARNS else "PASS"), check.sentence
    assert check.name == name
    assert check.sentence.endswith(".")
    assert isinstance(check.table, pd.DataFrame)
    assert len(check.table) or name in NEED_REFITS


@every_check
def test_the_verdict_of_every_check_is_that_of_what_it_found(ssri_fit, name):
    check = CHECKS[name](ssri_fit)
    assert check.verdict == worst(check.findings) or name in NEED_REFITS
    assert bool(check.findings) == bool(len(check.table))


@pytest.mark.parametrize(
    ("wanted", "kept"), {"below": (1,), "at most": (1, 2), "at least": (2, 3), "above": (3,)}.items()
)
def test_a_figure_keeps_its_limit_on_the_side_that_is_wanted_and_never_where_it_is_no_number(wanted, kept):
    for value in (1.0, 2.0, 3.0, np.nan):
        assert Finding("any", value, wanted, 2.0, "FAIL").kept == (value in kept)
        assert worst([Finding("any", value, wanted, 2.0, "FAIL")]) == ("PASS" if value in kept else "FAIL")


def test_the_worst_verdict_is_that_of_the_worst_figure_and_figures_without_a_limit_have_none():
    free, warned, failed = (
        Finding("a", np.nan),
        Finding("b", 3, "below", 2, "WARN"),
        Finding("c", 3, "below", 2, "FAIL"),
    )
    assert [worst(some) for some in ([], [free], [free, warned], [failed, warned])] == [
        "PASS",
        "PASS",
        "WARN",
        "FAIL",
    ]


def test_the_bundled_fit_is_good_in_every_unknown_and_every_answer(ssri_fit):
    table = CHECKS["convergence"](ssri_fit).table
    assert (table["r_hat"] < 1.01).all()
    assert (table[["ess_bulk", "ess_tail"]] > 400).all(axis=None)
    assert (table["mcse_mean"] < 0.05).all()
    assert (table["mcse_ends"] < 0.1).all()
    assert not ssri_fit.tree["sample_stats"]["diverging"].any()
    for drug in ssri_fit.design.drugs:
        for quantity in ("ec50", "emax", "dose for 80 %"):
            assert f"{quantity} of {drug}" in table.index
    unknowns = sum(np.prod(v.shape[2:], dtype=int) for v in ssri_fit.posterior.values())
    assert len(table) == unknowns + 15


def test_run_runs_every_check_in_order(ssri_fit):
    assert [check.name for check in run(ssri_fit)] == list(CHECKS)


def one_chain_apart(draws):
    draws[0] += 10 * draws.std()
    return draws


def few_different(draws):
    return np.repeat(draws[:, ::100], 100, axis=1)


def one_not_a_number(draws):
    draws[0, 0] = np.nan
    return draws


def one_infinite(draws):
    draws[0, 0] = np.inf
    return draws


def stuck(draws):
    return np.full_like(draws, draws.mean())


@pytest.mark.parametrize("change", [one_chain_apart, few_different, one_not_a_number, one_infinite, stuck])
@pytest.mark.parametrize("name", ["sigma", "log_ec50_study_sd"])
def test_an_unknown_that_did_not_converge_fails_and_is_named(ssri_fit, change, name):
    check = CHECKS["convergence"](with_changed_draws(ssri_fit, "posterior", **{name: change}))
    assert check.verdict == "FAIL"
    assert name in check.sentence


def test_an_answer_that_did_not_converge_fails_though_it_is_one_level(ssri_fit):
    def one_drug(draws):
        draws[0, :, 2] += 5
        return draws

    check = CHECKS["convergence"](with_changed_draws(ssri_fit, "posterior", logit_emax_drug=one_drug))
    assert check.verdict == "FAIL"
    assert check.table.loc["dose for 80 % of escitalopram", "r_hat"] > 1.01


def rare_long_excursions(draws):
    return draws + 1e6 * draws.std() * (np.arange(draws.shape[1]) < 0.012 * draws.shape[1])


def a_gap_at_the_upper_end(draws):
    place = np.random.default_rng(1).permutation(draws.size).reshape(draws.shape)
    return draws + 20 * draws.std() * (place < 0.0255 * draws.size)


@pytest.mark.parametrize(
    ("change", "column", "verdict"),
    [(rare_long_excursions, "mcse_mean", "FAIL"), (a_gap_at_the_upper_end, "mcse_ends", "WARN")],
)
def test_draws_too_few_for_a_mean_or_an_end_are_named_though_r_hat_and_ess_are_good(
    ssri_fit, change, column, verdict
):
    check = CHECKS["convergence"](with_changed_draws(ssri_fit, "posterior", log_ec50_region_sd=change))
    figures = check.table.loc["log_ec50_region_sd"]
    assert figures["r_hat"] < 1.01
    assert figures[["ess_bulk", "ess_tail"]].min() > 400
    assert check.table[column].idxmax() == "log_ec50_region_sd"
    assert check.verdict == verdict
    assert "log_ec50_region_sd" in check.sentence


@pytest.mark.parametrize(("count", "verdict"), [(1, "WARN"), (400, "FAIL")])
def test_divergences_warn_and_many_fail(ssri_fit, count, verdict):
    def some(diverging):
        diverging.reshape(-1)[:count] = True
        return diverging

    check = CHECKS["divergences"](with_changed_draws(ssri_fit, "sample_stats", diverging=some))
    assert check.verdict == verdict
    assert f"{count} of 8000" in check.sentence
    assert check.table["divergent"].sum() == count


def test_trees_of_the_largest_depth_warn(ssri_fit):
    deepest = int(ssri_fit.tree.attrs["max_depth"])
    check = CHECKS["divergences"](
        with_changed_draws(ssri_fit, "sample_stats", tree_depth=lambda depth: np.full_like(depth, deepest))
    )
    assert check.verdict == "WARN"


@pytest.mark.parametrize(("e_bfmi", "verdict"), [(0.9, "PASS"), (0.25, "WARN"), (0.1, "FAIL")])
def test_energies_that_wander_warn_and_that_hardly_move_fail(ssri_fit, e_bfmi, verdict):
    def wandering(energy):
        """Autoregressive, so that the mean square of its steps is near a share of its variance."""
        noise, kept = np.random.default_rng(0).normal(size=energy.shape), 1 - e_bfmi / 2
        return lfilter([1.0], [1.0, -kept], noise, axis=1)

    check = CHECKS["energy"](with_changed_draws(ssri_fit, "sample_stats", energy=wandering))
    assert check.table["e_bfmi"].to_numpy() == pytest.approx(e_bfmi, rel=0.25)
    assert check.verdict == verdict
    assert (f"at least {energy.FAIL_BELOW} needed" in check.sentence) == (verdict == "FAIL")
    assert ("do not use" in check.sentence) == (verdict == "FAIL")


@pytest.mark.parametrize("change", [one_not_a_number, stuck])
def test_a_chain_without_an_energy_that_varies_fails(ssri_fit, change):
    def in_one_chain(energy):
        energy[1:2] = change(energy[1:2])
        return energy

    check = CHECKS["energy"](with_changed_draws(ssri_fit, "sample_stats", energy=in_one_chain))
    assert check.verdict == "FAIL"
    assert "never varies or is not finite" in check.sentence


# --- what the model assumes of people, priors and kinds of evidence -------------------------------


@pytest.mark.parametrize(
    ("low", "high", "verdict"), [(0.1, 0.8, "PASS"), (0.5, 0.9, "WARN"), (0.7, 0.9, "FAIL")]
)
def test_people_who_differ_more_than_the_first_order_bears_warn_and_surely_more_fail(
    prior_fit, low, high, verdict
):
    fit = with_changed_draws(
        prior_fit,
        "posterior",
        omega=lambda draws: np.linspace(low, high, draws.size).reshape(draws.shape),
    )
    check = CHECKS["groups"](fit)
    assert check.verdict == verdict
    assert f"{(low + high) / 2:.2f}" in check.sentence
    assert ("quadrature" in check.sentence) == (verdict != "PASS")
    assert ("do not use" in check.sentence) == (verdict == "FAIL")


@pytest.mark.parametrize(("omega", "verdict"), [(0.3, "PASS"), (1.2, "FAIL")])
def test_a_fit_of_people_who_surely_differ_too_much_fails(quick, omega, verdict):
    rng = np.random.default_rng(2)
    ec50, doses = np.repeat(8 * np.exp(omega * rng.normal(size=20)), 3), np.tile([3.0, 10.0, 30.0], 20)
    values = 0.9 * doses / (ec50 + doses) + rng.normal(0, 0.03, 60)
    people = pd.DataFrame(
        {"dose": doses, "value": values, "subject": np.repeat(np.arange(20), 3).astype(str)}
    )
    group = pd.DataFrame([{"dose": 20.0, "value": 0.6, "sd": 0.1, "n": 8}])
    table = pd.concat([people, group]).assign(drug="A")
    assert CHECKS["groups"](quick(MODELS["people"], table)).verdict == verdict


def test_people_who_differ_much_pass_where_no_group_is_fitted(people_table):
    fit = fit_from_prior(petfit.read_model("emax"), people_table, draws=100)
    fit = with_changed_draws(fit, "posterior", omega=lambda draws: np.full_like(draws, 0.9))
    assert CHECKS["groups"](fit).verdict == "PASS"


@pytest.mark.parametrize(("times", "verdict"), [(1, "PASS"), (2e-4, "WARN"), (1e-6, "FAIL")])
def test_a_prior_far_from_the_exposures_tested_warns_farther_still_fails_and_names_the_drug(
    people_table, times, verdict
):
    table = people_table.assign(dose=people_table["dose"] * times)
    check = CHECKS["prior"](fit_from_prior(MODELS["plain"], table, draws=100))
    assert check.verdict == verdict
    assert "(A, the largest)" in check.sentence
    assert ("unit" in check.sentence) == (verdict != "PASS")
    assert ("Do not use the numbers of A" in check.sentence) == (verdict == "FAIL")


@pytest.mark.parametrize(
    ("model", "kind", "levels", "verdict"),
    [
        ("emax", "region", ["x", "x"], "PASS"),
        ("emax", "region", ["x", "y"], "WARN"),
        ("individual", "region", ["x", "y"], "PASS"),
        ("emax", "study", ["x", "y"], "WARN"),
        ("meta_analysis", "study", ["x", "y"], "PASS"),
    ],
)
def test_kinds_of_evidence_that_the_model_takes_as_one_warn_and_are_named(
    people_table, model, kind, levels, verdict
):
    table = people_table.assign(study="s", region="r", subject=range(len(people_table)))
    table[kind] = np.resize(levels, len(table))
    check = CHECKS["mixing"](fit_from_prior(petfit.read_model(model), table, draws=100))
    assert check.verdict == verdict
    assert (f"{kind} (x, y)" in check.sentence) == (verdict == "WARN")
    assert check.table.loc[kind, "told_apart"] == (verdict == "PASS")


@pytest.mark.parametrize("kind", ["region", "tracer", "regimen", "modality"])
@pytest.mark.parametrize(
    ("of_a", "of_b", "verdict"),
    [("x", "x", "PASS"), ("xy", "yx", "WARN"), ("xy", "y", "WARN"), ("x", "", "PASS"), ("x", "yz", "FAIL")],
)
def test_a_drug_that_no_level_of_a_kind_joins_to_the_others_fails(people_table, kind, of_a, of_b, verdict):
    levels = (
        {"x": "repeated", "y": "single", "z": "third"} if kind == "regimen" else {one: one for one in "xyz"}
    )
    each = [people_table.assign(drug=drug, study="s") for drug in "AB"]
    for one, own in zip(each, (of_a, of_b), strict=True):
        one[kind] = np.resize([levels[level] for level in own] or [""], len(one))
    table = pd.concat(each, ignore_index=True).assign(subject=lambda rows: rows.index.astype(str))
    check = CHECKS["mixing"](fit_from_prior(petfit.read_model("emax"), table, draws=100))
    assert check.verdict == verdict
    said = f"A has {kind} {levels['x']}, the other drugs have {', '.join(levels[level] for level in of_b)}"
    assert (said in check.sentence) == (verdict == "FAIL")


def test_a_drug_of_a_study_of_its_own_warns_and_one_drug_alone_cannot_be_confounded(people_table):
    emax = petfit.read_model("emax")
    each = [people_table.assign(drug=drug, study=f"of {drug}") for drug in "AB"]
    own = pd.concat(each, ignore_index=True)
    alone = people_table.assign(study="s", region=np.resize(["x", "y"], len(people_table)))
    for table in (own, alone):
        table["subject"] = table.index.astype(str)
        assert CHECKS["mixing"](fit_from_prior(emax, table, draws=100)).verdict == "WARN"


# --- prediction: a posterior that knows the truth ------------------------------------------------

SURE = """
[reference_doses]
A = 10.0
B = 10.0
[ec50.centre]
dist = "Normal"
mu = -0.22
sigma = 0.03
[emax.centre]
dist = "Normal"
mu = 2.2
sigma = 0.03
[noise.sigma]
dist = "LogNormal"
mu = -3.0
sigma = 0.05
"""
SIGMA = np.exp(-3.0)


def expected(dose):
    return 0.9 * dose / (8.0 + dose)


def every_kind():
    """One number of each kind, all of them as the model of `SURE` expects."""
    group = {"drug": "A", "n": 16, "level": "group"}
    tested = [
        {"drug": "A", "dose": 10, "value": expected(10), "level": "subject"},
        {**group, "dose": 20, "value": expected(20), "sd": SIGMA},
        {"drug": "B", "dose": 30, "low": 0.70, "high": 0.72, "n": 16, "level": "range"},
        {"drug": "B", "dose": 40, "low": 0.65, "high": 0.82, "n": 16, "level": "extremes"},
    ]
    means = [expected(dose) for dose in (5, 60)]
    tested += [
        {
            "drug": "B",
            "dose": dose,
            "low": means[0],
            "high": means[1],
            "n": 16,
            "level": "range",
            "range_set": "S",
            "set_complete": "yes",
        }
        for dose in (5, 60)
    ]
    return pd.DataFrame(tested)


WRONG = {
    "row 0, person": (0, {"value": 0.1}),
    "row 1, mean": (1, {"value": 0.1}),
    "row 1, SD": (1, {"sd": 0.3}),
    "row 2, range of a mean": (2, {"low": 0.1, "high": 0.2}),
    "row 3, lowest of people": (3, {"low": 0.1}),
    "row 3, highest of people": (3, {"high": 1.3}),
    "set S, lowest of means": (slice(4, 6), {"low": 0.05}),
}


def test_numbers_of_every_kind_as_the_model_expects_them_pass():
    check = CHECKS["predictive"](fit_from_prior(SURE, every_kind()))
    assert check.verdict == "PASS", check.sentence
    numbers = check.table[check.table["set"] == "number"]
    assert len(numbers) == 8
    assert set(WRONG) < set(numbers.index)
    assert (numbers["low"] <= numbers["predicted_high"]).all()
    assert (numbers["high"] >= numbers["predicted_low"]).all()


@pytest.mark.parametrize("name", WRONG)
def test_one_number_of_any_kind_that_the_model_cannot_have_produced_fails_and_is_named(name):
    at, change = WRONG[name]
    table = every_kind()
    table.loc[table.index[at], list(change)] = list(change.values())
    check = CHECKS["predictive"](fit_from_prior(SURE, table))
    assert check.verdict == "FAIL"
    assert name in check.sentence
    assert check.table.loc["all", "p_largest"] == 0


def many_people():
    doses = np.tile([2.0, 10.0, 40.0], 10)
    table = pd.DataFrame({"drug": np.tile(["A", "B"], 15), "dose": doses, "value": expected(doses)})
    return table.assign(subject=table.index.astype(str))


def replaced(numbers, column, values):
    numbers = numbers.copy()
    numbers[:, column] = values
    return numbers


def test_numbers_that_the_model_did_produce_seldom_raise_an_alarm():
    table = many_people()
    fit = fit_from_prior(SURE, table)
    predictive = fit.tree["posterior_predictive"]["value"]
    replicated = predictive.sel(row=[f"row {i}" for i in table.index]).to_numpy()[0]
    warned, column = 0, list(fit.tree["evidence"]["number"].to_numpy()).index("value")
    for values in replicated[:40]:
        produced = with_changed_draws(
            fit, "evidence", numbers=lambda old, new=values: replaced(old, column, new)
        )
        warned += CHECKS["predictive"](produced).verdict != "PASS"
    assert warned <= 6  # one in twenty at most is expected, and the comparisons overlap


# --- leaving out single rows ---------------------------------------------------------------------


def heavy(row):
    def change(density):
        tail = np.random.default_rng(0).pareto(1.1, density.shape[:2])
        density[..., row] -= np.log1p(tail)
        return density

    return change


def test_rows_that_no_draw_hangs_on_pass_and_one_with_a_heavy_tail_warns_and_is_named():
    fit = fit_from_prior(SURE, every_kind())
    check = CHECKS["loo"](fit)
    assert check.verdict == "PASS", check.sentence
    other = CHECKS["loo"](with_changed_draws(fit, "log_likelihood", evidence=heavy(1)))
    assert other.verdict == "WARN"
    assert "row 1" in other.sentence
    assert list(other.table.index[other.table["pareto_k"] > K_MOST]) == ["row 1"]


def test_the_rows_of_a_complete_set_are_left_out_together():
    fit = fit_from_prior(SURE, every_kind())
    table = by_row(fit)
    assert sorted(table.index) == ["row 0", "row 1", "row 2", "row 3", "set S"]
    in_set = (fit.design.rows["range_set"] == "S").to_numpy()
    density = fit.tree["log_likelihood"]["evidence"].to_numpy()[..., in_set].sum(axis=-1)
    # The harmonic mean is what importance sampling estimates where its weights are tame.
    assert table.loc["set S", "elpd"] == pytest.approx(-np.log(np.exp(-density).mean()), abs=0.02)


@pytest.mark.parametrize("value", [np.nan, -np.inf, np.inf])
def test_densities_that_are_not_finite_fail_and_their_rows_are_named(value):
    def broken(density):
        density[0, 0, 0] = value
        return density

    fit = with_changed_draws(fit_from_prior(SURE, every_kind()), "log_likelihood", evidence=broken)
    check = CHECKS["loo"](fit)
    assert check.verdict == "FAIL"
    assert "The density of row 0 is not finite" in check.sentence
    assert CHECKS["sensitivity"](fit).verdict == "WARN"


@pytest.mark.parametrize(("outlier", "verdict"), [(None, "PASS"), (1.2, "FAIL")])
def test_a_fit_with_more_effective_parameters_than_unknowns_fails(quick, people_table, outlier, verdict):
    table = people_table.assign(subject=people_table.index.astype(str))
    if outlier is not None:
        table.loc[0, "value"] = outlier
    check = CHECKS["loo"](quick(SURE, table))
    figures = {one.quantity: one.value for one in check.findings}
    assert figures["unknowns"] == 3
    assert figures["effective parameters"] == pytest.approx(check.table["p_loo"].sum())
    assert (figures["effective parameters"] > 3) == (verdict == "FAIL")
    assert check.verdict == verdict
    assert ("misspecified" in check.sentence) == (verdict == "FAIL")


def test_more_effective_parameters_than_unknowns_pass_where_no_pareto_k_is_large():
    """A row's effective parameters are about the variance of its log density: ten, whose k is small."""

    def spread(density):
        rng = np.random.default_rng(0)
        return rng.normal(0, 0.9, density.shape)

    fit = with_changed_draws(fit_from_prior(SURE, many_people()), "log_likelihood", evidence=spread)
    check = CHECKS["loo"](fit)
    assert check.table["p_loo"].sum() > 10
    assert check.verdict == "PASS", check.sentence


# --- power scaling -------------------------------------------------------------------------------


def flat(density):
    return np.zeros_like(density)


def test_priors_that_decide_warn_and_flat_ones_pass():
    fit = fit_from_prior(SURE, every_kind())
    assert CHECKS["sensitivity"](fit).verdict == "WARN"
    names = dict.fromkeys(fit.tree["log_prior"].data_vars, flat)
    check = CHECKS["sensitivity"](with_changed_draws(fit, "log_prior", **names))
    assert check.verdict == "PASS"
    assert (check.table["prior"] < 0.01).all()


@pytest.mark.parametrize(("times", "verdict"), [(1.0, "WARN"), (1.6, "FAIL")])
def test_a_prior_that_pulls_an_answer_by_its_whole_sd_fails_and_the_answer_is_named(quick, times, verdict):
    doses = np.repeat([2.0, 5.0, 10.0, 30.0, 80.0], 6)
    table = pd.DataFrame({"drug": "A", "dose": doses, "value": 0.9 * doses / (8.0 * times + doses)})
    check = CHECKS["sensitivity"](quick(SURE, table.assign(subject=table.index.astype(str))))
    assert check.verdict == verdict
    assert ("do not use: dose for 80 % of A, ec50 of A" in check.sentence) == (verdict == "FAIL")


def test_the_prior_decides_from_the_distance_of_a_normal_that_moves_by_its_sd():
    count, small = 8000, 0.01
    normal = norm.ppf((np.arange(count) + 0.5) / count)
    slope = distance(normal, np.exp(small * normal)) / small
    assert round(slope, 1) == prior_sensitivity.FAIL_FROM
    assert distance(normal, np.exp(normal)) == pytest.approx(slope, rel=0.05)


def test_a_prior_that_decides_is_told_from_one_that_the_evidence_contradicts():
    fit = fit_from_prior(SURE, every_kind())
    log_ec50 = fit.posterior["log_ec50"]

    def pulls(density):
        density[...] = 0.0
        density[..., 0] = 1000 * log_ec50
        return density

    undecided = CHECKS["sensitivity"](with_changed_draws(fit, "log_likelihood", evidence=flat)).table
    against = CHECKS["sensitivity"](with_changed_draws(fit, "log_likelihood", evidence=pulls))
    assert undecided.loc["ec50 of A", "finding"] == "strong prior or weak evidence"
    assert against.table.loc["ec50 of A", "finding"] == "prior-data conflict"
    assert against.table.loc["ec50 of A", "prior_that_moves_it_most"] == "log_ec50"
    assert "Prior-data conflict: " in against.sentence
    assert "ec50 of A" in against.sentence


def test_the_distance_is_that_of_a_normal_known_in_closed_form():
    """A normal density raised to the power a is normal, its SD less by the root of a."""
    fit = fit_from_prior(SURE, every_kind(), draws=2000)
    log_ec50 = fit.posterior["log_ec50"]
    x = np.linspace(log_ec50.min(), log_ec50.max(), 4001)
    p, q = (norm.cdf(x, -0.22, 0.03 / np.sqrt(power)) for power in (1.0, 1.01))

    def divergence(p, q):
        return np.trapezoid(p * np.log2(2 * p / (p + q)) + (q - p) / np.log(4), x)

    exact = np.sqrt((divergence(p, q) + divergence(q, p)) / np.trapezoid(p + q, x)) / np.log2(1.01)
    found = prior_sensitivity.table(fit).loc["ec50 of A", "prior"]
    assert found == pytest.approx(exact, rel=0.2)


def test_only_priors_that_the_model_states_are_scaled(prior_fit):
    pooled = {effect.name for effect in prior_fit.design.effects if effect.scale}
    assert pooled
    assert not pooled & set(prior_fit.tree["log_prior"].data_vars)


# --- other fits ----------------------------------------------------------------------------------


def others(fit, names, kind, **changes):
    """The group of refits in which every other fit answers as the fit itself, but for `changes`."""
    dose = summary.doses(fit).isel(occupancy=0, drop=True)
    answered = {"dose": dose, **summary.parameters(fit)}
    columns = ["median", "low", "high"]
    one = xr.concat([table[columns].drop_vars("unit") for table in answered.values()], "answer")
    one = one.assign_coords(answer=list(answered)).drop_attrs()
    one = one.assign(
        rows=("drug", [3] * one.sizes["drug"]),
        problem=((), np.array("", object)),
        kind=kind,
        divergent=0.0,
        r_hat=1.0,
    )
    one = one.assign(elpd=1.0, elpd_mcse=0.01)
    every = xr.concat([one] * len(names), "refit", data_vars="all").assign_coords(refit=names).copy(deep=True)
    for name, (at, value) in changes.items():
        every[name].loc[at] = value
    return fit.with_refits(every)


KINDS = {"studies": "study", "assumptions": "reference doses"}
need_refits = pytest.mark.parametrize("name", KINDS)


@need_refits
def test_a_check_that_needs_other_fits_says_that_they_were_not_made(prior_fit, name):
    check = CHECKS[name](prior_fit)
    assert check.verdict == "WARN"
    assert "--refit" in check.sentence


@need_refits
def test_other_fits_that_agree_pass(prior_fit, name):
    check = CHECKS[name](others(prior_fit, ["one", "two"], KINDS[name]))
    assert check.verdict == "PASS", check.sentence
    assert check.table["ratio"].to_numpy() == pytest.approx(1.0)
    assert len(check.table) == 4


def at_rank(fit, drug, rank):
    """The dose for 80 % that has a share of a fit's draws below it."""
    draws = answers.dose_for_occupancy(fit, 0.8).sel(drug=drug).to_numpy().ravel()
    return np.sort(draws)[int(rank * draws.size)]


@need_refits
@pytest.mark.parametrize(
    ("rank", "verdict", "bound"),
    [
        (0.2, "PASS", "within the central 68 % of the fit's draws"),
        (0.1, "WARN", "beyond the central 68 % of the fit's draws: B to "),
        (0.01, "FAIL", "beyond the fit's 95 % interval: B to "),
    ],
)
def test_another_fit_whose_dose_lies_far_off_warns_and_outside_the_interval_fails(
    prior_fit, name, rank, verdict, bound
):
    change = {"refit": "two", "answer": "dose", "drug": "B"}, at_rank(prior_fit, "B", rank)
    check = CHECKS[name](others(prior_fit, ["one", "two"], KINDS[name], median=change))
    assert check.verdict == verdict
    assert bound in check.sentence
    assert "times its median (two)" in check.sentence
    assert ("Do not use the dose of B: " in check.sentence) == (verdict == "FAIL")


@need_refits
def test_each_dose_is_named_with_the_bound_that_it_passed(prior_fit, name):
    fit = others(prior_fit, ["one", "two"], KINDS[name])
    found = fit.refits.copy(deep=True)
    for drug, rank in (("A", 0.1), ("B", 0.01)):
        found["median"].loc[{"refit": "two", "answer": "dose", "drug": drug}] = at_rank(fit, drug, rank)
    sentence = CHECKS[name](fit.with_refits(found)).sentence
    parts = [sentence.index(one) for one in ("95 % interval", "B to ", "central 68 %", "A to ", "Do not use")]
    assert parts == sorted(parts)
    assert "Do not use the dose of B: " in sentence


@need_refits
@pytest.mark.parametrize("drug", ["A", "B"])
@pytest.mark.parametrize("reached", ["by most", "by all"])
def test_another_fit_in_which_the_dose_is_not_reached_warns_and_fails_if_the_interval_has_an_end(
    prior_fit, name, drug, reached
):
    fit = prior_fit
    if reached == "by all":
        fit = with_changed_draws(fit, "posterior", logit_emax=lambda draws: np.abs(draws) + 3.0)
    ends = float(summary.doses(fit)["high"].sel(drug=drug).item())
    assert np.isfinite(ends) == (reached == "by all")
    change = {"refit": "two", "answer": "dose", "drug": drug}, np.inf
    check = CHECKS[name](others(fit, ["one", "two"], KINDS[name], median=change))
    assert check.verdict == ("FAIL" if reached == "by all" else "WARN")
    assert f"{drug} to inf times" in check.sentence


@need_refits
@pytest.mark.parametrize(
    ("changed", "value", "words"),
    [
        ("problem", "no way to start", "two could not be fitted (no way to start)"),
        ("r_hat", 1.2, "Not to be relied on, for R-hat or divergences: two"),
        ("divergent", 0.2, "Not to be relied on, for R-hat or divergences: two"),
    ],
)
def test_another_fit_that_cannot_be_relied_on_warns_and_is_named(prior_fit, name, changed, value, words):
    fit = others(prior_fit, ["one", "two"], KINDS[name], **{changed: ({"refit": "two"}, value)})
    check = CHECKS[name](fit)
    assert check.verdict == "WARN"
    assert words in check.sentence


def test_a_drug_that_one_study_alone_tells_of_warns_but_its_move_does_not_count(prior_fit):
    at = {"refit": "without one", "answer": "dose", "drug": "B"}
    changes = {"median": (at, np.inf), "rows": ({"refit": "without one", "drug": "B"}, 0)}
    check = CHECKS["studies"](others(prior_fit, ["without one", "without two"], "study", **changes))
    assert check.verdict == "WARN"
    assert "No row of B is left without one" in check.sentence
    assert "inf times" not in check.sentence


def test_a_predictive_density_with_a_large_monte_carlo_error_warns(prior_fit):
    fit = others(prior_fit, ["one", "two"], "study", elpd_mcse=({"refit": "two"}, 1.5))
    assert CHECKS["studies"](fit).verdict == "WARN"


def test_a_table_of_one_study_warns_that_nothing_can_be_left_out(prior_fit):
    check = CHECKS["studies"](others(prior_fit, ["one"], "reference doses"))
    assert check.verdict == "WARN"
    assert "one study" in check.sentence
