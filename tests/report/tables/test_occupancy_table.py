from petfit.report.tables.occupancy_table import occupancy_table


def test_occupancies_are_in_percent_by_drug_and_dose(prior_fit):
    table = occupancy_table(prior_fit.occupancy([0, 12.5]))
    assert table.headings[:3] == ["drug", "dose, mg/day", "occupancy, %"]
    assert [row[:2] for row in table.rows] == [["A", "0"], ["A", "12.5"], ["B", "0"], ["B", "12.5"]]
    assert table.rows[0][2] == "0.0"
