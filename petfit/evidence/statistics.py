"""Statistics as papers print them, converted to a mean with its SD or SE.

A confidence interval of a mean of n people is the mean plus or minus t(n - 1) standard errors. The SD of n
people follows from quartiles or a range after Wan et al. (BMC Med Res Methodol 2014;14:135), their mean from
the median after Luo et al. (Stat Methods Med Res 2018;27:1785-1805). An SE stays one here: the likelihood
of a group makes the SD of it, ``se * sqrt(n)`` (`petfit.model.likelihood.group`).
"""

from __future__ import annotations

import math
from typing import Any

from scipy.special import ndtri, stdtrit

from petfit.errors import Problem
from petfit.evidence.columns import STATISTICS
from petfit.evidence.rows import Row, each_row
from petfit.evidence.skewness import is_skewed
from petfit.evidence.source_table import SourceTable
from petfit.evidence.statistic_names import statistic_prob

__all__ = ["convert_statistics"]

_DEFAULT_PROB = 0.95
_ASYMMETRY = 0.15
"""Largest distance of a mean from the middle of its interval, as a share of half its width."""
_ROUNDING = 0.006
"""Largest distance that rounding to two digits can make."""
_CHANGED = ("value", "sd", "se", "low", "high", "level")
_SKEWED = (
    "the median is far from the middle of its quartiles or range, so the people are skewed (Shi 2023, at "
    "5 %) and the mean and sd made of them may be wrong"
)


def convert_statistics(source: SourceTable) -> SourceTable:
    """Convert intervals of a mean, medians, quartiles and ranges to the mean and its SD or SE.

    Parameters
    ----------
    source : SourceTable
        Typed cells in the canonical columns and `STATISTICS`, which are removed.
    """
    rows, problems = [dict(row) for _, row in each_row(source.table)], []
    used: dict[str, int] = {}
    skewed: list[str] = []
    labels = [source.column_labels.get(name, "") for name in ("ci_low", "ci_high")]
    prob = next(filter(None, map(statistic_prob, labels)), None)
    bad = {problem.where for problem in source.problems}
    for where, row in zip(map(str, source.table.index), rows, strict=True):
        if row["use"] == "no" or where in bad:
            continue
        _interval_of_ends(row)
        _ends_of_extremes(row)
        is_of_width = _quartiles_of_width(row)
        if math.isnan(row["ci_prob"]) and prob is not None:
            row["ci_prob"] = prob
        if _is_skewed(row):
            skewed.append(where)
        converted = _convert(where, row)
        if isinstance(converted, Problem):
            problems.append(converted)
        elif converted:
            converted += ", quartiles taken as symmetric, as only their distance is given" * is_of_width
            used[converted] = used.get(converted, 0) + 1
    table = source.table.assign(**{name: [row[name] for row in rows] for name in _CHANGED})
    sentences = [f"{count} row{'' if count == 1 else 's'}: {sentence}" for sentence, count in used.items()]
    sentences += [f"{', '.join(skewed)}: {_SKEWED}"] * bool(skewed)
    return source.next(table.drop(columns=list(STATISTICS)), assumptions=sentences, problems=problems)


def _is_skewed(row: Row) -> bool:
    """Whether a mean or an SD is to be made of the median and spread of skewed people."""
    spread = [float(row[name]) for name in ("min", "q1", "median", "q3", "max")]
    is_used = not (_given(row, "value") and (_given(row, "sd") or _given(row, "se")))
    return is_used and _given(row, "median", "n") and row["n"] >= 5 and is_skewed(float(row["n"]), *spread)


def _given(row: Row, *names: str) -> bool:
    return not any(math.isnan(row[name]) for name in names)


def _interval_of_ends(row: dict[str, Any]) -> None:
    """Read low and high beside a mean as its confidence interval where ``ci_prob`` is given."""
    if _given(row, "value", "low", "high", "ci_prob") and row["level"] in ("", "group"):
        row["ci_low"], row["ci_high"] = row["low"], row["high"]
        row["low"] = row["high"] = math.nan


def _ends_of_extremes(row: dict[str, Any]) -> None:
    """Read the lowest and highest as low and high in a row that is said to be of extremes or a range."""
    if row["level"] in ("extremes", "range") and _given(row, "min", "max") and not _given(row, "value"):
        row["low"], row["high"] = row["min"], row["max"]
        row["min"] = row["max"] = math.nan


