import pytest

from petfit.errors import PetfitError
from petfit.evidence.files import check_target, write_texts


def test_files_are_written_together_without_leftovers(tmp_path):
    one, two = tmp_path / "one.tsv", tmp_path / "two.json"
    one.write_text("old")
    write_texts({one: "ß\n", two: "b"})
    assert (one.read_bytes(), two.read_bytes()) == ("ß\n".encode(), b"b")
    assert sorted(tmp_path.iterdir()) == [one, two]


def test_no_file_changes_if_one_cannot_be_written(tmp_path):
    one, two = tmp_path / "one.tsv", tmp_path / "folder"
    one.write_text("old")
    two.mkdir()
    with pytest.raises(PetfitError, match=r"folder: this is not a file"):
        write_texts({one: "new", two: "b"})
    assert one.read_text() == "old"
    assert sorted(tmp_path.iterdir()) == [two, one]


def test_a_full_disk_changes_no_file(tmp_path, monkeypatch):
    one, two = tmp_path / "one.tsv", tmp_path / "two.json"
    one.write_text("old")

    def full(path, text, **_):
        if "two" in path.name:
            raise OSError(28, "No space left on device")
        path.write_bytes(text.encode())

    monkeypatch.setattr("pathlib.Path.write_text", full)
    with pytest.raises(PetfitError, match=r"two\.json: cannot be written \(No space left"):
        write_texts({one: "new", two: "b"})
    assert one.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [one]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(PetfitError, match=r"there is no folder .*nowhere\. Create it"):
        check_target(tmp_path / "nowhere" / "one.tsv")


def test_the_folder_of_the_bids_app_is_refused(tmp_path):
    folder = tmp_path / "derivatives" / "petfit" / "sub-01"
    folder.mkdir(parents=True)
    with pytest.raises(PetfitError, match="belongs to PETFit"):
        check_target(folder / "fit.nc")
    assert check_target(tmp_path / "derivatives" / "fit.nc")
