import math

import pytest

from petfit.report.tables.heterogeneity_tables import heterogeneity_table, level_table


def test_the_factor_is_given_for_logarithms_only(ssri_fit):
    frame = heterogeneity_table(ssri_fit.heterogeneity()).frame.set_index("effect")
    expected = math.exp(1.96 * frame.loc["log_ec50_study_sd", "median"])
    assert frame.loc["log_ec50_study_sd", "times"] == pytest.approx(expected, rel=1e-4)
    assert math.isnan(frame.loc["logit_emax_drug_sd", "times"])


def test_ratios_of_drugs_are_in_reference_doses(ssri_fit):
    by_drug, by_study = (level_table(ssri_fit.heterogeneity(by)) for by in ("drug", "study"))
    assert "reference doses" in by_drug.caption
    assert "reference doses" not in by_study.caption
    assert [row[0] for row in by_drug.rows] == list(ssri_fit.design.drugs)
