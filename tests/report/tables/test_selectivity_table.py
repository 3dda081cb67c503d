from petfit.report.tables.selectivity_table import selectivity_table


def test_a_row_is_a_drug_at_a_target_and_the_rest_is_named(ssri_fit):
    table = selectivity_table(ssri_fit.selectivity())
    rows = {tuple(row[:2]): row for row in table.narrow().rows}
    assert len(rows) == len(table.rows) == 10
    assert rows["sertraline", "DAT"][3:5] == ["86.2", "Tatsumi1997"]
    assert rows["citalopram", "sigma-1"][3] == "> 30.0"
    assert "escitalopram (DAT, NET, sigma-1)" in table.caption
    assert table.title == "Occupancy of targets other than SERT"


def test_doses_have_their_unit(ssri_fit):
    table = selectivity_table(ssri_fit.selectivity(dose=[50, 200]))
    at = table.headings.index("at a dose of")
    assert {row[at] for row in table.rows} == {"50 mg/day", "200 mg/day"}
