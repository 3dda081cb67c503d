import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.errors import SpecError
from petfit.model.design import NEW, householder_reflection
from petfit.model.ops import NUMPY
from tests.helpers import MODELS, make_design

CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
HALF = '{ dist = "HalfNormal", sigma = 1.0 }'


def model(ec50="", emax="", top=""):
    return f"{top}\n[ec50]\ncentre = {CENTRE}\n{ec50}\n[emax]\ncentre = {CENTRE}\n{emax}\n"


def one_draw(design, seed=0):
    return {name: values[0] for name, values in design.draw_prior(np.random.default_rng(seed), 1).items()}


@pytest.fixture(scope="module")
def ssri():
    return make_design(petfit.read_model("ssri"), "sert_occupancy")


def test_parameters_of_a_row_are_the_sum_of_its_effects(ssri):
    draws = one_draw(ssri)

    def effect(name, level):
        labels = next(one.labels for one in ssri.effects if one.name == name)
        return draws[name][labels.index(level)]

    found = ssri.parameters(NUMPY, draws, ssri.matrix(ssri.rows))
    for i, (_, row) in enumerate(ssri.rows.iterrows()):
        log_ec50 = draws["log_ec50"] + effect("log_ec50_drug", row["drug"])
        log_ec50 += effect("log_ec50_study", row["study"]) + effect("log_ec50_region", row["region"])
        log_ec50 += effect("log_ec50_person", f"{row['study']}: {row['cohort']}") / np.sqrt(row["n"])
        if row["regimen"] == "single":
            log_ec50 += effect("log_ec50_drug_regimen", f"{row['drug']}:single")
        logit_emax = draws["logit_emax"] + effect("logit_emax_drug", row["drug"])
        if row["tracer"] == "[123I]ADAM":
            logit_emax += effect("logit_emax_tracer", "[123I]ADAM")
        assert found["ec50"][i] == pytest.approx(np.exp(log_ec50), rel=1e-12)
        assert found["emax"][i] == pytest.approx(1 / (1 + np.exp(-logit_emax)), rel=1e-12)


def test_rows_of_a_cohort_share_a_deviation(ssri):
    abanades = ssri.rows[ssri.rows["study"] == "Abanades2011"]
    assert len(abanades) == 3
    assert abanades["person"].nunique() == 1


def test_a_range_without_n_has_the_assumed_size(ssri):
    assert ssri.rows.loc[ssri.rows["study"] == "Meyer2004", "n"].tolist() == [5.0]


def test_exposures_are_in_reference_doses_of_each_drug(ssri):
    values = {drug: reference.value for drug, reference in ssri.reference_doses.items()}
    assert values == {
        "citalopram": 20,
        "duloxetine": 60,
        "escitalopram": 10,
        "paroxetine": 20,
        "sertraline": 50,
    }
    assert (ssri.rows["x"] * ssri.rows["drug"].map(values)).tolist() == pytest.approx(
        ssri.rows["dose"].tolist()
    )


def test_each_person_has_a_deviation_of_weight_1():
    people = pd.DataFrame({"drug": "A", "dose": [5, 9, 5, 5], "value": 0.4, "subject": ["1", "1", "2", ""]})
    design = make_design(MODELS["people"], people)
    person = design.rows["person"]
    assert person.nunique() == 3
    assert person["row 0"] == person["row 1"]
    assert design.matrix(design.rows).weight.tolist() == [[1.0] * 4]


def test_rows_with_repeated_index_labels_are_different_people():
    frame = pd.DataFrame({"drug": ["A"], "dose": [5.0], "value": [0.4]})
    both = pd.concat([frame, frame.assign(dose=6.0)])
    assert make_design(MODELS["people"], both).rows["person"].nunique() == 2


def test_a_cohort_and_a_person_with_the_same_label_are_distinct():
    rows = [
        {"drug": "A", "dose": 5, "value": 0.4, "subject": "S1", "cohort": "one"},
        {"drug": "A", "dose": 5, "value": 0.5, "n": 9, "cohort": "S1"},
    ]
    assert make_design(MODELS["people"], pd.DataFrame(rows)).rows["person"].nunique() == 2


def test_an_empty_cell_is_the_typical_level(ssri):
    question = pd.DataFrame(
        [
            {
                "drug": "citalopram",
                "study": "",
                "region": "",
                "regimen": "repeated",
                "tracer": "[11C]DASB",
                "person": "",
                "n": 1.0,
            }
        ]
    )
    draws = one_draw(ssri)
    found = ssri.parameters(NUMPY, draws, ssri.matrix(question))["ec50"][0]
    drug = ssri.drugs.index("citalopram")
    assert found == pytest.approx(np.exp(draws["log_ec50"] + draws["log_ec50_drug"][drug]))


