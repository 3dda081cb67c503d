"""Split columns of several statistics, as their header says: Mean ± SD, Median (IQR), 95% CI."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from petfit.evidence.header_meaning import header_meaning, split_unit
from petfit.evidence.outcome_words import outcome_of, split_outcome
from petfit.evidence.parse import DASHES, PLUS_MINUS, is_missing, parse_number, without_percent
from petfit.evidence.source_table import SourceTable
from petfit.evidence.statistic_names import statistic_name

__all__ = ["has_combined_cells", "has_spread_cells", "split_combined_columns"]

_NUMBER = r"[-+]?(?:\d+(?:[.,]\d+)?|[.,]\d+)\s*%?"
_PLUS_MINUS = rf"(?:{PLUS_MINUS}|\+)"
_ENDS = rf"({_NUMBER})\s*(?:[-{DASHES}]|to|till|,\s|;)\s*({_NUMBER})"
_SPREAD_CELL = re.compile(rf"({_NUMBER})\s*(?:{_PLUS_MINUS}\s*({_NUMBER})|[(\[]\s*({_NUMBER})\s*[)\]])")
_INTERVAL_CELL = re.compile(rf"({_NUMBER})\s*[(\[]\s*{_ENDS}\s*[)\]]")
_ENDS_CELL = re.compile(rf"[(\[]?\s*{_ENDS}\s*[)\]]?")
_KIND = (
    r"(?P<kind>e\.?t\.?|[eé]cart[\s-]type|d\.?[es]\.?|dp|std\.?[\s-]?abw\.?|stabw\.?|標準偏差|标准差|標準誤差|标准误|"
    r"s\.?d\.?|std|stdev|s\.?e\.?m\.?|s\.?e\.?|iqr|interquartile range|range|min\s*\W\s*max|"
    r"q1\s*\W\s*q3|(?:\d\d\s*%[\s-]*)?(?:ci|cri|(?:confidence|credible) interval)|\d\d\s*%[\s-]*(?:ki|ic)|"
    r"ci\s*\d\d\s*%?)"
)
_CENTRE = r"(?:mean|median|average|mw|mittelwert|moyenne|media|平均値?|平均值|均值|(?<![^\W_])m(?=\s*[(±+]))"
_UNIT = r"(?P<unit>\s*[(\[,]?\s*%\s*[)\]]?)?"
_WITH_CENTRE = re.compile(
    rf"(?P<name>.*?)[\s,:;_(\[]*(?P<centre>{_CENTRE})?\s*(?:{_PLUS_MINUS}|[(\[,])\s*{_KIND}"
    rf"\s*[)\]]*{_UNIT}",
    re.IGNORECASE,
)
_ENDS_ONLY = re.compile(rf"(?P<name>.*?)[\s,:;_(\[]*{_KIND}\s*[)\]]*{_UNIT}", re.IGNORECASE)
_UNIT_AT_END = re.compile(r"(?P<name>.*?)[\s,]*(?P<unit>[(\[]?\s*%\s*[)\]]?)[\s,]*")


_COUNT_AT_END = re.compile(r"(?P<rest>.+?)[,;]?\s*[(\[]?\s*n\s*=\s*(?P<count>\d+)\s*[)\]]?", re.IGNORECASE)


class _Split(NamedTuple):
    """The names of the columns that a column is split into, and the form of its cells."""

    names: tuple[str, ...]
    cell: re.Pattern[str]

    def columns(self, texts: list[str]) -> dict[str, list[str]]:
        """Return the cells of each column; nothing where a cell has another form, or none has this one."""
        cells = [self._parts(text) for text in texts]
        if None in cells or not any(self.cell.fullmatch(text) for text in texts):
            return {}
        return {name: [cell[place] for cell in cells if cell] for place, name in enumerate(self.names)}

    def _parts(self, text: str) -> tuple[str, ...] | None:
        """Return what a cell has for each column; a number alone is the centre."""
        is_centre = self.cell is not _ENDS_CELL and parse_number(without_percent(text)) is not None
        if is_missing(text) or is_centre:
            return (text, *[""] * (len(self.names) - 1))
        match = self.cell.fullmatch(text)
        parts = [part.strip() for part in match.groups() if part] if match else []
        if match and self.cell is _SPREAD_CELL and (match[2] or "").endswith("%"):
            parts[0] = f"{parts[0].removesuffix('%')}%"
        return tuple(parts) or None


def split_combined_columns(source: SourceTable, wide: str | None) -> SourceTable:
    """Split each column whose header names its statistics and all of whose cells have that form.

    Parameters
    ----------
    source : SourceTable
        With the mapping of names applied.
    wide : str, optional
        The factor of a wide table, in which any column can be one of values.
    """
    columns: dict[str, list[str]] = {}
    labels = dict(source.column_labels)
    said = []
    taken = set(map(str, source.table.columns))
    for name in map(str, source.table.columns):
        texts = [str(text) for text in source.table[name]]
        label = labels.get(name, name)
        label, count = (label, "") if wide else _without_count(label)
        parts = [(text, "") if "n" in taken else _without_count(text) for text in texts]
        splits = [
            *_splits(name, label, is_wide=wide is not None),
            *_concentration_splits(source, name, label),
        ]
        free = [split for split in splits if not set(split.names) & (taken - {name})]
        cells = next(filter(None, (split.columns([text for text, _ in parts]) for split in free)), {})
        columns |= {} if cells else {name: texts}
        counts = [number or count for _, number in parts]
        if cells and "n" not in taken and any(counts):
            n = f"{split_unit(next(iter(cells)), 'value')[0]} n" if wide else "n"
            cells[n] = counts
        columns |= cells
        if cells:
            labels |= {part: label for part in cells if part != name}
            said.append(f"{label!r} split into {', '.join(cells)}")
    if not said:
        return source
    table = pd.DataFrame(columns, source.table.index, dtype=object)
    return source.next(table, assumptions=[f"columns split: {'; '.join(said)}"], column_labels=labels)


def has_combined_cells(source: SourceTable, name: str) -> bool:
    """Return whether a column can be split as one of a wide table, such as ``Putamen (mean ± SD)``."""
    texts = [str(text) for text in source.table[name]]
    return any(split.columns(texts) for split in _splits(name, name, is_wide=True))


def has_spread_cells(source: SourceTable, name: str) -> bool:
    """Return whether every cell of a column is a number and its spread, such as ``45 ± 5``."""
    texts = [_without_count(str(text))[0] for text in source.table[name] if not is_missing(text)]
    return bool(texts) and all((match := _SPREAD_CELL.fullmatch(text)) and match[2] for text in texts)


def _without_count(text: str) -> tuple[str, str]:
    """Split the number of people off the end of a text, "" if it has none."""
    match = _COUNT_AT_END.fullmatch(text)
    return (match["rest"].rstrip(), match["count"]) if match else (text, "")


def _splits(name: str, label: str, *, is_wide: bool) -> Iterator[_Split]:
    """Yield how the header of a column of values may split it, if it names several statistics."""
    match = _WITH_CENTRE.fullmatch(label) or _ENDS_ONLY.fullmatch(label)
    if match is None:
        return
    parts = match.groupdict()
    base, unit = parts["name"].strip(), (parts["unit"] or "").strip()
    if not unit and (in_middle := _UNIT_AT_END.fullmatch(base)):
        base, unit = in_middle["name"], in_middle["unit"]
    base = re.sub(r"^(?:mean|average)\s+", "", base, flags=re.IGNORECASE)
    base = "" if base.lower() == "value" else base
    is_value = name == "value" or not base or bool(outcome_of(base) or split_outcome(base)[1])
    if not is_value and not is_wide:
        return
    unit = f" {unit}" if unit else ""
    has_centre = "centre" in parts
    for statistics in _statistics(parts["kind"]):
        names = [*([parts["centre"] or ""] if has_centre else []), *statistics]
        if len(names) == 1:
            continue
        cell = _ENDS_CELL if not has_centre else _SPREAD_CELL if len(names) == 2 else _INTERVAL_CELL
        if name == "value":
            yield _Split(tuple(statistic_name(statistic) or "value" for statistic in names), cell)
            continue
        if has_centre and names[0].lower() != "median":
            names[0] = "" if base else "mean"
        yield _Split(tuple(f"{base} {statistic}".strip() + unit for statistic in names), cell)


def _concentration_splits(source: SourceTable, name: str, label: str) -> Iterator[_Split]:
    """Yield how the header of a column of concentrations, mean ± SD, splits it."""
    match = _WITH_CENTRE.fullmatch(label)
    if match is None or statistic_name(match["kind"]) != "sd":
        return
    base = match["name"].strip()
    base += ")" * (base.count("(") - base.count(")"))
    header = header_meaning(source, base, (), is_wide=False)
    if name == "concentration":
        yield _Split(("concentration", "concentration_sd"), _SPREAD_CELL)
    elif header and header.column == "concentration":
        yield _Split((base, "concentration_sd"), _SPREAD_CELL)


def _statistics(kind: str) -> list[tuple[str, ...]]:
    """Return the names of the statistics that a kind of spread can consist of."""
    key = re.sub(r"[^a-z]", "", kind.lower())
    if key in ("ci", "ki", "ic", "cri", "confidenceinterval", "credibleinterval"):
        return [(f"{kind} low", f"{kind} high")]
    if key in ("iqr", "interquartilerange", "qq"):
        return [("q1", "q3"), ("iqr",)]
    if key == "range" or key.startswith("min"):
        return [("min", "max")]
    return [(kind.replace(".", ""),)]
