import numpy as np
import pandas as pd
import pytest
import xarray as xr
from scipy.stats import norm

import petfit
from petfit import summaries
from petfit.checks import CHECKS, run, sensitivity
from petfit.comparison import K_MOST, by_row

NEED_REFITS = {"studies", "assumptions"}
WARNS = {"loo", "sensitivity", *NEED_REFITS}
"""On the bundled fit: few rows a study, priors that matter, and no other fits as yet."""

every_check = pytest.mark.parametrize("name", CHECKS)


@every_check
def test_the_verdict_of_every_check_on_the_bundled_fit(ssri_fit, name):
    check = CHECKS[name](ssri_fit.stored)
    assert check.verdict == ("WARN" if name in WARNS else "PASS"), check.sentence
    assert check.name == name
    assert check.sentence.endswith(".")
    assert isinstance(check.table, pd.DataFrame)
    assert len(check.table) or name in NEED_REFITS


def test_the_bundled_fit_is_good_in_every_unknown_and_every_answer(ssri_fit):
    table = CHECKS["convergence"](ssri_fit.stored).table
    assert (table["r_hat"] < 1.01).all()
    assert (table[["ess_bulk", "ess_tail"]] > 400).all(axis=None)
    assert (table["mcse_mean"] < 0.05).all()
    assert (table["mcse_ends"] < 0.1).all()
    assert not ssri_fit.tree["sample_stats"]["diverging"].any()
    for drug in ssri_fit.stored.layout.drugs:
        for quantity in ("ec50", "emax", "dose for 80 %"):
            assert f"{quantity} of {drug}" in table.index
    unknowns = sum(np.prod(v.shape[2:], dtype=int) for v in ssri_fit.stored.posterior.values())
    assert len(table) == unknowns + 15


def test_run_runs_every_check_in_order(ssri_fit):
    assert [check.name for check in run(ssri_fit.stored)] == list(CHECKS)


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
def test_an_unknown_that_did_not_converge_fails_and_is_named(ssri_fit, tampered, change, name):
    check = CHECKS["convergence"](tampered(ssri_fit.stored, "posterior", **{name: change}))
    assert check.verdict == "FAIL"
    assert name in check.sentence


def test_an_answer_that_did_not_converge_fails_though_it_is_one_level(ssri_fit, tampered):
    def one_drug(draws):
        draws[0, :, 2] += 5
        return draws

    check = CHECKS["convergence"](tampered(ssri_fit.stored, "posterior", logit_emax_drug=one_drug))
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
    ssri_fit, tampered, change, column, verdict
):
    check = CHECKS["convergence"](tampered(ssri_fit.stored, "posterior", log_ec50_region_sd=change))
    figures = check.table.loc["log_ec50_region_sd"]
    assert figures["r_hat"] < 1.01
    assert figures[["ess_bulk", "ess_tail"]].min() > 400
    assert check.table[column].idxmax() == "log_ec50_region_sd"
    assert check.verdict == verdict
    assert "log_ec50_region_sd" in check.sentence


@pytest.mark.parametrize(("count", "verdict"), [(1, "WARN"), (400, "FAIL")])
def test_divergences_warn_and_many_fail(ssri_fit, tampered, count, verdict):
    def some(diverging):
        diverging.reshape(-1)[:count] = True
        return diverging

    check = CHECKS["divergences"](tampered(ssri_fit.stored, "sample_stats", diverging=some))
    assert check.verdict == verdict
    assert f"{count} of 8000" in check.sentence
    assert check.table["divergent"].sum() == count


def test_trees_of_the_largest_depth_warn(ssri_fit, tampered):
    deepest = int(ssri_fit.tree.attrs["max_depth"])
    check = CHECKS["divergences"](
        tampered(ssri_fit.stored, "sample_stats", tree_depth=lambda depth: np.full_like(depth, deepest))
    )
    assert check.verdict == "WARN"


def test_energies_that_wander_warn(ssri_fit, tampered):
    def wandering(energy):
        return np.random.default_rng(0).normal(size=energy.shape).cumsum(axis=1)

    check = CHECKS["energy"](tampered(ssri_fit.stored, "sample_stats", energy=wandering))
    assert check.verdict == "WARN"
    assert check.table["e_bfmi"].max() < 0.3


