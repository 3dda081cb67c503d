"""What the documentation shows is true of the code: models, examples, schema."""

import dataclasses
import json
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.checks import (
    CHECKS,
    convergence,
    divergences,
    energy,
    first_order,
    leave_one_study_out,
    loo,
    posterior_predictive,
    prior_sensitivity,
    refit_moves,
)
from petfit.checks.prior_range import FAIL_ABOVE as PRIOR_FAILS
from petfit.cli import app
from petfit.evidence import read_evidence
from petfit.evidence.bundled import data_folder, models_folder
from petfit.evidence.drug_table import read_drugs
from petfit.evidence.ranges import range_meanings
from petfit.model import prior_predictive
from petfit.model.design import Design
from petfit.model.json_schema import schema
from petfit.model.likelihood import inputs, log_likelihood
from petfit.model.ops import NUMPY
from petfit.model.prior import FAMILIES
from petfit.model.specification import ModelSpec, parse_model, read_model
from petfit.model.terms import Competitor, Covariate, Noise, Parameter, People, ScanNoise, Term
from petfit.results import comparison

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "models.md").read_text(encoding="utf-8")
TABLES = (DOCS / "tables.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```toml\n(.*?)^```$", PAGE, flags=re.M | re.S)
TITLES = [parse_model(block).title for block in BLOCKS]
MODELS = sorted(path.stem for path in models_folder().glob("*.toml"))
KEYS = set(re.findall(r"^@\w+\{([^,\s]+),", (data_folder() / "references.bib").read_text("utf-8"), re.M))

TABLE = pd.DataFrame(
    [
        {"drug": "A", "dose": 10, "value": 0.41, "subject": "01", "region": "striatum", "regimen": "single"},
        {"drug": "A", "dose": 40, "value": 0.72, "subject": "01", "region": "midbrain", "time_h": 4},
        {"drug": "B", "dose": 20, "value": 0.35, "sd": 0.07, "n": 6, "tracer": "T2", "study": "s2"},
        {"drug": "B", "dose": 60, "value": 0.66, "n": 6, "regimen": "single", "study": "s2"},
        {"drug": "B", "dose": 90, "low": 0.70, "high": 0.82, "n": 5, "study": "s2", "region": "midbrain"},
        {"drug": "B", "dose": 60, "value": 0.31, "n": 6, "study": "s2", "time_h": 30, "use": "no"},
    ]
).assign(
    concentration=lambda table: table["dose"] / 2,
    concentration_unit="ng/mL",
    metabolite_concentration=[0, 5, 2, 8, 0, 1],
    age=[30, 30, 45, 45, 52, 45],
)
for _column, _level in {"study": "s1", "region": "striatum", "tracer": "T1", "regimen": "repeated"}.items():
    TABLE[_column] = TABLE.get(_column, pd.Series(index=TABLE.index, dtype=object)).fillna(_level)
TABLE["use"] = TABLE["use"].fillna("yes")
TABLE["exclusion_reason"] = TABLE["use"].map({"yes": "", "no": "late scan"})
RANGE = {"drug": "B", "dose_low": 20, "dose_high": 40, "value": 0.5, "n": 8, "study": "s3", "use": "yes"}


def laid(spec, table):
    return Design.build(spec, read_evidence(table, extra=spec.columns), read_drugs())


def table_for(spec):
    """Return a small table with the model's columns, and with the gaps that it has a rule for."""
    rows = pd.concat([TABLE, pd.DataFrame([RANGE])], ignore_index=True) if spec.dose_share else TABLE
    if spec.n_assumed:
        rows = rows.assign(n=rows["n"].where(rows["low"].isna()))
    return rows.drop(columns={"age", "metabolite_concentration"} - set(spec.columns))


def has_a_density(design):
    draws = design.draw_prior(np.random.default_rng(1), 20)
    found = log_likelihood(NUMPY, design, draws, inputs(design))
    return found and all(np.isfinite(density).all() for density in found.values())


# --- docs/models.md -----------------------------------------------------------------------------


def test_there_are_ten_examples_each_with_its_own_title():
    assert len(BLOCKS) == len(set(TITLES)) == 10
    assert all(TITLES)


@pytest.mark.parametrize("block", BLOCKS, ids=TITLES)
def test_an_example_is_a_whole_model_that_suits_a_small_table(block):
    spec = parse_model(block)
    assert parse_model(spec.to_toml()) == spec
    design = laid(spec, table_for(spec))
    assert all(effect.levels for effect in design.effects)
    assert has_a_density(design)


def test_the_first_example_has_no_unknown_but_ec50_and_the_noise():
    design = laid(parse_model(BLOCKS[0]), table_for(parse_model(BLOCKS[0])))
    assert list(design.scalars) == ["log_ec50", "sigma"]
    assert design.effects == ()


