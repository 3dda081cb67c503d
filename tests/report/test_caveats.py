import pandas as pd

from petfit.report.caveats import limits
from petfit.results.prior_contraction import prior_contraction
from tests.helpers import fit_from_prior
from tests.report.caveat_text import CENTRE, MODEL, caveat_text, people


def test_drugs_with_fewer_than_three_doses_are_named():
    table = pd.concat([pd.DataFrame(people([5.0, 10.0])), pd.DataFrame(people([1.0, 2.0, 3.0], "B"))])
    assert "Fewer than 3 doses of A were tested: EC50 and Emax rest partly on the" in caveat_text(table)


def test_both_ends_of_a_window_are_compared_with_the_doses_tested():
    fit = fit_from_prior(MODEL, pd.DataFrame(people([0.01, 0.02, 0.03])), draws=100)
    sentences = limits(fit, fit.dose_for_occupancy([0.3, 0.4]), prior_contraction(fit, 0.3))
    above = [sentence for sentence in sentences if "is above those tested: A" in sentence]
    assert [sentence[:17] for sentence in above] == ["The dose for 30 %", "The dose for 40 %"]


def test_placebo_is_not_counted_as_a_dose():
    assert "doses of A were" in caveat_text(people([0.0, 5.0, 10.0]))


def test_three_doses_give_no_caveat():
    assert "Fewer than" not in caveat_text(people([5.0, 10.0, 20.0]))


def test_doses_under_another_regimen_are_not_counted():
    model = f'answers_for = {{ regimen = "repeated" }}\n{MODEL}'
    table = people([5.0, 10.0, 20.0], regimen=["single", "single", "repeated"])
    assert "Fewer than 3 doses (repeated) of A were tested: EC50 and Emax" in caveat_text(table, model)


def test_an_answer_above_every_tested_dose_is_a_caveat():
    far = '[ec50]\ncentre = { dist = "Normal", mu = 5.0, sigma = 0.1 }\n[emax]\nfixed = 1.0\n'
    near = far.replace("mu = 5.0", "mu = -1.0")
    assert "above those tested: A (up to 4 mg/day)." in caveat_text(people([1.0, 2.0, 4.0]), far)
    assert "above those tested" not in caveat_text(people([1.0, 2.0, 4.0]), near, 0.5)


def test_an_occupancy_that_may_not_be_reached_is_a_limit_with_its_probability():
    table, model = people([1.0, 2.0, 4.0]), f"[ec50]\ncentre = {CENTRE}\n[emax]\nfixed = "
    sentence = "80 % occupancy may not be reached at any dose: probability A (> 99.9 %)."
    assert sentence in caveat_text(table, f"{model}0.7")
    assert "not be reached" not in caveat_text(table, f"{model}0.9")


def test_answers_that_come_from_the_prior_are_named():
    text = caveat_text(people([1.0]))
    assert "The prior says more than the evidence about " in text
    assert "Emax of A" in text
