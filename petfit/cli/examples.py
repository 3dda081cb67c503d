"""An example of every command, shown at the end of its help with the exit status."""

from __future__ import annotations

from functools import reduce
from operator import getitem

from cyclopts import App

__all__ = ["EXAMPLES", "add_examples"]

EXAMPLES = {
    "attain": "petfit attain fit.nc --occupancy 0.8 --dose 25,50",
    "check": "petfit check fit.nc --refit",
    "compare": "petfit compare emax.nc sigmoid.nc --report comparison.html",
    "contrast": "petfit contrast fit.nc --occupancy 0.8",
    "data": "petfit data simulated_means",
    "data check": "petfit data check simulated_sheet --wide region,condition --outcome bpnd",
    "data template": "petfit data template -o mytable.tsv",
    "design": "petfit design evaluate design.toml --given fit.nc",
    "design evaluate": "petfit design evaluate design.toml --model emax --plot widths.svg",
    "design next": "petfit design next fit.nc --max-dose 100 --occupancy 0.7",
    "design optimise": "petfit design optimise design.toml --doses 5,10,20,40 --people 12 --model emax",
    "design size": "petfit design size design.toml --ratio 2 --assurance 0.8 --model emax",
    "dose": "petfit dose fit.nc --occupancy 0.5,0.8 --for new_subject",
    "equivalent": "petfit equivalent fit.nc --drug DRUG --dose 20",
    "evidence": "petfit evidence fit.nc --format tsv",
    "fit": "petfit fit mytable.csv --columns dose=mg_per_day -o fit.nc",
    "heterogeneity": "petfit heterogeneity fit.nc --by study",
    "methods": "petfit methods fit.nc --window 0.65 0.80",
    "models": "petfit models emax",
    "parameters": "petfit parameters fit.nc --format csv",
    "plot": "petfit plot fit.nc curves -o curves.pdf --width 8",
    "predict": "petfit predict fit.nc --dose 20,40",
    "priors": "petfit priors emax --plot prior.svg",
    "report": "petfit report fit.nc --window 0.65 0.80 -o report.html",
    "selectivity": "petfit selectivity fit.nc --dose 50",
    "simulate": "petfit simulate emax design.toml --truth ec50=10,emax=0.9 -o simulated.csv",
    "stop": "petfit stop fit.nc --dose 50",
    "summary": "petfit summary fit.nc --format markdown",
    "time": "petfit time fit.nc --dose 50",
    "window": "petfit window fit.nc 0.65 0.80",
}
"""By command."""

_JUDGING = ("check", "fit")
"""Commands whose exit status says whether a check failed."""

_START = """Examples:

petfit fit mytable.csv -o fit.nc

petfit report fit.nc -o report.html

petfit COMMAND --help shows the options of a command with their defaults, and an example."""


def add_examples(app: App) -> None:
    """Add an example and the exit status to the help of every command."""
    app.help_epilogue = _START
    for name, example in EXAMPLES.items():
        failed = ", 1 a check failed" if name in _JUDGING else ""
        status = f"Exit status: 0 done{failed}, 2 bad input or usage, 130 stopped."
        command = reduce(getitem, name.split(), app)
        command.help_epilogue = f"Example: {example}\n\n{status}"
