"""What to write instead of a column whose numbers count, and that petfit has no column for."""

from __future__ import annotations

import re

from petfit.evidence.option_words import ignore_option
from petfit.evidence.parse import PLUS_MINUS
from petfit.evidence.statistic_names import is_end_of_bar, statistic_name
from petfit.evidence.wide.level_statistics import is_of_level

__all__ = ["header_hint", "is_fit_result", "is_no_spread"]

_FIT_RESULT = re.compile(
    r"(?<![^\W_])(?:[ei][cd]50|e_?max|occ_?max|o_?max|ki|kd|bmax|hill(?:[\s_]\w+)?)(?![^\W_])", re.IGNORECASE
)

_COPY = re.compile(r"(.*[^\d.])\.{1,3}\d+")
"""As pandas, R and readr number names that repeat."""
_HINTS = {
    "cumulative": "petfit needs the dose of a day, not the sum of all doses",
    "slope": 'if it is that of a Lassen plot, it is the occupancy: --columns "value=YOURS"',
    "range": "the lowest and highest belong in min and max",
    "heading": 'name it: --columns "study=YOURS", --columns "cohort=YOURS" or --columns "region=YOURS"',
    "ci": "the ends of an interval belong in ci_low and ci_high",
    **dict.fromkeys(["variance", "var"], "write sd, the square root of the variance"),
    **dict.fromkeys(
        ["times", "doses", "injections", "intakes", "administrations", "freq", "frequency"],
        "write how often in regimen, such as BID, or mg/day doses with dose_unit mg/day",
    ),
    **dict.fromkeys(
        ["route", "formulation"],
        'if it differs, write it into the drug, such as A oral and A iv; if not, --ignore "YOURS"',
    ),
    **dict.fromkeys(
        ["mdv", "evid"], "leave out the rows of doses, which are no measurements, and this column"
    ),
    **dict.fromkeys(["morning", "evening"], "write the dose of the day, their sum, in dose"),
    **dict.fromkeys(
        ["exclude", "excluded", "outlier", "qc", "status", "quality"],
        "write no in a column use of the rows to leave out, and why",
    ),
    **dict.fromkeys(["hemisphere", "side", "laterality"], "write it into region, such as putamen left"),
    **dict.fromkeys(
        ["error", "err", "uncertainty"],
        'if it is an SD, --columns "sd=YOURS"; if a standard error, --columns "se=YOURS"',
    ),
}


_ANALYSES = re.compile(
    r"(?:kinetic[\s_]?)?model|(?:analysis[\s_]?)?method|analysis|pipeline|software", re.IGNORECASE
)
_MULTIPLE = re.compile(
    rf"(?:(?:^|[(+,]|{PLUS_MINUS})\s*\d[\d.]*\s*[x\u00d7*]?\s*|(?<![\w.])\d[\d.]*)(?:sd|sem?)(?![^\W_])",
    re.IGNORECASE,
)
_GEOMETRIC = re.compile(r"(?<![^\W_])(?:geo(?:m|metric)?\.?[\s_]*|g)(?:sd|std)(?![^\W_])", re.IGNORECASE)
_BETWEEN_DOSES = {"interval", "tau", "every", "cycle"}
_OF_SAS = re.compile(r"_(?:TYPE|FREQ)_", re.IGNORECASE)
_OF_ESTIMATES = {"confidence", "credible", "prediction"}
_SPREADS = {"sd", "std", "se", "sem", "ci", "iqr", "range"}


def is_fit_result(name: str) -> bool:
    """Return whether a name is of what a fit of occupancies gives.

    Examples
    --------
    >>> is_fit_result("ED50 (mg)"), is_fit_result("Emax"), is_fit_result("Dose (mg)")
    (True, True, False)
    """
    return _FIT_RESULT.search(name) is not None


def is_no_spread(name: str) -> bool:
    """Return whether a name has an SD in it and is of a multiple, a factor, or the end of an error bar.

    Examples
    --------
    >>> is_no_spread("2 SD"), is_no_spread("Geometric SD"), is_no_spread("RO + SD"), is_no_spread("RO SD")
    (True, True, True, False)
    """
    return is_end_of_bar(name) or bool(_MULTIPLE.search(name) or _GEOMETRIC.search(name))


def header_hint(name: str) -> str:
    """Return what to write instead of a column whose numbers count, "" if none is known.

    Examples
    --------
    >>> header_hint("variance"), header_hint("putamen")
    ('write sd, the square root of the variance', '')
    """
    if (copy := _COPY.fullmatch(name)) and statistic_name(copy[1]):
        return f"it is a second {copy[1]}; name each after its level, such as putamen and putamen SD"
    if is_fit_result(name):
        rule = "a result of a fit, not of a scan"
        return f"{rule}; leave it out beside occupancies and doses: {ignore_option([name])}"
    if "auc" in re.findall(r"[a-z]+", name.lower()):
        return "divided by the hours that it is over, it is the mean concentration of that time"
    if is_end_of_bar(name):
        return "it is where an error bar ends; write its length, the distance from the mean, in sd or se"
    if _ANALYSES.fullmatch(name.strip()):
        return (
            f"of several analyses of one scan, keep one; if all rows have the same, {ignore_option([name])}"
        )
    if _MULTIPLE.search(name):
        return "it is a multiple; write the SD or SE itself in sd or se"
    if _GEOMETRIC.search(name):
        return "a geometric SD is a factor; write the SD in the unit of the values"
    words = set(re.findall(r"[a-z]+", name.lower()))
    if _OF_SAS.fullmatch(name):
        return ""
    if words & _BETWEEN_DOSES and not words & _OF_ESTIMATES:
        return 'the time between doses belongs in the unit of the dose: --set "dose_unit=mg every 4 weeks"'
    if words <= _SPREADS | {"or", "of", "the", "mean"} and len(words & _SPREADS) > 1:
        return "write what each row has in a column of its own: sd, se, ci_low and ci_high, or q1 and q3"
    if is_of_level(name):
        return ""
    spread = re.fullmatch(rf"[(\s]*{PLUS_MINUS}[)\s]*", name)
    words = {"error"} if spread else words
    return next((hint.replace("YOURS", name) for word, hint in _HINTS.items() if word in words), "")
