import numpy as np
import pandas as pd
import pytest

import petfit
from petfit.checks import CHECKS
from petfit.checks.record import Check
from petfit.checks.stored_checks import with_checks
from petfit.cli.screen import LINES, screen
from tests.cli.runner import run
from tests.helpers import fit_from_prior, slow_but, with_changed_draws

FILE = "fit.nc"


def many_drugs(count, ending=""):
    """A fit of so many drugs, from the prior."""
    rows = [
        {"drug": f"compound-{i:02d}{ending}", "dose": dose, "value": 0.1 * dose}
        for i in range(count)
        for dose in (2.0, 4.0, 8.0)
    ]
    return fit_from_prior(petfit.read_model("emax"), pd.DataFrame(rows), draws=100)


@pytest.fixture
def object_to(monkeypatch):
    """Make some checks object with a long sentence."""

    def change(**results):
        for name, result in results.items():
            sentence = f"{name} objects: " + "something is wrong with it, " * 4 + "so do this."
            check = Check(name, result, sentence, pd.DataFrame())
            monkeypatch.setitem(CHECKS, name, lambda _fit, check=check: check)

    return change


def assert_fits_a_screen(text):
    lines = text.splitlines()
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    "ending", slow_but(["-hydrochloride-extended-release"], ["", "-hydrochloride-extended-release"])
)
@pytest.mark.parametrize("count", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in (2, 5, 6)), 14])
def test_any_number_of_drugs_fits_the_screen(count, ending):
    text = screen(many_drugs(count, ending), FILE)
    assert_fits_a_screen(text)
    if ending:
        return
    n_shown = text.count("compound-")
    assert n_shown >= min(count, 4)
    assert (f"{count - n_shown} more drugs: petfit dose fit.nc" in text) == (n_shown < count)
    assert ("petfit dose fit.nc --for new_subject" in text) != ("new person" in text)


def test_the_bundled_fit_fits_the_screen_with_its_answers_first(ssri_fit):
    text = screen(ssri_fit, FILE)
    assert_fits_a_screen(text)
    assert (
        text.index("citalopram")
        < text.index("Usable: no check found a problem with the fit; its data have limits.")
        < text.index("Limit: ")
    )
    assert "Not run: leave-one-study-out, other assumptions (petfit check fit.nc --refit)." in text
    assert "For research, not for treating people." in text


@pytest.mark.parametrize("count", [1, 5])
def test_problems_come_first_and_fit_the_screen(object_to, count):
    object_to(shape="WARN", energy="FAIL", posterior_predictive="WARN", convergence="FAIL")
    text = screen(many_drugs(count), FILE)
    assert_fits_a_screen(text)
    assert text.startswith("Do not use these answers: ")
    assert text.splitlines()[1].startswith("Problem (convergence): ")


def test_sentences_for_which_there_is_no_room_are_counted(object_to):
    object_to(
        **dict.fromkeys(["shape", "energy", "posterior_predictive", "convergence", "divergences"], "WARN")
    )
    text = screen(many_drugs(5), FILE)
    n_found = int(text.split(" problems were found.")[0].split()[-1])
    assert f"And {n_found - text.count('Problem (')} more: petfit check fit.nc." in text


def test_a_warning_of_the_data_does_not_come_first(object_to):
    object_to(**dict.fromkeys(CHECKS, "PASS") | {"prior_sensitivity": "WARN"})
    text = screen(many_drugs(1), FILE)
    assert text.index("typical person") < text.index("Usable: ")
    assert "prior_sensitivity objects" in text


def test_every_command_that_is_named_exists_and_shows_its_part(ssri_fit, tmp_path):
    file = with_checks(ssri_fit).save(tmp_path / "fit.nc")
    details = next(
        line for line in screen(ssri_fit, file, width=500).splitlines() if line.startswith("Details")
    )
    outputs = {}
    for command in details.removeprefix("Details: ").split(", "):
        code, outputs[command.split()[1]], err = run(*command.split()[1:])
        assert (code, err) == (0, "")
    assert "PASS  convergence" in outputs["check"]
    assert "EC50 (ED50)" in outputs["parameters"]
    assert "Assumed: n = 5" in outputs["evidence"]
    assert "reason for exclusion" in outputs["evidence"]


def test_an_infinite_dose_is_shown_and_explained(prior_fit):
    low = with_changed_draws(prior_fit, "posterior", logit_emax=lambda draws: np.zeros_like(draws))
    text = screen(low, FILE)
    assert_fits_a_screen(text)
    assert "∞: no dose reaches 80 %" in text