def _quartiles_of_width(row: dict[str, Any]) -> bool:
    """Place quartiles of which only the distance is given around the median, or the mean; return if so."""
    middle = next((name for name in ("median", "value") if _given(row, name)), None)
    if middle is None or not _given(row, "iqr") or _given(row, "q1") or _given(row, "q3"):
        return False
    centre, half = float(row[middle]), float(row["iqr"]) / 2
    row["q1"], row["q3"] = centre - half, centre + half
    return True


def _convert(where: str, row: dict[str, Any]) -> str | Problem:
    """Convert the statistics of a row in place; return in words how, or what is wrong."""
    has_interval = any(_given(row, name) for name in ("ci_low", "ci_high"))
    spread = [name for name in ("median", "q1", "q3", "min", "max") if _given(row, name)]
    if not has_interval and not spread:
        return ""
    if has_interval and _is_of_one_person(row):
        return _convert_interval(where, row, math.inf)
    if row["level"] not in ("", "group"):
        names = ", ".join(["ci_low, ci_high"] * has_interval + spread)
        rule = f"a row of level {row['level']} has no {names}; they describe a group"
        return Problem(where, "level", str(row["level"]), rule, "Set level to group, or empty these cells.")
    n = float(row["n"])
    is_alone = spread == ["median"] and not has_interval
    if (is_alone or math.isnan(n)) and _given(row, "value") and (_given(row, "se") or _given(row, "sd")):
        return "an interval, a median or a range is not used beside the mean and its sd or se"
    if not n >= 2:
        rule = "an interval, a median or a range of a group means nothing without its number of people"
        remedy = "Give n, 2 or more, in the table, or for every row with --set n=NUMBER."
        return Problem(where, "n", "" if math.isnan(n) else f"{n:g}", rule, remedy)
    row["level"] = "group"
    if has_interval:
        return _convert_interval(where, row, n)
    return _convert_spread(where, row, n, spread)


def _convert_interval(where: str, row: dict[str, Any], n: float) -> str | Problem:
    low, high, value = (float(row[name]) for name in ("ci_low", "ci_high", "value"))
    prob = float(row["ci_prob"])
    given = not math.isnan(prob)
    prob = prob / 100 if prob > 1 else prob
    if given and not 0.5 <= prob < 1:
        return Problem(
            where, "ci_prob", f"{prob:g}", "this is not the probability of an interval", "Write 0.95."
        )
    if math.isnan(low) or math.isnan(high) or math.isnan(value):
        missing = next(n for n in ("value", "ci_low", "ci_high") if math.isnan(float(row[n])))
        rule = "an interval of a mean needs the mean and both ends"
        return Problem(where, missing, "", rule, "Fill it in, or empty the interval.")
    if low >= high:
        seen = f"{low:g} to {high:g}"
        return Problem(where, "ci_low, ci_high", seen, "ci_low must be below ci_high", "Correct them.")
    half = (high - low) / 2
    if abs(value - (low + high) / 2) > _ASYMMETRY * half + _ROUNDING:
        rule = (
            "the mean is not in the middle of its interval, which is then not mean plus or minus t times SE"
        )
        remedy = "Give sd or se, or leave the interval out and say why in note."
        return Problem(where, "ci_low, ci_high", f"{low:g} to {high:g}, mean {value:g}", rule, remedy)
    prob = prob if given else _DEFAULT_PROB
    is_of_group = math.isfinite(n)
    se = half / float(stdtrit(n - 1, (1 + prob) / 2) if is_of_group else ndtri((1 + prob) / 2))
    if is_of_group and (problem := _contradiction(where, row, se * math.sqrt(n), n)):
        return problem
    if math.isnan(float(row["sd"])) and math.isnan(float(row["se"])):
        row["se"] = se
    words = "" if given else ", as no probability is given"
    of_what, by = ("of the mean", "t with n - 1") if is_of_group else ("of one person's number", "z")
    return f"confidence interval {of_what} read as {prob * 100:g} %{words}, converted to se by {by}"


def _is_of_one_person(row: Row) -> bool:
    """Whether an interval is that of one person's own number, as a Lassen plot gives."""
    is_person = row["level"] == "" and bool(row["subject"]) and not row["n"] > 1
    return is_person or row["level"] in ("subject", "scan")


