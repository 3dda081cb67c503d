import pytest

from petfit.model.parameter_labels import parameter_labels
from tests.helpers import fit_from_prior
from tests.plasma_model import MODEL, TABLE


@pytest.mark.parametrize("fixture", ["prior_fit", "ssri_fit", "scans_fit", "both_fit"])
def test_every_parameter_with_a_prior_has_a_label_of_its_own(fixture, request):
    fit = request.getfixturevalue(fixture)
    names = [name for name, _, _ in fit.parameters_with_priors()]
    labels = parameter_labels(fit.design)
    assert set(names) == set(labels)
    assert len(set(labels.values())) == len(names)
    assert not any("_" in label for label in labels.values() if "BP_ND" not in label)


def test_kinetics_have_labels():
    fit = fit_from_prior(MODEL, TABLE, draws=100)
    labels = parameter_labels(fit.design)
    assert {name for name, _, _ in fit.parameters_with_priors()} == set(labels)
    assert any(label.startswith("apparent clearance") for label in labels.values())


def test_a_shift_names_its_reference(ssri_fit):
    labels = parameter_labels(ssri_fit.design)
    assert labels["log_ec50_drug_regimen paroxetine:single"].startswith("shift of log EC50 from regimen")
