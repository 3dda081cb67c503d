"""Runs the command line, in this process or as the installed command."""

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import pytest

from petfit.cli import main

CONSOLE = Path(sys.executable).with_name("petfit")


def run(*words):
    """Run a command in this process and return exit status, stdout and stderr."""
    out, err = io.StringIO(), io.StringIO()
    argv = mock.patch.object(sys, "argv", ["petfit", *map(str, words)])
    with argv, redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as stopped:
        main()
    return stopped.value.code, out.getvalue(), err.getvalue()


def run_process(*words, cwd):
    """Run the installed command in a process of its own."""
    return subprocess.run(
        [CONSOLE, *map(str, words)],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def assert_one_message(code, out, err, *words):
    """Assert exit status 2, an empty stdout, and one message on stderr that holds all `words`."""
    assert code == 2, err
    assert out == ""
    assert err.startswith("petfit: ")
    assert err.count("petfit: ") == 1
    assert "Traceback" not in err
    for word in words:
        assert word in err