def _contradiction(where: str, row: dict[str, Any], sd: float, n: float) -> Problem | None:
    """Return the problem of an interval that does not agree with the SD or SE beside it."""
    for name, other in (("sd", sd), ("se", sd / math.sqrt(n))):
        seen = float(row[name])
        if abs(other - seen) > 0.25 * seen + _ROUNDING:
            rule = f"{name} does not agree with the interval beside it, from which it is {other:.3g}"
            return Problem(where, name, f"{seen:g}", rule, "Correct one of the two, or leave it out.")
    return None


def _convert_spread(where: str, row: dict[str, Any], n: float, spread: list[str]) -> str | Problem:
    a, q1, m, q3, b = (float(row[name]) for name in ("min", "q1", "median", "q3", "max"))
    quartiles, extremes = not math.isnan(q1 + q3), not math.isnan(a + b)
    ends = [("q1", "q3"), ("min", "max")]
    incomplete = [pair for pair in ends if len(set(pair) & set(spread)) == 1]
    if incomplete or not (quartiles or extremes):
        missing = next((name for pair in incomplete for name in pair if name not in spread), "q1, q3")
        rule = "a median needs q1 and q3, or min and max"
        return Problem(where, missing, "", rule, "Fill in both, or set use to no.")
    ordered = [number for number in (a, q1, m, q3, b) if not math.isnan(number)]
    if ordered != sorted(ordered) or ordered[0] == ordered[-1]:
        seen = ", ".join(f"{number:g}" for number in ordered)
        rule = "min, q1, median, q3 and max must be in this order"
        return Problem(where, ", ".join(spread), seen, rule, "Correct them.")
    has_sd = _given(row, "sd") or _given(row, "se")
    has_mean = _given(row, "value")
    if not has_mean and math.isnan(m):
        rule = "quartiles or a range need a mean or a median beside them"
        remedy = (
            "Give one, or write in the column level of this row extremes, if these are the lowest and "
            "highest of the n people, or range, if the mean lies between them; --set level=extremes or --set "
            "level=range does so in every row."
        )
        return Problem(where, "value", "", rule, remedy)
    if not has_sd:
        row["sd"] = sd_of_spread(n, a, q1, q3, b)
    if not has_mean:
        row["value"] = mean_of_median(n, a, q1, m, q3, b)
    kinds = " and ".join(["quartiles"] * quartiles + ["range"] * extremes)
    parts = ["median converted to the mean (Luo 2018)"] * (not has_mean)
    parts += [f"{kinds} converted to sd (Wan 2014)"] * (not has_sd)
    return ", ".join(parts) or f"{kinds} not used beside the mean and its sd or se"


def sd_of_spread(n: float, a: float, q1: float, q3: float, b: float) -> float:
    """Return the SD of n people from quartiles, a range (NaN if not given): Wan 2014.

    Examples
    --------
    >>> round(sd_of_spread(25, float("nan"), 0.4, 0.6, float("nan")), 3)
    0.157
    """
    by_range = (b - a) / (2 * ndtri((n - 0.375) / (n + 0.25)))
    by_quartiles = (q3 - q1) / (2 * ndtri((0.75 * n - 0.125) / (n + 0.25)))
    given = [float(sd) for sd in (by_range, by_quartiles) if not math.isnan(sd)]
    return sum(given) / len(given)


def mean_of_median(n: float, a: float, q1: float, m: float, q3: float, b: float) -> float:
    """Return the mean of n people from their median and quartiles, range or both: Luo 2018, (11), (15), (17).

    Examples
    --------
    >>> round(mean_of_median(25, float("nan"), 0.4, 0.5, 0.6, float("nan")), 3)
    0.5
    """
    middle_range, middle_quartiles = (a + b) / 2, (q1 + q3) / 2
    if math.isnan(middle_quartiles):
        weight = 4 / (4 + math.pow(n, 0.75))
        return weight * middle_range + (1 - weight) * m
    if math.isnan(middle_range):
        weight = 0.7 + 0.39 / n
        return weight * middle_quartiles + (1 - weight) * m
    of_range, of_quartiles = 2.2 / (2.2 + math.pow(n, 0.75)), 0.7 - 0.72 / math.pow(n, 0.55)
    return of_range * middle_range + of_quartiles * middle_quartiles + (1 - of_range - of_quartiles) * m
