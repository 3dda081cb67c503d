"""The route of a dose, which may stand beside its unit: mg po, mg/kg i.v."""

from __future__ import annotations

import re
from collections.abc import Iterator

from petfit.errors import Problem
from petfit.evidence.parse import is_missing, parse_number
from petfit.evidence.source_table import SourceTable
from petfit.evidence.words import by_word

__all__ = ["ask_for_routes", "route_of", "without_route"]

_ROUTES = by_word("routes")
_ROUTE = re.compile(
    r"(?<=.)[\s,;(]+(?:"
    + "|".join(re.escape(word).replace(r"\.", r"\.?") for word in _ROUTES)
    + r")(?![^\W\d_])\)?",
    re.IGNORECASE,
)


def route_of(unit: str) -> str:
    """Return the route that a unit gives, "" if none.

    Examples
    --------
    >>> route_of("mg/kg i.v."), route_of("mg orally"), route_of("mg")
    ('intravenous', 'oral', '')
    """
    match = _ROUTE.search(unit)
    word = re.sub(r"[\s,;().]", "", match[0].casefold()) if match else ""
    return next((route for spelled, route in _ROUTES.items() if re.sub(r"[\s.]", "", spelled) == word), "")


def without_route(unit: str) -> str:
    """Return a unit without a route.

    Examples
    --------
    >>> without_route("mg po qd"), without_route("mg (oral)"), without_route("mg")
    ('mg qd', 'mg', 'mg')
    """
    match = _ROUTE.search(unit)
    return f"{unit[: match.start()]}{unit[match.end() :].removeprefix('.')}" if match else unit


def ask_for_routes(source: SourceTable) -> SourceTable:
    """Ask about doses of one drug by several routes, which have a curve each.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column, with the units of cells in ``dose_unit``.
    """
    return source.next(source.table, problems=_several_routes(source))


def _several_routes(source: SourceTable) -> Iterator[Problem]:
    first: dict[str, tuple[str, str]] = {}
    table = source.table
    columns = (table[name] for name in ("drug", "dose", "dose_unit", "use"))
    for where, drug, dose, unit, use in zip(table.index, *columns, strict=True):
        route = route_of(unit)
        if not route or use == "no" or is_missing(dose) or parse_number(dose) == 0:
            continue
        place, other = first.setdefault(drug, (str(where), route))
        if other != route:
            rule = (
                f"the dose of {drug} is {route} here and {other} in {place}, and each has a curve of its own"
            )
            remedy = f"Write the route into the drug, such as {drug} {route}, or use one route only."
            yield Problem(str(where), "drug", drug, rule, remedy)
            return
