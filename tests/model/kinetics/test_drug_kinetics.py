"""The kinetics in a model file: what is read, and what is refused."""

import math

import pytest

from petfit.errors import SpecError
from petfit.model.specification import parse_model, read_model
from tests.helpers import PLAIN
from tests.plasma_model import MODEL

PRIORS = ("clearance", "half_life", "absorption")


def test_a_model_with_kinetics_round_trips():
    spec = parse_model(MODEL)
    assert parse_model(spec.to_toml()) == spec
    assert spec.exposure_words == "dose"
    assert list(spec.pk["B"].quantities) == [
        "clearance",
        "half_life",
        "absorption",
        "power",
        "first_half_life",
        "first_bioavailability",
    ]


def test_the_sd_of_logs_has_the_coefficient_of_variation():
    sd = parse_model(MODEL).pk["A"].people.log_sd("clearance")
    assert math.sqrt(math.exp(sd**2) - 1) == pytest.approx(0.4)


def test_volume_stands_in_for_clearance_or_half_life():
    spec = parse_model(MODEL.replace("half_life = 21.0", "volume = 600.0"))
    assert "half_life" not in spec.pk["B"].quantities


def test_every_kinetic_prior_of_the_bundled_model_is_a_sentence():
    sentences = read_model("ssri_pk").priors()["sentence"]
    assert sentences["pk.sertraline.clearance"].startswith("The apparent clearance (L/h) of sertraline had")
    assert "half-life after a single dose" in sentences["pk.paroxetine.saturable.first_half_life"]
    assert sum(path.startswith("pk.") for path in sentences.index) == 18


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("half_life = 21.0", "half_life = 21.0\nvolume = 600.0", "two of them give the third"),
        ("half_life = 21.0\n", "", "two of them are needed; given: clearance"),
        ("clearance = 20.0", "clearance = 0.0", "pk.B.clearance: must be above 0"),
        ("clearance = 20.0", "clearance = -2.0", "pk.B.clearance: must be above 0"),
        ("clearance = 20.0", 'clearance = "big"', "pk.B.clearance"),
        ("clearance = 20.0", "clearence = 20.0", "Did you mean 'clearance'"),
        ("absorption = 0.9", "absorption = 0.01", "Write depot = true if that is so"),
        ("absorption = 0.9", "absorption = 0.9\ndepot = true", "absorption is faster than elimination"),
        ("every_h = 24.0", "every_h = 0.0", "pk.A.schedule.every_h"),
        ("every_h = 24.0", "every = 24.0", "unknown key 'pk.A.schedule.every'"),
        ("fu = 0.1", "fu = 1.1", "pk.A.fu"),
        (
            "fu = 0.1",
            "fu = 0.1\nke0 = 0.3\nkoff = 0.3",
            "pk.A: ke0 and koff: scans cannot tell one delay from the other",
        ),
        ("fu = 0.1", "koff = 0.0", "pk.A.koff: must be above 0"),
        ("clearance = 0.45 }", "clearance = -0.45 }", "pk.B.people.clearance"),
        ("clearance = 0.45 }", "clearence = 0.45 }", "Did you mean 'clearance'"),
        ('exposure = "plasma"', 'exposure = "dose"', "kinetics need exposure"),
        (
            'exposure = "plasma"',
            'exposure = "plasma"\nreference_doses = { A = 10.0 }',
            "plasma concentration",
        ),
        ("reference = 20.0", "refrence = 20.0", "Did you mean 'reference'"),
    ],
)
def test_what_contradicts_itself_is_refused(old, new, message):
    with pytest.raises(SpecError, match=message):
        parse_model(MODEL.replace(old, new, 1))


@pytest.mark.parametrize(
    "twice",
    [
        '[ec50."drug:regimen"]\nfrom = { regimen = "repeated" }\n'
        'shift = { dist = "Normal", mu = 1.0, sigma = 0.3 }\n',
        '[ec50.covariates.time_h]\ncentre = 6.0\nslope = { dist = "Normal", mu = 0.02, sigma = 0.01 }\n',
    ],
)
def test_accumulation_and_decline_are_not_counted_twice(twice):
    with pytest.raises(SpecError, match="kinetics account for the regimen and the time"):
        parse_model(MODEL.replace("[emax.centre]", f"{twice}[emax.centre]"))


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ("curve = 'sigmoid_emax'", r"pk\.A\.koff: is defined for curve = 'emax', not 'sigmoid_emax'"),
        ("[selectivity.DAT]\nfrom = 'SERT'", r"pk\.A\.koff: is unknown at the second targets"),
    ],
    ids=["another curve", "a second target"],
)
def test_slow_dissociation_is_that_of_one_site_at_one_target(other, message):
    model = MODEL.replace("[pk.A]", "[pk.A]\nkoff = 0.3")
    with pytest.raises(SpecError, match=message):
        parse_model(f"{other}\n{model}" if other.startswith("curve") else f"{model}\n{other}\n")


def test_a_prior_of_a_rate_is_above_0():
    normal = MODEL.replace('{ dist = "LogNormal", mu = 3.4', '{ dist = "Normal", mu = 3.4')
    with pytest.raises(SpecError, match="try LogNormal"):
        parse_model(normal)


def test_a_depot_is_declared():
    depot = MODEL.replace("absorption = 0.9", "absorption = 0.004\ndepot = true")
    assert parse_model(depot).pk["B"].depot


def test_a_model_without_kinetics_has_none():
    assert parse_model(PLAIN).pk == {}
