"""docs/tables.md: every code block runs."""

import dataclasses
import re
from pathlib import Path

import pandas as pd
import pytest

import petfit
from tests.cli.runner import run

pytestmark = pytest.mark.docs

TABLES = (Path(__file__).parents[2] / "docs" / "tables.md").read_text(encoding="utf-8")
PAGE_FILES = re.findall(r"^```(?:csv|tsv) (\S+)\n(.*?)^```$", TABLES, flags=re.M | re.S)


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A folder with the page's files."""
    monkeypatch.chdir(tmp_path)
    for name, text in PAGE_FILES:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("code", re.findall(r"^```python\n(.*?)^```$", TABLES, flags=re.M | re.S))
def test_a_python_example_runs(code):
    exec(code, {"petfit": petfit, "pandas": pd})


COMMANDS = re.findall(r"^```sh\npetfit (.*?)\n```$", TABLES, flags=re.M | re.S)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_runs(line):
    code, _, err = run(*line.split())
    assert code == 0, err


SHELL_NAMES = {"constants": "set"}


def test_the_page_describes_every_option():
    for option in dataclasses.fields(petfit.TableFormat):
        assert f"`{option.name}=" in TABLES
        assert f"`--{SHELL_NAMES.get(option.name, option.name)} " in TABLES
