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
    """Yield every table of a page."""
    for tables in page["tables"].values():
        yield from tables.values() if isinstance(tables, dict) else tables


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
        check_window(*window)
    if occupancy is None:
        occupancy = window[0] if window else 0.8
    page = fit_page(fit, check_prob(occupancy, "occupancy"), window)
    return _write(target, render_page(page), list(page_tables(page)), {"model.toml": page["toml"]})


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
    page = comparison_page(fits, comparison)
    tables = [
        *page_tables(page),
        *(table for model in page["models"] for table in page_tables(model["page"])),
    ]
    models = {model["file"]: model["page"]["toml"] for model in page["models"]}
    return _write(target, render_page(page, "comparison.html"), tables, models)


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
    page = design_page(answer, planned)
    html = render_page(page, "design.html")
    return _write(target, html, list(page_tables(page)), {"model.toml": page["toml"]})


def _write(target: Path, html: str, tables: list[Table], models: dict[str, str]) -> Path:
    """Write a page, its tables and its models."""
    folder = tables_folder(target)
    if folder.exists() and not folder.is_dir():
        raise PetfitError(f"{folder}: this is not a folder. Move it, or give the report another name.")
    texts = {target: html, **table_files(folder, tables, models)}
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