def test_the_example_with_late_scans_fits_them_and_the_others_do_not():
    sizes = {spec.title: len(laid(spec, table_for(spec)).rows) for spec in map(parse_model, BLOCKS)}
    used = (TABLE["use"] == "yes").sum()
    assert {title for title, size in sizes.items() if size > used} == {
        "Occupancy as the drug leaves",
        "Drugs and studies, groups averaged over their people",
    }


def test_the_last_example_has_the_structure_of_the_ssri_model():
    example, ssri = parse_model(BLOCKS[-1]), read_model("ssri")
    assert (example.curve, example.exposure, example.n_assumed) == (ssri.curve, ssri.exposure, ssri.n_assumed)
    assert example.answers_for.keys() == ssri.answers_for.keys()
    for name in ("ec50", "emax"):
        ours, theirs = getattr(example, name), getattr(ssri, name)
        assert ours.terms.keys() == theirs.terms.keys()
        assert ours.centre.numbers == pytest.approx(theirs.centre.numbers, abs=1e-3)
        for key, term in ours.terms.items():
            assert (term.pooled is None) == (theirs.terms[key].pooled is None)
            assert list(term.reference or {}) == list(theirs.terms[key].reference or {})


def test_the_table_of_ranges_is_read_as_what_it_says(tmp_path):
    (block,) = re.findall(r"^```csv\n(.*?)^```$", PAGE, flags=re.M | re.S)
    (tmp_path / "ranges.csv").write_text(block)
    said = range_meanings(read_evidence(tmp_path / "ranges.csv").table)
    assert said == ["lowest and highest of 6 people", *["extremes of a complete set of 3 means"] * 3]


def test_every_key_of_the_grammar_is_on_the_page():
    parts = (ModelSpec, Parameter, Term, Covariate, People, Noise, ScanNoise, Competitor)
    keys = {field.alias or name for part in parts for name, field in part.model_fields.items()}
    assert {key for key in keys if not re.search(rf"\b{key}\b", PAGE)} == set()
    assert {family for family in FAMILIES if family not in PAGE} == set()


def test_every_bundled_model_is_on_the_page():
    assert re.findall(r"^\| `(\w+)` \|", PAGE, flags=re.M) == sorted(
        MODELS, key=lambda name: PAGE.index(f"`{name}`")
    )


# --- docs/tables.md -----------------------------------------------------------------------------

FILES = re.findall(r"^```(?:csv|tsv) (\S+)\n(.*?)^```$", TABLES, flags=re.M | re.S)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with the page's files."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("code", re.findall(r"^```python\n(.*?)^```$", TABLES, flags=re.M | re.S))
def test_an_example_of_a_table_runs(desk, code):
    exec(code, {"petfit": petfit, "pandas": pd})
    assert desk


COMMANDS = re.findall(r"^```sh\npetfit (.*?)\n```$", TABLES, flags=re.M | re.S)


@pytest.mark.filterwarnings("ignore:Cyclopts application invoked without tokens")
@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_on_a_table_runs(desk, line, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["petfit", *line.split()])
    with pytest.raises(SystemExit) as left:
        app.main()
    assert left.value.code == 0, capsys.readouterr().err
    assert desk


def test_every_option_of_a_table_is_on_its_page():
    for option in dataclasses.fields(petfit.TableFormat):
        assert f"`{option.name}=" in TABLES
        assert f"`--{option.name} " in TABLES


# --- models/ ------------------------------------------------------------------------------------

OF_EVIDENCE = {"ssri": 25, "ssri_time": 35}


@pytest.mark.parametrize("name", MODELS)
def test_a_bundled_model_says_what_it_is_and_when_to_use_it(name):
    spec = read_model(name)
    assert spec.title
    assert re.search(r"\bUse it\b|\bThe model for\b", spec.description)
    assert len(spec.description.split()) > 30


@pytest.mark.parametrize("name", MODELS)
def test_a_bundled_model_survives_being_written_and_read(name):
    spec = read_model(name)
    assert parse_model(spec.to_toml()) == spec


@pytest.mark.parametrize("name", MODELS)
def test_every_prior_of_a_bundled_model_has_a_reason_whose_keys_exist(name):
    for path, prior in read_model(name).each_prior():
        assert len(prior.source.split()) >= 5, path
        assert set(re.findall(r"\[([A-Z][A-Za-z]+\d{4}[a-z]*|Label[A-Z][a-z]+)\]", prior.source)) <= KEYS, (
            path
        )


@pytest.mark.parametrize("name", MODELS)
def test_a_bundled_model_suits_its_table(name):
    spec = read_model(name)
    design = laid(spec, "sert_occupancy" if name in OF_EVIDENCE else table_for(spec))
    assert len(design.rows) == OF_EVIDENCE.get(name, 5)
    assert has_a_density(design)


