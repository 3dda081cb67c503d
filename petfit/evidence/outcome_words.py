"""Which outcome a word names: occupancy, BP_ND, V_T, DVR, a change of BP, or what remains of it."""

from __future__ import annotations

import re

from petfit.evidence.parse import DASHES
from petfit.evidence.placebo import is_placebo
from petfit.evidence.spelling import spelling_key
from petfit.evidence.words import by_word

__all__ = [
    "CONDITIONS",
    "SCAN_WORDS",
    "condition_of",
    "is_change_of_volume",
    "is_uptake_ratio",
    "outcome_of",
    "split_condition",
    "split_outcome",
]

_OUTCOMES = by_word("outcomes")
_BP = r"(?:bp(?:nd|f|p)?|binding(?:potential)?)"
_REDUCTION = re.compile(
    rf"[%\s(]*(?:percent|pct|relative)?(?:reduction|decrease|displacement|blockade|inhibition)[%)]*(?:in|of){_BP}"
    rf"(?:frombaseline)?[%)]*|{_BP}(?:reduction|decrease|displacement|blockade|inhibition)[%)]*"
)
_CHANGE = re.compile(
    r"[%\s(]*(?:percent|pct|relative)?(?:change|delta|δ)[%)]*(?:in|of)?(?:bp(?:nd|f|p)?|binding(?:potential)?)?"
    r"(?:frombaseline)?[%)]*|bp(?:nd)?change[%)]*"
)
_OF_BASELINE = r"(?:of)?(?:the)?(?:baseline|control|placebo|vehicle|predose|predrug|pretreatment)"
_SPECIFIC_BINDING = rf"(?:(?:specific)?{_BP}|sbr)"
_REMAINING = re.compile(
    rf"(?:{_SPECIFIC_BINDING}(?:as)?)?(?:%|percent|pct|fraction){_OF_BASELINE}{_SPECIFIC_BINDING}?%?|"
    rf"%?(?:residual|remaining)(?:{_SPECIFIC_BINDING}|receptors?|sites)%?|"
    r"%?(?:unoccupied|(?:available|free|unoccupied)(?:receptors?|sites|transporters?))%?"
)
_MINUS_1 = re.compile(rf"[(\[]?(?:dvr|suvr|k2/k2a)\s*[{DASHES}-]\s*1(?![\d.])[)\]]?", re.IGNORECASE)
_IS_CHANGE = re.compile(r"change|reduction|decrease|difference|delta|ratio|δ|Δ", re.IGNORECASE)
_WORD = re.compile(r"[^\s_.,:;/()\[\]-]+")
_NUMBERED = re.compile(r"[\s_#.-]*[1-9]$")
_LONGEST_PHRASE = 3
CONDITIONS = by_word("choices", "condition")
"""The words by which people name the condition of a scan."""
SCAN_WORDS = frozenset([*CONDITIONS, *by_word("scans")])
"""Words by which people name columns of scans."""


def outcome_of(text: str) -> str:
    """Return the outcome that a text names in any spelling, "" if none.

    ``dvr`` is BP_ND + 1, ``change`` is the change of BP, which is minus the occupancy, and ``remaining`` is
    BP over the baseline, which is 1 minus the occupancy. A reduction of BP is the occupancy; a change or
    reduction of V_T is none, as V_T includes V_ND. DVR - 1 and SUVR - 1 are taken for BP_ND.

    Examples
    --------
    >>> outcome_of("BP_ND"), outcome_of("V_T"), outcome_of("% change in BP"), outcome_of("% of baseline BP")
    ('bpnd', 'vt', 'change', 'remaining')
    """
    key = spelling_key(text).replace(".", "")
    if _MINUS_1.fullmatch(text.strip()):
        return "bpnd"
    if _REDUCTION.fullmatch(key):
        return "occupancy"
    if _REMAINING.fullmatch(key):
        return "remaining"
    return _OUTCOMES.get(key) or ("change" if _CHANGE.fullmatch(key) else "")


def is_uptake_ratio(name: str) -> bool:
    """Return whether a name is of SUVR, and not of SUVR - 1.

    Examples
    --------
    >>> is_uptake_ratio("SUVR putamen"), is_uptake_ratio("SUVR-1")
    (True, False)
    """
    words = re.split(r"[\s_.,:;/()\[\]]+", name.casefold().replace(" - ", "-"))
    return any(word in ("suvr", "suv-ratio") for word in words)


def is_change_of_volume(name: str) -> bool:
    """Return whether a name is of changes of V_T.

    Examples
    --------
    >>> is_change_of_volume("V_T reduction (%)"), is_change_of_volume("% change in BP")
    (True, False)
    """
    words = [word[0] for word in _WORD.finditer(name.replace("V_T", "VT"))]
    has_volume = any(outcome_of(word) == "vt" for word in words)
    return has_volume and any(_IS_CHANGE.fullmatch(word) for word in words)


def split_outcome(name: str, *, with_occ: bool = False) -> tuple[str, str]:
    """Split a name such as ``putamen occupancy`` or ``BPND_putamen``; the outcome is "" if it has none.

    Parameters
    ----------
    name : str
        The name of a column.
    with_occ : bool
        Whether ``occ`` is the occupancy, and not the occipital cortex.

    Examples
    --------
    >>> split_outcome("Putamen occupancy"), split_outcome("V_T putamen"), split_outcome("Putamen")
    (('Putamen', 'occupancy'), ('putamen', 'vt'), ('Putamen', ''))
    >>> split_outcome("Putamen DVR-1")
    ('Putamen', 'bpnd')
    """
    name = _MINUS_1.sub("BPND", name)
    words = list(_WORD.finditer(name))
    for count in range(_LONGEST_PHRASE, 0, -1):
        for phrase, rest in ((words[-count:], words[:-count]), (words[:count], words[count:])):
            outcome = outcome_of(" ".join(word[0] for word in phrase))
            is_of_change = any(_IS_CHANGE.fullmatch(word[0]) for word in rest)
            is_phrase = outcome and rest and len(phrase) == count and not is_of_change
            if is_phrase and (with_occ or phrase[0][0].casefold() != "occ"):
                return name[rest[0].start() : rest[-1].end()], outcome
    return name, ""


def condition_of(text: str) -> tuple[str, str]:
    """Return the condition that a text names in any spelling, and the number behind it; both may be "".

    Examples
    --------
    >>> condition_of("Post-dose"), condition_of("post-dose 2"), condition_of("putamen")
    (('drug', ''), ('drug', '2'), ('', ''))
    """
    without_number = _NUMBERED.sub("", text.strip())
    condition = CONDITIONS.get(spelling_key(without_number), "")
    return condition, text.strip()[len(without_number) :].lstrip(" _#-.") if condition else ""


def split_condition(name: str) -> tuple[str, str]:
    """Split a name such as ``Putamen_base`` or ``post-dose putamen``; the condition is "" if it has none.

    Examples
    --------
    >>> split_condition("Putamen_base"), split_condition("post-dose putamen"), split_condition("BP")
    (('Putamen', 'baseline'), ('putamen', 'drug'), ('BP', ''))
    >>> split_condition("BP placebo")
    ('BP', 'baseline')
    """
    words = list(_WORD.finditer(name))
    for count in (2, 1):
        for phrase, rest in ((words[-count:], words[:-count]), (words[:count], words[count:])):
            words_found = " ".join(word[0] for word in phrase)
            condition = CONDITIONS.get(spelling_key(words_found)) or "baseline" * is_placebo(words_found)
            if condition and len(phrase) == count:
                return name[rest[0].start() : rest[-1].end()] if rest else "", condition
    return name, ""
