import pandas as pd

from petfit.report.assumption_list import assumptions, fit_assumptions
from tests.helpers import PLAIN, fit_from_prior


def clauses(rows, model=f"n_assumed = 7\n{PLAIN}"):
    fit = fit_from_prior(model, pd.DataFrame(rows), draws=100)
    return assumptions(fit.evidence, fit.design)


def row(drug, n=None):
    return {"drug": drug, "dose": 5.0, "low": 0.4, "high": 0.6, "n": n}


def test_sizes_of_groups_that_were_assumed_are_counted():
    assert clauses([row("A"), row("A", 4)])[0] == "n = 7 in 1 row of groups without n"
    assert clauses([row("A"), row("B")])[0] == "n = 7 in 2 rows of groups without n"
    assert not any("without n" in clause for clause in clauses([row("A", 4)]))
    mean = {"drug": "A", "dose": 5.0, "value": 0.5, "se": 0.03, "level": "group"}
    assert clauses([mean, row("A")])[0].startswith("n = 7 in 2 rows of groups without n (and with it the SD")
    assert clauses([mean])[0].endswith("SE in 1 of them)")


def test_reference_doses_are_assumed_where_drugs_are_compared():
    words = (
        "drugs are compared in their reference doses (from geometric mean of the tested doses and the model)"
    )
    assert words in clauses([row("A", 4), row("B", 4)])
    assert not any("reference" in clause for clause in clauses([row("A", 4)]))


def test_filled_columns_that_the_model_does_not_use_are_named():
    rows = [{**row("A", 4), "time_h": 3.0, "region": "putamen"}, {**row("A", 5), "tracer": ""}]
    assert clauses(rows)[-1] == "not used by the model: region (1 row), time_h (1 row)"
    assert not any("not used" in clause for clause in clauses([row("A", 4)]))


def test_a_model_is_an_assumption_with_its_reason_only_where_it_was_not_named(ssri_fit, example_fit):
    assert fit_assumptions(ssri_fit)[0] == "model ssri, because it was made for this table"
    assert not [clause for clause in fit_assumptions(example_fit) if clause.startswith("model ")]


def test_what_was_assumed_when_the_table_was_read_is_included(prior_fit):
    assert set(prior_fit.evidence.assumptions) <= set(assumptions(prior_fit.evidence, prior_fit.design))
