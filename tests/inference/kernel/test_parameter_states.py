"""Every state of every parameter: the compiled density equals that of NumPy, and it can be sampled."""

import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.inference import kernel
from petfit.inference.log_density import from_kernel
from petfit.model import pymc_model
from petfit.model.likelihood import inputs, log_likelihood
from petfit.model.ops import NUMPY
from petfit.model.specification import parse_model
from tests.helpers import (
    as_vector,
    design_as_sampled,
    fit_from_prior,
    log_density_and_gradient,
    log_density_of_random_effect,
    log_posterior,
    log_slope,
    make_design,
    random_point,
    slow_but,
)

N01 = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
HALF = '{ dist = "HalfNormal", sigma = 0.5 }'
FLAT = '{ dist = "Normal", mu = 0.0, sigma = 0.02 }'
APART = '{ dist = "LogNormal", mu = -1.0, sigma = 0.3 }'
POSITIVE = '{ dist = "LogNormal", mu = -2.5, sigma = 0.5 }'
BY_DRUG = f"A = {N01}\nshift.B = {N01}"

ROWS = [
    # drug, region, level, dose, value, sd, n, low, high
    ("A", "x", "subject", 0.0, 0.02, None, None, None, None),
    ("A", "x", "subject", 4.0, 0.35, None, None, None, None),
    ("A", "y", "subject", 15.0, 0.62, None, None, None, None),
    ("B", "x", "group", 10.0, 0.48, 0.07, 6, None, None),
    ("B", "y", "group", 40.0, 0.71, None, 9, None, None),
    ("A", "y", "group", 30.0, 0.74, 0.05, 5, None, None),
    ("B", "y", "range", 60.0, None, None, 5, 0.70, 0.80),
    ("A", "x", "range", 60.0, None, None, 4, 0.75, 0.85),
]
COLUMNS = ["drug", "region", "level", "dose", "value", "sd", "n", "low", "high"]
TABLE = pd.DataFrame(ROWS, columns=COLUMNS).assign(
    age=[30.0, 31.0, 45.0, 50.0, 62.0, 28.0, 40.0, 37.0],
    rival=[0.0, 1.0, 0.0, 0.5, 3.0, 0.0, 2.0, 0.0],
    dose_low=np.nan,
    dose_high=np.nan,
)
TABLE["cohort"] = [f"cohort {i}" for i in TABLE.index]
RANGED = TABLE.copy()
RANGED.loc[3, ["dose", "dose_low", "dose_high"]] = [np.nan, 5.0, 20.0]
RANGED.loc[7, ["dose", "dose_low", "dose_high"]] = [np.nan, 20.0, 90.0]

LIMITS = TABLE.assign(
    censored=["below", "", "above", "", "below", "", "", ""],
    se=[np.nan, 0.02, 0.15, np.nan, np.nan, np.nan, np.nan, np.nan],
)
LIMITS_OF_GROUPS = LIMITS.assign(censored=LIMITS["censored"].where(LIMITS["level"] == "group", ""))

CURVE = ("ec50", "emax", "hill")


def with_used_columns(table, text):
    """The table without covariates that the model does not use."""
    return table.drop(columns=[name for name in ("age", "rival") if name in table and name not in text])


