from petfit.report.tables.attainment_tables import (
    attainment_table,
    attainment_tables,
    smallest_strength_table,
)
from petfit.results.marketed_strengths import marketed_strengths
from petfit.results.usual_dose import exposures_tested


def test_the_marketed_strengths_are_those_of_each_drug(ssri_fit):
    answer = ssri_fit.target_attainment()
    table = attainment_table(answer, usual_only=True)
    expected = {
        (drug, dose) for drug in ssri_fit.design.drugs for dose in marketed_strengths(ssri_fit, drug)[0]
    }
    assert {(row[0], float(row[1])) for row in table.rows} == expected
    assert table.headings[1] == "strength, mg/day"
    assert len(attainment_table(answer).rows) == 5 * answer.sizes["dose"]


def test_each_smallest_strength_is_a_cell_for_its_probability(ssri_fit):
    answer = ssri_fit.smallest_strength([0.5, 0.8])
    table = smallest_strength_table(answer)
    assert [row[:2] for row in table.rows] == [
        [drug, occupancy] for drug in ssri_fit.design.drugs for occupancy in ("50", "80")
    ]
    assert table.headings[2:] == [f"P at least {percent} %, mg/day" for percent in (50, 80, 95)]
    strength = answer["strength"].sel(drug="sertraline", occupancy=0.5).to_numpy()
    row = next(row for row in table.rows if row[:2] == ["sertraline", "50"])
    assert row[2:] == [f"{value:g}" for value in strength]


def test_where_no_strength_is_marketed_the_doses_are_those_tested(prior_fit, ssri_fit):
    (table,) = attainment_tables(prior_fit)
    assert table.title == "Target attainment"
    assert [row[:2] for row in table.rows] == [
        [drug, f"{dose:g}"] for drug in "AB" for dose in exposures_tested(prior_fit, drug)
    ]
    assert len(list(attainment_tables(ssri_fit))) == 3
