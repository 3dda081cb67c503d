"""docs/: every public name, command, script and term has its page on the site."""

import importlib.util
import re
from pathlib import Path

import pytest

import petfit
from petfit.cli import app
from petfit.cli.examples import EXAMPLES as COMMAND_EXAMPLES
from petfit.fit import Fit
from petfit.plots import FIGURES
from petfit.report.glossary import MEANINGS

pytestmark = pytest.mark.docs

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def load(name):
    """Import a module of docs/, which is no package."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


site_pages = load("site_pages")
PAGES = site_pages.pages()


def test_the_python_page_lists_every_public_name_once():
    text = (DOCS / "python.rst").read_text(encoding="utf-8")
    listed = re.findall(r"^   ([A-Za-z][\w.]*)$", text, flags=re.M)
    methods = [f"Fit.{name}" for name in vars(Fit) if not name.startswith("_") and name != "tree"]
    assert sorted(listed) == sorted([*petfit.__all__, *methods])


@pytest.mark.parametrize("name", site_pages.commands())
def test_a_command_has_a_page_with_its_options_its_example_and_its_exit_status(name):
    page = PAGES[f"shell/{name}.md"]
    assert page.startswith(f"# petfit {name}\n")
    examples = [text for command, text in COMMAND_EXAMPLES.items() if command.split()[0] == name]
    assert examples
    assert [example for example in examples if example not in page] == []
    assert "Exit status: 0 done" in page
    assert f"[petfit {name}]({name}.md)" in PAGES["shell/index.md"]
    command = app[name]
    parts = [command] if command.default_command else [command[part] for part in command if part[0] != "-"]
    arguments = [argument for part in parts for argument in part.assemble_argument_collection()]
    options = {option for argument in arguments for option in argument.names}
    assert {option for option in options if option.startswith("--") and option not in page} == set()


def test_the_glossary_is_that_of_the_report():
    for term, meaning in MEANINGS.items():
        assert f"\n{term}\n  {meaning}\n" in PAGES["glossary.md"]


def test_the_gallery_shows_every_script_unchanged_in_cells_below_its_title():
    scripts = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "examples").glob("*.py")}
    assert site_pages.EXAMPLES.keys() == scripts.keys()
    for name, text in scripts.items():
        title, shown = site_pages.EXAMPLES[name], PAGES[f"_build/examples/{name}.py"]
        without_title = shown.replace(f"\n{title}\n{'=' * len(title)}\n\n", "", 1)
        assert without_title.replace(site_pages.CELL, "") == text


NOTEBOOKS = sorted(
    path
    for path in DOCS.rglob("*.md")
    if path.read_text(encoding="utf-8").startswith("---\nfile_format: mystnb")
)


def test_the_site_has_seven_tutorials_sixteen_recipes_and_twelve_figures():
    assert len(list((DOCS / "tutorials").glob("*.md"))) == 7 + 1
    recipes = re.findall(r"^## (\d+)\. ", (DOCS / "cookbook.md").read_text(encoding="utf-8"), flags=re.M)
    assert recipes == [str(i) for i in range(1, 17)]
    assert sorted(site_pages.FIGURE_SCRIPTS) == sorted(FIGURES)
    assert len(FIGURES) == 12


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_ends_in_assertions_that_are_not_shown(path):
    last = path.read_text(encoding="utf-8").split("```{code-cell}")[-1]
    assert last.startswith("\n:tags: [remove-cell]\n")
    assert "\nassert " in last
    assert last.endswith("```\n")


def test_every_page_is_in_a_list_of_contents():
    pages = {
        path
        for path in DOCS.rglob("*.md")
        if not {"_build", "shell", "figures", "gallery", "api"} & set(path.parts)
    }
    listed = {DOCS / "index.md", DOCS / "glossary.md"}
    for path in pages:
        for tree in re.findall(r"```{toctree}\n(.*?)```", path.read_text(encoding="utf-8"), flags=re.S):
            names = re.findall(r"^(?:.*<)?([\w./]+)>?$", tree, flags=re.M)
            listed |= {(path.parent / f"{name}.md").resolve() for name in names}
    assert pages - listed == set()