TERMS = {
    "pooled": "[{p}.drug]\npooled = {half}\n",
    "pooled by crossed factors": "[{p}.drug]\npooled = {half}\n[{p}.region]\npooled = {half}\n",
    "pooled by an interaction": '[{p}."drug:region"]\npooled = {half}\n',
    "pooled, centred": "[{p}.drug]\ncentred = true\npooled = {half}\n",
    "an interaction, centred": '[{p}."drug:region"]\ncentred = true\npooled = {half}\n',
    "a shift": '[{p}.region]\nfrom = {{ region = "x" }}\nshift = {n01}\n',
    "a shift by drug": '[{p}."drug:region"]\nfrom = {{ region = "x" }}\nshift.A = {n01}\nshift.B = {n01}\n',
    "pooled and shifted": (
        '[{p}.drug]\npooled = {half}\n[{p}.region]\nfrom = {{ region = "y" }}\nshift = {n01}\n'
    ),
}
COVARIATES = {
    "a covariate": "[{p}.covariates.age]\ncentre = 40.0\nslope = {flat}\n",
    "a covariate by drug": (
        '[{p}.covariates.age]\ncentre = 40.0\nby = "drug"\nslope.A = {flat}\nslope.B = {flat}\n'
    ),
    "a covariate and pooled": (
        "[{p}.covariates.age]\ncentre = 40.0\nslope = {flat}\n[{p}.drug]\npooled = {half}\n"
    ),
}
ALONE = {
    "fixed": "[{p}]\nfixed = 0.8\n",
    "shared": "[{p}]\n{centre}\n",
    "separate": '[{p}]\nseparate = "drug"\n{centre}\n',
    "separate by an interaction": '[{p}]\nseparate = "drug:region"\n{centre}\n',
    "separate and pooled": '[{p}]\nseparate = "drug"\n{centre}\n[{p}.region]\npooled = {half}\n',
}


def section(parameter, state):
    """The part of a model file that gives a parameter a state."""
    centre = f"sigma = {POSITIVE}" if parameter == "noise" else f"centre = {N01}"
    head = "" if state in ALONE else f"[{parameter}]\n{centre}\n"
    pattern = {**ALONE, **TERMS, **COVARIATES}[state]
    return head + pattern.format(p=parameter, centre=centre, half=HALF, n01=N01, flat=FLAT)


def model_text(extra="", **parts):
    """A sigmoid model, in which parameters without a section of their own are shared."""
    sections = {name: parts.get(name) or section(name, "shared") for name in (*CURVE, "noise")}
    return f'curve = "sigmoid_emax"\n{extra}\n' + "".join(sections.values())


