import pandas as pd
import pytest

from petfit.errors import EvidenceError
from petfit.evidence import read_evidence
from petfit.evidence.ranges import in_complete_set, range_meanings
from petfit.model.problems import Problems
from petfit.model.row_selection import select_rows
from petfit.model.specification import parse_model
from petfit.report.tables.evidence_row_tables import evidence_row_table

CENTRE = '{ dist = "Normal", mu = 0.0, sigma = 1.0 }'
MODEL = f"n_assumed = 5\n[ec50]\ncentre = {CENTRE}\n[emax]\ncentre = {CENTRE}\n"


def table(*changes):
    """Extremes of people, a complete set of three, an incomplete set and a range alone, with changes."""
    extremes = {"drug": "A", "dose": 5.0, "level": "extremes", "low": 0.3, "high": 0.6, "n": 6}
    ranged = {"drug": "A", "level": "range", "low": 0.4, "high": 0.7, "n": 4}
    complete = {"range_set": "three", "set_complete": "yes"}
    incomplete = {"range_set": "more", "set_complete": "no", "low": 0.5, "high": 0.8}
    rows = [
        extremes,
        *({**ranged, **complete, "dose": dose} for dose in (10.0, 20.0, 40.0)),
        {**ranged, **incomplete, "dose": 30.0},
        {**ranged, "dose": 50.0},
    ]
    rows = [{**row, "use": "yes", "exclusion_reason": "", "range_set": row.get("range_set", ""),
             "set_complete": row.get("set_complete", "")} for row in rows]  # fmt: skip
    for position, change in changes:
        rows[position].update(change)
    return pd.DataFrame(rows)


def test_every_range_has_a_meaning_in_words():
    rows = read_evidence(table()).table
    assert range_meanings(rows) == [
        "lowest and highest of 6 people",
        *["extremes of a complete set of 3 means"] * 3,
        *["bounds of the mean"] * 2,
    ]
    assert in_complete_set(rows).tolist() == [False, True, True, True, False, False]


def test_printed_tables_give_the_meaning_of_each_range():
    shown = evidence_row_table(read_evidence(table()).table).narrow()
    reported = [row[shown.headings.index("reported")] for row in shown.rows]
    assert reported[0] == "30 to 60 % (lowest and highest of 6 people)"
    assert reported[1] == "40 to 70 % (extremes of a complete set of 3 means)"
    assert reported[4] == "50 to 80 % (bounds of the mean)"


def test_a_value_has_no_range_meaning():
    assert range_meanings(read_evidence(pd.DataFrame({"drug": "A", "dose": [1, 2], "value": 0.4})).table) == [
        "",
        "",
    ]


LEFT_OUT = {"use": "no", "exclusion_reason": "late"}
BAD = {
    "extremes without n": (
        [(0, {"n": None})],
        ["row 0, column n", "without the number of people", "n_assumed cannot replace it"],
    ),
    "extremes of one": ([(0, {"n": 1})], ["row 0, column n", "two people or more", "subject"]),
    "extremes reversed": ([(0, {"low": 0.9})], ["row 0, column low, high", "low must be below high"]),
    "extremes without an end": ([(0, {"high": None})], ["row 0, column high", "a row of extremes needs"]),
    "extremes with an SD": ([(0, {"sd": 0.1})], ["row 0, column sd", "a row of extremes has only"]),
    "extremes of a cohort that has its mean as well": (
        [
            (0, {"cohort": "c"}),
            (5, {"cohort": "c", "level": "group", "value": 0.5, "low": None, "high": None}),
        ],
        ["row 0, column cohort", "'c' has 2 rows", "count twice", "set use to no for the others"],
    ),
    "extremes of the same people twice": (
        [(0, {"cohort": "c"}), (5, {"cohort": "c", "level": "extremes"})],
        ["row 0, column cohort", "'c' has 2 rows"],
    ),
    "extremes in a set": (
        [(0, {"range_set": "three", "set_complete": "yes"})],
        ["row 0, column range_set", "only ranges of group means", "Set level to range"],
    ),
    "a set that disagrees on its low": (
        [(2, {"low": 0.45})],
        ["row 1, column low", "0.4, 0.45", "the rows of the set 'three' disagree", "different names"],
    ),
    "a set that disagrees on its high": ([(3, {"high": 0.75})], ["row 1, column high", "0.7, 0.75"]),
    "a set that is complete and is not": (
        [(3, {"set_complete": "no"})],
        ["row 1, column set_complete", "yes, no", "disagree"],
    ),
    "a complete set of one, misspelt": (
        [(3, {"range_set": "thre"})],
        [
            "row 3, column range_set",
            "two rows or more",
            "Did you mean 'three'?",
            "Give its other rows the same name",
        ],
    ),
    "completeness of no set": (
        [(5, {"set_complete": "yes"})],
        ["row 5, column range_set", "without a range_set", "Name the set"],
    ),
    "a set neither complete nor not": (
        [(4, {"set_complete": ""})],
        ["row 4, column set_complete", "whether the set 'more' is complete", "Write yes if"],
    ),
    "a misspelt completeness": (
        [(4, {"set_complete": "yess"})],
        ["row 4, column set_complete", "'yess'", "Did you mean 'yes'?"],
    ),
    "a complete set with a row left out": (
        [(2, LEFT_OUT)],
        ["row 2, column use", "'three' is complete, but this row of it is excluded", "set_complete to no"],
    ),
}


@pytest.mark.parametrize(("changes", "expected"), BAD.values(), ids=BAD.keys())
def test_inconsistent_ranges_are_refused_with_a_remedy(changes, expected):
    with pytest.raises(EvidenceError) as refusal:
        read_evidence(table(*changes))
    for words in expected:
        assert words in str(refusal.value)


GOOD = {
    "as it stands": [],
    "an incomplete set with a row left out": [(4, LEFT_OUT)],
    "a complete set left out as a whole": [(at, LEFT_OUT) for at in (1, 2, 3)],
    "a left-out mean of the people whose extremes are fitted": [
        (0, {"cohort": "c"}),
        (5, {"cohort": "c", "level": "group", "value": 0.5, "low": None, "high": None, **LEFT_OUT}),
    ],
}


@pytest.mark.parametrize("changes", GOOD.values(), ids=GOOD.keys())
def test_consistent_ranges_are_read(changes):
    assert len(read_evidence(table(*changes)).table) == 6


def test_a_model_may_not_fit_a_part_of_a_complete_set():
    reasons = [
        (at, {"use": "no", "exclusion_reason": why}) for at, why in ((1, "late"), (2, "late"), (3, "early"))
    ]
    evidence = read_evidence(table(*reasons))
    both = 'also_fit = ["late", "early"]\n' + MODEL
    assert len(select_rows(parse_model(both), evidence, Problems())) == 6
    with pytest.raises(EvidenceError, match="'three' is complete, but this row of it is excluded"):
        select_rows(parse_model('also_fit = ["late"]\n' + MODEL), evidence, Problems())


def test_a_number_of_people_is_assumed_for_means_but_never_for_extremes():
    evidence = read_evidence(table((1, {"n": None}), (5, {"n": None})))
    sizes = select_rows(parse_model(MODEL), evidence, Problems())["n"]
    assert sizes.tolist() == [6, 5, 4, 4, 4, 5]
