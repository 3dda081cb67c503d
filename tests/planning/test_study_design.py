"""The arms of a study are checked."""

import pytest

from petfit.planning.study_design import Arm, StudyDesign


def test_doses_and_concentrations_are_not_mixed():
    arms = [Arm(n=1, drug="X", doses=[1.0]), Arm(n=1, drug="X", concentrations=[1.0])]
    with pytest.raises(ValueError, match="Plan one of the two"):
        StudyDesign(arms=arms)


def test_columns_that_follow_from_other_keys_are_refused_and_others_are_not():
    assert Arm(n=1, drug="X", doses=[1.0], dose_unit="mg/kg", columns={"weight": 70.0}).columns
    for name in ("dose", "subject", "tracer"):
        with pytest.raises(ValueError, match=rf"columns\.{name}"):
            Arm(n=1, drug="X", doses=[1.0], columns={name: "x"})
