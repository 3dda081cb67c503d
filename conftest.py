"""The fit that the examples in docstrings use."""

import pytest


@pytest.fixture(scope="session")
def example_fit():
    """Two drugs under the "emax" model; the draws come from the prior, so that nothing is sampled."""
    import petfit
    from tests.helpers import MIXED_TABLE, fit_from_prior

    return fit_from_prior(petfit.read_model("emax"), MIXED_TABLE, draws=250)


@pytest.fixture(autouse=True)
def _example_fit_in_doctests(request):
    if isinstance(request.node, pytest.DoctestItem):
        namespace = request.getfixturevalue("doctest_namespace")
        namespace["fit"] = request.getfixturevalue("example_fit")
