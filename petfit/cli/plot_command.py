"""The command that draws a figure of a fit into a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from petfit.cli.app import app
from petfit.cli.options import OutputOptions
from petfit.errors import PetfitError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from petfit.fit import Fit

__all__ = ["KINDS", "plot"]

type Kind = Literal[
    "curves",
    "forest",
    "attainment",
    "window",
    "targets",
    "pair",
    "priors",
    "predictive",
    "rank",
    "loo_pit",
]

KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "curves": ("plot_curves", ("occupancy", "window", "drugs", "at")),
    "forest": ("plot_forest", ("occupancy", "predict_for", "drugs", "at")),
    "attainment": ("plot_target_attainment", ("occupancy", "drugs", "at")),
    "window": ("plot_window", ("window", "drugs", "at")),
    "targets": ("plot_target_occupancy", ("drugs", "at")),
    "pair": ("plot_pair", ("drugs", "at")),
    "priors": ("plot_prior_posterior", ()),
    "predictive": ("plot_ppc", ()),
    "rank": ("plot_rank", ()),
    "loo_pit": ("plot_loo_pit", ()),
}
"""The method of `petfit.Fit` that draws each kind, and the options that it takes."""

_CENTIMETRES = 2.54


@app.command
def plot(
    file: Path,
    kind: Kind,
    /,
    *,
    output: Annotated[Path, Parameter(alias="-o")],
    occupancy: float = 0.8,
    window: tuple[float, float] | None = None,
    drug: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    at: Annotated[tuple[str, ...], Parameter(negative="", show_default=False)] = (),
    predict_for: Annotated[str, Parameter(name="--for")] = "typical",
    width: float = 8.0,
    force: bool = False,
) -> int:
    """Draw a figure of a fit into a PDF, SVG or PNG file, in the width of a column of a journal.

    Parameters
    ----------
    file
        A fit file.
    kind
        curves: occupancy against dose with every fitted value. forest: EC50, Emax and the dose for an
        occupancy. attainment: the probability of reaching it by dose. window: the probability of an
        occupancy inside a window by dose. targets: the occupancy of other targets. pair: the joint posterior
        of EC50 and Emax. priors: prior and posterior densities. predictive: fitted values and their
        posterior predictions. rank: rank plots of the chains. loo_pit: calibration by leave-one-out.
    output
        The file to write; its suffix, .pdf, .svg or .png, decides the format. The fonts of a PDF are embedded
        as TrueType (Type 42); a PNG has 300 dots per inch.
    occupancy
        The target occupancy, a fraction; for curves, forest and attainment.
    window
        The lowest and the highest occupancy of a window, such as 0.65 0.80; for window and curves.
    drug
        A drug; may be repeated. All drugs if not given.
    at
        The level of a factor, such as region=midbrain; may be repeated.
    predict_for
        Whom a forest plot is for: typical, new_subject, new_study or new_drug.
    width
        Width in centimetres, of a figure with panels side by side; 8 fits one column, 17 two.
    force
        Replace the output file even if petfit did not write it.
    """
    from petfit import plots
    from petfit.cli.output import load_fit
    from petfit.evidence.files import FIGURE, check_target
    from petfit.plots.style import figures_for_files

    if not 4 <= width <= 60:
        raise PetfitError(f"--width {width:g}: give the width in centimetres, from 4 to 60")
    check_target(output, FIGURE, force=force)
    asked = {
        "occupancy": occupancy,
        "window": window,
        "drugs": drug or None,
        "at": OutputOptions(at=at).levels,
        "predict_for": predict_for,
    }
    fit = load_fit(file)
    with figures_for_files(width / _CENTIMETRES):
        plots.save_figure(_draw(fit, kind, asked), output, force=force)
    print(f"Wrote {output}")
    return 0


def _draw(fit: Fit, kind: Kind, asked: dict[str, Any]) -> Sequence[Axes]:
    method, names = KINDS[kind]
    draw: Callable[..., Sequence[Axes]] = getattr(fit, method)
    options = {name: asked[name] for name in names}
    if kind != "window":
        return draw(**options)
    if asked["window"] is None:
        raise PetfitError("window: say which one, such as --window 0.65 0.80")
    low, high = options.pop("window")
    return draw(low, high, **options)
