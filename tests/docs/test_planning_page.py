"""docs/planning.md: its code blocks run in order, and it describes every key of an arm."""

import re
from pathlib import Path

import pytest

import petfit
from petfit.planning.study_design import Arm, StudyDesign
from tests.cli.runner import run

pytestmark = [pytest.mark.docs, pytest.mark.slow]

PAGE = (Path(__file__).parents[2] / "docs" / "planning.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", PAGE, flags=re.M | re.S)


def test_the_blocks_run_in_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for kind, name, block in BLOCKS:
        text = re.sub(r"(--studies |studies=)\d+", r"\g<1>2", block)  # as many would take minutes
        text = re.sub(r"--max-people \d+", "--max-people 3", text)
        if kind == "toml":
            Path(name).write_text(text, encoding="utf-8")
        elif kind == "python":
            exec(text, {"petfit": petfit})
        else:
            for line in text.splitlines():
                here = ["--workers", 1] if " design " in line and " next " not in line else []
                code, _, err = run(*line.split()[1:], *here)
                assert code in (0, 1), err


def test_the_page_describes_every_key():
    for key in {**Arm.model_fields, **StudyDesign.model_fields}:
        assert f"`{key}`" in PAGE or f"[[{key}]]" in PAGE
