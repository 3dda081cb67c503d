import json
from pathlib import Path
from unittest.mock import Mock

import pandas as pd
import pytest

from petfit.errors import PetfitError
from petfit.report import write
from petfit.report.fit_page import fit_page
from tests.helpers import fail_to_write

pytestmark = pytest.mark.usefixtures("without_figures")

OLD_PAGE = '<meta name="generator" content="petfit">old'


def test_a_page_replaces_an_older_one_and_its_tables_are_next_to_it(tmp_path, prior_fit):
    path = tmp_path / "page.html"
    path.write_text(OLD_PAGE)
    for _ in range(2):
        assert prior_fit.report(path) == path
        assert path.read_text(encoding="utf-8") == write.render(prior_fit)
        assert {path.name for path in tmp_path.iterdir()} == {"page.html", "page_tables"}
    folder = tmp_path / "page_tables"
    for table in write.page_tables(fit_page(prior_fit)):
        record = json.loads((folder / f"{table.name}.json").read_text(encoding="utf-8"))
        assert len(record["rows"]) == len(table.frame)
        flat = pd.read_csv(folder / f"{table.name}.tsv", sep="\t", keep_default_na=False)
        assert list(flat.columns) == list(table.frame.columns)
        assert len(flat) == len(table.frame)
    assert (folder / "model.toml").read_text(encoding="utf-8") == prior_fit.spec.to_toml()


@pytest.mark.parametrize("name", ["doses.tsv", "contents.json", "model.toml"])
def test_files_that_petfit_did_not_write_are_not_replaced(tmp_path, prior_fit, name):
    folder = tmp_path / "page_tables"
    folder.mkdir()
    (folder / name).write_text("mine")
    with pytest.raises(PetfitError, match=rf"contains {name}, which petfit did not write"):
        prior_fit.report(tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == [folder]
    assert (folder / name).read_text() == "mine"


def test_outdated_tables_of_an_older_page_are_removed(tmp_path, prior_fit, scans_fit):
    tables = []
    for fit in (prior_fit, scans_fit, prior_fit):
        folder = fit.report(tmp_path / "page.html").with_name("page_tables")
        tables.append({path.name for path in folder.iterdir()})
        contents = json.loads((folder / "contents.json").read_text(encoding="utf-8"))
        assert tables[-1] == {"contents.json", *contents["files"]}
    assert tables[0] == tables[2] != tables[1]
    assert tables[0] - tables[1]


@pytest.mark.parametrize("name", ["../mine.txt", 5, ["x"]])
def test_files_outside_the_folder_of_tables_are_not_removed(tmp_path, prior_fit, name):
    folder = prior_fit.report(tmp_path / "page.html").with_name("page_tables")
    (tmp_path / "mine.txt").write_text("mine")
    path = folder / "contents.json"
    contents = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**contents, "files": [*contents["files"], name]}))
    prior_fit.report(tmp_path / "page.html")
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_other_files_in_the_folder_of_tables_are_kept(tmp_path, prior_fit):
    prior_fit.report(tmp_path / "page.html")
    (tmp_path / "page_tables" / "mine.txt").write_text("mine")
    prior_fit.report(tmp_path / "page.html")
    assert (tmp_path / "page_tables" / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("step", ["replace", "write"])
def test_a_failed_write_leaves_the_old_page_and_nothing_else(tmp_path, prior_fit, monkeypatch, step):
    path, error = tmp_path / "page.html", OSError(28, "No space left on device")
    path.write_text(OLD_PAGE)
    if step == "write":
        fail_to_write(monkeypatch, error)
    else:
        monkeypatch.setattr(Path, "replace", Mock(side_effect=error))
    with pytest.raises(PetfitError, match="No space left"):
        prior_fit.report(path)
    monkeypatch.undo()
    assert path.read_text() == OLD_PAGE
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_while_the_page_is_rendered_leaves_the_old_one(tmp_path, prior_fit, monkeypatch):
    path = tmp_path / "page.html"
    path.write_text(OLD_PAGE)
    monkeypatch.setattr(write, "fit_page", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        prior_fit.report(path)
    assert path.read_text() == OLD_PAGE
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["nowhere/page.html", "folder"])
def test_a_path_that_cannot_be_written_is_rejected(tmp_path, prior_fit, name):
    (tmp_path / "folder").mkdir()
    with pytest.raises(PetfitError, match=r"cannot be written|there is no folder|not a file"):
        prior_fit.report(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
