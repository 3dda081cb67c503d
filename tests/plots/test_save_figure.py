import pytest
from matplotlib.figure import Figure

from petfit.errors import PetfitError
from petfit.plots import save_figure


@pytest.mark.parametrize(("suffix", "start"), [("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_suffix_decides_the_format(suffix, start, tmp_path):
    save_figure([Figure().subplots()], tmp_path / f"figure.{suffix}")
    assert (tmp_path / f"figure.{suffix}").read_bytes().startswith(start)


def test_missing_folder_is_an_error_of_petfit(tmp_path):
    with pytest.raises(PetfitError, match="there is no folder"):
        save_figure([Figure().subplots()], tmp_path / "none" / "figure.svg")
