"""The report: one HTML page that needs no network, and its tables beside it, made from a fit file alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from petfit.errors import PetfitError
from petfit.evidence.files import check_target, write_texts
from petfit.fit import Fit
from petfit.report.comparison_page import comparison_page
from petfit.report.fit_page import page
from petfit.report.render import rendered
from petfit.report.table import Sheet
from petfit.report.table_files import files_beside, outdated, tables_folder
from petfit.results.comparison import Comparison

__all__ = ["render", "sheets", "write", "write_comparison"]


def render(fit: Fit) -> str:
    """Return the report of a fit as HTML; every text of the evidence and the model is escaped."""
    return rendered(page(fit))


def sheets(said: dict[str, Any]) -> Iterator[Sheet]:
    """Yield every table of a page."""
    for found in said["sheets"].values():
        yield from found.values() if isinstance(found, dict) else found


def write(fit: Fit, path: str | Path = "report.html") -> Path:
    """Write the report of a fit and its tables, whole or not at all.

    Parameters
    ----------
    fit : Fit
        The fit.
    path : str or path
        The page to write; one that is there already is replaced once the new one is complete. Its tables,
        as TSV and as JSON, and the model go to a folder beside it: ``report_tables`` for ``report.html``.

    Returns
    -------
    pathlib.Path
        The page.

    Raises
    ------
    PetfitError
        When the folder is missing or cannot be written to, or the folder of tables holds a file of the same
        name as a table that petfit did not write.
    """
    target = check_target(path)
    said = page(fit)
    return _write(target, rendered(said), list(sheets(said)), {"model.toml": said["toml"]})


def write_comparison(fits: Mapping[str, Fit], found: Comparison, path: str | Path) -> Path:
    """Write the report of several models of one table, and its tables, whole or not at all.

    Parameters
    ----------
    fits : mapping of str to Fit
        The fits, by name.
    found : Comparison
        What `petfit.results.comparison.compared` made of them.
    path : str or path
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
    target = check_target(path)
    said = comparison_page(fits, found)
    tables = [*sheets(said), *(sheet for one in said["models"] for sheet in sheets(one["page"]))]
    models = {one["file"]: one["page"]["toml"] for one in said["models"]}
    return _write(target, rendered(said, "comparison.html"), tables, models)


def _write(target: Path, html: str, tables: list[Sheet], models: dict[str, str]) -> Path:
    """Write a page, its tables and its models."""
    folder = tables_folder(target)
    if folder.exists() and not folder.is_dir():
        raise PetfitError(f"{folder}: this is not a folder. Move it, or give the report another name.")
    texts = {target: html, **files_beside(folder, tables, models)}
    is_new, old = not folder.exists(), outdated(folder, texts)
    try:
        folder.mkdir(exist_ok=True)
        write_texts(texts)
        for path in old:
            path.unlink()
    except OSError as error:
        raise PetfitError(f"{folder}: cannot be written ({error.strerror}). Choose another place.") from None
    finally:
        if is_new and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    return target
