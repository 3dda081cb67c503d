"""The application: help, version, exit codes and error messages."""

from __future__ import annotations

import atexit
import io
import os
import signal
import sys
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory

from cyclopts import App, CycloptsError, Parameter

from petfit.errors import EvidenceError, PetfitError

__all__ = ["app", "main"]

_LONGEST_CAUSE = 300
"""Characters of the message of an error that petfit did not foresee."""

app = App(
    name="petfit",
    help="""Bayesian PET occupancy fitting: EC50, and the dose that reaches an occupancy.

For research, not for treating people.

Exit status: 0 done, 1 a check failed, 2 bad input or usage, 130 stopped.

With --debug, an error is printed with its traceback.""",
    version_flags=["--version"],
    default_parameter=Parameter(negative=()),  # no --no-force, no --empty-window
    suppress_keyboard_interrupt=False,  # `main` prints its own message
)


def main() -> None:
    """Run a command and exit: 0 done, 1 a check failed, 2 bad input or usage, 130 stopped."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the caller
            setattr(sys, name, io.StringIO())
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    os.environ["MPLBACKEND"] = "agg"  # not that of a notebook that runs this command
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stop as after Ctrl-C
    words = [word for word in sys.argv[1:] if word != "--debug"]
    _lend_home()
    sys.exit(_run(words, debug="--debug" in sys.argv))


def _lend_home() -> None:
    """Set a home folder, empty and removed at exit, where there is none: ArviZ cannot be imported without."""
    try:
        Path.home()
    except RuntimeError:
        folder = TemporaryDirectory(prefix="petfit-")
        atexit.register(folder.cleanup)
        os.environ["HOME"] = folder.name


def _run(words: list[str], *, debug: bool) -> int:
    try:
        _check_docstrings()
        status = app(words, exit_on_error=False, print_error=False, result_action="return_value") or 0
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        _flush_or_discard()
        return 0
    except SystemExit:  # rich's answer to a broken pipe
        return 0
    except KeyboardInterrupt:
        print("petfit: stopped. No file is half written.", file=sys.stderr)
        return 130
    except Exception as error:
        if debug:
            traceback.print_exc()
        _print_error(error)
        _flush_or_discard()
        return 2


def _check_docstrings() -> None:
    if sys.flags.optimize > 1:
        raise PetfitError(
            "Python removes docstrings with -OO or PYTHONOPTIMIZE=2, and ArviZ fails without. Use -O at most."
        )


def _flush_or_discard() -> None:
    """Write what is left of the output; discard it where that fails, for Python tries again at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print_error(error: Exception) -> None:
    """Print one message; on a terminal, the problems of a table of evidence as a table."""
    if isinstance(error, EvidenceError) and sys.stderr.isatty():
        from petfit.cli import terminal

        terminal.print_problems(error)
    else:
        print(f"petfit: {_message(error)}", file=sys.stderr)


def _message(error: Exception) -> str:
    """Return the sentence that is printed about an error."""
    if isinstance(error, PetfitError):
        return error.in_shell
    if isinstance(error, CycloptsError):
        return str(error)
    if isinstance(error, MemoryError):
        return "memory ran out. Use fewer draws or chains, a smaller table, or a machine with more memory."
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'the output'}: {error.strerror}"
    if isinstance(error, UnicodeEncodeError):
        return f"{error.object!r} is not valid Unicode. Type it again, in UTF-8."
    cause = " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST_CAUSE]
    return f"an error in petfit itself ({cause}). Please report it to its authors with the output of --debug."
