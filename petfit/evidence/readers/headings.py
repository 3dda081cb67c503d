"""Rows with one cell of text, such as a drug above its rows, as a column of the rows below them."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

from petfit.evidence.readers.header_rows import CellRow, begins_with_number, filled

__all__ = ["headings_to_column", "with_title_as_heading"]


_QUANTITY = re.compile(r"\d[\d.,]*\s*[^\W\d].*")


def _is_heading(texts: list[str]) -> bool:
    """Whether a row has one cell, of text or of a number with its unit."""
    return len(texts) == 1 and (not begins_with_number(texts) or _QUANTITY.fullmatch(texts[0]) is not None)


def with_title_as_heading(
    above: list[CellRow], body: list[CellRow], repeated: Collection[str]
) -> list[CellRow]:
    """Return the body with the last title above the header, if the header repeats below other headings.

    Parameters
    ----------
    above : list of CellRow
        The rows above the header.
    body : list of CellRow
        The rows below it.
    repeated : collection of str
        The places of the rows of the body that repeat the header.
    """
    title = next((row for row in reversed(above) if any(row[1])), None)
    rows = [row for row in body if any(row[1])]
    before = [row for row, (where, _) in pairwise(rows) if where in repeated]
    are_headings = bool(before) and all(_is_heading(filled(cells)) for _, cells in before)
    return [title, *body] if title and are_headings and _is_heading(filled(title[1])) else body


def headings_to_column(
    header: list[str], body: list[CellRow]
) -> tuple[list[str], list[CellRow], dict[str, str]]:
    """Write headings into a column of the rows below them.

    It is the first column where the other rows leave that empty, otherwise a new one, ``heading``. Returned
    are the header, the other rows, and the headings by their place.
    """
    is_heading = [_is_heading(filled(cells)) for _, cells in body]
    marked = list(zip(body, is_heading, strict=True))
    others = [cells for (_, cells), heads in marked if any(cells) and not heads]
    if len(filled(header)) < 3 or not any(is_heading) or not others:
        return header, body, {}
    first = next(position for position, name in enumerate(header) if name)
    in_first = not any(cells[first] for cells in others) and all(
        cells[first] for (_, cells), heads in marked if heads
    )
    position = first if in_first else len(header)
    rows, headings, heading = [], {}, ""
    for (where, cells), heads in marked:
        if heads:
            headings[where] = heading = filled(cells)[0]
            continue
        before = [*cells, *[""] * len(header)][:position]
        after = cells[position + in_first :]
        rows.append((where, [*before, heading if any(cells) else "", *after]))
    return header if in_first else [*header, "heading"], rows, headings
