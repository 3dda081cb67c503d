"""Each script in examples/ runs, and is short enough to be read at once."""

import runpy
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

SCRIPTS = sorted((Path(__file__).parents[2] / "examples").glob("*.py"))

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_an_example_runs_and_has_at_most_forty_lines(script, tmp_path, monkeypatch, capsys):
    assert len(script.read_text(encoding="utf-8").splitlines()) <= 40
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(script))
    plt.close("all")
    assert capsys.readouterr().out
