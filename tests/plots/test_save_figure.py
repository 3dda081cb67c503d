import pytest
from matplotlib.figure import Figure

from petfit.errors import PetfitError
from petfit.plots.save_figure import save_figure
from tests.helpers import fail_to_write


@pytest.mark.parametrize(("suffix", "start"), [("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_suffix_decides_the_format(suffix, start, tmp_path):
    save_figure(lambda: [Figure().subplots()], tmp_path / f"figure.{suffix}")
    assert (tmp_path / f"figure.{suffix}").read_bytes().startswith(start)


def test_missing_folder_is_an_error_of_petfit(tmp_path):
    with pytest.raises(PetfitError, match="there is no folder"):
        save_figure(lambda: [Figure().subplots()], tmp_path / "none" / "figure.svg")


def test_a_full_disk_changes_no_figure(tmp_path, monkeypatch):
    path = tmp_path / "figure.pdf"
    save_figure(lambda: [Figure().subplots()], path)
    before = path.read_bytes()
    fail_to_write(monkeypatch, OSError(28, "No space left on device"))
    with pytest.raises(PetfitError, match=r"figure\.pdf: cannot be written \(No space left on device\)"):
        save_figure(lambda: [Figure().subplots()], path)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