def test_an_energy_that_is_not_a_number_in_one_chain_warns(ssri_fit, tampered):
    check = CHECKS["energy"](tampered(ssri_fit.stored, "sample_stats", energy=one_not_a_number))
    assert check.verdict == "WARN"


# --- what the model assumes of people, priors and kinds of evidence -------------------------------


@pytest.mark.parametrize(("omega", "verdict"), [(0.3, "PASS"), (0.9, "WARN")])
def test_people_who_differ_more_than_the_first_order_bears_warn(prior_fit, tampered, omega, verdict):
    stored = tampered(prior_fit.stored, "posterior", omega=lambda draws: np.full_like(draws, omega))
    check = CHECKS["groups"](stored)
    assert check.verdict == verdict
    assert f"{omega:.2f}" in check.sentence
    assert ("quadrature" in check.sentence) == (verdict == "WARN")


def test_people_who_differ_much_pass_where_no_group_is_fitted(fit_of_prior, tampered, people_table):
    fit = fit_of_prior(petfit.read_model("emax"), people_table, draws=100)
    stored = tampered(fit.stored, "posterior", omega=lambda draws: np.full_like(draws, 0.9))
    assert CHECKS["groups"](stored).verdict == "PASS"


@pytest.mark.parametrize(("times", "verdict"), [(1, "PASS"), (1e-5, "WARN")])
def test_a_prior_far_from_the_exposures_tested_warns_and_names_the_drug(
    fit_of_prior, people_table, models, times, verdict
):
    table = people_table.assign(dose=people_table["dose"] * times)
    check = CHECKS["prior"](fit_of_prior(models["plain"], table, draws=100).stored)
    assert check.verdict == verdict
    assert "(A, the largest)" in check.sentence
    assert ("unit" in check.sentence) == (verdict == "WARN")


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
    fit_of_prior, people_table, model, kind, levels, verdict
):
    table = people_table.assign(study="s", region="r", subject=range(len(people_table)))
    table[kind] = np.resize(levels, len(table))
    check = CHECKS["mixing"](fit_of_prior(petfit.read_model(model), table, draws=100).stored)
    assert check.verdict == verdict
    assert (f"{kind} (x, y)" in check.sentence) == (verdict == "WARN")
    assert check.table.loc[kind, "told_apart"] == (verdict == "PASS")


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


def test_numbers_of_every_kind_as_the_model_expects_them_pass(fit_of_prior):
    check = CHECKS["predictive"](fit_of_prior(SURE, every_kind()).stored)
    assert check.verdict == "PASS", check.sentence
    numbers = check.table[check.table["set"] == "number"]
    assert len(numbers) == 8
    assert set(WRONG) < set(numbers.index)
    assert (numbers["low"] <= numbers["predicted_high"]).all()
    assert (numbers["high"] >= numbers["predicted_low"]).all()


@pytest.mark.parametrize("name", WRONG)
def test_one_number_of_any_kind_that_the_model_cannot_have_produced_fails_and_is_named(fit_of_prior, name):
    at, change = WRONG[name]
    table = every_kind()
    table.loc[table.index[at], list(change)] = list(change.values())
    check = CHECKS["predictive"](fit_of_prior(SURE, table).stored)
    assert check.verdict == "FAIL"
    assert name in check.sentence
    assert check.table.loc["all", "p_largest"] == 0


def replaced(numbers, column, values):
    numbers = numbers.copy()
    numbers[:, column] = values
    return numbers


def test_numbers_that_the_model_did_produce_seldom_raise_an_alarm(fit_of_prior, tampered):
    doses = np.tile([2.0, 10.0, 40.0], 10)
    table = pd.DataFrame({"drug": np.tile(["A", "B"], 15), "dose": doses, "value": expected(doses)})
    table["subject"] = [str(i) for i in table.index]
    stored = fit_of_prior(SURE, table).stored
    predictive = stored.tree["posterior_predictive"]["value"]
    replicated = predictive.sel(row=[f"row {i}" for i in table.index]).to_numpy()[0]
    warned, column = 0, list(stored.tree["evidence"]["number"].to_numpy()).index("value")
    for values in replicated[:40]:
        produced = tampered(stored, "evidence", numbers=lambda old, new=values: replaced(old, column, new))
        warned += CHECKS["predictive"](produced).verdict != "PASS"
    assert warned <= 6  # one in twenty at most is expected, and the comparisons overlap