CASES = {
    f"{name}: {state}": (model_text(**{name: section(name, state)}), TABLE)
    for name in (*CURVE, "noise")
    for state in (*ALONE, *TERMS, *(COVARIATES if name != "noise" else ()))
}
PEOPLE = {how: f'[ec50.people]\nsd = {HALF}\ngroups = "{how}"\n' for how in ("first_order", "quadrature")}
FLOOR = f"[noise]\nsigma = {POSITIVE}\nfloor = {POSITIVE}\n"
STUDENT = f'[noise]\nfamily = "student"\nnu = 5.0\nsigma = {POSITIVE}\n'
SHARE = 'dose_share = { dist = "Beta", alpha = 2.0, beta = 2.0 }'
COMPETITOR = f'competition.rival = {{ column = "rival", ec50 = {N01} }}'
EC50 = section("ec50", "shared")
SCANS = pd.DataFrame(
    {
        "drug": "A",
        "subject": ["1", "1", "1", "1", "2", "2", "2", "2", "3", "3"],
        "session": ["a", "b", "a", "b", "a", "b", "a", "b", "b", "b"],
        "region": ["x", "x", "y", "y", "x", "x", "y", "y", "x", "y"],
        "concentration": [0.0, 4.0, 0.0, 4.0, 0.0, np.nan, 0.0, np.nan, 12.0, 12.0],
        "concentration_sd": [np.nan, 0.8, np.nan, 0.8, np.nan, np.nan, np.nan, np.nan, 2.0, 2.0],
        "concentration_loq": [np.nan] * 5 + [1.0, np.nan, 1.0, np.nan, np.nan],
        "concentration_unit": "ng/mL",
        "value": [1.8, 0.9, 1.1, 0.6, 2.1, 1.9, 1.4, 1.2, 0.4, 0.3],
    }
)
SCANS["condition"] = np.where(SCANS["session"] == "a", "baseline", "drug")
BASELINE = f"""
[baseline]
separate = "region"
centre = {N01}
subject.pooled = {HALF}
[baseline."subject:region"]
centred = true
pooled = {APART}
[scan_noise.region]
pooled = {HALF}
"""
V_ND = f"""
[nondisplaceable]
centre = {N01}
subject.pooled = {HALF}
[scan_noise]
family = "student"
sigma = {POSITIVE}
"""
ON_PLASMA = 'exposure = "concentration"'
CASES |= {
    "noise: with a floor": (model_text(noise=FLOOR), TABLE),
    "noise: with a floor, by drug": (
        model_text(noise=f'[noise]\nseparate = "drug"\nsigma = {POSITIVE}\nfloor = {POSITIVE}\n'),
        TABLE,
    ),
    "noise: Student's t": (model_text(noise=STUDENT), TABLE),
    "noise: Student's t with a floor": (model_text(noise=STUDENT + f"floor = {POSITIVE}\n"), TABLE),
    "people, first order": (model_text(ec50=EC50 + PEOPLE["first_order"]), TABLE),
    "people, quadrature": (model_text(ec50=EC50 + PEOPLE["quadrature"]), TABLE),
    "a competitor": (model_text(COMPETITOR), TABLE),
    "a competitor, people, quadrature": (model_text(COMPETITOR, ec50=EC50 + PEOPLE["quadrature"]), TABLE),
    "ranges of doses": (model_text(SHARE), RANGED),
    "ranges of doses, people": (model_text(SHARE, ec50=EC50 + PEOPLE["first_order"]), RANGED),
    "ranges of doses, a competitor, quadrature": (
        model_text(f"{SHARE}\n{COMPETITOR}", ec50=EC50 + PEOPLE["quadrature"]),
        RANGED,
    ),
    "scans of BP_ND over concentrations": (
        model_text(ON_PLASMA, ec50=EC50 + PEOPLE["first_order"]) + BASELINE,
        SCANS.assign(outcome="bpnd"),
    ),
    "scans of V_T over concentrations": (
        model_text(ON_PLASMA) + BASELINE + V_ND,
        SCANS.assign(outcome="vt", value=SCANS["value"] + 4.0),
    ),
    "a group whose concentrations differ": (
        model_text(ON_PLASMA, ec50=EC50 + PEOPLE["quadrature"]),
        TABLE[TABLE["level"] == "group"].assign(
            concentration=[5.0, 9.0, 20.0], concentration_sd=[2.0, np.nan, 8.0], concentration_unit="ng/mL"
        ),
    ),
    "limits and own errors": (model_text(), LIMITS),
    "limits and own errors, with a floor": (model_text(noise=FLOOR), LIMITS),
    "limits and own errors, people, quadrature": (
        model_text(COMPETITOR, ec50=EC50 + PEOPLE["quadrature"]),
        LIMITS,
    ),
    "limits of groups and own errors, Student's t": (model_text(noise=STUDENT), LIMITS_OF_GROUPS),
    "scans with own errors": (
        model_text(ON_PLASMA) + BASELINE + V_ND,
        SCANS.assign(outcome="vt", value=SCANS["value"] + 4.0, se=[0.2, np.nan] * 5),
    ),
    "everything fixed but the noise": (
        model_text(**{name: section(name, "fixed") for name in CURVE}),
        TABLE,
    ),
    "everything separate": (
        model_text(**{name: section(name, "separate") for name in (*CURVE, "noise")}),
        TABLE,
    ),
}
COMPOSED = (
    "people, first order",
    "people, quadrature",
    "a competitor",
    "ranges of doses",
    "limits and own errors",
)
"""Parts of other cases."""
QUICK = (
    *(case for case in CASES if ": " not in case and case not in COMPOSED),
    *(
        "ec50: separate by an interaction",
        "ec50: pooled",
        "emax: pooled",
        "hill: a covariate",
        "noise: pooled",
    ),
)
STATES = slow_but(QUICK, CASES)


