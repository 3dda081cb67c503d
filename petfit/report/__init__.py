"""The report: one HTML page that needs no network, made from a stored fit alone."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import jinja2

from petfit.files import check_target, write_texts
from petfit.report.sections import page
from petfit.store import Stored

__all__ = ["render", "write"]


def render(stored: Stored) -> str:
    """Return the report of a fit as HTML; every text of the evidence and the model is escaped."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    here = files("petfit.report")
    template = environment.from_string((here / "page.html").read_text(encoding="utf-8"))
    style = (here / "style.css").read_text(encoding="utf-8")
    return template.render(page=page(stored), style=style)


def write(stored: Stored, path: str | Path = "report.html") -> Path:
    """Write the report of a fit, whole or not at all.

    Parameters
    ----------
    stored : Stored
        The fit.
    path : str or path
        The page to write; one that is there already is replaced once the new one is complete.

    Returns
    -------
    pathlib.Path
        The page.

    Raises
    ------
    PetfitError
        When the folder is missing or cannot be written to.
    """
    target = check_target(path)
    write_texts({target: render(stored)})
    return target
