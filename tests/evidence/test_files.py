import signal
import subprocess
import sys

import pytest

from petfit.errors import PetfitError
from petfit.evidence.files import check_target, write_files
from tests.helpers import fail_to_write


def test_files_are_written_together_without_leftovers(tmp_path):
    one, two = tmp_path / "one.tsv", tmp_path / "two.json"
    one.write_text("old")
    write_files({one: "ß\n", two: "b"})
    assert (one.read_bytes(), two.read_bytes()) == ("ß\n".encode(), b"b")
    assert sorted(tmp_path.iterdir()) == [one, two]


def test_no_file_changes_if_one_cannot_be_written(tmp_path):
    one, two = tmp_path / "one.tsv", tmp_path / "folder"
    one.write_text("old")
    two.mkdir()
    with pytest.raises(PetfitError, match=r"folder: this is not a file"):
        write_files({one: "new", two: "b"})
    assert one.read_text() == "old"
    assert sorted(tmp_path.iterdir()) == [two, one]


def test_a_full_disk_changes_no_file(tmp_path, monkeypatch):
    one, two = tmp_path / "one.tsv", tmp_path / "two.json"
    one.write_text("old")

    fail_to_write(monkeypatch, OSError(28, "No space left on device"), name="two")
    with pytest.raises(PetfitError, match=r"two\.json: cannot be written \(No space left"):
        write_files({one: "new", two: "b"})
    assert one.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [one]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(PetfitError, match=r"there is no folder .*nowhere\. Create it"):
        check_target(tmp_path / "nowhere" / "one.tsv")


def test_a_folder_that_cannot_be_written_to_is_refused_before_any_work(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(PetfitError, match=r"one\.tsv: the folder .* cannot be written to"):
        check_target(tmp_path / "one.tsv")


def test_the_file_behind_a_link_is_written(tmp_path):
    (tmp_path / "archive").mkdir()
    link, file = tmp_path / "one.tsv", tmp_path / "archive" / "file.tsv"
    link.symlink_to(file)
    for text in ("new", "newer"):
        write_files({link: text})
        assert link.is_symlink()
        assert file.read_text() == text
    assert sorted(tmp_path.rglob("*")) == [file.parent, file, link]


def test_the_folder_of_the_bids_app_is_refused(tmp_path):
    folder = tmp_path / "derivatives" / "petfit" / "sub-01"
    folder.mkdir(parents=True)
    with pytest.raises(PetfitError, match="belongs to PETFit"):
        check_target(folder / "fit.nc")
    assert check_target(tmp_path / "derivatives" / "fit.nc")


WRITE_AND_WAIT = """
import sys
from pathlib import Path
from petfit.evidence.files import write_files
replace = Path.replace
def wait_and_replace(path, target):
    print("written", flush=True)
    sys.stdin.read()
    return replace(path, target)
Path.replace = wait_and_replace
write_files({Path(sys.argv[1]): "new"})
"""


def written_in_part(target):
    """A process that has written a file, and waits before it moves the file into place."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE_AND_WAIT, target],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=target.parent,
    )
    assert process.stdout.readline() == b"written\n"
    return process


@pytest.mark.skipif(sys.platform == "win32", reason="no such locks there")
def test_the_part_of_a_killed_process_is_removed_by_the_next(tmp_path):
    with written_in_part(tmp_path / "one.tsv") as process:
        process.send_signal(signal.SIGKILL)
    assert [path.name[:13] for path in tmp_path.iterdir()] == [".petfit-part-"]
    write_files({tmp_path / "two.tsv": "whole"})
    assert [path.name for path in tmp_path.iterdir()] == ["two.tsv"]


@pytest.mark.skipif(sys.platform == "win32", reason="no such locks there")
def test_the_part_of_a_running_process_is_kept(tmp_path):
    target = tmp_path / "one.tsv"
    with written_in_part(target) as process:
        write_files({target: "from another process"})
        assert target.read_text() == "from another process"
        process.communicate(b"go")
    assert process.returncode == 0
    assert target.read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]