@pytest.mark.parametrize("case", STATES)
def test_pymc_and_the_kernel_have_the_density_of_numpy(case):
    text, table = CASES[case]
    design = make_design(text, with_used_columns(table, text))
    built, from_compiled = pymc_model.build(design), from_kernel(design)
    compiled = log_density_and_gradient(built)
    rng = np.random.default_rng(4)
    densities = []
    for _ in range(3):
        point = random_point(built, rng)
        point |= {name: value / 50 for name, value in point.items() if name.endswith("_age")}  # per year
        density, gradient = compiled(point)
        densities.append(float(density))
        assert densities[-1] == pytest.approx(log_posterior(design, point), rel=1e-10)
        log, slopes = from_compiled(as_vector(built, point))
        assert log == pytest.approx(densities[-1], rel=1e-10)
        assert slopes == pytest.approx(gradient, rel=1e-10, abs=1e-10 * abs(slopes).max())
    assert np.ptp(densities) > 0
    assert {variable.name.removesuffix("_grand_mean") for variable in built.free_RVs} == {
        *design.scalar_priors,
        *(effect.free_name for effect in design.effects),
    }


def test_limits_of_people_under_students_t_are_left_to_pymc():
    design = make_design(model_text(noise=STUDENT), with_used_columns(LIMITS, ""))
    assert not kernel.is_supported(design)
    built = pymc_model.build(design)
    compiled, rng = log_density_and_gradient(built), np.random.default_rng(4)
    for _ in range(3):
        point = random_point(built, rng)
        assert compiled(point)[0] == pytest.approx(log_posterior(design, point), rel=1e-10)


@pytest.mark.parametrize("case", slow_but([case for case in QUICK if ": " not in case], CASES))
def test_a_fit_of_prior_draws_gives_answers(case):
    text, table = CASES[case]
    fit = fit_from_prior(text, with_used_columns(table, text), draws=100)
    assert np.isfinite(fit.log_likelihood).all()
    assert np.isfinite(fit.tree["posterior_predictive"]["value"]).all()
    assert np.isfinite(fit.tree["prior_predictive"]["value"]).all()
    dose = fit.dose_for_occupancy(0.5, at=condition(fit))
    assert not dose["median"].isnull().any()
    assert (dose["low"] <= dose["high"]).all()


def condition(fit):
    """The region for which a fit is asked, if its model has regions."""
    return {"region": "x"} if "region" in fit.spec.factors else None


# --- sampled ------------------------------------------------------------------------------------

SAMPLED = {
    "pooled, by people of different ages": (
        model_text(
            ec50=section("ec50", "pooled")
            + f'[ec50."drug:region"]\ncentred = true\npooled = {APART}\n'
            + COVARIATES["a covariate by drug"].format(p="ec50", flat=FLAT)
            + PEOPLE["quadrature"],
            emax=section("emax", "a shift"),
            hill=section("hill", "pooled"),
            noise=section("noise", "separate"),
        ),
        TABLE,
    ),
    "fixed and separate": (
        model_text(
            ec50=section("ec50", "separate"),
            emax=section("emax", "separate by an interaction"),
            hill=section("hill", "fixed"),
            noise=section("noise", "fixed"),
        ),
        TABLE,
    ),
    "Student's t, pooled, with a floor": (
        model_text(
            ec50=section("ec50", "a shift by drug"),
            emax=section("emax", "pooled by an interaction"),
            hill=section("hill", "a shift"),
            noise=STUDENT + f"floor = {POSITIVE}\n[noise.drug]\npooled = {HALF}\n",
        ),
        TABLE,
    ),
    "a competitor and ranges of doses": (
        model_text(
            f"{SHARE}\n{COMPETITOR}",
            ec50=EC50 + PEOPLE["first_order"],
            emax="[emax]\nfixed = 1.0\n",
            hill=section("hill", "separate"),
            noise=section("noise", "a shift"),
        ),
        RANGED,
    ),
    "scans of V_T over concentrations": CASES["scans of V_T over concentrations"],
    "EC50 fixed": (
        model_text(
            ec50=section("ec50", "fixed"),
            emax=section("emax", "a covariate and pooled"),
            hill=section("hill", "a covariate").replace("sigma = 1.0", "sigma = 0.3"),
            noise=section("noise", "shared") + f'[noise."drug:region"]\ncentred = true\npooled = {APART}\n',
        ),
        TABLE,
    ),
}
SHORT = petfit.Settings(draws=100, tune=300, chains=2, target_accept=0.9, seed=3)


