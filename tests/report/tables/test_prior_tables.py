import pandas as pd

import petfit
from petfit.report.tables.prior_tables import contraction_table, prior_posterior_table, prior_table


def test_each_prior_of_a_model_is_a_row_and_its_frame_has_a_sentence():
    spec = petfit.read_model("emax")
    table = prior_table(spec, "emax")
    assert [row[0] for row in table.rows] == [path for path, _ in spec.each_prior()]
    assert table.frame["sentence"].str.endswith(".").all()


def test_each_prior_is_shown_with_its_posterior_and_reason(prior_fit):
    table = prior_posterior_table(prior_fit)
    parameters = list(prior_fit.parameters_with_priors())
    assert [row[0] for row in table.rows] == [name for name, _, _ in parameters]
    assert [row[-1] for row in table.rows] == [prior.source for _, prior, _ in parameters]


def test_contraction_and_overlap_are_in_percent():
    frame = pd.DataFrame({"parameter": ["dose"], "drug": ["A"], "contraction": [0.5], "overlap": [0.25]})
    assert contraction_table(frame, "dose for 80 %").rows == [["dose for 80 %", "A", "50.0", "25.0"]]
