"""The bundled models: valid, documented, with sources."""

import re

import numpy as np
import pytest

from petfit.evidence import read_evidence
from petfit.evidence.bundled import data_folder, models_folder
from petfit.evidence.drug_table import read_drug_table
from petfit.model.specification import read_model
from tests.docs.small_tables import TABLE, design_for, has_finite_density, table_for

MODELS = sorted(path.stem for path in models_folder().glob("*.toml"))
KEYS = set(re.findall(r"^@\w+\{([^,\s]+),", (data_folder() / "references.bib").read_text("utf-8"), re.M))


OF_EVIDENCE = {"ssri": 25, "ssri_time": 35, "ssri_pk": 35}


@pytest.mark.parametrize("name", MODELS)
def test_a_bundled_model_states_when_to_use_it(name):
    spec = read_model(name)
    assert spec.title
    assert re.search(r"\bUse it\b|\bThe model for\b", spec.description)
    assert len(spec.description.split()) > 30


@pytest.mark.parametrize("name", MODELS)
def test_every_prior_has_a_source_in_the_bibliography(name):
    for path, prior in read_model(name).each_prior():
        assert len(prior.source.split()) >= 5, path
        assert set(re.findall(r"\[([A-Z][A-Za-z]+\d{4}[a-z]*|Label[A-Z][a-z]+)\]", prior.source)) <= KEYS, (
            path
        )


@pytest.mark.parametrize("name", MODELS)
def test_a_bundled_model_has_a_finite_density(name):
    spec = read_model(name)
    design = design_for(spec, "sert_occupancy" if name in OF_EVIDENCE else table_for(spec))
    assert len(design.rows) == OF_EVIDENCE.get(name, 5)
    assert has_finite_density(design)


def test_meta_analysis_needs_only_study_drug_dose_and_value():
    rows = TABLE[["study", "drug", "dose", "value", "n"]].dropna()
    assert len(design_for(read_model("meta_analysis"), rows).rows) == len(rows) > 2


def test_noise_of_the_individual_model_equals_test_retest_noise():
    noise = read_model("individual").noise
    sigma, floor = noise.sigma.quantile(0.5), noise.floor.quantile(0.5)
    sd = np.sqrt(floor**2 + (sigma * (1 - np.array([0.0, 0.5, 0.8]))) ** 2)
    assert sd == pytest.approx([0.12, 0.07, 0.04], abs=0.004)


def test_ssri_time_is_ssri_with_late_rows_and_slopes():
    ssri, late = read_model("ssri"), read_model("ssri_time")
    without = late.ec50.model_copy(update={"covariates": {}})
    same = {"title": ssri.title, "description": ssri.description, "also_fit": [], "ec50": without}
    assert late.model_copy(update=same) == ssri


def test_slopes_over_time_are_ln_2_over_the_half_life():
    covariate = read_model("ssri_time").ec50.covariates["time_h"]
    assert (covariate.centre, covariate.by, covariate.missing) == (6.0, "drug", "centre")
    half_lives = read_drug_table()["half_life_h"]
    for drug, slope in covariate.slope.items():
        expected = np.log(2) / half_lives[drug]
        assert slope.dist == "Normal"
        assert slope.numbers == pytest.approx((expected, 0.3 * expected), rel=1e-6)


def test_fitted_late_rows_have_a_region_and_a_drug_with_a_slope():
    spec = read_model("ssri_time")
    table = read_evidence().table
    late = table[table["exclusion_reason"].isin(spec.also_fit)]
    assert len(late) == 10
    assert (late["region"] != "").all()
    assert set(late["drug"]) <= spec.ec50.covariates["time_h"].slope.keys()
    assert (late["time_h"] > 8).all()


@pytest.mark.parametrize("name", MODELS)
def test_a_bundled_model_names_the_schema(name):
    first = (models_folder() / f"{name}.toml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "#:schema schema.json"
