"""What a script or a notebook needs: arguments, one-line representations, the version."""

from importlib.metadata import version

import pandas as pd
import pytest

import petfit
from petfit.errors import PetfitError

TABLE = pd.DataFrame({"drug": "A", "mg": [5.0, 10.0, 40.0], "value": [0.38, 0.55, 0.77]})


def test_version():
    assert petfit.__version__ == version("petfit")


def test_settings_and_columns_are_arguments_of_fit():
    fit = petfit.fit(TABLE, "one_site", columns={"dose": "mg"}, draws=100, tune=100, chains=2, seed=3)
    assert [fit.attrs[name] for name in ("draws", "tune", "chains", "seed")] == [100, 100, 2, 3]
    assert fit.design.rows["exposure_low"].tolist() == [5.0, 10.0, 40.0]


def test_a_typo_in_an_argument_is_named():
    with pytest.raises(TypeError, match="'chians'"):
        petfit.fit(TABLE, chians=2)
    with pytest.raises(PetfitError, match="draws must be 100 or more"):
        petfit.fit(TABLE, columns={"dose": "mg"}, draws=5)


def test_draws_are_those_of_each_answer(prior_fit):
    draws = prior_fit.draws(0.6, "new_subject")
    assert (draws["ec50"].to_numpy() == prior_fit.ec50_draws("new_subject").to_numpy()).all()
    dose = prior_fit.dose_for_occupancy_draws(0.6, "new_subject").squeeze("occupancy")
    assert (draws["dose"].to_numpy() == dose.to_numpy()).all()
    assert len(draws.to_dataframe()) == draws["dose"].size


def test_a_representation_is_one_line_and_has_html(prior_fit):
    shown = [prior_fit, prior_fit.check()[0], petfit.compare({"a": prior_fit, "b": prior_fit})]
    assert repr(prior_fit.design) == "<petfit.Design of A, B: 9 rows, 3 effects>"
    for value in [*shown, prior_fit.evidence, prior_fit.spec]:
        assert repr(value).startswith("<petfit.")
        assert "\n" not in repr(value)
        assert value._repr_html_().startswith("<")


def test_a_model_is_printed_in_a_line_for_each_part_and_prior():
    spec = petfit.read_model("scan").with_prior("ec50.centre", sigma=0.123)
    lines = str(spec).splitlines()
    assert lines[1] == "curve: emax over dose"
    for name in (*spec.parameters, *spec.scan_parameters, *spec.residuals):
        assert any(line.startswith(f"{name}: ") for line in lines)
    assert [line.strip() for line in lines[lines.index("priors:") + 1 :]] == [
        f"{path}: {prior}" for path, prior in spec.each_prior()
    ]


def test_the_summary_has_the_answers_of_each_method(prior_fit):
    summary = prior_fit.summary(0.6)
    for person in ("typical", "new_subject"):
        shown = summary.xs(person, level="predict_for")
        dose = prior_fit.dose_for_occupancy(0.6, person).squeeze("occupancy")
        assert shown["ec50"].tolist() == prior_fit.ec50(person)["median"].to_numpy().tolist()
        assert shown["emax_high"].tolist() == prior_fit.emax(person)["high"].to_numpy().tolist()
        assert shown["target_dose_low"].tolist() == dose["low"].to_numpy().tolist()


def test_a_prior_is_replaced_and_checked_at_once():
    spec = petfit.read_model("ssri")
    narrow = spec.with_prior("ec50.centre", sigma=0.5)
    priors = dict(narrow.each_prior())
    assert priors["ec50.centre"].model_dump()["sigma"] == 0.5
    others = {path: prior for path, prior in spec.each_prior() if path != "ec50.centre"}
    assert {path: priors[path] for path in others} == others
    assert priors["ec50.centre"].source == ""
    for path, _ in spec.each_prior():
        assert path in dict(spec.with_prior(path, source="ours").each_prior())


@pytest.mark.parametrize(
    ("path", "arguments", "message"),
    [
        ("ec50.center", {"sigma": 0.5}, "Did you mean 'ec50.centre'"),
        ("ec50.centre", {"sgima": 0.5}, "sgima"),
        ("ec50.centre", {"sigma": -1.0}, "sigma"),
        ("ec50.centre", {"dist": "Norml", "mu": 0.0, "sigma": 1.0}, "Norm"),
    ],
)
def test_a_wrong_prior_is_refused(path, arguments, message):
    with pytest.raises(PetfitError, match=message):
        petfit.read_model("emax").with_prior(path, **arguments)
