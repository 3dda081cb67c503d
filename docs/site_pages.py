"""The pages that are generated: commands, glossary, and the scripts of the two galleries."""

import re
from collections.abc import Iterator
from pathlib import Path

from petfit.cli import app
from petfit.cli.examples import EXAMPLES as COMMAND_EXAMPLES
from petfit.plots import FIGURES
from petfit.report.glossary import MEANINGS

__all__ = [
    "CELL",
    "EXAMPLES",
    "FIGURE_SCRIPTS",
    "commands",
    "example_order",
    "pages",
    "write_pages",
]

ROOT = Path(__file__).parent.parent

EXAMPLES = {
    "own_table": "People of your own",
    "scans": "Baseline and drug scans",
    "published_means": "Published means and a window",
    "plasma": "Plasma concentrations, and two models compared",
    "priors": "Dependence on a prior",
    "with_arviz": "ArviZ and xarray",
}
"""The scripts in examples/, in the order of the gallery, with their titles."""

FIGURE_SCRIPTS = {
    "curves": (
        "Curves and every number",
        """fit = petfit.fit(seed=1)  # the bundled evidence; the other figures load this fit
fit.save("sert.nc", force=True)
fit.plot_curves(0.8)

# %%
# With a window instead of a target, for some drugs:

fit.plot_curves(window=(0.65, 0.80), drugs=["paroxetine", "sertraline"])

# %%
# In a figure of your own:

figure, axes = plt.subplots(figsize=(3.4, 4.0), layout="constrained")
fit.plot_curves(0.8, drugs=["paroxetine"], ax=axes)
axes.set_title("A", loc="left")
""",
    ),
    "forest": ("Forest", "fit.plot_forest(0.8)"),
    "attainment": ("Probability of reaching the target", "fit.plot_target_attainment(0.8)"),
    "window": ("Probability of being inside a window", "fit.plot_window(0.65, 0.80)"),
    "time": (
        "Hours after a dose",
        """fit = petfit.fit(model="ssri_pk", draws=200, tune=300, chains=2, seed=1)
fit.plot_time(drugs=["paroxetine", "sertraline"], missed=1)""",
    ),
    "targets": ("Other targets of the drugs", "fit.plot_target_occupancy()"),
    "pair": ("Emax and EC50 together", "fit.plot_pair()"),
    "priors": ("Prior and posterior", "fit.plot_prior_posterior()"),
    "predictive": ("Posterior predictions", "fit.plot_ppc()"),
    "scans": (
        "Posterior predictions of scans",
        """fit = petfit.fit("simulated_scans", draws=500, tune=500, seed=1)
fit.plot_ppc()""",
    ),
    "loo_pit": ("Calibration of the predictions", "fit.plot_loo_pit()"),
    "rank": ("Agreement of the chains", "fit.plot_rank()"),
}
"""The figures of the gallery by kind, in its order: title and code."""

CELL = "# %%\n"
"""What begins a cell of a script: what it prints and draws is shown below it."""


def write_pages(docs: Path) -> None:
    """Write every generated page below a folder."""
    for name, text in pages().items():
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Return the texts of the generated pages by path below docs/."""
    shell = {f"shell/{name}.md": _command_page(name) for name in commands()}
    return shell | {
        "shell/index.md": _shell_index(),
        "glossary.md": _glossary_page(),
        "_build/run/mytable.csv": (ROOT / "docs" / "mytable.csv").read_text(encoding="utf-8"),
        "_build/ipython/profile_default/ipython_kernel_config.py": 'c.IPKernelApp.log_level = "ERROR"\n',
        "_build/examples/README.rst": _gallery_header(),
        **{f"_build/examples/{name}.py": _script(name) for name in EXAMPLES},
        "_build/figures/README.rst": _figures_header(),
        **{f"_build/figures/plot_{kind}.py": _figure_script(kind) for kind in FIGURE_SCRIPTS},
    }


def commands() -> list[str]:
    """Return the names of the commands in alphabetical order."""
    return sorted(name for name in app if not name.startswith("-"))


def example_order(name: str) -> int:
    """Return the place of a script in its gallery."""
    return [*EXAMPLES, *(f"plot_{kind}" for kind in FIGURE_SCRIPTS)].index(name.removesuffix(".py"))


def _command_page(name: str) -> str:
    command = app[name]
    text = command.generate_docs(usage_name=f"petfit {name}")
    title, _, rest = text.partition("\n")
    assert title == f"# {name}"
    return f"# petfit {name}\n{rest}\n{_epilogue(name)}\n"


def _epilogue(name: str) -> str:
    """Return the examples of a command and its subcommands, and its exit status."""
    examples = [example for command, example in COMMAND_EXAMPLES.items() if command.split()[0] == name]
    _, status = app[name].help_epilogue.split("\n\n")
    return "\n".join(["**Examples**:", "", "```sh", *examples, "```", "", status])


def _shell_index() -> str:
    rows = "\n".join(f"| [petfit {name}]({name}.md) | {_summary(name)} |" for name in commands())
    return f"""# Shell

`petfit --help` lists the commands, and `petfit COMMAND --help` shows what is on the page of each. The exit
status is 0 when a command is done, 1 if a check failed (`petfit fit`, `petfit check`), 2 for bad input or
usage, and 130 if it was stopped. `--format json`, `csv` or `tsv` prints unrounded numbers for other programs.

| command | what it does |
|---|---|
{rows}

```{{toctree}}
:hidden:

{chr(10).join(commands())}
```
"""


def _summary(name: str) -> str:
    return app[name].help.splitlines()[0]


def _glossary_page() -> str:
    return "# Glossary\n\nThe terms that the report explains.\n\n" + "".join(_entries())


def _entries() -> Iterator[str]:
    yield "```{glossary}\n"
    for term in sorted(MEANINGS, key=str.casefold):
        yield f"{term}\n  {MEANINGS[term]}\n\n"
    yield "```\n"


def _gallery_header() -> str:
    return """Scripts
=======

Six scripts to start from. Each is complete, has at most forty lines, and was run when this site was built;
the output stands below the lines that printed or drew it.
"""


def _script(name: str) -> str:
    """Return a script of the gallery: its docstring begins with the title, and its paragraphs are cells."""
    title = EXAMPLES[name]
    text = (ROOT / "examples" / f"{name}.py").read_text(encoding="utf-8")
    cells = re.sub(r"\n\n(?=[a-z])(?!import )", f"\n\n{CELL}", text)
    return cells.replace('"""', f'"""\n{title}\n{"=" * len(title)}\n\n', 1)


def _figures_header() -> str:
    return """Figures
=======

Twelve figures, each with its code. Every function returns the Matplotlib axes, to be changed before saving,
and most take ``ax=`` to draw into a figure of yours. In the shell, ``petfit plot FIT KIND -o figure.pdf``
writes a PDF with embedded fonts, an SVG or a PNG.
"""


def _figure_script(kind: str) -> str:
    """Return the script of a figure: its title, what the figure shows, and its code."""
    title, code = FIGURE_SCRIPTS[kind]
    imports = "import matplotlib.pyplot as plt\n\n" if "plt." in code else ""
    load = "" if code.startswith("fit =") else 'fit = petfit.load("sert.nc")\n'
    return f'''"""
{title}
{"=" * len(title)}

{FIGURES[kind].summary} In the shell: ``petfit plot FIT {kind} -o {kind}.pdf``.
"""

{imports}import petfit

{load}{code.rstrip()}
'''
