"""README.md: its Python example runs."""

import re
from pathlib import Path

import pytest

import petfit

pytestmark = [pytest.mark.docs, pytest.mark.slow]

PAGE = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_python_example_runs_on_the_bundled_drugs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"^```python\n(.*?)^```$", PAGE, flags=re.M | re.S)
    bundled = code.replace('petfit.fit("mytable.csv")', "petfit.fit()")
    exec(bundled, {"petfit": petfit})
    assert {path.name for path in tmp_path.iterdir()} >= {"curves.pdf", "report.html", "fit.nc"}


def test_the_page_is_short():
    assert len(PAGE.splitlines()) <= 120


def test_the_smallest_table_is_read(tmp_path):
    (table,) = re.findall(r"^```\n(drug,.*?)^```$", PAGE, flags=re.M | re.S)
    (tmp_path / "mytable.csv").write_text(table, encoding="utf-8")
    assert len(petfit.read_evidence(tmp_path / "mytable.csv").used) == 3