def test_an_unknown_level_is_rejected_with_a_suggestion(ssri):
    question = ssri.rows.assign(region="striatun")
    with pytest.raises(SpecError, match="Did you mean 'striatum'"):
        ssri.matrix(question)


def test_a_new_level_requires_partial_pooling(ssri):
    assert ssri.matrix(ssri.rows.assign(study=NEW)).index.max() >= len(set(ssri.rows["study"]))
    with pytest.raises(SpecError, match="not partially pooled"):
        ssri.matrix(ssri.rows.assign(tracer=NEW))


def test_separate_levels_have_their_own_centres(mixed_table):
    design = make_design(model(emax='separate = "drug"', top="n_assumed = 5"), mixed_table)
    assert "logit_emax" not in design.scalar_priors
    draws = one_draw(design) | {"logit_emax_drug": np.array([0.0, 2.0])}
    found = design.parameters(NUMPY, draws, design.matrix(design.rows))["emax"]
    for drug, emax in zip(design.rows["drug"], found, strict=True):
        assert emax == pytest.approx({"A": 0.5, "B": 1 / (1 + np.exp(-2))}[drug])


def test_a_fixed_parameter_has_its_value(mixed_table):
    text = model(top="n_assumed = 5").replace(f"[emax]\ncentre = {CENTRE}", "[emax]\nfixed = 0.85")
    design = make_design(text, mixed_table)
    assert design.parameters(NUMPY, one_draw(design), design.matrix(design.rows))["emax"] == 0.85


def test_prior_draws_follow_the_priors_of_the_model(ssri):
    draws = ssri.draw_prior(np.random.default_rng(2), 40_000)
    for name, prior in ssri.scalar_priors.items():
        assert np.median(draws[name]) == pytest.approx(prior.quantile(0.5), abs=0.02)
    pooled = draws["log_ec50_drug"] / draws["log_ec50_drug_sd"][:, None]
    assert pooled.std(axis=0) == pytest.approx(np.ones(5), abs=0.02)
    shift = next(effect for effect in ssri.effects if effect.name == "log_ec50_drug_regimen")
    assert draws[shift.name].mean(axis=0) == pytest.approx([p.numbers[0] for p in shift.priors], abs=0.01)


# --- anchors ------------------------------------------------------------------------------------

ANCHORED = """
[ec50]
centre = { dist = "Normal", mu = 0.0, sigma = 1.0 }
drug.pooled = { dist = "HalfNormal", sigma = 1.0 }
region.pooled = { dist = "HalfNormal", sigma = 1.0 }
[emax]
fixed = 0.9
"""


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_the_householder_reflection_keeps_lengths_and_is_its_own_inverse(size):
    normals = np.random.default_rng(1).normal(size=(4, 5, size))
    reflected = householder_reflection(normals, size)
    assert np.linalg.norm(reflected, axis=-1) == pytest.approx(np.linalg.norm(normals, axis=-1))
    assert householder_reflection(reflected, size) == pytest.approx(normals)
    assert reflected.mean(axis=-1) * np.sqrt(size) == pytest.approx(normals[..., 0])


def test_a_grand_mean_is_the_centre_plus_the_means_of_its_effects():
    rows = [{"drug": drug, "region": region, "dose": 5, "value": 0.5} for drug in "ABC" for region in "XY"]
    design = make_design(ANCHORED, pd.DataFrame(rows))
    rng = np.random.default_rng(2)
    sampled = {"log_ec50_grand_mean": rng.normal(size=6), "sigma": np.full(6, 0.1)}
    sampled |= {f"log_ec50_{name}_sd": rng.exponential(size=6) for name in ("drug", "region")}
    sampled |= {
        "log_ec50_drug_free": rng.normal(size=(6, 3)),
        "log_ec50_region_free": rng.normal(size=(6, 2)),
    }
    found = design.from_free_parameters(sampled)
    whole = found["log_ec50"] + found["log_ec50_drug"].mean(axis=-1) + found["log_ec50_region"].mean(axis=-1)
    assert whole == pytest.approx(sampled["log_ec50_grand_mean"])
    moved = {**sampled, "log_ec50_region_free": sampled["log_ec50_region_free"] + np.array([1.0, 0.0])}
    other = design.from_free_parameters(moved)
    same = [one["log_ec50"][:, None] + one["log_ec50_region"] for one in (found, other)]
    assert same[0] == pytest.approx(same[1])  # the mean moves between centre and effect, and no row notices
