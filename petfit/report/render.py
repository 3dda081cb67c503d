"""Render the content of a page as HTML."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import jinja2

from petfit.report.glossary import Glossary, slug

__all__ = ["ROWS_ON_PAGE", "render_page"]

ROWS_ON_PAGE = 300
"""Rows of a table that the page shows; longer tables are whole in their TSV files."""


def render_page(page: Mapping[str, Any], template: str = "page.html") -> str:
    """Return a page as HTML: all text is escaped, and only the explorer's script may run.

    Parameters
    ----------
    page : dict
        The content for the template.
    template : str
        The file of the template.
    """
    explorer = page.get("explorer", {}).get("kind", "explorer")
    script, glossary = _read_text("explorer_parts.js") + _read_text(f"{explorer}.js"), Glossary()
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_read_text),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["slug"] = slug
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False}
    environment.globals |= {
        "mark": glossary.mark,
        "begin_section": glossary.begin_section,
        "glossary": glossary,
        "rows_on_page": ROWS_ON_PAGE,
    }
    return environment.get_template(template).render(
        page=page, style=_read_text("style.css"), script=script, script_hash=_hash(script)
    )


def _read_text(name: str) -> str:
    return (files("petfit.report") / name).read_text(encoding="utf-8")


def _hash(script: str) -> str:
    """Return the hash of a script for the content security policy."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"
