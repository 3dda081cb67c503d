"""Saved fits for the command line; every test runs in an empty folder."""

import pytest

from petfit.fit import STORED_CHECKS, Fit

DESIGN = """
drug = "X"
[[arms]]
n = 3
doses = [5, 20]
"""


@pytest.fixture(autouse=True)
def empty_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def saved(tmp_path_factory, prior_fit):
    """A fit without stored checks, as some of them fail: its draws are not those of its posterior."""
    fit = Fit(prior_fit.tree.copy())
    del fit.tree.attrs[STORED_CHECKS]
    return fit.save(tmp_path_factory.mktemp("cli") / "fit.nc")


@pytest.fixture(scope="module")
def ssri(tmp_path_factory, ssri_fit):
    return ssri_fit.save(tmp_path_factory.mktemp("cli") / "ssri.nc")


@pytest.fixture
def design(tmp_path):
    file = tmp_path / "design.toml"
    file.write_text(DESIGN)
    return file
