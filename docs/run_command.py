"""A directive that runs commands when the site is built, and shows what they print.

All commands run in order in one folder. A command that fails, fails the build.
"""

import os
import shlex
import subprocess
import sys
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

__all__ = ["FOLDER", "RunCommand", "setup"]

FOLDER = "_build/run"
"""Where the commands run, below docs/."""


class RunCommand(SphinxDirective):
    """Run each line of the content, and show it after a prompt with what it prints."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return one literal block."""
        shown = "\n\n".join(f"$ {line}\n{self._output(line)}" for line in self.content)
        return [nodes.literal_block(shown, shown, language="console")]

    def _output(self, line: str) -> str:
        program, *words = shlex.split(line)
        done = subprocess.run(
            [Path(sys.executable).with_name(program), *words],
            cwd=Path(self.env.srcdir) / FOLDER,
            env=os.environ | {"COLUMNS": "80", "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise self.error(f"{line}\n{done.stdout}")
        return "\n".join(text.rstrip() for text in done.stdout.splitlines())


def setup(app):
    """Add the directive ``run``."""
    app.add_directive("run", RunCommand)
    return {"parallel_read_safe": False}
