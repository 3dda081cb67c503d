"""The command that draws a figure of a fit into a file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from petfit.cli.app import app
from petfit.cli.options import ConditionOptions, Drugs
from petfit.errors import PetfitError
from petfit.plots import FIGURES

__all__ = ["plot"]

_CENTIMETRES = 2.54
_KINDS = " ".join(f"{name}: {entry.summary}" for name, entry in FIGURES.items())
_SHELL_NAMES = {"drugs": "--drug", "predict_for": "--for"}


@app.command
def plot(
    file: Path,
    kind: Annotated[str, Parameter(help=_KINDS)],
    /,
    *,
    output: Annotated[Path, Parameter(alias="-o")],
    occupancy: float | None = None,
    window: tuple[float, float] | None = None,
    drug: Drugs = (),
    at: Annotated[tuple[str, ...], Parameter(show_default=False)] = (),
    predict_for: Annotated[str | None, Parameter(name="--for")] = None,
    dose: float | None = None,
    every: float | None = None,
    missed: int | None = None,
    width: float = 8.0,
    force: bool = False,
) -> int:
    """Draw a figure of a fit as PDF, SVG or PNG, as wide as the column of a journal.

    Parameters
    ----------
    file
        A fit file.
    output
        The file to write, .pdf (with embedded TrueType fonts), .svg or .png (300 dots per inch).
    occupancy
        The target occupancy, a fraction, 0.8 if not given; for curves, forest, attainment and time.
    window
        The lowest and the highest occupancy of a window, such as 0.65 0.80; for window and curves.
    drug
        A drug; may be repeated. All drugs if not given.
    at
        The level of a factor, such as region=midbrain; may be repeated.
    predict_for
        Whom a forest plot is for: typical, new_subject, new_study or new_drug.
    dose
        Each dose in mg, for time; the usual dose of each drug if not given.
    every
        Hours between doses, for time; the schedule of the model if not given.
    missed
        How many doses are missed, for time.
    width
        Width in centimetres, also of a figure with panels side by side; 8 fits one column, 17 two.
    force
        Replace the output file even if petfit did not write it.
    """
    from petfit.cli.output import load_fit
    from petfit.evidence.files import FIGURE, check_target
    from petfit.plots.figure import draw_figure
    from petfit.plots.save_figure import save_figure

    if not 4 <= width <= 60:
        raise PetfitError(f"--width {width:g}: give the width in centimetres, from 4 to 60")
    levels = ConditionOptions(at=at).levels
    asked = {
        "occupancy": occupancy,
        "window": window,
        "drugs": drug or None,
        "at": levels or None,
        "predict_for": predict_for,
        "dose": dose,
        "every": every,
        "missed": missed,
    }
    options: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    _check_options(kind, options)
    check_target(output, FIGURE, force=force)
    fit = load_fit(file)
    draw = partial(draw_figure, fit, kind, **options)
    save_figure(draw, output, width=width / _CENTIMETRES, force=force)
    print(f"Wrote {output}")
    return 0


def _check_options(kind: str, options: dict[str, Any]) -> None:
    """Refuse options that the figure does not have, and ask for the window that it needs."""
    from petfit.plots import load_figure

    known = load_figure(kind).options
    for name in options.keys() - known.keys():
        raise PetfitError(f"{_SHELL_NAMES.get(name, f'--{name}')}: the figure {kind!r} has no such option")
    if known.get("window") and "window" not in options:
        raise PetfitError("window: say which one, such as --window 0.65 0.80")
