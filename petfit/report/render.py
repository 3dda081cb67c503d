"""From what the page says to HTML."""

from __future__ import annotations

import base64
import hashlib
import json
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from petfit.report.glossary import Glossary, slug

__all__ = ["rendered"]


def rendered(page: dict[str, Any], template: str = "page.html") -> str:
    """Return a page as HTML: every text is escaped, and one script alone may run.

    Parameters
    ----------
    page : dict
        What the template shows.
    template : str
        Its file.
    """
    script, glossary = _text("explorer.js"), Glossary()
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_text),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"in_script": _in_script, "slug": slug}
    environment.globals |= {"mark": glossary.mark, "begin": glossary.section, "glossary": glossary}
    return environment.get_template(template).render(
        page=page, style=_text("style.css"), script=script, script_hash=_hash(script)
    )


def _text(name: str) -> str:
    return (files("petfit.report") / name).read_text(encoding="utf-8")


def _hash(script: str) -> str:
    """Return what a content security policy calls a script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


def _in_script(data: object) -> Markup:
    """Return data as JSON that cannot end the element it stands in."""
    return Markup(json.dumps(data, ensure_ascii=True).replace("<", "\\u003c").replace(">", "\\u003e"))
