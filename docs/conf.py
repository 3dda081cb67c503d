"""The documentation site: `make docs` builds it with Sphinx into docs/_build."""

import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import site_pages  # noqa: E402
from pygments.lexers.special import TextLexer  # noqa: E402

import petfit  # noqa: E402

project = "petfit"
author = "petfit contributors"
copyright = author
version = release = petfit.__version__
language = "en"

extensions = [
    "myst_nb",
    "numpydoc",
    "run_command",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
root_doc = "index"
exclude_patterns = ["_build", "jupyter_execute", "gallery/*.ipynb", "figures/*.ipynb"]
templates_path = ["_templates"]

# --- pages in Markdown -------------------------------------------------------------------------

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

# Notebooks: run at each build, in a temporary folder, with the commands of this environment.
nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True
nb_output_stderr = "warn"
os.environ |= {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "COLUMNS": "80",
    "NO_COLOR": "1",
    "IPYTHONDIR": str(HERE / "_build" / "ipython"),  # not that of the user
}

# --- the reference of petfit's Python interface ---------------------------------------------------

default_role = "py:obj"
add_module_names = False
autodoc_typehints = "none"  # the docstrings have the types
autosummary_generate = ["python.rst"]
numpydoc_show_class_members = False  # docs/python.rst lists them
numpydoc_xref_param_type = False
toc_object_entries = False

# --- the galleries -------------------------------------------------------------------------------

sphinx_gallery_conf = {
    "examples_dirs": ["_build/examples", "_build/figures"],
    "gallery_dirs": ["gallery", "figures"],
    "filename_pattern": r"\.py$",
    "within_subsection_order": "site_pages.example_order",
    "capture_repr": (),
    "abort_on_example_error": True,
    "download_all_examples": False,
    "write_computation_times": False,
    "show_memory": False,
    "run_stale_examples": True,
}

# --- HTML ----------------------------------------------------------------------------------------

html_theme = "pydata_sphinx_theme"
html_title = "petfit"
html_static_path = ["_static"]
html_favicon = "_static/favicon.svg"
html_context = {"default_mode": "auto"}
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "petfit"},
    "header_links_before_dropdown": 8,
    "collapse_navigation": True,
    "navbar_end": ["theme-switcher"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": False,
}
html_sidebars = {"index": [], "ten_minutes": []}
copybutton_exclude = ".linenos, .gp, .go"


def _without_empty_headers(_app, _page, _template, context, _doctree):
    """Make the empty corner of a pandas table a cell: screen readers have no name for an empty header."""
    if "body" in context:
        context["body"] = context["body"].replace("<th></th>", "<td></td>")


def setup(app):
    """Write the generated pages, and read CSV and TSV as plain text."""
    shutil.rmtree(HERE / "shell", ignore_errors=True)
    site_pages.write_pages(HERE)
    for name in ("csv", "tsv"):
        app.add_lexer(name, TextLexer)
    app.connect("html-page-context", _without_empty_headers)
