"""The table, the paragraph and the figure of an evaluated design say the same numbers."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from petfit.planning.allocation import Allocation
from petfit.planning.evaluation import Evaluation
from petfit.planning.next_dose import NextDoses
from petfit.planning.question import Question
from petfit.planning.sample_size import SampleSize
from petfit.planning.study_design import Arm, StudyDesign
from petfit.plots.assurance_curve import plot_assurance_curve
from petfit.plots.dose_allocation import plot_dose_allocation
from petfit.plots.expected_gain import plot_expected_gain
from petfit.plots.interval_ratios import plot_interval_ratios
from petfit.report.protocol_text import (
    allocation_paragraph,
    evaluation_paragraph,
    next_dose_paragraph,
    size_paragraph,
)
from petfit.report.tables.design_tables import (
    allocation_table,
    evaluation_table,
    next_dose_table,
    size_table,
)


def trials(high):
    rng = np.random.default_rng(1)
    low = rng.uniform(0.5, 1.0, 20)
    return pd.DataFrame(
        {
            "trial": range(20),
            "drug": "X",
            "problem": "",
            "ec50": 1.0,
            "ec50_low": low,
            "ec50_high": 2.0,
            "dose": 4.0,
            "dose_low": low,
            "dose_high": high,
            "bracketed": 1.0,
            "right": 1.0,
        }
    )


@pytest.fixture
def evaluation():
    study = StudyDesign(arms=[Arm(n=3, drug="X", doses=[5.0])], truth={"ec50": 1.0})
    high = np.r_[np.full(15, 5.0), np.full(5, np.inf)]
    return Evaluation(study, Question(), trials(high), trials(np.full(20, 5.0)), given=False)


def test_every_measure_has_a_row_with_both_ways_and_their_difference(evaluation):
    table = evaluation_table(evaluation)
    assert len(table.rows) == 14
    cells = {(row[0], row[1]): row for row in table.rows}
    no_end = cells["dose for 80 %", "P(no upper end)"]
    assert (no_end[2], no_end[4], no_end[6]) == ("25.0 %", "0.0 %", "-25.0 points")
    assert cells["dose for 80 %", "upper/lower end, 90 % of studies below"][2] == "infinite"
    assert "infinite ratio" in table.caption


def test_the_paragraph_has_the_numbers_of_the_table(evaluation):
    text = evaluation_paragraph(evaluation)
    for row in evaluation_table(evaluation).rows:
        if "median" in row[1] or row[1].startswith("P("):
            assert row[2] in text
    assert "ec50 1 as stated" in text
    assert "3 people at 5 mg/day of X" in text


def test_the_figure_shows_the_share_of_finite_ratios(evaluation):
    (ax,) = plot_interval_ratios(evaluation.simulated, evaluation.quick, 2.0)
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert max(lines["dose for the target, simulated"].get_ydata()) == 0.75
    assert max(lines["dose for the target, quick look"].get_ydata()) == 1.0


@pytest.fixture
def chosen(evaluation):
    ranking = pd.DataFrame(
        {
            "person": [1, 1],
            "dose": [40.0, 5.0],
            "information": [0.3, 0.1],
            "mcse": 0.01,
            "below_best": [0.0, 0.2],
            "below_best_mcse": [0.0, 0.02],
            "median_ratio": [3.0, np.inf],
            "p_precise": 0.1,
            "p_no_upper_end": [0.2, 0.9],
            "effective_draws": 800.0,
        }
    )
    arm = evaluation.study.arms[0]
    return NextDoses("X", "mg/day", arm, Question(), 40.0, [40.0], ranking, np.inf)


def test_the_next_dose_is_named_with_its_limit(chosen):
    table, text = next_dose_table(chosen), next_dose_paragraph(chosen)
    assert table.title == "The next dose of X: 40 mg/day"
    assert "No dose is above 40 mg/day" in table.caption
    assert [row[5] for row in table.rows] == ["3.00", "infinite"]
    assert "By information alone, the next person would receive 40 mg/day of X" in text
    (ax,) = plot_expected_gain(chosen.ranking, "mg/day")
    assert ax.get_xlabel() == "dose, mg/day"


def test_negative_information_is_explained(chosen):
    explained = "Negative information means none"
    assert explained not in next_dose_table(chosen).caption
    few = replace(chosen, ranking=chosen.ranking.assign(information=[0.3, -0.02]))
    assert explained in next_dose_table(few).caption


def test_the_paragraph_names_what_ranked_the_doses_and_what_the_other_criterion_says(chosen):
    by_information = next_dose_paragraph(replace(chosen, ratio_now=5.0))
    assert "results at 40 mg/day are expected to tell most" in by_information
    assert "would be smaller" not in by_information
    by_ratio = next_dose_paragraph(replace(chosen, by="ratio", ranking=chosen.ranking[::-1]))
    assert "results at 5 mg/day are expected to narrow the dose" in by_ratio
    assert "Results at 40 mg/day would tell more (0.300 against 0.100 nats)" in by_ratio
    assert "lowest of the candidates" in by_ratio
    wider = chosen.ranking.assign(median_ratio=[4.0, 3.0])
    assert "would be smaller (median 3.00 against 4.00)" in next_dose_paragraph(
        replace(chosen, ranking=wider)
    )


@pytest.mark.parametrize("by", ["information", "ratio"])
def test_the_figure_marks_the_dose_that_was_chosen(chosen, by):
    ranking = chosen.ranking if by == "information" else chosen.ranking[::-1]
    (ax,) = plot_expected_gain(ranking, "mg/day")
    marked = ax.lines[-1].get_xdata()
    assert 10 ** float(marked[0]) == pytest.approx(ranking["dose"].iloc[0])


@pytest.mark.parametrize("n", [12, None])
def test_the_size_is_said_with_its_error_or_that_there_is_none(evaluation, n):
    tried = pd.DataFrame(
        {
            "n": 12,
            "scans": 24,
            "method": ["simulated", "quick look"],
            "estimate": [0.82, 0.8],
            "mcse": [0.03, 0.03],
        }
    )
    size = SampleSize(evaluation.study, Question(), "dose", 0.8, n, 12, tried, evaluation if n else None)
    table, text = size_table(size), size_paragraph(size)
    assert [row[3] for row in table.rows] == ["82.0", "80.0"]
    assert ("82.0 % (Monte Carlo error 3.0 %)" in text) == (n is not None)
    assert ("No study of up to 12 people (24 scans)" in text) == (n is None)
    (ax,) = plot_assurance_curve(tried, 0.8)
    assert ax.get_xlabel() == "people"


def test_the_allocation_has_the_people_at_each_dose(evaluation):
    counts = pd.DataFrame({"doses": ["5", "0; 40"], "best": [1, 3], "balanced": [2, 2]})
    allocation = Allocation(evaluation.study, counts, 1.4, 0.25, evaluation, evaluation)
    table = allocation_table(allocation)
    assert table.rows == [["5", "1", "2"], ["0; 40", "3", "2"]]
    assert "1.40 times as large" in table.caption
    assert "25.0 % left out" in table.caption
    assert "exchange algorithm" in allocation_paragraph(allocation)
    (ax,) = plot_dose_allocation(counts, "mg/day")
    assert [bar.get_height() for bar in ax.patches] == [1, 3, 2, 2]
    assert [text.get_text() for text in ax.figure.legends[0].get_texts()] == ["best", "balanced"]
