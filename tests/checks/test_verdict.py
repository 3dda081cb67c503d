import pandas as pd
import pytest

from petfit.checks import Check
from petfit.checks.record import Finding
from petfit.checks.refit_shifts import not_run
from petfit.checks.verdict import verdict


def check(name, result):
    return Check(name, result, f"{name} says {result}.", pd.DataFrame())


@pytest.mark.parametrize(
    ("results", "word"),
    [
        ({"shape": "PASS"}, "usable"),
        ({"shape": "PASS", "prior_sensitivity": "WARN", "loo": "WARN"}, "usable"),
        ({"shape": "WARN", "loo": "WARN"}, "use with care"),
        ({"shape": "WARN", "energy": "FAIL"}, "do not use"),
        ({"prior_sensitivity": "FAIL"}, "do not use"),
        ({"leave_one_study_out": "FAIL"}, "do not use"),
    ],
)
def test_problems_alone_decide_the_verdict(results, word):
    judgement = verdict([check(*item) for item in results.items()])
    assert judgement.word == word
    assert judgement.sentence.casefold().startswith(word)


def test_a_usable_fit_whose_data_have_limits_says_so():
    checks = [check("shape", "PASS"), check("prior_sensitivity", "WARN")]
    assert verdict(checks).sentence == "Usable: no check found a problem with the fit; its data have limits."
    assert verdict(checks[:1], ["Few doses."]).sentence == verdict(checks).sentence
    assert verdict(checks[:1]).sentence == "Usable: no check found a problem."


def test_problems_limits_and_checks_that_were_not_run_are_kept_apart():
    checks = [check("loo", "WARN"), check("shape", "WARN"), check("energy", "FAIL"), not_run("assumptions")]
    judgement = verdict([*checks, check("divergences", "PASS")], ["Few doses."])
    assert [problem.name for problem in judgement.problems] == ["energy", "shape"]
    assert judgement.limits == ("Few doses.", "loo says WARN.")
    assert judgement.not_run == ("other assumptions",)
    assert judgement.sentence == "Do not use these answers: 2 problems were found."
    assert [check.verdict for check in judgement.checks] == ["FAIL", "WARN", "WARN", "NOT RUN", "PASS"]


def test_a_refit_that_shifts_a_dose_stands_before_the_other_limits():
    beyond = Finding("largest shift, central share of the fit's draws", 0.9, "at most", 0.68, "WARN")
    steady = check("leave_one_study_out", "WARN")
    shifted = Check(steady.name, "WARN", steady.sentence, pd.DataFrame(), (beyond,))
    assert verdict([check("loo", "WARN"), shifted], ["Few doses."]).limits[0] == steady.sentence
    assert verdict([check("loo", "WARN"), steady], ["Few doses."]).limits[0] == "Few doses."
