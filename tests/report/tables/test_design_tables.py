"""The table, the paragraph and the figure of an evaluated design say the same numbers."""

import numpy as np
import pandas as pd
import pytest

from petfit.planning.evaluation import Evaluation, Question
from petfit.planning.study_design import Arm, StudyDesign
from petfit.plots.interval_ratios import plot_interval_ratios
from petfit.report.protocol_text import evaluation_paragraph
from petfit.report.tables.design_tables import evaluation_table


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
