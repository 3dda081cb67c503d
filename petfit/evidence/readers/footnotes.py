"""What stands among or below the rows of a table and is none of them: comments, footnotes, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from petfit.errors import Problem
from petfit.evidence.readers.header_rows import (
    SEARCHED_ROWS,
    CellRow,
    begins_with_number,
    count_known_names,
    filled,
    is_comment,
    is_only_number,
)
from petfit.evidence.statistic_names import statistic_name

__all__ = ["on_its_side", "other_headers", "without_comments", "without_footnotes"]

_SENTENCE = re.compile(r"[*\u2020\u2021\u00a7\u00b6]|\w+:\s|(?:\S+\s+){2,}\S")

type _Notes = list[tuple[str, str]]
"""The place and the text of each row left out."""


def without_comments(body: Sequence[CellRow], header: Sequence[str]) -> tuple[list[CellRow], _Notes]:
    """Split rows from comments, which begin with # and do not have a cell for each column."""
    rows: list[CellRow] = []
    comments: _Notes = []
    for where, cells in body:
        if is_comment(cells) and (len(filled(cells)) == 1 or len(cells) < len(header)):
            comments.append((where, " ".join(filled(cells))))
        else:
            rows.append((where, cells))
    return rows, comments


def without_footnotes(body: list[CellRow], header: Sequence[str]) -> tuple[list[CellRow], _Notes]:
    """Split rows from the footnotes below them.

    Footnotes are rows at the end with text in the first cell only, sentences that have the delimiter in them,
    or rows after an empty one without a number.
    """
    if len(filled(header)) < 3:
        return body, []
    first = next(position for position, name in enumerate(header) if name)
    end = len(body)
    while end > 0 and (_is_note(body[end - 1][1], first) or _is_sentence(body[end - 1][1], len(header))):
        end -= 1
    gaps = [place for place, (_, cells) in enumerate(body[:end]) if not any(cells)]
    block = gaps[-1] if gaps else end
    if block > 0 and not any(begins_with_number(cells) for _, cells in body[block:end]):
        end = block
    return body[:end], [(where, " ".join(filled(cells))) for where, cells in body[end:] if any(cells)]


def _is_note(cells: list[str], first: int) -> bool:
    """Whether a row has no cell, or one that is not a number, up to the first column with a name."""
    texts = filled(cells[: first + 1])
    is_text = not texts or not is_only_number(texts[0])
    return is_text and len(texts) < 2 and not any(cells[first + 1 :])


def _is_sentence(cells: list[str], width: int) -> bool:
    """Whether a row has no number, and begins as a sentence or has words and not a cell for each column."""
    texts = filled(cells)
    has_words = len(cells) != width and any(" " in text for text in texts)
    begins = bool(texts) and _SENTENCE.match(texts[0]) is not None
    return not begins_with_number(cells) and (begins or has_words)


def other_headers(header: Sequence[str], body: Sequence[CellRow]) -> Iterator[Problem]:
    """Yield the problem of a row that is the header of another table."""
    if len(filled(header)) < 3:
        return
    for where, cells in body:
        if begins_with_number(cells) or not any(cells):
            continue
        seen, count = ", ".join(filled(cells)), len(filled(cells))
        if count_known_names(cells) >= 2 and 2 * count_known_names(cells) >= count:
            remedy = "Keep one table in each file or sheet."
            yield Problem(where, "", seen, "the header of another table seems to be here", remedy)
            return


def on_its_side(place: str, header: Sequence[str], below: Sequence[CellRow]) -> Iterator[Problem]:
    """Yield the problem, at the place of the header, of a table whose first column has names of columns."""
    first = [cells[0] for _, cells in below[:SEARCHED_ROWS] if cells and cells[0]]
    named = [text for text in first if count_known_names([text])]
    is_upright = all(statistic_name(text) for text in named) or count_known_names(header) > 1
    are_statistics = len(set(first)) > 1 and all(statistic_name(text) for text in first)
    is_sideways = not is_upright and len(set(named)) > 1 and 2 * len(named) >= len(first)
    if is_sideways or (are_statistics and count_known_names(header) < 2):
        rule = "the first column contains the names of columns, so the table seems to be on its side"
        remedy = (
            "Transpose it, such as with Paste Special in a spreadsheet: one row for each person or group."
        )
        yield Problem(place, "", ", ".join(first[:4]), rule, remedy)
