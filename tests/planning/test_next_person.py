import pandas as pd

from petfit.model.specification import parse_model
from petfit.planning.next_dose import next_doses
from petfit.planning.next_person import person_like, with_doses
from tests.helpers import fit_from_prior
from tests.plasma_model import MODEL


def test_the_next_person_is_scanned_as_the_others(scans_fit):
    person = person_like(scans_fit, "A")
    assert (person.level, person.regions) == ("scan", ["midbrain", "putamen"])
    assert person.doses == [0.0, 1.0]


def test_a_dose_does_not_replace_the_baseline(scans_fit):
    assert with_doses(person_like(scans_fit, "A"), [20.0]).doses == [0.0, 20.0]


def test_where_kinetics_are_known_the_next_person_has_a_schedule_and_a_dose():
    scans = {"drug": "A", "dose": 10.0, "value": 0.5, "subject": ["1", "2", "3"]}
    once = pd.DataFrame(scans).assign(regimen="single", time_h=4.0)
    table = pd.concat([once, once.tail(1).assign(regimen="once daily", time_h=6.0, days_on_drug=10.0)])
    fit = fit_from_prior(parse_model(MODEL.split("[pk.B]")[0]), table)
    person = person_like(fit, "A")
    assert (person.doses, person.regimen, person.times, person.days_on_drug) == ([1.0], "single", [4.0], None)
    chosen = next_doses(fit, 40.0, candidates=[10, 40], results=10, draws=2000)
    assert (chosen.unit, sorted(chosen.ranking["dose"])) == ("mg/day", [10, 40])
