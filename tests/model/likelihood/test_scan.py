import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks.scans import EXAMPLE, SCENARIOS, plan, simulate
from petfit.errors import PetfitError
from petfit.evidence import read_evidence
from petfit.evidence.drug_table import read_drug_table
from petfit.model import likelihood
from petfit.model.design import Design
from petfit.model.ops import NUMPY
from petfit.model.specification import read_model

VT = {"midbrain": 24.0, "putamen": 15.0, "thalamus": 10.0}


def laid(table, name="scan", change=lambda spec: spec):
    spec = change(read_model(name))
    return Design.build(spec, read_evidence(table, extra=spec.columns), read_drug_table())


def scans(**columns):
    return pd.DataFrame({"drug": "A", "level": "scan", "outcome": "bpnd", "region": "striatum", **columns})


def unknown(design, **known):
    draws = {name: np.array(0.0) for name in design.scalar_priors}
    draws |= {effect.name: np.zeros(len(effect.levels)) for effect in design.effects}
    return draws | {name: np.asarray(value, float) for name, value in known.items()}


def density(design, draws):
    return likelihood.log_likelihood(NUMPY, design, draws, likelihood.inputs(design))["scan"]


# --- the likelihood -----------------------------------------------------------------------------

PAIR = scans(subject="1", dose=[0.0, 10.0], value=[2.1, 0.7])


def test_a_scan_is_normal_around_the_baseline_that_occupancy_leaves():
    design = laid(PAIR)
    draws = unknown(
        design,
        log_ec50=np.log(0.5),
        logit_emax=np.log(9.0),
        log_baseline_region=[np.log(2.0)],
        log_baseline_subject=[0.1],
        log_baseline_subject_region=[-0.05],
        scan_sigma=0.1,
        scan_floor=0.03,
    )
    baseline = 2.0 * np.exp(0.05)
    mean = baseline * np.array([1.0, 1.0 - 0.9 * 1.0 / 1.5])
    sd = np.sqrt((0.1 * mean) ** 2 + 0.03**2)
    assert density(design, draws) == pytest.approx(stats.norm.logpdf([2.1, 0.7], mean, sd), rel=1e-12)


def test_v_nd_does_not_depend_on_occupancy():
    design = laid(PAIR.assign(outcome="vt", value=[12.0, 6.0]), "scan_vt")
    draws = unknown(
        design,
        log_ec50=-20.0,
        logit_emax=np.log(9.0),
        log_baseline_region=[np.log(8.0)],
        log_v_nd=np.log(5.0),
        log_v_nd_subject=[0.2],
        scan_sigma=0.05,
    )
    mean = 5.0 * np.exp(0.2) + np.array([8.0, 0.8])
    assert density(design, draws) == pytest.approx(stats.norm.logpdf([12.0, 6.0], mean, 0.05 * mean))


def test_a_binding_potential_of_0_or_below_is_data():
    design = laid(PAIR.assign(value=[2.1, -0.04]))
    assert np.isfinite(density(design, unknown(design, scan_sigma=0.1, scan_floor=0.05))).all()


def test_baseline_scans_do_not_depend_on_the_curve():
    design = laid(PAIR)
    at = {"scan_sigma": 0.1, "scan_floor": 0.05}
    one, other = (density(design, unknown(design, log_ec50=ec50, **at)) for ec50 in (-1.0, 1.0))
    assert one[0] == other[0]
    assert one[1] != other[1]


def test_without_occupancies_there_is_no_noise_of_occupancy_and_the_other_way_round():
    assert "sigma" not in laid(PAIR).scalar_priors
    people = pd.DataFrame({"drug": "A", "dose": [5.0, 10.0], "value": [0.4, 0.5], "region": "striatum"})
    found = laid(people.assign(subject=["1", "2"])).scalar_priors
    assert "sigma" in found
    assert not {"scan_sigma", "scan_floor", "log_baseline_subject_sd"} & set(found)


def test_scans_people_means_and_ranges_can_be_in_one_table():
    others = pd.DataFrame(
        {
            "study": ["other"] * 3,
            "drug": "A",
            "dose": [5.0, 10.0, 20.0],
            "value": [0.4, 0.5, np.nan],
            "n": [np.nan, 6, 8],
            "low": [np.nan, np.nan, 0.6],
            "high": [np.nan, np.nan, 0.8],
            "region": "striatum",
            "subject": ["1", "", ""],
        }
    )
    design = laid(pd.concat([PAIR.assign(study="ours"), others], ignore_index=True))
    draws = design.draw_prior(np.random.default_rng(1), 5)
    found = likelihood.log_likelihood(NUMPY, design, draws, likelihood.inputs(design))
    assert set(found) == {"scan", "subject", "group", "range"}
    assert all(np.isfinite(one).all() for one in found.values())
    assert {"sigma", "scan_sigma"} <= set(design.scalar_priors)


