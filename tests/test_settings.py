import dataclasses

import numpy as np
import pytest

from petfit.errors import PetfitError
from petfit.settings import Settings

LOWEST = {"draws": 100, "tune": 100, "chains": 2, "max_depth": 1, "seed": 0, "cores": 1}


@pytest.mark.parametrize(("name", "lowest"), LOWEST.items())
def test_numbers_below_the_lowest_are_refused(name, lowest):
    assert getattr(Settings(**{name: lowest}), name) == lowest
    with pytest.raises(PetfitError, match=f"{name} must be {lowest} or more, not {lowest - 1}"):
        Settings(**{name: lowest - 1})


@pytest.mark.parametrize("value", [0.0, 0.49, 1.0, 80.0, float("nan")])
def test_target_accept_lies_between_one_half_and_1(value):
    assert Settings(target_accept=0.5).target_accept == 0.5
    with pytest.raises(PetfitError, match="target_accept"):
        Settings(target_accept=value)


@pytest.mark.parametrize(
    "numbers", [{"draws": 1e3}, {"seed": None}, {"chains": "4"}, {"cores": 1.5}, {"target_accept": "0.9"}]
)
def test_what_is_no_such_number_is_refused_by_name(numbers):
    with pytest.raises(PetfitError, match=f"^{next(iter(numbers))} must"):
        Settings(**numbers)


def test_whole_numbers_of_numpy_are_ints():
    assert type(Settings(draws=np.int64(500)).draws) is int


def test_defaults_have_several_chains_and_a_fixed_seed():
    assert Settings() == Settings()
    assert Settings().chains >= 4
    assert Settings().cores is None


def test_settings_are_immutable():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().draws = 5


@pytest.mark.parametrize(
    "numbers", [{"draws": 10**12}, {"chains": 10**9}, {"tune": 10**8}, {"draws": 300_000}]
)
def test_more_than_a_million_draws_are_refused(numbers):
    with pytest.raises(PetfitError, match="at most 1,000,000"):
        Settings(**numbers)
