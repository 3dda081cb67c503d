"""Write the report of a fit, or of a comparison: the page, and its tables in a folder next to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from petfit.errors import PetfitError
from petfit.evidence.files import PAGE, check_target, write_files
from petfit.fit import Fit
from petfit.report.comparison_page import comparison_page
from petfit.report.fit_page import fit_page
from petfit.report.render import render_page
from petfit.report.table import Table
from petfit.report.table_files import outdated_files, table_files, tables_folder
from petfit.results.comparison import Comparison
from petfit.results.occupancy_window import check_window
from petfit.results.quantiles import check_prob

if TYPE_CHECKING:
    from petfit.planning.planned_study import PlannedStudy
    from petfit.report.design_page import DesignAnswer

__all__ = ["page_tables", "render", "write", "write_comparison", "write_design"]


def render(fit: Fit, occupancy: float = 0.8, window: tuple[float, float] | None = None) -> str:
    """Return the report of a fit as HTML; every text of the evidence and the model is escaped."""
    return render_page(fit_page(fit, occupancy, window))


def page_tables(page: Mapping[str, Any]) -> Iterator[Table]:
    """Yield every table of a page, and of the models that it compares."""
    for tables in page["tables"].values():
        yield from tables.values() if isinstance(tables, dict) else tables
    for model in page.get("models", ()):
        yield from page_tables(model["page"])


def write(
    fit: Fit,
    path: str | Path = "report.html",
    *,
    occupancy: float | None = None,
    window: tuple[float, float] | None = None,
    force: bool = False,
) -> Path:
    """Write the report of a fit and its tables, completely or not at all; see `petfit.Fit.report`."""
    target = check_target(path, PAGE, force=force)
    if window is not None:
        check_window(window)
    if occupancy is None:
        occupancy = window[0] if window else 0.8
    return _write(target, fit_page(fit, check_prob(occupancy, "occupancy"), window), "page.html")


def write_comparison(
    fits: Mapping[str, Fit], comparison: Comparison, path: str | Path, *, force: bool = False
) -> Path:
    """Write the report of a comparison of models, and its tables, completely or not at all.

    Parameters
    ----------
    fits : mapping of str to Fit
        The fits, by name.
    comparison : Comparison
        The comparison of these fits, from `petfit.compare`.
    path : str or path
        See `write`.
    force : bool
        See `write`.

    Returns
    -------
    pathlib.Path
        The page.

    Raises
    ------
    PetfitError
        See `write`.
    """
    target = check_target(path, PAGE, force=force)
    return _write(target, comparison_page(fits, comparison), "comparison.html")


def write_design(
    answer: DesignAnswer, planned: PlannedStudy, path: str | Path, *, force: bool = False
) -> Path:
    """Write the page of an answer about a planned study, and its tables, completely or not at all.

    Parameters
    ----------
    answer : DesignAnswer
        The answer.
    planned : PlannedStudy
        The study, under the model that it will be fitted with.
    path : str or path
        See `write`.
    force : bool
        See `write`.

    Returns
    -------
    pathlib.Path
        The page.

    Raises
    ------
    PetfitError
        See `write`.
    """
    from petfit.report.design_page import design_page

    target = check_target(path, PAGE, force=force)
    return _write(target, design_page(answer, planned), "design.html")


def _write(target: Path, page: Mapping[str, Any], template: str) -> Path:
    """Write a page, its tables and its models."""
    folder = tables_folder(target)
    if folder.exists() and not folder.is_dir():
        raise PetfitError(f"{folder}: this is not a folder. Move it, or give the report another name.")
    models = {model["file"]: model["page"]["toml"] for model in page.get("models", ())}
    files = table_files(folder, page_tables(page), models or {"model.toml": page["toml"]})
    texts = {target: render_page(page, template), **files}
    is_new, outdated = not folder.exists(), outdated_files(folder, texts)
    try:
        folder.mkdir(exist_ok=True)
        write_files(texts)
        for path in outdated:
            path.unlink()
    except OSError as error:
        raise PetfitError(f"{folder}: cannot be written ({error.strerror}). Choose another folder.") from None
    finally:
        if is_new and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    return target
