"""Every public name has a numpydoc docstring with its parameters, what it returns, and an example."""

import inspect
import re

import pytest

import petfit
from petfit.fit import Fit

PUBLIC = {name: getattr(petfit, name) for name in petfit.__all__} | {
    f"Fit.{name}": value for name, value in vars(Fit).items() if not name.startswith("_") and name != "tree"
}
CALLABLE = {name: value for name, value in PUBLIC.items() if inspect.isfunction(value)}


def parameters(function):
    return [name for name in inspect.signature(function).parameters if name != "self"]


def section(docstring, title):
    """The text of a section of a docstring, empty if there is none."""
    found = re.search(rf"^{title}\n-+\n(.*?)(?=\n\n\w[\w ]*\n-+\n|\Z)", docstring, re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_has_an_example(name):
    assert ">>> " in section(inspect.getdoc(PUBLIC[name]), "Examples")


@pytest.mark.parametrize("name", CALLABLE)
def test_a_public_function_describes_its_parameters_and_what_it_returns(name):
    docstring = inspect.getdoc(CALLABLE[name])
    headings = re.findall(r"^[*]*(\w[\w, ]*)(?: : .*)?$", section(docstring, "Parameters"), re.MULTILINE)
    described = [parameter for heading in headings for parameter in heading.split(", ")]
    assert sorted(described) == sorted(parameters(CALLABLE[name]))
    assert section(docstring, "Returns") or section(docstring, "Yields")
