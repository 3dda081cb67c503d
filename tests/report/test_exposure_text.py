import pytest

from petfit.report.exposure_text import exposure_text
from petfit.report.methods_text import methods_text
from petfit.report.model_text import model_text
from tests.helpers import fit_from_prior
from tests.plasma_model import MEASURED, MODEL, TABLE

PEOPLE = MEASURED[(MEASURED["drug"] == "A") & MEASURED["concentration"].notna() & MEASURED["subject"].notna()]


EQUATIONS = {"ke0": "dCe/dt = ke0 (C - Ce)", "koff": "dO/dt = koff ((C / EC50) (1 - O) - O)"}


@pytest.mark.parametrize(("name", "equation"), EQUATIONS.items())
def test_the_equation_of_a_delay_is_stated_where_there_is_one(name, equation):
    model = MODEL.replace("[pk.A]\n", f"[pk.A]\n{name} = 0.3\n")
    assert equation in " ".join(exposure_text(fit_from_prior(model, PEOPLE, draws=100)))
    assert f"{name} (" not in " ".join(exposure_text(fit_from_prior(MODEL, PEOPLE, draws=100)))


def test_kinetics_taken_as_known_are_stated_with_their_numbers():
    fit = fit_from_prior(MODEL, TABLE, draws=100)
    assert "where x is the concentration in plasma" in model_text(fit)["equation"]
    assert "People differ in clearance, volume and absorption" in " ".join(exposure_text(fit))
    text = methods_text(fit)
    for known in (
        "the apparent clearance (L/h) of B: 20",
        "the half-life (h) of B: 21",
        "the fraction of A unbound in plasma: 0.1",
        "people on A: clearance 0.4, volume 0.3, absorption 0.5",
    ):
        assert known in text


def test_errors_and_limits_of_concentrations_are_stated_where_they_are_fitted(people_table):
    model = """
exposure = "concentration"
[ec50.centre]
dist = "Normal"
mu = 2.0
sigma = 1.0
[emax.centre]
dist = "Normal"
mu = 2.0
sigma = 1.0
"""
    table = people_table.assign(concentration=5.0, concentration_unit="ng/mL", dose=None)
    measured = table.assign(concentration_sd=0.5)
    censored = table.assign(concentration=[None] + [5.0] * (len(table) - 1), concentration_loq=1.0)
    words = {"lognormal around the measured one": measured, "the limit times an unknown share": censored}
    for sentence, given in words.items():
        assert sentence in " ".join(exposure_text(fit_from_prior(model, given, draws=100)))
        assert sentence not in " ".join(exposure_text(fit_from_prior(model, table, draws=100)))
