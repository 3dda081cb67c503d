import pytest

from petfit.evidence.wide.guessed_factors import guessed_factors


@pytest.mark.parametrize(
    ("names", "factors"),
    [
        (["putamen", "caudate"], "region"),
        (["BP_base", "BP_drug"], "condition"),
        (["BP placebo", "BP active"], "condition"),
        (["BP vehicle", "BP_10 mg"], ""),
        (["BP 1", "BP 2"], ""),
        (["BPND scan 1", "BPND scan 2"], ""),
        (["putamen_base", "putamen_drug", "caudate_base", "caudate_drug"], "region,condition"),
        (["occ test", "occ retest"], "session"),
        (["BPnd test", "BPnd retest"], ""),
        (["S1", "S2", "S3"], "subject"),
        (["occ 2 h", "occ 24 h"], "time_h"),
        (["SERT occ", "NET occupancy"], "target"),
        (["[11C]DASB", "[123I]ADAM"], "tracer"),
        (["putamen"], ""),
    ],
)
def test_names_are_levels_of_the_factors_that_they_name(names, factors):
    assert guessed_factors(names) == factors