@pytest.fixture(scope="module", params=SAMPLED)
def sampled(request):
    text, table = SAMPLED[request.param]
    return petfit.fit(with_used_columns(table, text), parse_model(text), settings=SHORT)


def summed(values):
    return values.reshape(*values.shape[:2], -1).sum(axis=-1)


def test_the_density_of_the_sampler_follows_from_the_stored_draws(sampled):
    """Likelihood, priors, random effects and Jacobians add up to it, apart from a constant."""
    fit, design = sampled, sampled.design
    densities = log_likelihood(NUMPY, design, fit.posterior, inputs(design))
    total = sum(summed(density) for density in densities.values())
    for values in fit.tree["log_prior"].to_dataset().data_vars.values():
        total = total + summed(values.to_numpy())
    decided = design_as_sampled(fit)
    for effect in decided.effects:
        if effect.scale:
            levels, sd = fit.posterior[effect.name], fit.posterior[effect.scale]
            total = total + log_density_of_random_effect(decided, effect, levels, sd)
    priors = dict(design.scalar_priors)
    priors |= {effect.name: effect.priors[0] for effect in design.effects if effect.priors}
    for name, prior in priors.items():
        total = total + summed(log_slope(prior, fit.posterior[name]))
    gap = total - fit.tree["sample_stats"]["lp"].to_numpy()
    assert np.ptp(total) > 1
    assert np.ptp(gap) < 1e-6


def test_the_posterior_has_exactly_the_parameters_of_the_model(sampled):
    fit = sampled
    expected = {*fit.design.scalar_priors, *(effect.name for effect in fit.design.effects)}
    assert set(fit.posterior) == expected
    for draws in fit.posterior.values():
        assert draws.shape[:2] == (SHORT.chains, SHORT.draws)
        assert np.isfinite(draws).all()
        assert (draws.std(axis=(0, 1)) > 0).all()


def test_a_saved_fit_gives_the_same_answers(sampled, tmp_path):
    loaded = petfit.load(sampled.save(tmp_path / "fit.nc"))
    at = condition(sampled)
    assert loaded.dose_for_occupancy(0.5, at=at).identical(sampled.dose_for_occupancy(0.5, at=at))
    assert loaded.spec == sampled.spec


def test_the_sampled_models_cover_every_state_of_every_parameter():
    kinds = set()
    for text, table in SAMPLED.values():
        design = make_design(text, with_used_columns(table, text))
        kinds |= {(effect.parameter, effect.kind, bool(effect.centred)) for effect in design.effects}
        parts = {**design.spec.parameters, "noise": design.spec.noise}
        kinds |= {(name, "fixed") for name, part in parts.items() if part.fixed is not None}
    for name in (*CURVE, "noise"):
        assert {(name, "separate", False), (name, "shift", False), (name, "fixed")} <= kinds
        assert {(name, "pooled", False), (name, "pooled", True)} & kinds
    assert {(name, "slope", False) for name in CURVE} <= kinds
    assert {("ec50", "people", False), ("ec50", "pooled", True), ("exposure", "share", False)} <= kinds
    assert {("baseline", "separate", False), ("baseline", "pooled", True)} <= kinds
    assert {("nondisplaceable", "pooled", False), ("scan_noise", "pooled", False)} <= kinds
    assert {("exposure", "below", False), ("exposure", "error", False)} <= kinds
