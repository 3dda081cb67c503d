"""The command line, one file a group of commands."""

from petfit.cli.app import main

__all__ = ["main"]