def test_the_meta_analysis_needs_no_more_than_study_drug_dose_and_value():
    rows = TABLE[["study", "drug", "dose", "value", "n"]].dropna()
    assert len(laid(read_model("meta_analysis"), rows).rows) == len(rows) > 2


def test_the_noise_of_the_individual_model_is_that_of_the_test_retest_pairs():
    noise = read_model("individual").noise
    sigma, floor = noise.sigma.quantile(0.5), noise.floor.quantile(0.5)
    sd = np.sqrt(floor**2 + (sigma * (1 - np.array([0.0, 0.5, 0.8]))) ** 2)
    assert sd == pytest.approx([0.12, 0.07, 0.04], abs=0.004)


def test_the_ssri_time_model_is_the_ssri_model_with_late_rows_and_slopes():
    ssri, late = read_model("ssri"), read_model("ssri_time")
    without = late.ec50.model_copy(update={"covariates": {}})
    same = {"title": ssri.title, "description": ssri.description, "also_fit": [], "ec50": without}
    assert late.model_copy(update=same) == ssri


def test_slopes_over_hours_are_ln_2_over_the_half_life_of_the_drug_table():
    covariate = read_model("ssri_time").ec50.covariates["time_h"]
    assert (covariate.centre, covariate.by, covariate.missing) == (6.0, "drug", "centre")
    half_lives = read_drugs()["half_life_h"]
    for drug, slope in covariate.slope.items():
        expected = np.log(2) / half_lives[drug]
        assert slope.dist == "Normal"
        assert slope.numbers == pytest.approx((expected, 0.3 * expected), rel=1e-6)


def test_the_late_rows_that_are_fitted_have_a_region_and_a_drug_with_a_slope():
    spec = read_model("ssri_time")
    table = read_evidence().table
    late = table[table["exclusion_reason"].isin(spec.also_fit)]
    assert len(late) == 10
    assert (late["region"] != "").all()
    assert set(late["drug"]) <= spec.ec50.covariates["time_h"].slope.keys()
    assert (late["time_h"] > 8).all()


# --- the schema ---------------------------------------------------------------------------------


def test_the_shipped_schema_is_the_code_s():
    shipped = (models_folder() / "schema.json").read_text(encoding="utf-8")
    assert shipped == schema(), "renew it: python -m petfit.model.json_schema > models/schema.json"
    assert json.loads(shipped)["title"] == "petfit model"


@pytest.mark.parametrize("name", MODELS)
def test_a_bundled_model_points_editors_at_the_schema(name):
    first = (models_folder() / f"{name}.toml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "#:schema schema.json"


# --- docs/checks.md -----------------------------------------------------------------------------

CHECKS_PAGE = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")


def test_the_page_of_checks_has_every_check_in_order_with_its_own_section():
    assert re.findall(r"^## `(\w+)`$", CHECKS_PAGE, flags=re.M) == list(CHECKS)
    assert re.findall(r"^\| `(\w+)` \|", CHECKS_PAGE, flags=re.M) == list(CHECKS)


@pytest.mark.parametrize(
    ("name", "thresholds"),
    {
        "convergence": (
            convergence.R_HAT_MOST,
            convergence.ESS_LEAST,
            convergence.MEAN_MOST,
            convergence.ENDS_MOST,
        ),
        "divergences": (divergences.SHARE_MOST,),
        "energy": (energy.E_BFMI_LEAST, energy.FAIL_BELOW),
        "groups": (first_order.OMEGA_MOST,),
        "prior": (prior_predictive.SHARE_MOST, PRIOR_FAILS),
        "predictive": (posterior_predictive.WARN_BELOW, posterior_predictive.FAIL_BELOW),
        "loo": (comparison.K_MOST, loo.K_FAILS),
        "sensitivity": (prior_sensitivity.SENSITIVE, prior_sensitivity.FAIL_FROM),
    }.items(),
)
def test_the_thresholds_on_the_page_of_checks_are_those_of_the_code(name, thresholds):
    row = next(line for line in CHECKS_PAGE.splitlines() if line.startswith(f"| `{name}` |"))
    assert set(re.findall(r"(?<!\w)\d[\d.]*", row)) == {f"{threshold:g}" for threshold in thresholds}


def test_the_thresholds_of_other_fits_are_those_of_the_code():
    words = " ".join(CHECKS_PAGE.split())
    assert refit_moves.CENTRAL in words
    assert refit_moves.INTERVAL in words
    assert f"R-hat of an answer is above {refit_moves.R_HAT_MOST} " in words
    assert f"more than {100 * refit_moves.DIVERGENT_MOST:g} % of its draws" in words
    assert f"Monte Carlo error above {leave_one_study_out.MCSE_MOST} " in words
