import dataclasses

import pytest

from petfit.errors import PetfitError
from petfit.settings import Settings

LEAST = {"draws": 100, "tune": 100, "chains": 2, "max_depth": 1, "seed": 0, "cores": 1}


@pytest.mark.parametrize(("name", "least"), LEAST.items())
def test_the_smallest_number_is_allowed_and_one_less_is_refused_by_name(name, least):
    assert getattr(Settings(**{name: least}), name) == least
    with pytest.raises(PetfitError, match=f"{name} must be {least} or more, not {least - 1}"):
        Settings(**{name: least - 1})


@pytest.mark.parametrize("value", [0.0, 0.49, 1.0, 80.0, float("nan")])
def test_an_acceptance_rate_is_a_fraction_of_at_least_a_half(value):
    assert Settings(target_accept=0.5).target_accept == 0.5
    with pytest.raises(PetfitError, match="target_accept"):
        Settings(target_accept=value)


def test_the_defaults_are_several_chains_and_a_fixed_seed():
    assert Settings() == Settings()
    assert Settings().chains >= 4
    assert Settings().cores is None


def test_settings_cannot_be_changed_once_made():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().draws = 5
