from petfit.planning.next_person import person_like, with_doses


def test_the_next_person_is_scanned_as_the_others(scans_fit):
    person = person_like(scans_fit, "A")
    assert (person.level, person.regions) == ("scan", ["midbrain", "putamen"])
    assert person.doses == [0.0, 1.0]


def test_a_dose_does_not_replace_the_baseline(scans_fit):
    assert with_doses(person_like(scans_fit, "A"), [20.0]).doses == [0.0, 20.0]
