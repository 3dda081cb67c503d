"""The order of the packages: each imports only what stands to its right."""

import ast
from collections import Counter
from pathlib import Path

import pytest

import petfit

PACKAGE = Path(petfit.__file__).parent
ORDER = ["cli", "report", "planning", "plots", "checks", "results", "fit", "inference", "model", "evidence"]
"""From left to right; plots and checks stand side by side."""
SIDE_BY_SIDE = {"plots", "checks"}
FOR_ALL = {"errors", "python_words", "settings", ""}
FACADE = {"fit", "__init__", "__main__"}
"""What users call: it hands on to every package, inside its functions."""


def layer(path):
    """Return the package, or the module at the root, that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def is_type_checking(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imports(tree, *, in_functions):
    """Yield the modules of petfit that are imported at run time."""
    stack = list(tree.body)
    while stack:
        node = stack.pop()
        if is_type_checking(node) or (not in_functions and isinstance(node, ast.FunctionDef)):
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "petfit":
            if node.module == "petfit":
                yield from (f"petfit.{alias.name}" for alias in node.names)
            else:
                yield node.module
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "petfit")
        stack += ast.iter_child_nodes(node)


def imported_layers(path):
    facade = layer(path) in FACADE
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {module.split(".")[1] for module in imports(tree, in_functions=not facade) if "." in module}


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_packages_to_the_right(path):
    here = layer(path)
    if here in {"__init__", "__main__"}:
        return
    wrong = [
        there
        for there in imported_layers(path) - FOR_ALL - {here}
        if here in FOR_ALL or ORDER.index(there) < ORDER.index(here) or {here, there} == SIDE_BY_SIDE
    ]
    assert not wrong, f"{path} imports from {', '.join(wrong)}"


def test_the_root_holds_at_most_eight_files():
    assert len([path for path in PACKAGE.iterdir() if path.is_file()]) <= 8


def test_no_two_modules_share_a_name():
    names = Counter(path.name for path in MODULES if path.name not in {"__init__.py", "base.py"})
    assert [name for name, count in names.items() if count > 1] == []


def test_every_module_has_a_package_in_the_tests():
    packages = {layer(path) for path in MODULES if path.parent != PACKAGE}
    folders = {path.name for path in Path(__file__).parent.iterdir() if path.is_dir()}
    assert packages <= folders