# --- leaving out single rows ---------------------------------------------------------------------


def heavy(row):
    def change(density):
        tail = np.random.default_rng(0).pareto(0.7, density.shape[:2])
        density[..., row] -= np.log1p(tail)
        return density

    return change


def test_rows_that_no_draw_hangs_on_pass_and_one_with_a_heavy_tail_warns_and_is_named(fit_of_prior, tampered):
    stored = fit_of_prior(SURE, every_kind()).stored
    check = CHECKS["loo"](stored)
    assert check.verdict == "PASS", check.sentence
    other = CHECKS["loo"](tampered(stored, "log_likelihood", evidence=heavy(1)))
    assert other.verdict == "WARN"
    assert "row 1" in other.sentence
    assert list(other.table.index[other.table["pareto_k"] > K_MOST]) == ["row 1"]


def test_the_rows_of_a_complete_set_are_left_out_together(fit_of_prior):
    stored = fit_of_prior(SURE, every_kind()).stored
    table = by_row(stored)
    assert sorted(table.index) == ["row 0", "row 1", "row 2", "row 3", "set S"]
    in_set = (stored.layout.rows["range_set"] == "S").to_numpy()
    density = stored.tree["log_likelihood"]["evidence"].to_numpy()[..., in_set].sum(axis=-1)
    # The harmonic mean is what importance sampling estimates where its weights are tame.
    assert table.loc["set S", "elpd"] == pytest.approx(-np.log(np.exp(-density).mean()), abs=0.02)


def test_densities_that_are_not_numbers_warn(fit_of_prior, tampered):
    def broken(density):
        density[0, 0, 0] = np.nan
        return density

    stored = tampered(fit_of_prior(SURE, every_kind()).stored, "log_likelihood", evidence=broken)
    assert CHECKS["loo"](stored).verdict == "WARN"
    assert CHECKS["sensitivity"](stored).verdict == "WARN"


# --- power scaling -------------------------------------------------------------------------------


def flat(density):
    return np.zeros_like(density)


def test_priors_that_decide_warn_and_flat_ones_pass(fit_of_prior, tampered):
    stored = fit_of_prior(SURE, every_kind()).stored
    assert CHECKS["sensitivity"](stored).verdict == "WARN"
    names = dict.fromkeys(stored.tree["log_prior"].data_vars, flat)
    check = CHECKS["sensitivity"](tampered(stored, "log_prior", **names))
    assert check.verdict == "PASS"
    assert (check.table["prior"] < 0.01).all()


def test_a_prior_that_decides_is_told_from_one_that_the_evidence_contradicts(fit_of_prior, tampered):
    stored = fit_of_prior(SURE, every_kind()).stored
    log_ec50 = stored.posterior["log_ec50"]

    def pulls(density):
        density[...] = 0.0
        density[..., 0] = 1000 * log_ec50
        return density

    undecided = CHECKS["sensitivity"](tampered(stored, "log_likelihood", evidence=flat)).table
    against = CHECKS["sensitivity"](tampered(stored, "log_likelihood", evidence=pulls))
    assert undecided.loc["ec50 of A", "finding"] == "strong prior or weak evidence"
    assert against.table.loc["ec50 of A", "finding"] == "prior-data conflict"
    assert against.table.loc["ec50 of A", "prior_that_moves_it_most"] == "log_ec50"
    assert "Prior-data conflict: " in against.sentence
    assert "ec50 of A" in against.sentence