def test_people_with_the_same_label_in_two_studies_have_separate_baselines():
    both = pd.concat([PAIR.assign(study="one"), PAIR.assign(study="two")], ignore_index=True)
    effect = next(one for one in laid(both).effects if one.name == "log_baseline_subject")
    assert effect.labels == ["one: 1", "two: 1"]


# --- designs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("design_name", SCENARIOS)
def test_every_design_of_baselines_has_a_density(design_name):
    table = simulate(np.random.default_rng(1), plan(design_name))
    design = laid(table)
    found = density(design, design.draw_prior(np.random.default_rng(2), 3))
    assert found.shape == (3, len(table))
    assert np.isfinite(found).all()
    assert design.drugs == ("simulated drug",)


def test_controls_need_no_drug():
    table = simulate(np.random.default_rng(1), plan("controls alone"))
    bare = table.assign(drug=table["drug"].where(table["condition"] == "drug", ""))
    assert laid(bare).drugs == ("simulated drug",)
    draws = laid(table).draw_prior(np.random.default_rng(2), 3)
    draws |= {effect.name: 0.0 * draws[effect.name] for effect in laid(table).effects}  # all are typical
    found, wanted = (pd.DataFrame(density(one, draws).T, one.rows.index) for one in (laid(bare), laid(table)))
    pd.testing.assert_frame_equal(found.sort_index(), wanted.sort_index())


def test_the_simulated_scans_have_the_noise_and_the_occupancy_of_their_truth():
    table = simulate(np.random.default_rng(3), plan("own baseline", people=4000, regions=("putamen",)))
    wide = table.pivot_table(index="subject", columns="condition", values="value")
    ratio = 1 - wide["drug"].to_numpy() / wide["baseline"].to_numpy()
    doses = table[table["condition"] == "drug"].sort_values("subject")["dose"].to_numpy()
    at_ec50 = np.median(ratio[doses == 10.0])
    assert at_ec50 == pytest.approx(EXAMPLE.emax / 2, abs=0.02)


# --- what is refused ----------------------------------------------------------------------------

REFUSED = {
    "scans under a model of occupancies": (PAIR, "emax", "no \\[baseline\\]"),
    "V_T under the model of BP_ND": (PAIR.assign(outcome="vt"), "scan", "scan_vt"),
    "BP_ND under the model of V_T": (PAIR, "scan_vt", "bundled model scan"),
    "controls and nothing else": (
        PAIR.assign(dose=0.0, session=["1", "2"]),
        "scan",
        "every scan is a baseline",
    ),
    "V_T below 0": (PAIR.assign(outcome="vt", value=[12.0, -1.0]), "scan_vt", "V_T is above 0"),
    "a dose at baseline": (PAIR.assign(condition="baseline"), "scan", "without the drug"),
    "people unnamed": (PAIR.drop(columns="subject"), "scan", "needs a subject"),
    "an SD": (PAIR.assign(sd=0.1), "scan", "a scan is of one person"),
    "scans and the occupancy made of them": (
        pd.concat(
            [PAIR, scans(subject="1", dose=[10.0], value=[0.66]).assign(level="subject", outcome="occupancy")]
        ),
        "scan",
        "count twice",
    ),
}


@pytest.mark.parametrize(("table", "name", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_scans_that_cannot_be_fitted_are_rejected_with_a_remedy(table, name, words):
    with pytest.raises(PetfitError, match=words):
        laid(table.reset_index(drop=True), name)


def test_defaults_of_scans_are_filled_in_and_reported():
    evidence = read_evidence(PAIR.drop(columns="level"))
    assert list(evidence.table["level"]) == ["scan", "scan"]
    assert list(evidence.table["condition"]) == ["baseline", "drug"]
    assert any(sentence.startswith("condition not given") for sentence in evidence.assumptions)


def test_a_drug_scan_without_a_dose_is_not_a_baseline():
    with pytest.raises(PetfitError, match="needs a dose"):
        read_evidence(PAIR.assign(dose=[0.0, np.nan]))
    assert list(read_evidence(PAIR.assign(drug=["", "A"], dose=[np.nan, 10.0])).table["condition"]) == [
        "baseline",
        "drug",
    ]
