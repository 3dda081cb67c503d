"""The application: help, version, exit codes and error messages."""

from __future__ import annotations

import io
import os
import sys

from cyclopts import App, CycloptsError

from petfit.errors import EvidenceError, PetfitError

__all__ = ["app", "main"]

app = App(
    name="petfit",
    help="""Bayesian PET occupancy fitting: EC50, and the dose that reaches an occupancy.

For research, not for treating people.

Exit status: 0 done, 1 a check failed, 2 bad input or usage.""",
    version_flags=["--version"],
    suppress_keyboard_interrupt=False,  # `main` prints its own message
)


def main() -> None:
    """Run a command and exit: 0 done, 1 a check failed, 2 bad input or usage."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_run())


def _run() -> int:
    try:
        return app(sys.argv[1:], exit_on_error=False, print_error=False, result_action="return_value") or 0
    except (PetfitError, CycloptsError) as error:
        _print_error(error)
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"petfit: {error.filename or 'a file'}: {error.strerror}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("petfit: stopped, nothing was written", file=sys.stderr)
        return 130


def _print_error(error: Exception) -> None:
    """Print one message; on a terminal, the problems of a table of evidence as a table."""
    if isinstance(error, EvidenceError) and sys.stderr.isatty():
        from petfit.cli import terminal

        terminal.print_problems(error)
    else:
        print(f"petfit: {error}", file=sys.stderr)
