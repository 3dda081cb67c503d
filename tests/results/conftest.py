"""Draws that several tests of results share."""

import pytest

from tests.results.infinite_doses import infinite_doses


@pytest.fixture(scope="module")
def some_doses():
    return infinite_doses()
