"""The command line: one file for each group of commands; a command imports what it needs when it runs."""

from petfit.cli import (
    answer_commands,
    check_commands,
    data_commands,
    fit_command,
    model_commands,
    planning_commands,
    plot_command,
    simulate_command,
    summary_commands,
    time_commands,
)
from petfit.cli.app import app, main
from petfit.cli.examples import add_examples

__all__ = [
    "answer_commands",
    "app",
    "check_commands",
    "data_commands",
    "fit_command",
    "main",
    "model_commands",
    "planning_commands",
    "plot_command",
    "simulate_command",
    "summary_commands",
    "time_commands",
]

add_examples(app)
