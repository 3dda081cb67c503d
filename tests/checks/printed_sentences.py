"""The sentences of warnings and failures in docs/checks.md."""

import re
from functools import cache
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"


@cache
def printed_sentences():
    """What the tables of the page say that checks print; an ellipsis stands for names and numbers."""
    rows = PAGE.read_text(encoding="utf-8").split("| printed | what to do |\n|---|---|\n")[1:]
    return [
        line.split(" | ")[0].removeprefix("| ")
        for table in rows
        for line in table.split("\n\n")[0].splitlines()
    ]


def is_printed(text):
    """Whether a text consists of such sentences."""
    patterns = [".+".join(map(re.escape, sentence.split("…"))) for sentence in printed_sentences()]
    return re.fullmatch(f"(?:(?:{'|'.join(patterns)})(?: |$))+", text) is not None
