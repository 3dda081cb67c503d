import numpy as np

from petfit.report.tables.contrast_table import contrast_table
from petfit.results import formatting
from petfit.results.contrasts import pair_frame


def test_each_pair_of_drugs_is_a_row_in_reference_doses_and_in_their_unit(ssri_fit):
    answer = ssri_fit.contrasts(0.8)
    table = contrast_table(answer)
    frame = pair_frame(answer)
    assert len(table.rows) == len(frame) == 10
    at = table.headings.index("ratio, in their unit")
    assert [row[at] for row in table.rows] == [formatting.number(value) for value in frame["median_own"]]
    assert table.title == "Ratios of the dose for 80 % between drugs"


def test_draws_that_do_not_reach_the_occupancy_are_a_column(ssri_fit):
    assert "neither" in contrast_table(ssri_fit.contrasts(0.9)).headings[-1]
    assert "neither" not in contrast_table(ssri_fit.contrasts()).headings[-1]


def test_an_infinite_ratio_is_a_word(prior_fit):
    answer = prior_fit.contrasts(0.8)
    high = np.full_like(answer["high"], np.inf)
    table = contrast_table(answer.assign(high=(answer["high"].dims, high)))
    assert table.rows[0][4] == "infinite"
    assert "to infinite" in table.narrow().rows[0][2]