def test_the_distance_is_that_of_a_normal_known_in_closed_form(fit_of_prior):
    """A normal density raised to the power a is normal, its SD less by the root of a."""
    stored = fit_of_prior(SURE, every_kind(), draws=2000).stored
    log_ec50 = stored.posterior["log_ec50"]
    x = np.linspace(log_ec50.min(), log_ec50.max(), 4001)
    p, q = (norm.cdf(x, -0.22, 0.03 / np.sqrt(power)) for power in (1.0, 1.01))

    def divergence(p, q):
        return np.trapezoid(p * np.log2(2 * p / (p + q)) + (q - p) / np.log(4), x)

    exact = np.sqrt((divergence(p, q) + divergence(q, p)) / np.trapezoid(p + q, x)) / np.log2(1.01)
    found = sensitivity.table(stored).loc["ec50 of A", "prior"]
    assert found == pytest.approx(exact, rel=0.2)


def test_only_priors_that_the_model_states_are_scaled(prior_fit):
    pooled = {effect.name for effect in prior_fit.stored.layout.effects if effect.scale}
    assert pooled
    assert not pooled & set(prior_fit.tree["log_prior"].data_vars)


# --- other fits ----------------------------------------------------------------------------------


def others(stored, names, kind, **changes):
    """The group of refits in which every other fit answers as the fit itself, but for `changes`."""
    dose = summaries.doses(stored).isel(occupancy=0, drop=True)
    answered = {"dose": dose, **summaries.parameters(stored)}
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
    return stored.with_refits(every)


KINDS = {"studies": "study", "assumptions": "reference doses"}
need_refits = pytest.mark.parametrize("name", KINDS)


@need_refits
def test_a_check_that_needs_other_fits_says_that_they_were_not_made(prior_fit, name):
    check = CHECKS[name](prior_fit.stored)
    assert check.verdict == "WARN"
    assert "--refit" in check.sentence


@need_refits
def test_other_fits_that_agree_pass(prior_fit, name):
    check = CHECKS[name](others(prior_fit.stored, ["one", "two"], KINDS[name]))
    assert check.verdict == "PASS", check.sentence
    assert check.table["ratio"].to_numpy() == pytest.approx(1.0)
    assert len(check.table) == 4


@need_refits
def test_another_fit_whose_dose_lies_far_off_warns_and_is_named_with_its_ratio(prior_fit, name):
    at = {"refit": "two", "answer": "dose", "drug": "B"}
    median = float(summaries.doses(prior_fit.stored)["median"].sel(drug="B").item())
    stored = others(prior_fit.stored, ["one", "two"], KINDS[name], median=(at, median / 1000))
    check = CHECKS[name](stored)
    assert check.verdict == "WARN"
    assert "B to 0.00 times its median (two)" in check.sentence


@need_refits
def test_another_fit_in_which_the_dose_is_not_reached_warns(prior_fit, name):
    at = {"refit": "two", "answer": "dose", "drug": "A"}
    check = CHECKS[name](others(prior_fit.stored, ["one", "two"], KINDS[name], median=(at, np.inf)))
    assert check.verdict == "WARN"
    assert "A to inf times" in check.sentence


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
    stored = others(prior_fit.stored, ["one", "two"], KINDS[name], **{changed: ({"refit": "two"}, value)})
    check = CHECKS[name](stored)
    assert check.verdict == "WARN"
    assert words in check.sentence


def test_a_drug_that_one_study_alone_tells_of_warns_but_its_move_does_not_count(prior_fit):
    at = {"refit": "without one", "answer": "dose", "drug": "B"}
    changes = {"median": (at, np.inf), "rows": ({"refit": "without one", "drug": "B"}, 0)}
    check = CHECKS["studies"](others(prior_fit.stored, ["without one", "without two"], "study", **changes))
    assert check.verdict == "WARN"
    assert "No row of B is left without one" in check.sentence
    assert "inf times" not in check.sentence


def test_a_predictive_density_with_a_large_monte_carlo_error_warns(prior_fit):
    stored = others(prior_fit.stored, ["one", "two"], "study", elpd_mcse=({"refit": "two"}, 1.5))
    assert CHECKS["studies"](stored).verdict == "WARN"


def test_a_table_of_one_study_warns_that_nothing_can_be_left_out(prior_fit):
    check = CHECKS["studies"](others(prior_fit.stored, ["one"], "reference doses"))
    assert check.verdict == "WARN"
    assert "one study" in check.sentence
