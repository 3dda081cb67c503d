import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt
from PIL import Image

from petfit.plots import FIGURES
from tests.cli.runner import run
from tests.helpers import slow_but


@pytest.mark.parametrize(
    "kind", slow_but(["curves", "rank"], sorted(FIGURES.keys() - {"scans", "targets", "time"}))
)
def test_every_figure_is_drawn_in_the_width_of_a_column(ssri, tmp_path, kind):
    path = tmp_path / "figure.png"
    window = ["--window", "0.65", "0.8"] if kind == "window" else []
    code, out, err = run("plot", ssri, kind, *window, "-o", path)
    assert (code, out, err) == (0, f"Wrote {path}\n", "")
    with Image.open(path) as image:
        assert 7.5 <= image.width / 300 * 2.54 <= 8.1


def test_the_fonts_of_a_pdf_are_embedded_as_type_42(saved, tmp_path):
    path = tmp_path / "figure.pdf"
    with mpl.rc_context({"pdf.compression": 0}):
        assert run("plot", saved, "curves", "-o", path)[0] == 0
    content = path.read_bytes()
    assert b"/FontFile2" in content
    assert b"/Type3" not in content


def test_a_window_is_needed_for_its_figure(saved, tmp_path):
    code, _, err = run("plot", saved, "window", "-o", tmp_path / "figure.svg")
    assert code == 2
    assert "--window 0.65 0.80" in err


def test_an_option_that_a_figure_does_not_have_is_refused(saved, tmp_path):
    code, _, err = run("plot", saved, "priors", "--for", "new_subject", "-o", tmp_path / "figure.svg")
    assert code == 2
    assert "--for: the figure 'priors' has no such option" in err
    code, _, err = run("plot", saved, "forrest", "-o", tmp_path / "figure.svg")
    assert code == 2
    assert "Did you mean 'forest'" in err


def test_the_help_names_every_figure():
    _, out, _ = run("plot", "--help")
    assert all(f"{name}:" in " ".join(out.split()) for name in FIGURES)


def test_pyplot_shows_the_figures_that_are_asked_for_and_no_others(prior_fit, tmp_path):
    axes = prior_fit.plot_curves()
    assert plt.get_fignums() == [axes[0].figure.number]
    prior_fit.report(tmp_path / "report.html")
    prior_fit._repr_html_()
    assert len(plt.get_fignums()) == 1
