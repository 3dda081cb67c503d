"""Plain characters for those that only look different: full-width digits, dashes as minus, invisible ones."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pandas as pd

from petfit.evidence.parse import DASHES, NumberText
from petfit.evidence.readers.header_rows import duplicate_names
from petfit.evidence.source_table import SourceTable

__all__ = ["plain_text", "read_characters"]

_LIMIT = "[<>≤≥=\N{FULLWIDTH LESS-THAN SIGN}\N{FULLWIDTH GREATER-THAN SIGN}]*\\s*"
_MINUS = re.compile(rf"({_LIMIT})[{DASHES}](?=[\d.,])")


def read_characters(source: SourceTable) -> SourceTable:
    """Remove invisible characters, and write numbers with plain digits, signs and marks.

    Parameters
    ----------
    source : SourceTable
        Stripped text, as a reader returns it.

    Raises
    ------
    EvidenceError
        When two columns differ in invisible characters only.
    """
    names = [plain_text(str(name)) for name in source.table.columns]
    if problems := duplicate_names(names):
        raise source.error(problems)
    columns = {
        name: [plain_text(text) for text in source.table.iloc[:, place]] for place, name in enumerate(names)
    }
    table = pd.DataFrame(columns, source.table.index, names, dtype=object)
    changed = int((table.to_numpy() != source.table.to_numpy()).sum())
    letters = {plain_text(name): letter for name, letter in source.column_letters.items()}
    cells = f"{changed} cell{'s' * (changed > 1)}"
    said = [f"{cells}: dashes, full-width digits or invisible characters read as plain ones"]
    return replace(source.next(table, assumptions=said * bool(changed)), column_letters=letters)


def plain_text(text: str) -> str:
    """Return a text without invisible and full-width characters; if it is a number, with a plain sign.

    Examples
    --------
    >>> plain_text("\N{EN DASH}0.02"), plain_text("cita\N{SOFT HYPHEN}lopram")
    ('-0.02', 'citalopram')
    >>> plain_text("10\N{SQUARE MG}"), plain_text("\N{FULLWIDTH LATIN CAPITAL LETTER A}")
    ('10mg', 'A')
    """
    if isinstance(text, NumberText) or text.isascii():
        return text
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf").strip()
    match = _MINUS.match(visible)
    signed = f"{match[1]}-{visible[match.end() :]}" if match else visible
    return "".join(map(_narrow, signed)).strip()


def _narrow(character: str) -> str:
    """Return the plain form of a full-width character; superscripts stay, as they are marks of footnotes."""
    is_wide = unicodedata.decomposition(character).startswith(("<wide>", "<square>"))
    return unicodedata.normalize("NFKC", character) if is_wide else character
