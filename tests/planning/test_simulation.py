"""Simulated tables read back, hold what the design says, and come from the stated truth."""

import numpy as np
import pandas as pd
import pytest

import petfit
from petfit import PetfitError, simulate
from petfit.model.specification import parse_model
from petfit.planning.planned_study import plan_study
from petfit.planning.study_design import Arm, StudyDesign
from tests import plasma_model

TRUTH = {"ec50": 10.0, "emax": 0.9}
LEVELS = {
    "subject": Arm(n=3, drug="X", doses=[5, 20, 80], regimen="single"),
    "group": Arm(n=6, drug="X", doses=[5, 20, 80], level="group"),
    "scan": Arm(n=3, drug="X", doses=[0, 20], level="scan", regions=["a", "b"], times=[3, 24]),
}
MODELS = {"subject": "emax", "group": "emax", "scan": "scan"}


@pytest.mark.parametrize("level", LEVELS)
def test_a_simulated_table_reads_back_as_the_rows_of_the_design(level):
    study = StudyDesign(arms=[LEVELS[level]])
    table = simulate(study, MODELS[level], truth=TRUTH, seed=4)
    evidence = petfit.read_evidence(table)
    planned = plan_study(study, MODELS[level]).design.rows
    assert len(evidence.used) == len(table) == len(planned)
    assert evidence.table["value"].tolist() == table["value"].tolist()
    for column in ("level", "dose", "region", "subject", "condition", "time_h"):
        read, expected = (rows[column].fillna(-1) for rows in (evidence.table, planned))
        assert sorted(read) == sorted(expected)


def test_the_same_seed_gives_the_same_table_and_another_seed_another():
    study = StudyDesign(arms=[LEVELS["subject"]])
    first, again, other = (simulate(study, "emax", seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not np.allclose(first["value"], other["value"])


@pytest.mark.slow
def test_the_mean_of_many_people_is_the_stated_curve():
    study = StudyDesign(arms=[Arm(n=4000, drug="X", doses=[5.0, 40.0])])
    table = simulate(study, "emax", truth={**TRUTH, "omega": 0.0, "sigma": 0.05})
    means = table.groupby("dose")["value"].mean()
    expected = 0.9 * means.index.to_numpy() / (10.0 + means.index.to_numpy())
    assert np.abs(means - expected).max() < 5 * 0.05 / np.sqrt(4000)
    assert table["value"].sub(table["dose"].map(means)).std() == pytest.approx(0.05, rel=0.05)


def test_drugs_may_have_different_stated_values():
    study = StudyDesign(arms=[Arm(n=2000, drug=drug, doses=[10.0]) for drug in "XY"])
    truth = {"ec50": {"X": 5.0, "Y": 20.0}, "emax": 0.9, "omega": 0.0, "sigma": 0.05}
    means = simulate(study, "emax", truth=truth).groupby("drug")["value"].mean()
    assert means.to_numpy() == pytest.approx([0.6, 0.3], abs=0.006)


@pytest.mark.slow
def test_people_who_leave_have_no_later_scans_and_their_share_is_that_of_the_design():
    arm = Arm(n=2000, drug="X", doses=[0, 10, 40], level="scan", dropout=0.3, regions=["a"])
    table = simulate(StudyDesign(arms=[arm]), "scan", seed=2)
    counts = table["session"].value_counts()
    assert counts["1"] == 2000
    assert counts["2"] == pytest.approx(1400, abs=100)
    assert counts["3"] == pytest.approx(980, abs=110)
    assert set(table["subject"][table["session"] == "3"]) <= set(table["subject"][table["session"] == "2"])


def test_the_truth_is_drawn_from_a_given_fit(prior_fit):
    """The drug of the fit is known, and its people are others than those in the study.

    The posterior is in the reference doses of the fit, so the planned doses do not change these.
    """
    study = StudyDesign(arms=[Arm(n=2, drug="A", doses=[900.0])])
    table = simulate(study, given=prior_fit)
    assert table["study"].tolist() == ["planned study"] * 2
    planned = plan_study(study, given=prior_fit)
    assert planned.is_planned.sum() == 2
    references = prior_fit.design.reference_doses
    assert planned.design.reference_doses == references
    x = planned.design.rows["x"][planned.is_planned]
    assert x.to_numpy() * references["A"].value == pytest.approx(900.0)
    assert len(planned.design.rows) == len(prior_fit.design.rows) + 2
    assert len(planned.design.rows["person"].unique()) == len(prior_fit.design.rows["person"].unique()) + 2


@pytest.mark.parametrize(
    ("truth", "words"),
    [
        ({"ec5": 1.0}, "Did you mean 'ec50'"),
        ({"emax": 1.2}, "emax cannot be 1.2"),
        ({"ec50": {"Y": 2.0}}, "there is no drug 'Y'"),
        ({"sigma": -1.0}, "sigma cannot be -1"),
    ],
)
def test_a_truth_that_the_model_does_not_have_is_refused(truth, words):
    study = StudyDesign(arms=[LEVELS["subject"]])
    with pytest.raises(PetfitError, match=words):
        simulate(study, "emax", truth=truth)


def test_a_truth_that_the_model_fixes_is_refused():
    with pytest.raises(PetfitError, match="emax is fixed at 1"):
        simulate(StudyDesign(arms=[LEVELS["subject"]]), "one_site", truth={"emax": 0.9})


def test_a_design_that_the_reader_refuses_is_refused_with_its_arm_and_keys():
    arms = [LEVELS["subject"], Arm(n=2, drug="X", doses=[5.0], regimen="twice daily", dose_unit="mg")]
    with pytest.raises(PetfitError) as refused:
        simulate(StudyDesign(arms=arms, title="my study"), "emax")
    assert str(refused.value).startswith("my study: 1 problem")
    assert "arm 2, column dose_unit: the regimen is twice daily" in str(refused.value)
    assert "--" not in str(refused.value)


def test_a_design_without_what_the_model_needs_is_refused():
    with pytest.raises(PetfitError, match=r"uses the factor 'region'.* Say it in the arms"):
        simulate(StudyDesign(arms=[LEVELS["subject"]]), "individual")


@pytest.mark.parametrize("delay", ["ke0", "koff"])
def test_a_delay_cannot_be_planned_with(delay):
    prior = '{ dist = "LogNormal", mu = 0.0, sigma = 1.0 }'
    text = plasma_model.MODEL.replace("fu = 0.1", f"fu = 0.1\n{delay} = {prior}")
    arm = Arm(n=2, drug="A", doses=[5.0], times=[4.0], regimen="repeated")
    with pytest.raises(PetfitError, match=f"a design has no concentrations.* a model without {delay}"):
        simulate(StudyDesign(arms=[arm]), parse_model(text))


def test_scans_planned_without_a_region_are_of_one():
    arm = LEVELS["scan"].model_copy(update={"regions": []})
    table = simulate(StudyDesign(arms=[arm]), "scan")
    assert petfit.read_evidence(table).table["region"].nunique() == 1
    with pytest.raises(PetfitError):
        simulate(StudyDesign(arms=[LEVELS["scan"]]), "emax")


def test_a_column_that_the_model_needs_is_planned_in_columns():
    spec = petfit.read_model("emax")
    arms = [Arm(n=2, drug="X", doses=[5.0], columns={"age": 40.0, "site": "s"})]
    table = simulate(StudyDesign(arms=arms), spec)
    assert table["age"].tolist() == [40.0, 40.0]
