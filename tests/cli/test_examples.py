import shlex

import pytest

from petfit.cli import app
from petfit.cli.examples import EXAMPLES
from tests.cli.runner import run


def commands():
    """The names of all commands and their subcommands."""
    names = {name for name in app if not name.startswith("-")}
    return names | {f"{name} {part}" for name in names for part in app[name] if not part.startswith("-")}


def test_every_command_has_an_example():
    assert EXAMPLES.keys() == commands()


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_help_shows_the_example_and_the_exit_status(name):
    code, out, _ = run(*name.split(), "--help")
    assert code == 0
    shown = " ".join(out.split())
    assert EXAMPLES[name] in shown
    assert "Exit status: 0 done" in shown


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_is_a_command_with_known_options(name):
    program, *words = shlex.split(EXAMPLES[name])
    assert program == "petfit"
    assert " ".join(words).startswith(name)
    app.parse_args(words, exit_on_error=False, print_error=False)
