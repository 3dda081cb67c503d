"""The fit that the examples in docstrings use."""

import sys

import pytest


@pytest.fixture(scope="session")
def example_fit():
    """Two drugs under the "emax" model, every level of evidence; the checks are stored in it."""
    import petfit
    from tests.helpers import MIXED_TABLE

    settings = petfit.Settings(draws=250, tune=500, target_accept=0.9, seed=11)
    return sys.modules["petfit.fit"].fit(MIXED_TABLE, "emax", settings=settings).with_checks()


@pytest.fixture(autouse=True)
def _example_fit_in_doctests(request, monkeypatch):
    if not isinstance(request.node, pytest.DoctestItem):
        yield
        return
    import petfit

    # pytest binds the module, once it has collected its examples, to the name of the function.
    monkeypatch.setattr(petfit, "fit", sys.modules["petfit.fit"].fit)
    namespace = request.getfixturevalue("doctest_namespace")
    namespace["fit"] = request.getfixturevalue("example_fit")
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")
