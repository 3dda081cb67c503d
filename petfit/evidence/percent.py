"""Percent and fractions in one table: one kind, or a problem."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from petfit.errors import Problem
from petfit.evidence.parse import is_missing, parse_number, without_percent
from petfit.evidence.quantities import PERCENT_WORDS, QUANTITY_COLUMNS
from petfit.evidence.source_table import SourceTable
from petfit.evidence.spelling import spelling_key

__all__ = ["read_percent"]

_LARGEST_FRACTION = 1.5
"""No occupancy is more as a fraction; less is hardly ever published as a percentage."""
_LARGEST_SPREAD = {"sd": 0.5, "se": 0.25}
"""No SD or SE of occupancies is more as a fraction."""
_FAR_BELOW = 10.0
"""A spread this many times smaller than the others is nearer to them as a fraction than as a percentage."""
_LARGE_PERCENT = 10.0
"""Occupancies this large can only be percent."""
_MAX_PERCENT = 120.0


def read_percent(source: SourceTable) -> SourceTable:
    """Read numbers as percent that can be nothing else, and refuse those that may be either.

    Parameters
    ----------
    source : SourceTable
        Text in every canonical column, with the words of choices read.
    """
    source = _infer_percent(source)
    table = source.table
    columns = list(QUANTITY_COLUMNS["value"])
    is_occupancy = ~table["outcome"].isin(["bpnd", "vt"])
    units = ["" if is_missing(text) else spelling_key(text) for text in table["value_unit"]]
    if not PERCENT_WORDS & set(units) and not any("%" in text for name in columns for text in table[name]):
        return source
    unit = pd.Series(units, table.index, dtype=object)
    has_sign = pd.DataFrame({name: _signs(table[name]) for name in columns}, table.index)
    unsaid = table[is_occupancy & (unit == "")]
    changed: dict[str, pd.Series] = {}
    problems: list[Problem] = []
    assumptions: list[str] = []
    if has_sign.loc[unsaid.index].any(axis=None):
        for column in columns:
            signed = has_sign.loc[unsaid.index, column]
            plain = _numbers(unsaid.loc[~signed, column]).dropna()
            if plain.empty:
                continue
            if (plain.abs() > _LARGEST_FRACTION).all() and (signed.any() or column != "value"):
                texts = table[column].copy()
                texts[plain.index] = [f"{text}%" for text in texts[plain.index]]
                changed[column] = texts
                assumptions.append(f"{column}: numbers without a % sign beside some with one are percent")
            else:
                problems += _unsigned(unsaid[column], plain, has_sign)
    table = table.assign(**changed)
    in_percent = is_occupancy & (unit.isin(PERCENT_WORDS) | has_sign["value"])
    is_plain = pd.DataFrame({name: _numbers(table[name]).notna() & ~_signs(table[name]) for name in columns})
    in_percent &= (unit != "") | ~is_plain.any(axis=1)
    problems += _fractions_in_percent(table[in_percent & (unit != "fraction")])
    return source.next(table, assumptions=assumptions, problems=problems)


def _infer_percent(source: SourceTable) -> SourceTable:
    """Say percent of occupancies that are called so, without a unit, and of which none may be a fraction."""
    table = source.table
    called = table[(table["outcome"] == "occupancy") & (table["use"] != "no")]
    texts = [text for name in ("value", "low", "high") for text in called[name]]
    if any("%" in text for text in texts) or not all(map(is_missing, called["value_unit"])):
        return source
    sizes = [abs(number) for text in texts if (number := parse_number(text)) is not None and number == number]
    if any(0 < size < 1 for size in sizes) or not _LARGE_PERCENT < max(sizes, default=0) <= _MAX_PERCENT:
        return source
    units = table["value_unit"].where(table["outcome"] != "occupancy", "percent")
    note = f"value_unit not given: occupancies are in percent, as they rise to {max(sizes):g}"
    return source.next(table.assign(value_unit=units), assumptions=[note])


def _signs(texts: pd.Series) -> pd.Series:
    """Return which cells have a % sign."""
    return pd.Series([text.endswith("%") for text in texts], texts.index, dtype=bool)


def _unsigned(texts: pd.Series, plain: pd.Series, has_sign: pd.DataFrame) -> Iterator[Problem]:
    for where in plain.index:
        if _signs(texts).any() and not has_sign.loc[where].any():
            rule = "some numbers have a % sign and this one does not, so it may be percent or a fraction"
            number = float(plain[where])
            remedy = f"Write {texts[where]}% if it is percent, or {100 * number:g}% if it is a fraction."
            yield Problem(str(where), str(texts.name), str(texts[where]), rule, remedy)


def _fractions_in_percent(rows: pd.DataFrame) -> Iterator[Problem]:
    """Yield numbers given in percent that are fractions by their size."""
    numbers = pd.DataFrame({name: _numbers(rows[name]) for name in ("value", "sd", "se", "low", "high")})
    yield from _small_spreads(rows, numbers)
    sizes = numbers[["value", "low", "high"]].abs().max(axis=1).tolist()
    doses = _numbers(rows["dose"]).tolist()
    studies: dict[tuple[str, str], list[int]] = {}
    for place, study in enumerate(zip(rows["study"], rows["drug"], strict=True)):
        studies.setdefault(study, []).append(place)
    for places in studies.values():
        filled = [place for place in places if sizes[place] > 0]
        if filled and max(sizes[place] for place in filled) <= _LARGEST_FRACTION:
            where = str(rows.index[filled[0]])
            yield _as_fraction(rows, where, "given in percent, and none of the study is over 1.5")
        else:
            yield from _collapsed(rows, filled, sizes, doses)


def _collapsed(
    rows: pd.DataFrame, places: list[int], sizes: list[float], doses: list[float]
) -> Iterator[Problem]:
    """Yield values below 1 percent at a dose no lower than that of a large one, or with more digits."""
    signed = _signs(rows["value"]).to_numpy()
    small = [place for place in places if sizes[place] < 1 and (signed.all() or not signed[place])]
    if not small:
        return
    large = [place for place in places if sizes[place] >= _LARGE_PERCENT]
    lowest = min((doses[place] for place in large if not math.isnan(doses[place])), default=math.inf)
    digits = max((_decimals(rows, str(rows.index[place])) for place in large), default=99)
    for place in small:
        where = str(rows.index[place])
        why = ""
        if doses[place] >= lowest:
            why = "given in percent, but far below that of a dose no higher"
        elif _decimals(rows, where) > digits and not signed[place]:
            why = "given in percent, but with more digits than the others have"
        if why:
            number = without_percent(str(rows.loc[where, "value"]))
            percent = f"{100 * float(number or 0):g}"
            remedy = f"Write {percent} if it is a fraction, or {number}% if it is percent."
            yield replace(_as_fraction(rows, where, why), remedy=remedy)


def _decimals(rows: pd.DataFrame, where: str) -> int:
    """Return the number of digits after the point of a value."""
    return len(str(rows.loc[where, "value"]).rstrip("% ").partition(".")[2])


def _as_fraction(rows: pd.DataFrame, where: str, why: str) -> Problem:
    column = "high" if is_missing(str(rows.loc[where, "value"])) else "value"
    remedy = (
        "Use --set value_unit=fraction, or write fraction in value_unit, if it is one; a percentage as small "
        "as this must be divided by 100 too."
    )
    return Problem(
        where, column, str(rows.loc[where, column]), f"this looks like a fraction: it is {why}", remedy
    )


def _small_spreads(rows: pd.DataFrame, numbers: pd.DataFrame) -> Iterator[Problem]:
    for column, largest in _LARGEST_SPREAD.items():
        given = numbers[column].dropna()
        given = given[given > 0]
        values = numbers.loc[given.index, "value"].abs()
        if len(given) and given.max() <= largest and values.max() > _LARGEST_FRACTION:
            for where in given.index:
                rule = f"the values are in percent, and this {column} looks like a fraction"
                remedy = f"Write it in percent too: {100 * given[where]:g} if it is a fraction."
                yield Problem(str(where), column, str(rows.loc[where, column]), rule, remedy)
        elif len(given):
            small = given[(given <= largest) & (given < given[given > largest].median() / _FAR_BELOW)]
            for where, number in small.items():
                text = str(rows.loc[str(where), column])
                if not text.endswith("%"):
                    rule = f"the values are in percent, and this {column} is far below the others"
                    remedy = f"Write {100 * number:g} if it is a fraction, or {text}% if it is percent."
                    yield Problem(str(where), column, text, rule, remedy)


def _numbers(texts: pd.Series) -> pd.Series:
    """Return the numbers in cells, with or without a % sign, NaN where there is none."""
    numbers = [parse_number(without_percent(str(text))) for text in texts]
    return pd.Series([math.nan if number is None else number for number in numbers], texts.index, dtype=float)
